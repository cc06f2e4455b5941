"""Who writes and who reads a version of a framework, and what they say of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import (
    AuditKind,
    Competence,
    Domain,
    Framework,
    FrameworkAuthor,
    FrameworkComment,
    FrameworkReview,
    FrameworkState,
    ReviewAnswer,
    StaffMember,
)
from tracker.services import audit
from tracker.services.framework_life import lock, open_reviews

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor, Identity

WRITTEN = frozenset({FrameworkState.DRAFT, FrameworkState.IN_REVIEW})


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A comment, and the answers to it in their order."""

    comment: FrameworkComment
    competence_name: str | None
    answers: Sequence[FrameworkComment] = field(default_factory=tuple)


def find_colleague(db: "Session", email: str, *, by: "Actor", today: "date") -> StaffMember:
    """Find somebody who works here by their work email.

    :raises InvalidInputError: when nobody has it, or more than one.
    """
    found = db.scalars(
        select(StaffMember)
        .where(
            StaffMember.organisation_id == by.organisation_id,
            func.lower(StaffMember.email) == email.strip().lower(),
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
        )
        .limit(2)
    ).all()
    if len(found) != 1:
        raise InvalidInputError(
            "Nobody here has this email. Check it in your address book.", field="email"
        )
    return found[0]


def name_author(db: "Session", framework: Framework, person: StaffMember, *, by: "Actor") -> None:
    """Let somebody write on this version."""
    lock(db, framework)
    if framework.state not in WRITTEN:
        raise NotAllowedNowError("Nobody writes on this version any more. Begin a new version.")
    known = db.scalar(
        select(FrameworkAuthor.id).where(
            FrameworkAuthor.framework_id == framework.id,
            FrameworkAuthor.staff_member_id == person.id,
        )
    )
    if known is None:
        db.add(
            FrameworkAuthor(
                organisation_id=framework.organisation_id,
                framework_id=framework.id,
                staff_member_id=person.id,
            )
        )
        audit.record(db, AuditKind.FRAMEWORK_AUTHOR_NAMED, framework, by=by, author=person.id)


def ask_review(
    db: "Session", framework: Framework, person: StaffMember, *, by: "Actor", now: "datetime"
) -> None:
    """Ask somebody to read this version. To be asked twice is to be asked once."""
    lock(db, framework)
    if framework.state not in WRITTEN:
        raise NotAllowedNowError("This version is past its review. Begin a new version.")
    if any(one.reviewer_id == person.id for one in open_reviews(db, framework)):
        return
    db.add(
        FrameworkReview(
            organisation_id=framework.organisation_id,
            framework_id=framework.id,
            reviewer_id=person.id,
            asked_by_id=by.staff_id,
            asked_at=now,
        )
    )
    audit.record(db, AuditKind.FRAMEWORK_REVIEW_ASKED, framework, by=by, reviewer=person.id)


def withdraw_review(
    db: "Session", framework: Framework, person_id: str, *, by: "Actor", now: "datetime"
) -> None:
    """Ask somebody no longer, as when they are away. What they said stays."""
    lock(db, framework)
    for review in open_reviews(db, framework):
        if review.reviewer.public_id == person_id:
            review.closed_at = now
            audit.record(
                db,
                AuditKind.FRAMEWORK_REVIEW_ASKED,
                framework,
                by=by,
                reviewer=review.reviewer_id,
                withdrawn=1,
            )


def answer_review(  # noqa: PLR0913
    db: "Session",
    framework: Framework,
    answer: ReviewAnswer,
    words: str,
    *,
    by: "Identity",
    now: "datetime",
) -> None:
    """Say that one agrees, or what should change."""
    lock(db, framework)
    if framework.state is not FrameworkState.IN_REVIEW:
        raise NotAllowedNowError("This version is not being read just now. Look again later.")
    mine = [one for one in open_reviews(db, framework) if one.reviewer_id == by.staff_id]
    if not mine:
        raise NotFoundError("You are not asked to read this version.")
    if answer is ReviewAnswer.ASKS_FOR_CHANGE and not words:
        raise InvalidInputError("Say what should change", field="words")
    mine[0].answer, mine[0].words, mine[0].answered_at = answer, words, now
    audit.record(db, AuditKind.FRAMEWORK_REVIEWED, framework, by=by, answer=answer.value)


def add_comment(  # noqa: PLR0913
    db: "Session",
    framework: Framework,
    words: str,
    *,
    competence_id: str = "",
    answers: str = "",
    by: "Identity",
    now: "datetime",
) -> FrameworkComment:
    """Say something of a version or of one competence in it, or answer what somebody said."""
    if not words:
        raise InvalidInputError("Write your comment", field="words")
    parent = comment_in(db, framework, answers) if answers else None
    about = parent.competence_id if parent else None
    if competence_id and parent is None:
        about = competence_in(db, framework, competence_id).id
    comment = FrameworkComment(
        organisation_id=framework.organisation_id,
        framework_id=framework.id,
        competence_id=about,
        # answers stand in one row under the first: nobody reads deeper
        parent_id=(parent.parent_id or parent.id) if parent else None,
        author_id=by.staff_id,
        words=words,
        written_at=now,
    )
    db.add(comment)
    audit.record(db, AuditKind.FRAMEWORK_COMMENTED, framework, by=by)
    return comment


def resolve_comment(
    db: "Session", framework: Framework, comment_id: str, *, by: "Identity", now: "datetime"
) -> None:
    """Note that a comment is dealt with, or open it again."""
    comment = comment_in(db, framework, comment_id)
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by_id = now, by.staff_id
    else:
        comment.resolved_at, comment.resolved_by_id = None, None
    audit.record(
        db,
        AuditKind.FRAMEWORK_COMMENTED,
        framework,
        by=by,
        resolved=int(comment.resolved_at is not None),
    )


def threads(
    db: "Session", framework: Framework, competence: Competence | None = None
) -> list[Thread]:
    """List what was said, the open ones first, each with its answers."""
    query = (
        select(FrameworkComment, Competence.name)
        .outerjoin(Competence, Competence.id == FrameworkComment.competence_id)
        .where(FrameworkComment.framework_id == framework.id)
        .order_by(FrameworkComment.id)
        .options(joinedload(FrameworkComment.author), joinedload(FrameworkComment.resolved_by))
    )
    if competence is not None:
        query = query.where(FrameworkComment.competence_id == competence.id)
    first: list[tuple[FrameworkComment, str | None]] = []
    answers: dict[int, list[FrameworkComment]] = {}
    for comment, name in db.execute(query):
        if comment.parent_id is None:
            first.append((comment, name))
        else:
            answers.setdefault(comment.parent_id, []).append(comment)
    first.sort(key=lambda one: one[0].resolved_at is not None)
    return [
        Thread(comment=one, competence_name=name, answers=tuple(answers.get(one.id, ())))
        for one, name in first
    ]


def comment_in(db: "Session", framework: Framework, public_id: str) -> FrameworkComment:
    found = db.scalar(
        select(FrameworkComment).where(
            FrameworkComment.framework_id == framework.id,
            FrameworkComment.public_id == public_id,
        )
    )
    if found is None:
        raise NotFoundError("There is no such comment.")
    return found


def competence_in(db: "Session", framework: Framework, public_id: str) -> Competence:
    found = db.scalar(
        select(Competence)
        .join(Domain, Domain.id == Competence.domain_id)
        .where(Domain.framework_id == framework.id, Competence.public_id == public_id)
    )
    if found is None:
        raise NotFoundError("There is no such competence.")
    return found


def domain_in(db: "Session", framework: Framework, public_id: str) -> Domain:
    found = db.scalar(
        select(Domain).where(Domain.framework_id == framework.id, Domain.public_id == public_id)
    )
    if found is None:
        raise NotFoundError("There is no such domain.")
    return found


def waiting_for(db: "Session", *, by: "Identity") -> list[Framework]:
    """List the versions that somebody is asked to read now, or is named to write on."""
    asked = select(FrameworkReview.framework_id).where(
        FrameworkReview.reviewer_id == by.staff_id,
        FrameworkReview.closed_at.is_(None),
        FrameworkReview.answer.is_(None),
    )
    written = select(FrameworkAuthor.framework_id).where(
        FrameworkAuthor.staff_member_id == by.staff_id
    )
    return list(
        db.scalars(
            select(Framework)
            .where(
                Framework.organisation_id == by.organisation_id,
                or_(
                    (Framework.state == FrameworkState.IN_REVIEW) & Framework.id.in_(asked),
                    Framework.state.in_(WRITTEN) & Framework.id.in_(written),
                ),
            )
            .order_by(Framework.name, Framework.version)
        )
    )
