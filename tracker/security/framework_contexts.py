"""Loads the version of a framework that a URL is about, with who writes and who reads it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPNotFound
from sqlalchemy import select

from tracker.models import Framework, FrameworkAuthor, FrameworkReview
from tracker.security.contexts import who_asks

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@dataclass(frozen=True, kw_only=True)
class FrameworkInView:
    """A version of a framework, its authors, and who is asked to read it now."""

    framework: Framework
    author_ids: frozenset[int]
    reader_ids: frozenset[int]


def framework_from_url(request: "TrackerRequest") -> FrameworkInView:
    who = who_asks(request)
    framework = request.db.scalar(
        select(Framework).where(
            Framework.public_id == request.matchdict["framework_id"],
            Framework.organisation_id == who.organisation_id,
        )
    )
    if framework is None:
        raise HTTPNotFound
    authors = select(FrameworkAuthor.staff_member_id).where(
        FrameworkAuthor.framework_id == framework.id
    )
    readers = select(FrameworkReview.reviewer_id).where(
        FrameworkReview.framework_id == framework.id, FrameworkReview.closed_at.is_(None)
    )
    return FrameworkInView(
        framework=framework,
        author_ids=frozenset(request.db.scalars(authors)),
        reader_ids=frozenset(request.db.scalars(readers)),
    )
