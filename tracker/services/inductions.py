"""A new starter's first months: begun from HR, done task by task, closed by a talk."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, insert, or_, select, update

from tracker.content import induction as content
from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import (
    AuditKind,
    Barrier,
    BarrierKind,
    Induction,
    InductionStage,
    InductionTask,
    InductionTemplate,
    Milestone,
    ReportingLine,
    StaffMember,
    TaskOwner,
    TemplateTask,
    new_public_id,
)
from tracker.security.identity import System
from tracker.services import audit
from tracker.services.working_days import on_working_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation
    from tracker.security.identity import Actor, Identity

#: How long after the first day somebody still counts as a starter, when HR first tells us.
STARTER_FOR = timedelta(days=90)
#: How far ahead of the first day an induction begins.
BEGINS_BEFORE = timedelta(days=42)

MISSING_ITEMS = {
    "login": ("A login or password", BarrierKind.ACCESS),
    "smartcard": ("A smartcard", BarrierKind.ACCESS),
    "device": ("A computer, phone or tablet to work on", BarrierKind.HARDWARE),
    "training": ("A place on a training session", BarrierKind.TRAINING),
}


@dataclass(frozen=True, kw_only=True)
class Starter:
    """Somebody whose induction can begin."""

    staff_member_id: int
    starts_on: date
    manager_id: int | None


def seed_template(db: "Session", organisation: "Organisation") -> InductionTemplate:
    """Give the trust the induction that we ship, unless it has it."""
    template = db.scalar(
        select(InductionTemplate).where(
            InductionTemplate.organisation_id == organisation.id,
            InductionTemplate.key == content.TEMPLATE_KEY,
        )
    )
    if template is not None:
        return template
    own = {"organisation_id": organisation.id}
    template = InductionTemplate(key=content.TEMPLATE_KEY, name=content.TEMPLATE_NAME, **own)
    for milestone in content.MILESTONES:
        template.milestones.append(
            Milestone(
                key=milestone.key,
                name=milestone.name,
                days_from_start=milestone.days_from_start,
                tasks=[
                    TemplateTask(
                        owner=TaskOwner(task.owner),
                        wording=task.wording,
                        purpose=task.purpose,
                        position=position,
                        **own,
                    )
                    for position, task in enumerate(milestone.tasks)
                ],
                **own,
            )
        )
    db.add(template)
    db.flush()
    return template


def begin_inductions(db: "Session", organisation: "Organisation", *, today: date) -> int:
    """Begin an induction for each starter that has none. Safe to run twice.

    Returns how many began. The number of queries does not grow with the number of starters.
    """
    _follow_reporting_lines(db, organisation, today=today)
    starters = _starters_without(db, organisation, today=today)
    if not starters:
        return 0
    template = seed_template(db, organisation)
    db.execute(insert(Induction), [_induction_row(starter, template) for starter in starters])
    begun = db.scalars(
        select(Induction).where(
            Induction.organisation_id == organisation.id,
            Induction.stage == InductionStage.UNDER_WAY,
            ~exists().where(InductionTask.induction_id == Induction.id),
        )
    ).all()
    rows = [row for one in begun for row in _task_rows(one, template)]
    db.execute(insert(InductionTask), rows)
    for one in begun:
        audit.record(
            db,
            AuditKind.INDUCTION_BEGUN,
            one,
            by=System(organisation_id=organisation.id),
            subject_id=one.staff_member_id,
        )
    return len(begun)


def _follow_reporting_lines(db: "Session", organisation: "Organisation", *, today: date) -> None:
    """Hand each induction that is under way to the manager whom HR names today, if it names one."""
    manager = (
        select(ReportingLine.manager_id)
        .where(
            ReportingLine.staff_member_id == Induction.staff_member_id,
            ReportingLine.current_on(today),
        )
        .order_by(ReportingLine.starts_on.desc(), ReportingLine.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    db.execute(
        update(Induction)
        .where(
            Induction.organisation_id == organisation.id,
            Induction.stage == InductionStage.UNDER_WAY,
            manager.is_not(None),
            manager.is_distinct_from(Induction.manager_id),
        )
        .values(manager_id=manager)
        .execution_options(synchronize_session=False)
    )


def _starters_without(db: "Session", organisation: "Organisation", *, today: date) -> list[Starter]:
    """Find who started lately or starts soon, has not left, and has no induction for that start."""
    rows = db.execute(
        select(StaffMember.id, StaffMember.hired_on, ReportingLine.manager_id)
        .join(
            ReportingLine,
            (ReportingLine.staff_member_id == StaffMember.id)
            & or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= today),
            isouter=True,
        )
        .where(
            StaffMember.organisation_id == organisation.id,
            StaffMember.hired_on.between(today - STARTER_FOR, today + BEGINS_BEFORE),
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
            ~exists().where(
                Induction.staff_member_id == StaffMember.id,
                Induction.starts_on == StaffMember.hired_on,
            ),
        )
        .order_by(StaffMember.id, ReportingLine.starts_on)
    )
    starters = {
        staff_id: Starter(staff_member_id=staff_id, starts_on=hired_on, manager_id=manager_id)
        for staff_id, hired_on, manager_id in rows
        if hired_on is not None
    }
    return list(starters.values())


def _induction_row(starter: Starter, template: InductionTemplate) -> dict[str, object]:
    return {
        "organisation_id": template.organisation_id,
        "public_id": new_public_id(),
        "staff_member_id": starter.staff_member_id,
        "manager_id": starter.manager_id,
        "induction_template_id": template.id,
        "stage": InductionStage.UNDER_WAY,
        "starts_on": starter.starts_on,
        "alone": "",
        "with_help": "",
        "next_help": "",
        "version": 1,
    }


def _task_rows(induction: Induction, template: InductionTemplate) -> list[dict[str, object]]:
    return [
        {
            "organisation_id": induction.organisation_id,
            "public_id": new_public_id(),
            "induction_id": induction.id,
            "milestone_key": milestone.key,
            "milestone_name": milestone.name,
            "owner": task.owner,
            "wording": task.wording,
            "purpose": task.purpose,
            "position": task.position,
            "due_on": on_working_day(
                induction.starts_on + timedelta(days=milestone.days_from_start),
                forward=milestone.days_from_start >= 0,
            ),
        }
        for milestone in template.milestones
        for task in milestone.tasks
    ]


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


def say_missing(db: "Session", induction: Induction, item: str, *, by: "Identity") -> Barrier:
    """Tell the manager that something is still missing. Said twice, it stays one barrier.

    :raises InvalidInputError: for a thing that is not on the list.
    """
    if item not in MISSING_ITEMS:
        raise InvalidInputError("Choose what is missing from the list.")
    words, kind = MISSING_ITEMS[item]
    known = db.scalar(
        select(Barrier).where(
            Barrier.induction_id == induction.id,
            Barrier.item == item,
            Barrier.fixed_on.is_(None),
        )
    )
    if known is not None:
        return known
    barrier = Barrier(
        organisation_id=induction.organisation_id,
        staff_member_id=induction.staff_member_id,
        induction_id=induction.id,
        kind=kind,
        description=f"Still missing: {words[0].lower()}{words[1:]}",
        owner_id=induction.manager_id,
        item=item,
    )
    db.add(barrier)
    audit.record(db, AuditKind.BARRIER_RAISED, barrier, by=by, subject_id=induction.staff_member_id)
    return barrier


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
