"""What the induction pages show: for the starter, for the manager, for the buddy."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.models import (
    Assignment,
    AuditKind,
    Barrier,
    Induction,
    InductionStage,
    InductionTask,
    ReportingLine,
    StaffMember,
)
from tracker.services import audit
from tracker.services.induction_follow import OPEN_AFTER_START
from tracker.services.inductions import may_do

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: How many tasks a starter is shown as "next": two or three things, not a wall.
NEXT_TASKS = 3


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """One task as a page shows it."""

    task: InductionTask
    can_tick: bool
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class MilestoneLines:
    """A milestone and what is to be done by it."""

    name: str
    due_on: date
    lines: tuple[TaskLine, ...]

    @property
    def done(self) -> int:
        return sum(1 for line in self.lines if line.task.done_at)


@dataclass(frozen=True, kw_only=True)
class InductionPage:
    """Everything that one person may see of one induction."""

    induction: Induction
    is_starter: bool
    is_manager: bool
    next_lines: tuple[TaskLine, ...]
    milestones: tuple[MilestoneLines, ...]
    missing: tuple[Barrier, ...]
    colleagues: tuple[StaffMember, ...]
    #: whether the welcome before day one still makes sense
    can_invite: bool

    @property
    def is_buddy_only(self) -> bool:
        return not (self.is_starter or self.is_manager)


@dataclass(frozen=True, kw_only=True)
class InductionLine:
    """One induction in a list: dates and states, nothing that somebody wrote."""

    induction: Induction
    done: int
    total: int
    late: int


def induction_page(
    db: "Session",
    induction: Induction,
    *,
    by: "Identity",
    manager_ids: frozenset[int],
    today: date,
) -> InductionPage:
    """Gather one induction for one person. A look by somebody else is recorded."""
    is_starter = by.staff_id == induction.staff_member_id
    is_manager = by.staff_id in manager_ids
    audit.record_look(
        db,
        AuditKind.INDUCTION_READ,
        induction,
        by=by,
        subject_id=induction.staff_member_id,
        reason="manager" if is_manager else "buddy",
    )
    lines = tuple(
        TaskLine(
            task=task,
            can_tick=induction.stage is InductionStage.UNDER_WAY
            and may_do(task, by, manager_ids=manager_ids),
            is_late=task.done_at is None and task.due_on < today,
        )
        for task in induction.tasks
    )
    if not (is_starter or is_manager):
        lines = tuple(line for line in lines if line.can_tick)
    return InductionPage(
        induction=induction,
        is_starter=is_starter,
        is_manager=is_manager,
        next_lines=tuple(line for line in lines if line.can_tick and not line.task.done_at)[
            :NEXT_TASKS
        ],
        milestones=_by_milestone(lines),
        missing=_open_barriers(db, induction) if is_starter or is_manager else (),
        colleagues=_colleagues(db, induction, today=today) if is_manager else (),
        can_invite=induction.is_under_way and today <= induction.starts_on + OPEN_AFTER_START,
    )


def _by_milestone(lines: tuple[TaskLine, ...]) -> tuple[MilestoneLines, ...]:
    grouped: dict[str, list[TaskLine]] = {}
    for line in lines:
        grouped.setdefault(line.task.milestone_name, []).append(line)
    return tuple(
        MilestoneLines(name=name, due_on=group[0].task.due_on, lines=tuple(group))
        for name, group in grouped.items()
    )


def _open_barriers(db: "Session", induction: Induction) -> tuple[Barrier, ...]:
    return tuple(
        db.scalars(
            select(Barrier)
            .where(Barrier.induction_id == induction.id, Barrier.fixed_on.is_(None))
            .order_by(Barrier.id)
            .options(joinedload(Barrier.owner))
        )
    )


def _colleagues(db: "Session", induction: Induction, *, today: date) -> tuple[StaffMember, ...]:
    """Find who could be a buddy: those who work in the same unit today."""
    unit_ids = select(Assignment.organisation_unit_id).where(
        Assignment.organisation_id == induction.organisation_id,
        Assignment.staff_member_id == induction.staff_member_id,
    )
    return tuple(
        db.scalars(
            select(StaffMember)
            .join(Assignment, Assignment.staff_member_id == StaffMember.id)
            .where(
                StaffMember.organisation_id == induction.organisation_id,
                StaffMember.id != induction.staff_member_id,
                StaffMember.hired_on <= today,
                or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
                Assignment.organisation_unit_id.in_(unit_ids),
                Assignment.current_on(today),
            )
            .distinct()
            .order_by(StaffMember.family_name, StaffMember.given_name)
            .limit(60)
        )
    )


def colleague(
    db: "Session", induction: Induction, public_id: str, *, today: date
) -> StaffMember | None:
    """Find one of those who could be the buddy, by public id; none for anybody else."""
    candidates = _colleagues(db, induction, today=today)
    return next((one for one in candidates if one.public_id == public_id), None)


def inductions_of(db: "Session", *, by: "Identity", today: date) -> tuple[InductionLine, ...]:
    """List the inductions that this person has a part in, soonest start first."""
    team = select(ReportingLine.staff_member_id).where(
        ReportingLine.manager_id == by.staff_id,
        ReportingLine.current_on(today),
    )
    found = db.scalars(
        select(Induction)
        .where(
            Induction.organisation_id == by.organisation_id,
            Induction.stage != InductionStage.ENDED,
            or_(
                Induction.staff_member_id == by.staff_id,
                Induction.staff_member_id.in_(team),
                Induction.buddy_id == by.staff_id,
            ),
        )
        .order_by(Induction.starts_on.desc(), Induction.id)
        .options(joinedload(Induction.staff_member), selectinload(Induction.tasks))
    )
    return tuple(
        InductionLine(
            induction=one,
            done=sum(1 for task in one.tasks if task.done_at),
            total=len(one.tasks),
            late=sum(1 for task in one.tasks if not task.done_at and task.due_on < today),
        )
        for one in found
    )
