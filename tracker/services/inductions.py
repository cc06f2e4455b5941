"""A starter's first months: done task by task, with what is missing said early."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import (
    AuditKind,
    Barrier,
    BarrierKind,
    DigitalSystem,
    Induction,
    InductionStage,
    InductionTask,
    StaffMember,
    TaskOwner,
)
from tracker.services import audit
from tracker.services.barriers import tell_owner
from tracker.services.induction_helpers import helper_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor, Identity

MISSING_ITEMS = {
    "login": ("A login or password", BarrierKind.ACCESS, TaskOwner.IT),
    "smartcard": ("A smartcard", BarrierKind.ACCESS, TaskOwner.IT),
    "device": ("A computer, phone or tablet to work on", BarrierKind.HARDWARE, TaskOwner.IT),
    "training": ("A place on a training session", BarrierKind.TRAINING, TaskOwner.TRAINER),
}


def may_do(task: InductionTask, who: "Identity", *, manager_ids: frozenset[int]) -> bool:
    """Say who ticks what: the manager all of it; the starter and the buddy what is theirs.

    What IT or a trainer does is ticked by the starter, who knows best whether it works.
    """
    induction = task.induction
    if who.staff_id in manager_ids:
        return True
    if who.staff_id == induction.staff_member_id:
        return task.owner in {TaskOwner.STARTER, TaskOwner.IT, TaskOwner.TRAINER}
    return who.staff_id == induction.buddy_id and task.owner is TaskOwner.BUDDY


def mark_task(  # noqa: PLR0913 - a use case, its record and its clock
    db: "Session",
    induction: Induction,
    task_public_id: str,
    *,
    is_done: bool,
    by: "Identity",
    manager_ids: frozenset[int],
    now: datetime,
) -> InductionTask:
    """Tick a task, or take the tick back. Doing it twice changes nothing.

    :raises NotFoundError: for a task that is not there, or not this person's to tick.
    """
    task = next((one for one in induction.tasks if one.public_id == task_public_id), None)
    if task is None or not may_do(task, by, manager_ids=manager_ids):
        raise NotFoundError("There is no such task here.")
    if (task.done_at is not None) == is_done:
        return task
    task.done_at = now if is_done else None
    task.done_by_id = by.staff_id if is_done else None
    kind = AuditKind.TASK_DONE if is_done else AuditKind.TASK_REOPENED
    audit.record(db, kind, task, by=by, subject_id=induction.staff_member_id)
    return task


def say_missing(  # noqa: PLR0913 - a use case, its record and its clock
    db: "Session",
    induction: Induction,
    item: str,
    *,
    by: "Identity",
    today: date,
    system_id: str = "",
) -> Barrier:
    """Tell who can mend it that something is still missing. Said twice, it stays one barrier.

    A system, named by its public id, is one that somebody cannot get into.

    :raises InvalidInputError: for a thing that is not on the list.
    """
    missing = _system_missing(db, induction, system_id) if system_id else _item_missing(item)
    known = db.scalar(
        select(Barrier).where(
            Barrier.induction_id == induction.id,
            Barrier.item == missing.item,
            Barrier.fixed_on.is_(None),
        )
    )
    if known is not None:
        return known
    owner_id = missing.owner_id or helper_of(db, induction, missing.helped_by, today=today)
    barrier = Barrier(
        organisation_id=induction.organisation_id,
        staff_member_id=induction.staff_member_id,
        induction_id=induction.id,
        kind=missing.kind,
        description=missing.description,
        owner_id=owner_id or induction.manager_id,
        item=missing.item,
        system_id=missing.system_id,
    )
    db.add(barrier)
    audit.record(db, AuditKind.BARRIER_RAISED, barrier, by=by, subject_id=induction.staff_member_id)
    db.flush()
    db.refresh(barrier, ["owner"])
    tell_owner(db, barrier, by=by)
    return barrier


@dataclass(frozen=True, kw_only=True)
class _Missing:
    """What is missing, and who mends such things."""

    item: str
    description: str
    kind: BarrierKind
    helped_by: TaskOwner
    owner_id: int | None = None
    system_id: int | None = None


def _item_missing(item: str) -> _Missing:
    if item not in MISSING_ITEMS:
        raise InvalidInputError("Choose what is missing from the list.")
    words, kind, helped_by = MISSING_ITEMS[item]
    return _Missing(
        item=item,
        description=f"Still missing: {words[0].lower()}{words[1:]}",
        kind=kind,
        helped_by=helped_by,
    )


def _system_missing(db: "Session", induction: Induction, public_id: str) -> _Missing:
    system = db.scalar(
        select(DigitalSystem).where(
            DigitalSystem.public_id == public_id,
            DigitalSystem.organisation_id == induction.organisation_id,
        )
    )
    if system is None:
        raise InvalidInputError("Choose what is missing from the list.")
    return _Missing(
        item=f"system:{system.id}",
        description=f"Still missing: a way into {system.name}"[:300],
        kind=BarrierKind.ACCESS,
        helped_by=TaskOwner.IT,
        owner_id=system.owner_id,
        system_id=system.id,
    )


def choose_buddy(
    db: "Session", induction: Induction, buddy: StaffMember | None, *, by: "Actor"
) -> None:
    """Give the starter a buddy, or another one.

    :raises InvalidInputError: when the buddy is the starter.
    """
    if buddy is not None and buddy.id == induction.staff_member_id:
        raise InvalidInputError("Choose somebody else: nobody can be their own buddy.")
    if induction.stage is not InductionStage.UNDER_WAY:
        raise NotAllowedNowError("This induction is complete. It needs no buddy now.")
    induction.buddy_id = buddy.id if buddy else None
    audit.record(
        db, AuditKind.INDUCTION_CHANGED, induction, by=by, subject_id=induction.staff_member_id
    )
