"""A round of appraisals: who is due, who has moved, who has left; opened in short steps.

What is to be done is found first, without a lock; then it is done a few hundred people at a time.
Each step can be a transaction of its own, so that nobody who signs has to wait, and a job that was
cut off goes on where it stopped.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Appraisal, AppraisalStage, StaffMember
from tracker.security.identity import System
from tracker.services.appraisal_cycles import Cycles, LastAppraisal, cycles_of, due_on
from tracker.services.appraisals import (
    Due,
    begin_anew,
    close_unsigned,
    last_appraisals,
    open_all,
    with_former_manager,
)
from tracker.services.exclusions import Exclusions, exclusions_on
from tracker.services.reporting import Managed, who_manages

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

#: How many people one step is about: about a tenth of a second of work.
STEP = 500


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What an opening brought."""

    opened: int = 0
    handed_over: int = 0
    closed: int = 0

    def __add__(self, other: "Opened") -> "Opened":
        return Opened(
            opened=self.opened + other.opened,
            handed_over=self.handed_over + other.handed_over,
            closed=self.closed + other.closed,
        )


@dataclass(frozen=True, kw_only=True)
class Step:
    """A part of a round that is done at once."""

    due: tuple[Due, ...] = ()
    #: open with a former manager: (appraisal, person)
    moved: tuple[tuple[int, int], ...] = ()
    #: open appraisals of people who have left
    left: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a day makes due in an organisation."""

    organisation_id: int
    today: date
    managed: dict[int, Managed]
    due: list[Due]
    moved: list[tuple[int, int]]
    left: list[int]

    def steps(self, size: int = STEP) -> Iterator[Step]:
        for start in range(0, len(self.left), size):
            yield Step(left=tuple(self.left[start : start + size]))
        for start in range(0, len(self.moved), size):
            yield Step(moved=tuple(self.moved[start : start + size]))
        for start in range(0, len(self.due), size):
            yield Step(due=tuple(self.due[start : start + size]))


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an organisation says about its rounds."""

    cycles: Cycles
    exclusions: Exclusions


def rules_of(db: "Session", organisation_id: int, *, today: date) -> Rules:
    return Rules(
        cycles=cycles_of(db, organisation_id),
        exclusions=exclusions_on(db, organisation_id, today=today),
    )


def when_due(one: Managed, last: LastAppraisal | None, rules: Rules, *, today: date) -> date | None:
    """Say when somebody's next appraisal is due by itself; none for who is left out or away."""
    if one.is_away or rules.exclusions.leave_out(one):
        return None
    cycle = rules.cycles.for_group(one.staff_group)
    return due_on(cycle, last=last, hired_on=one.hired_on, today=today)


def plan_round(
    db: "Session", organisation_id: int, *, today: date, only: Collection[int] | None = None
) -> Round:
    """Find what is due today, in a few questions however many the people. Changes nothing.

    `only`: for these people alone, as after a file of changes.
    """
    by = System(organisation_id=organisation_id)
    managed = who_manages(db, organisation_id, today=today, only=only)
    rules = rules_of(db, organisation_id, today=today)
    last = last_appraisals(db, organisation_id, only=only)
    busy = set(
        db.scalars(
            select(Appraisal.appraisee_id).where(
                Appraisal.organisation_id == organisation_id,
                Appraisal.stage == AppraisalStage.OPEN,
            )
        )
    )
    due = []
    for one in managed.values():
        if one.staff_member_id in busy:
            continue
        day = when_due(one, last.get(one.staff_member_id), rules, today=today)
        cycle = rules.cycles.for_group(one.staff_group)
        if day is not None and day - cycle.notice <= today:
            due.append(
                Due(
                    staff_member_id=one.staff_member_id,
                    manager_id=one.manager_id,
                    due_on=day,
                    is_goals_only=cycle.is_elsewhere,
                )
            )
    return Round(
        organisation_id=organisation_id,
        today=today,
        managed=managed,
        due=due,
        moved=with_former_manager(db, managed, by),
        left=_of_leavers(db, organisation_id, today=today),
    )


def take_step(db: "Session", planned: Round, step: Step) -> Opened:
    """Do one part of it. Done twice, or at the same time as somebody else, it does no harm."""
    by = System(organisation_id=planned.organisation_id)
    today = planned.today
    closed = close_unsigned(db, list(step.left), because="left", by=by) if step.left else []
    handed_over = begin_anew(db, list(step.moved), planned.managed, by=by, today=today)
    people = [one.staff_member_id for one in step.due]
    last = last_appraisals(db, planned.organisation_id, only=people) if people else {}
    opened = open_all(db, list(step.due), last, by=by, today=today)
    return Opened(opened=opened, handed_over=handed_over, closed=len(closed))


def open_due_appraisals(db: "Session", organisation: "Organisation", *, today: date) -> Opened:
    """Do all of it in the caller's transaction. Safe to run twice."""
    planned = plan_round(db, organisation.id, today=today)
    done = Opened()
    for step in planned.steps():
        done += take_step(db, planned, step)
    return done


def _of_leavers(db: "Session", organisation_id: int, *, today: date) -> list[int]:
    return list(
        db.scalars(
            select(Appraisal.id)
            .join(StaffMember, StaffMember.id == Appraisal.appraisee_id)
            .where(
                Appraisal.organisation_id == organisation_id,
                Appraisal.stage == AppraisalStage.OPEN,
                StaffMember.left_on < today,
            )
        )
    )
