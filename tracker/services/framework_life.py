"""The life of a version of a framework: draft, in review, published, retiring, retired."""

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    AuditKind,
    Competence,
    Domain,
    Framework,
    FrameworkComment,
    FrameworkReview,
    FrameworkState,
    FrameworkStep,
    LevelDescriptor,
    Organisation,
    ReviewAnswer,
    RoleRequirement,
)
from tracker.services import audit, outbox
from tracker.services.framework_mapping import link_by_key, origins_in, settle

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from tracker.models import CompetenceOrigin
    from tracker.security.identity import Actor

LEVELS = 4
NEXT_STATES: dict[FrameworkState, frozenset[FrameworkState]] = {
    FrameworkState.DRAFT: frozenset({FrameworkState.IN_REVIEW}),
    FrameworkState.IN_REVIEW: frozenset({FrameworkState.DRAFT, FrameworkState.PUBLISHED}),
    FrameworkState.PUBLISHED: frozenset({FrameworkState.RETIRING}),
    FrameworkState.RETIRING: frozenset({FrameworkState.RETIRED}),
    FrameworkState.RETIRED: frozenset(),
}
#: The states in words that people read.
STATE_WORDS = {
    FrameworkState.DRAFT: "Draft",
    FrameworkState.IN_REVIEW: "In review",
    FrameworkState.PUBLISHED: "In use",
    FrameworkState.RETIRING: "Going out of use",
    FrameworkState.RETIRED: "Out of use",
}


def lock(db: "Session", framework: Framework) -> None:
    """Take turns, so that two people do not move one version at once."""
    db.refresh(framework, with_for_update=True)


def send_to_review(db: "Session", framework: Framework, *, by: "Actor", now: "datetime") -> None:
    """Ask the named people to read it. Until they answer, nobody changes the words."""
    lock(db, framework)
    _require_step(framework, FrameworkState.IN_REVIEW)
    _require_whole(db, framework)
    reviews = open_reviews(db, framework)
    if not reviews:
        raise NotAllowedNowError("Name at least one person who reads it first.")
    _move(db, framework, FrameworkState.IN_REVIEW, by=by, now=now)
    outbox.enqueue_all(
        db,
        [
            outbox.Message(
                kind="framework.to_read",
                recipient_id=one.reviewer_id,
                dedupe_key=f"framework.to_read:{one.id}",
                payload={"review_id": one.id},
            )
            for one in reviews
        ],
        organisation_id=framework.organisation_id,
    )


def send_back(db: "Session", framework: Framework, *, by: "Actor", now: "datetime") -> None:
    """Give it back to its authors. The same people are asked anew when it is ready again."""
    lock(db, framework)
    _move(db, framework, FrameworkState.DRAFT, by=by, now=now)
    for review in open_reviews(db, framework):
        review.closed_at = now
        db.add(
            FrameworkReview(
                organisation_id=framework.organisation_id,
                framework_id=framework.id,
                reviewer_id=review.reviewer_id,
                asked_by_id=review.asked_by_id,
                asked_at=now,
            )
        )


def publish(  # noqa: PLR0913 - what, who, when, and that comments can wait
    db: "Session",
    framework: Framework,
    *,
    by: "Actor",
    now: "datetime",
    today: "date",
    comments_can_wait: bool = False,
) -> None:
    """Put a version into use: answers are carried over, and role profiles move to it.

    What has begun under the version before goes on with that one.

    :raises InvalidInputError: while comments are open, unless they can wait.
    """
    # One at a time in an organisation: two versions cannot both be the latest.
    db.scalar(
        select(Organisation.id)
        .where(Organisation.id == framework.organisation_id)
        .with_for_update()
    )
    lock(db, framework)
    _require_step(framework, FrameworkState.PUBLISHED)
    _require_whole(db, framework)
    reviews = open_reviews(db, framework)
    if not reviews or any(one.answer is not ReviewAnswer.AGREES for one in reviews):
        raise NotAllowedNowError(
            "Somebody has not yet agreed. Wait for their answer, or send it back to its authors."
        )
    if not comments_can_wait and (waiting := open_comments(db, framework)):
        raise InvalidInputError(
            f"{'1 comment is' if waiting == 1 else f'{waiting} comments are'} still open. "
            "Read them first, or tick the box if they can wait.",
            field="comments_can_wait",
        )
    before = version_before(db, framework)
    if before is not None and before.version > framework.version:
        raise NotAllowedNowError(
            "A later version is in use already. Begin a new version from that one."
        )
    link_by_key(db, framework, before)
    origins = origins_in(db, framework)
    settle(origins, texts_of(db, framework, before))
    if before is not None:
        _move_profiles(db, origins, before)
        if before.state is FrameworkState.PUBLISHED:
            _put_away(db, before, on=today, replaced_by=framework, by=by, now=now)
    framework.published_on = today
    _move(db, framework, FrameworkState.PUBLISHED, by=by, now=now)


def open_comments(db: "Session", framework: Framework) -> int:
    """Count what somebody said of this version that nobody has dealt with."""
    found = db.scalar(
        select(func.count(FrameworkComment.id)).where(
            FrameworkComment.framework_id == framework.id,
            FrameworkComment.parent_id.is_(None),
            FrameworkComment.resolved_at.is_(None),
        )
    )
    return found or 0


def retire(  # noqa: PLR0913 - what, until when, what instead, who and when
    db: "Session",
    framework: Framework,
    *,
    last_day: "date",
    replaced_by: Framework | None,
    by: "Actor",
    now: "datetime",
    today: "date",
) -> None:
    """Take a framework out of use from the day after. What has begun under it goes on."""
    lock(db, framework)
    _require_step(framework, FrameworkState.RETIRING)
    if last_day < today:
        raise InvalidInputError("Give today or a later day", field="last_day")
    if replaced_by is not None and (
        replaced_by.id == framework.id or replaced_by.state is not FrameworkState.PUBLISHED
    ):
        raise InvalidInputError("Choose a framework that is in use", field="replaced_by")
    _put_away(db, framework, on=last_day, replaced_by=replaced_by, by=by, now=now)


def retire_due(
    db: "Session", organisation_id: int, *, by: "Actor", now: "datetime", today: "date"
) -> int:
    """Put away what has had its last day; say how many."""
    due = db.scalars(
        select(Framework).where(
            Framework.organisation_id == organisation_id,
            Framework.state == FrameworkState.RETIRING,
            Framework.retires_on < today,
        )
    ).all()
    for one in due:
        _move(db, one, FrameworkState.RETIRED, by=by, now=now)
    return len(due)


def open_reviews(db: "Session", framework: Framework) -> list[FrameworkReview]:
    """List who is asked to read this version now, with or without an answer."""
    return list(
        db.scalars(
            select(FrameworkReview)
            .where(
                FrameworkReview.framework_id == framework.id,
                FrameworkReview.closed_at.is_(None),
            )
            .order_by(FrameworkReview.id)
        )
    )


def version_before(db: "Session", framework: Framework) -> Framework | None:
    """Give the latest version of the same framework that was published."""
    return db.scalar(
        select(Framework)
        .where(
            Framework.organisation_id == framework.organisation_id,
            Framework.key == framework.key,
            Framework.id != framework.id,
            Framework.state.in_(
                (FrameworkState.PUBLISHED, FrameworkState.RETIRING, FrameworkState.RETIRED)
            ),
        )
        .order_by(Framework.version.desc())
        .limit(1)
    )


def _require_step(framework: Framework, state: FrameworkState) -> None:
    if state not in NEXT_STATES[framework.state]:
        raise NotAllowedNowError(
            "This step cannot be taken from here. Somebody may have been faster: look again."
        )


def _require_whole(db: "Session", framework: Framework) -> None:
    """Refuse a version with a gap: no competence, an empty domain, or an empty text."""
    empty = db.scalar(
        select(Domain.name)
        .outerjoin(Competence, Competence.domain_id == Domain.id)
        .where(Domain.framework_id == framework.id, Competence.id.is_(None))
        .limit(1)
    )
    has_any = db.scalar(select(Domain.id).where(Domain.framework_id == framework.id).limit(1))
    if empty is not None or has_any is None:
        raise NotAllowedNowError(
            "A domain has nothing in it yet. Add a competence, or take it out."
        )
    texts = texts_of(db, framework, None)
    if any(len(said) < LEVELS or not all((name, *said)) for name, _why, *said in texts.values()):
        raise NotAllowedNowError("A competence lacks a name or one of its four levels. Fill it in.")


def _move(
    db: "Session", framework: Framework, state: FrameworkState, *, by: "Actor", now: "datetime"
) -> None:
    _require_step(framework, state)
    framework.state = state
    db.add(
        FrameworkStep(
            organisation_id=framework.organisation_id,
            framework_id=framework.id,
            state=state,
            by_id=by.staff_id,
            at=now,
        )
    )
    audit.record(
        db,
        AuditKind.FRAMEWORK_MOVED,
        framework,
        by=by,
        version=framework.version,
        state=state.value,
    )
    db.flush()


def _put_away(  # noqa: PLR0913
    db: "Session",
    framework: Framework,
    *,
    on: "date",
    replaced_by: Framework | None,
    by: "Actor",
    now: "datetime",
) -> None:
    framework.retires_on = on
    framework.replaced_by_id = replaced_by.id if replaced_by else None
    _move(db, framework, FrameworkState.RETIRING, by=by, now=now)


def texts_of(
    db: "Session", framework: Framework, other: Framework | None
) -> dict[int, tuple[str, ...]]:
    """Give the words of each competence: name, description, levels in their order."""
    ids = [framework.id, *([other.id] if other else [])]
    words: dict[int, list[str]] = {}
    for row in db.execute(
        select(Competence.id, Competence.name, Competence.description)
        .join(Domain, Domain.id == Competence.domain_id)
        .where(Domain.framework_id.in_(ids))
    ):
        words[row.id] = [row.name, row.description]
    for competence_id, said in db.execute(
        select(LevelDescriptor.competence_id, LevelDescriptor.description)
        .join(Competence, Competence.id == LevelDescriptor.competence_id)
        .join(Domain, Domain.id == Competence.domain_id)
        .where(Domain.framework_id.in_(ids))
        .order_by(LevelDescriptor.competence_id, LevelDescriptor.level)
    ):
        words[competence_id].append(said)
    return {competence_id: tuple(some) for competence_id, some in words.items()}


def _move_profiles(db: "Session", origins: "list[CompetenceOrigin]", before: Framework) -> None:
    """Let each role profile ask of the new version what it asked of the old one.

    The old lines stay, for what has begun under the old version.
    """
    successors: dict[int, list[int]] = {}
    for one in origins:
        successors.setdefault(one.predecessor_id, []).append(one.competence_id)
    asked: dict[tuple[int, int], RoleRequirement] = {}
    for old in db.scalars(
        select(RoleRequirement)
        .join(Competence, Competence.id == RoleRequirement.competence_id)
        .join(Domain, Domain.id == Competence.domain_id)
        .where(Domain.framework_id == before.id)
        .order_by(RoleRequirement.id)
    ):
        for competence_id in successors.get(old.competence_id, ()):
            new = asked.setdefault(
                (old.role_profile_id, competence_id),
                RoleRequirement(
                    organisation_id=old.organisation_id,
                    role_profile_id=old.role_profile_id,
                    competence_id=competence_id,
                    needed_level=old.needed_level,
                    is_essential=old.is_essential,
                ),
            )
            new.needed_level = max(new.needed_level, old.needed_level)
            new.is_essential = new.is_essential or old.is_essential
    db.add_all(asked.values())
