"""What the induction pages show: for the starter, for the manager, for the buddy."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tracker.models import (
    Assignment,
    AuditKind,
    Barrier,
    DigitalSystem,
    Induction,
    InductionStage,
    InductionTask,
    LineKind,
    StaffMember,
    TaskOwner,
)
from tracker.services import audit
from tracker.services.induction_follow import OPEN_AFTER_START
from tracker.services.induction_offers import TaskOffer, offers_for
from tracker.services.inductions import may_do
from tracker.services.systems import systems_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: How many tasks a starter is shown as "next": two or three things, not a wall.
NEXT_TASKS = 3


#: How far ahead of its day a task counts as something for today.
SOON = timedelta(days=21)
#: How long a task of an earlier milestone still goes before those of the next.
LATELY = 7
MOST_WAITING = 5
#: How many systems a page shows before the others are folded away.
FIRST_SYSTEMS = 6


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """One task as a page shows it."""

    task: InductionTask
    can_tick: bool
    is_late: bool

    @property
    def is_to_do(self) -> bool:
        return self.task.kind is LineKind.DO


@dataclass(frozen=True, kw_only=True)
class MilestoneLines:
    """A milestone and what is to be done by it."""

    name: str
    due_on: date
    lines: tuple[TaskLine, ...]
    #: whether the page shows it unfolded
    is_now: bool

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
    #: the first thing to come, when there is nothing for today
    later: TaskLine | None
    #: what others do, and by when
    waiting: tuple[TaskLine, ...]
    #: what is worth reading or watching
    to_read: tuple[InductionTask, ...]
    milestones: tuple[MilestoneLines, ...]
    missing: tuple[Barrier, ...]
    #: the few to know first: those with alerts in them
    systems: tuple[DigitalSystem, ...]
    more_systems: tuple[DigitalSystem, ...]
    offers: tuple[TaskOffer, ...]
    colleagues: tuple[StaffMember, ...]
    #: whether the welcome before day one still makes sense
    can_invite: bool

    @property
    def is_buddy_only(self) -> bool:
        return not (self.is_starter or self.is_manager)


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
    lines = _lines(induction, by, manager_ids=manager_ids, today=today)
    is_party = is_starter or is_manager
    if not is_party:
        lines = tuple(line for line in lines if line.can_tick)
    own = _own(lines, is_starter=is_starter, starts_on=induction.starts_on, today=today)
    systems = systems_of(db, induction.staff_member, today) if is_party else ()
    first = _to_know_first(systems)
    soon = tuple(line for line in own if line.task.due_on <= today + SOON)[:NEXT_TASKS]
    return InductionPage(
        induction=induction,
        is_starter=is_starter,
        is_manager=is_manager,
        next_lines=soon,
        later=min(own, key=lambda line: line.task.due_on) if own and not soon else None,
        waiting=_waiting(lines, is_starter=is_starter, today=today) if is_party else (),
        to_read=tuple(line.task for line in lines if not line.is_to_do) if is_party else (),
        milestones=_by_milestone(lines, today=today),
        missing=_open_barriers(db, induction) if is_party else (),
        systems=first,
        more_systems=tuple(one for one in systems if one not in first),
        offers=offers_for(db, induction, today=today) if is_party else (),
        colleagues=_colleagues(db, induction, today=today) if is_manager else (),
        can_invite=induction.is_under_way and today <= induction.starts_on + OPEN_AFTER_START,
    )


def _to_know_first(systems: tuple[DigitalSystem, ...]) -> tuple[DigitalSystem, ...]:
    """Choose the systems with alerts in them, the most alerts first; nobody reads a list of 40."""
    ranked = sorted(systems, key=lambda one: -len(one.alerts))[:FIRST_SYSTEMS]
    with_alerts = {one.id for one in ranked if one.alerts} or {one.id for one in ranked}
    return tuple(one for one in systems if one.id in with_alerts)


def _lines(
    induction: Induction, by: "Identity", *, manager_ids: frozenset[int], today: date
) -> tuple[TaskLine, ...]:
    return tuple(
        TaskLine(
            task=task,
            can_tick=induction.is_under_way and may_do(task, by, manager_ids=manager_ids),
            is_late=task.done_at is None and task.kind is LineKind.DO and task.due_on < today,
        )
        for task in induction.tasks
    )


def _own(
    lines: tuple[TaskLine, ...], *, is_starter: bool, starts_on: date, today: date
) -> list[TaskLine]:
    """List what is left for this person, in a friendly order: what fits the day comes first.

    Who begins late meets what fits their week, not a list of what they missed.
    """
    since = (today - starts_on).days

    def order(line: TaskLine) -> tuple[bool, int, int]:
        days = line.task.days_from_start
        is_old = days < since - LATELY
        return is_old, -days if is_old else days, line.task.position

    theirs = [
        line
        for line in lines
        if line.can_tick
        and line.is_to_do
        and not line.task.done_at
        and (not is_starter or line.task.owner is TaskOwner.STARTER)
    ]
    return sorted(theirs, key=order)


def _waiting(lines: tuple[TaskLine, ...], *, is_starter: bool, today: date) -> tuple[TaskLine, ...]:
    """List what others have still to do: for the starter's eyes, or the manager's."""
    own = TaskOwner.STARTER if is_starter else TaskOwner.MANAGER
    return tuple(
        line
        for line in lines
        if line.is_to_do
        and line.task.owner is not own
        and not line.task.done_at
        and line.task.due_on <= today + SOON
        and (is_starter or line.task.owner is not TaskOwner.STARTER)
    )[:MOST_WAITING]


def _by_milestone(lines: tuple[TaskLine, ...], *, today: date) -> tuple[MilestoneLines, ...]:
    grouped: dict[str, list[TaskLine]] = {}
    for line in sorted(lines, key=lambda one: (one.task.days_from_start, one.task.position)):
        if line.is_to_do:
            grouped.setdefault(line.task.milestone_name, []).append(line)
    return tuple(
        MilestoneLines(
            name=name,
            due_on=max(line.task.due_on for line in group),
            lines=tuple(group),
            is_now=any(
                not line.task.done_at and line.task.due_on <= today + SOON for line in group
            ),
        )
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
    """Find who could be a buddy: those who work in the same unit today and are no starters."""
    starting = select(Induction.staff_member_id).where(
        Induction.organisation_id == induction.organisation_id,
        Induction.stage == InductionStage.UNDER_WAY,
    )
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
                StaffMember.id.not_in(starting),
                StaffMember.id.not_in([induction.staff_member_id, induction.manager_id or 0]),
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
