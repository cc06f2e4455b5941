"""Publishes a report: what was said stays as it was, and what changed later is said beside it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.errors import NotAllowedNowError, NotFoundError
from tracker.models import AuditKind, Organisation, OrganisationUnit, PublishedReport
from tracker.services import audit
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience, OutcomeReport
from tracker.services.report_changes import what_changed
from tracker.services.report_text import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

MOST_LISTED = 200


@dataclass(frozen=True, kw_only=True)
class ToPublish:
    """Which report, under what name; for which month of which schedule, if any."""

    name: str
    unit: OrganisationUnit | None
    first_month: date
    last_month: date
    saved_report_id: int | None = None
    due_key: str | None = None


def publish(  # noqa: PLR0913 - each is one plain fact of it
    db: "Session",
    organisation: Organisation,
    asked: ToPublish,
    *,
    by: "Actor",
    now: datetime,
    today: date,
) -> PublishedReport:
    """Keep a report as it is now, where the database lets nobody change it.

    :raises NotAllowedNowError: where there is nothing to publish.
    """
    report = outcome_report(
        db,
        organisation,
        asked.unit,
        first_month=asked.first_month,
        last_month=asked.last_month,
        audience=Audience.PUBLISHED,
        by=by,
        today=today,
    )
    if not report.has_data:
        raise NotAllowedNowError(
            "There is nothing to publish: no number of this period may be shown to anybody. "
            "Choose a longer period, or the whole organisation."
        )
    content = to_text(report)
    kept = PublishedReport(
        organisation_id=organisation.id,
        saved_report_id=asked.saved_report_id,
        organisation_unit_id=asked.unit.id if asked.unit else None,
        name=asked.name,
        first_month=asked.first_month,
        last_month=asked.last_month,
        due_key=asked.due_key,
        content=content,
        content_hash=hash_of(content),
        published_at=now,
    )
    db.add(kept)
    audit.record(db, AuditKind.REPORT_PUBLISHED, kept, by=by, reason="role")
    return kept


def list_published(db: "Session", organisation_id: int) -> "Sequence[PublishedReport]":
    """Give what was published, the newest first."""
    return db.scalars(
        select(PublishedReport)
        .where(PublishedReport.organisation_id == organisation_id)
        .options(joinedload(PublishedReport.unit))
        .order_by(PublishedReport.id.desc())
        .limit(MOST_LISTED)
    ).all()


def find_published(db: "Session", public_id: str, *, by: "Actor") -> PublishedReport:
    """Give a published report of the organisation.

    :raises NotFoundError: where there is none.
    """
    found = db.scalar(
        select(PublishedReport)
        .where(
            PublishedReport.public_id == public_id,
            PublishedReport.organisation_id == by.organisation_id,
        )
        .options(joinedload(PublishedReport.unit))
    )
    if found is None:
        raise NotFoundError("There is no such report.")
    return found


def read(db: "Session", kept: PublishedReport, *, by: "Actor") -> OutcomeReport:
    """Give the report as it was published, and note that somebody looked at it."""
    audit.record(db, AuditKind.REPORT_READ, kept, by=by, reason="published")
    return from_text(kept.content)


def changed_since(
    db: "Session", organisation: Organisation, kept: PublishedReport, *, by: "Actor", today: date
) -> tuple[str, ...]:
    """Say what the same report would say otherwise today; nothing, where it is the same."""
    now = outcome_report(
        db,
        organisation,
        kept.unit,
        first_month=kept.first_month,
        last_month=kept.last_month,
        audience=Audience.PUBLISHED,
        by=by,
        today=today,
    )
    return what_changed(from_text(kept.content), now)


def is_intact(kept: PublishedReport) -> bool:
    """Say whether a report still is what was published."""
    return hash_of(kept.content) == kept.content_hash


def hash_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
