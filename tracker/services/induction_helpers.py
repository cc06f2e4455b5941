"""Who does the tasks that IT or a trainer has, and the list of what was given to them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.errors import InvalidInputError
from tracker.models import (
    AuditKind,
    Induction,
    InductionHelper,
    InductionStage,
    InductionTask,
    LineKind,
    OrganisationUnit,
    StaffMember,
    TaskOwner,
)
from tracker.services import audit
from tracker.services.induction_templates import units_above
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: Whose tasks a helper can be named for.
HELPED = (TaskOwner.IT, TaskOwner.TRAINER)
#: How far ahead a helper sees what is coming.
AHEAD = timedelta(days=42)
MOST_SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class GivenTask:
    """One task as the one sees it to whom it was given: the item, and nothing else."""

    task: InductionTask
    name: str
    unit: str
    starts_on: date
    is_late: bool


def helper_of(db: "Session", induction: Induction, owner: TaskOwner, *, today: date) -> int | None:
    """Say who looks after what this owner has: the helper closest to the starter's unit."""
    above = units_above(db, induction.organisation_id, [induction.organisation_unit_id])
    chain = above.get(induction.organisation_unit_id or 0, ())
    rows = db.execute(
        select(InductionHelper.staff_member_id, InductionHelper.organisation_unit_id)
        .join(StaffMember, StaffMember.id == InductionHelper.staff_member_id)
        .where(
            InductionHelper.organisation_id == induction.organisation_id,
            InductionHelper.owner == owner,
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
        )
        .order_by(InductionHelper.id)
    )
    closest = {
        row.staff_member_id: len(chain)
        if row.organisation_unit_id is None
        else chain.index(row.organisation_unit_id)
        for row in rows
        if row.organisation_unit_id is None or row.organisation_unit_id in chain
    }
    return min(closest, key=lambda one: closest[one]) if closest else None


def tasks_given(db: "Session", *, by: "Identity", today: date) -> tuple[GivenTask, ...]:
    """List what is asked of this person, the earliest first. A look at each person is recorded."""
    mine = _helping(db, by)
    if not mine:
        return ()
    found = _given_to(db, by, mine, today=today)
    audit.record_each(
        db,
        AuditKind.TASK_READ,
        "induction",
        {one.induction_id: one.induction.staff_member_id for one in found},
        by=by,
        reason="task owner",
    )
    return tuple(
        GivenTask(
            task=one,
            name=one.induction.staff_member.name,
            unit=one.induction.organisation_unit.name if one.induction.organisation_unit else "",
            starts_on=one.induction.starts_on,
            is_late=one.due_on < today,
        )
        for one in found
    )


def _given_to(
    db: "Session", by: "Identity", mine: list[InductionHelper], *, today: date
) -> "Sequence[InductionTask]":
    return db.scalars(
        select(InductionTask)
        .join(Induction, Induction.id == InductionTask.induction_id)
        .where(
            Induction.organisation_id == by.organisation_id,
            Induction.stage == InductionStage.UNDER_WAY,
            InductionTask.kind == LineKind.DO,
            InductionTask.done_at.is_(None),
            InductionTask.due_on <= today + AHEAD,
            or_(false(), *(_covers(by.organisation_id, one) for one in mine)),
        )
        .order_by(InductionTask.due_on, InductionTask.id)
        .limit(MOST_SHOWN)
        .options(
            contains_eager(InductionTask.induction).options(
                joinedload(Induction.staff_member, innerjoin=True),
                joinedload(Induction.organisation_unit),
            )
        )
    ).all()


def helps(db: "Session", by: "Identity") -> bool:
    """Say whether somebody is named for any tasks."""
    return bool(_helping(db, by))


def _helping(db: "Session", by: "Identity") -> list[InductionHelper]:
    return list(
        db.scalars(
            select(InductionHelper).where(
                InductionHelper.organisation_id == by.organisation_id,
                InductionHelper.staff_member_id == by.staff_id,
            )
        )
    )


def _covers(organisation_id: int, helper: InductionHelper) -> ColumnElement[bool]:
    owned = InductionTask.owner == helper.owner
    if helper.organisation_unit_id is None:
        return owned
    tree = units_and_those_above(organisation_id)
    below = select(tree.c.unit_id).where(tree.c.above_id == helper.organisation_unit_id)
    return and_(owned, Induction.organisation_unit_id.in_(below))


def tick_given(
    db: "Session", task: InductionTask, *, by: "Identity", now: datetime
) -> InductionTask:
    """Tick what was given to this person. Doing it twice changes nothing."""
    if task.done_at is None:
        task.done_at, task.done_by_id = now, by.staff_id
        audit.record(
            db,
            AuditKind.TASK_DONE,
            task,
            by=by,
            subject_id=task.induction.staff_member_id,
            reason="task owner",
        )
    return task


def all_helpers(db: "Session", organisation_id: int) -> tuple[InductionHelper, ...]:
    return tuple(
        db.scalars(
            select(InductionHelper)
            .where(InductionHelper.organisation_id == organisation_id)
            .order_by(InductionHelper.owner, InductionHelper.id)
            .options(
                joinedload(InductionHelper.staff_member, innerjoin=True),
                joinedload(InductionHelper.organisation_unit),
            )
        )
    )


def name_helper(  # noqa: PLR0913 - each is one plain fact of it
    db: "Session",
    owner: TaskOwner,
    *,
    employee_number: str,
    unit_code: str,
    by: "Identity",
    today: date,
) -> InductionHelper:
    """Name somebody for the tasks of IT or of trainers, everywhere or for one unit.

    :raises InvalidInputError: for a person or unit that there is not.
    """
    if owner not in HELPED:
        raise InvalidInputError("Choose IT or a trainer.", field="owner")
    person = db.scalar(
        select(StaffMember).where(
            StaffMember.organisation_id == by.organisation_id,
            StaffMember.employee_number == employee_number.strip(),
        )
    )
    if person is None or person.has_left(today):
        raise InvalidInputError(
            "There is nobody with this number. Look it up in HR's list.", field="employee_number"
        )
    unit = _unit(db, by.organisation_id, unit_code.strip())
    if unit_code.strip() and unit is None:
        raise InvalidInputError(
            "There is no unit with this code. Leave it empty for all units.", field="unit_code"
        )
    unit_id = unit.id if unit else None
    for one in all_helpers(db, by.organisation_id):
        if (one.owner, one.staff_member_id, one.organisation_unit_id) == (
            owner,
            person.id,
            unit_id,
        ):
            return one
    helper = InductionHelper(
        organisation_id=by.organisation_id,
        owner=owner,
        staff_member=person,
        organisation_unit_id=unit_id,
    )
    db.add(helper)
    audit.record(db, AuditKind.HELPER_CHANGED, helper, by=by, subject_id=person.id, reason="role")
    return helper


def _unit(db: "Session", organisation_id: int, code: str) -> OrganisationUnit | None:
    if not code:
        return None
    return db.scalar(
        select(OrganisationUnit).where(
            OrganisationUnit.organisation_id == organisation_id, OrganisationUnit.code == code
        )
    )


def drop_helper(db: "Session", public_id: str, *, by: "Identity") -> None:
    """Take somebody off the list. What they have done stays done."""
    helper = next(
        (one for one in all_helpers(db, by.organisation_id) if one.public_id == public_id), None
    )
    if helper is not None:
        audit.record(
            db,
            AuditKind.HELPER_CHANGED,
            helper,
            by=by,
            subject_id=helper.staff_member_id,
            reason="role",
        )
        db.delete(helper)
