"""What stands in a person's way on the trust's side: who sorts it out, by when, what they did."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError
from tracker.models import (
    Appraisal,
    AuditKind,
    Barrier,
    BarrierKind,
    DigitalSystem,
    Goal,
    StaffMember,
    SystemState,
)
from tracker.security.taking_part import manages_now
from tracker.services import audit, outbox

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: What a barrier is called when nobody wrote more about it.
KIND_WORDS = {
    BarrierKind.HARDWARE: "Not enough computers or devices",
    BarrierKind.ACCESS: "A missing login, card or right",
    BarrierKind.TRAINING: "Training that is hard to get to",
    BarrierKind.USABILITY: "A system that is hard to use",
    BarrierKind.RELIABILITY: "A system that is slow or fails",
    BarrierKind.TIME: "No time set aside",
}


@dataclass(frozen=True, kw_only=True)
class BarrierDraft:
    """What somebody wrote about what stands in the way."""

    kind: BarrierKind
    description: str = ""
    #: the work email of who will sort it out; empty: the manager
    owner_email: str = ""
    fix_by_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class BarrierAnswer:
    """What the trust did, or will do."""

    outcome: str
    fix_by_on: date | None
    is_sorted: bool
    #: the public id of the system that it is about; empty: of none
    system: str = ""


def raise_or_change(  # noqa: PLR0913 - each is one plain fact of the barrier
    db: "Session",
    appraisal: Appraisal,
    goal: Goal,
    draft: BarrierDraft | None,
    *,
    by: "Identity",
    today: date,
) -> Barrier | None:
    """Note what stands in the way of a goal; without a draft, take back what was noted."""
    noted = goal.barriers[0] if goal.barriers else None
    if draft is None:
        if noted is not None and not noted.outcome:
            db.delete(noted)
        return None
    if draft.fix_by_on is not None and draft.fix_by_on < today:
        is_new = noted is None or noted.fix_by_on != draft.fix_by_on
        if is_new:
            raise InvalidInputError(
                "The day to have it sorted out has passed. Choose one that is still to come.",
                field="barrier_fix_by_on",
            )
    description = draft.description or KIND_WORDS[draft.kind]
    owner_id = _owner(db, appraisal, draft.owner_email)
    if noted is not None:
        noted.kind, noted.description = draft.kind, description
        noted.owner_id, noted.fix_by_on = owner_id, draft.fix_by_on
        return noted
    barrier = Barrier(
        organisation_id=appraisal.organisation_id,
        staff_member_id=appraisal.appraisee_id,
        kind=draft.kind,
        description=description,
        owner_id=owner_id,
        fix_by_on=draft.fix_by_on,
    )
    goal.barriers.append(barrier)
    audit.record(
        db,
        AuditKind.BARRIER_RAISED,
        barrier,
        by=by,
        subject_id=appraisal.appraisee_id,
        reason="appraisal",
    )
    return barrier


def _owner(db: "Session", appraisal: Appraisal, email: str) -> int:
    if not email:
        return appraisal.appraiser_id
    owner_id = db.scalar(
        select(StaffMember.id)
        .where(
            StaffMember.organisation_id == appraisal.organisation_id,
            func.lower(StaffMember.email) == email.lower(),
            StaffMember.left_on.is_(None),
        )
        .order_by(StaffMember.id)
        .limit(1)
    )
    if owner_id is None:
        raise InvalidInputError(
            "We know nobody with that work email. Check it, or leave it empty: then it is for "
            "the manager to sort out.",
            field="barrier_owner_email",
        )
    return owner_id


def answer_barrier(
    db: "Session", barrier: Barrier, answer: BarrierAnswer, *, by: "Identity", today: date
) -> None:
    """Say what the trust did about it, or by when it will."""
    if not answer.is_sorted and answer.fix_by_on is not None and answer.fix_by_on < today:
        raise InvalidInputError(
            "That date has passed. Choose a day that is still to come, or say that it is sorted.",
            field="fix_by_on",
        )
    barrier.outcome = answer.outcome
    barrier.fix_by_on = answer.fix_by_on
    barrier.fixed_on = (barrier.fixed_on or today) if answer.is_sorted else None
    barrier.system = _system(db, barrier, answer.system)
    audit.record(
        db,
        AuditKind.BARRIER_ANSWERED,
        barrier,
        by=by,
        subject_id=barrier.staff_member_id,
        reason=_why(db, barrier, by),
        is_sorted=int(answer.is_sorted),
    )


def systems_to_name(db: "Session", barrier: Barrier) -> list[tuple[str, str]]:
    """Give the listed systems, and the one that is named already, by public id and name."""
    rows = db.execute(
        select(DigitalSystem.public_id, DigitalSystem.name)
        .where(
            DigitalSystem.organisation_id == barrier.organisation_id,
            or_(DigitalSystem.state == SystemState.LISTED, DigitalSystem.id == barrier.system_id),
        )
        .order_by(DigitalSystem.name, DigitalSystem.id)
    )
    return [(public_id, name) for public_id, name in rows]


def system_named(barrier: Barrier) -> str:
    """Give the public id of the system that a barrier is about; empty: of none."""
    return barrier.system.public_id if barrier.system else ""


def _system(db: "Session", barrier: Barrier, public_id: str) -> DigitalSystem | None:
    if not public_id:
        return None
    return db.scalar(
        select(DigitalSystem).where(
            DigitalSystem.organisation_id == barrier.organisation_id,
            DigitalSystem.public_id == public_id,
        )
    )


def barriers_to_sort_out(db: "Session", *, by: "Identity") -> list[Barrier]:
    """Give the open barriers that this person said they would sort out, the soonest first."""
    return list(
        db.scalars(
            select(Barrier)
            .where(*is_to_sort_out(by))
            .options(joinedload(Barrier.staff_member, innerjoin=True))
            .order_by(Barrier.fix_by_on.is_(None), Barrier.fix_by_on, Barrier.id)
        )
    )


def is_to_sort_out(by: "Identity") -> "tuple[ColumnElement[bool], ...]":
    """Give the test for what waits for this person."""
    return (
        Barrier.organisation_id == by.organisation_id,
        Barrier.owner_id == by.staff_id,
        Barrier.fixed_on.is_(None),
        or_(Barrier.goal_id.is_(None), Barrier.goal_id.in_(_live_goal_ids(by))),
    )


def tell_owner(db: "Session", barrier: Barrier, *, by: "Identity") -> None:
    """Write to who can mend it, once; not to somebody about what they said themselves."""
    if barrier.owner_id is None or barrier.owner_id == by.staff_id:
        return
    outbox.enqueue(
        db,
        "barrier.raised",
        organisation_id=barrier.organisation_id,
        recipient_id=barrier.owner_id,
        dedupe_key=f"barrier.raised:{barrier.public_id}",
        payload={"barrier": barrier.public_id},
    )


def _live_goal_ids(by: "Identity") -> "Select[int]":
    return select(Goal.id).where(
        Goal.organisation_id == by.organisation_id, Goal.is_dropped.is_(False)
    )


def note_look(db: "Session", barrier: Barrier, *, by: "Identity") -> None:
    """Write down that somebody opened it, for the person to see."""
    audit.record_look(
        db,
        AuditKind.BARRIER_READ,
        barrier,
        by=by,
        subject_id=barrier.staff_member_id,
        reason=_why(db, barrier, by),
    )


def _why(db: "Session", barrier: Barrier, by: "Identity") -> str:
    if barrier.owner_id == by.staff_id:
        return "barrier owner"
    manages = db.scalar(select(manages_now(barrier.staff_member_id, by.staff_id)))
    return "manager" if manages else "stand-in"
