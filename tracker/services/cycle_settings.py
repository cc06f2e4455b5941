"""Cycles as an administrator sets them, with whom a change touches before it is kept."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import distinct, func, select

from tracker.errors import InvalidInputError
from tracker.models import AppraisalCycle, Assignment, AuditKind
from tracker.services import audit
from tracker.services.appraisal_cycles import Cycle, cycles_of
from tracker.services.appraisal_round import Rules, rules_of, when_due
from tracker.services.appraisals import last_appraisals
from tracker.services.exclusions import (
    ExclusionDraft,
    check_exclusion,
    exclusions_of,
    with_one_more,
)
from tracker.services.reporting import is_primary_today, who_manages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.models import AppraisalExclusion
    from tracker.security.identity import Identity

EVERYBODY = "Everybody else"


@dataclass(frozen=True, kw_only=True)
class CycleLine:
    staff_group: str
    cycle: Cycle
    people: int

    @property
    def name(self) -> str:
        return self.staff_group or EVERYBODY


@dataclass(frozen=True, kw_only=True)
class CyclesPage:
    lines: list[CycleLine]
    exclusions: "Sequence[AppraisalExclusion]"
    #: staff groups that follow the line for everybody else
    other_groups: list[str]


@dataclass(frozen=True, kw_only=True)
class Touched:
    """Whom a change touches, in numbers."""

    #: whose next date becomes another, or goes, or comes
    people: int
    #: whose appraisal would open with the next night
    opens_now: int
    #: how many that would be without the change
    opens_now_before: int


def cycles_page(db: "Session", *, by: "Identity", today: date) -> CyclesPage:
    cycles = cycles_of(db, by.organisation_id)
    rows = db.execute(
        select(Assignment.staff_group, func.count(distinct(Assignment.staff_member_id)))
        .where(Assignment.organisation_id == by.organisation_id, is_primary_today(today))
        .group_by(Assignment.staff_group)
    )
    numbers = dict(rows.all())
    named = {group for group, _cycle in cycles.items()}
    others = {group: number for group, number in numbers.items() if group not in named}
    return CyclesPage(
        lines=[
            CycleLine(
                staff_group=group,
                cycle=cycle,
                people=numbers.get(group, 0) if group else sum(others.values()),
            )
            for group, cycle in cycles.items()
        ],
        exclusions=exclusions_of(db, by=by, today=today),
        other_groups=sorted(group for group in others if group),
    )


def categories_of(db: "Session", *, by: "Identity", today: date) -> list[str]:
    """List the assignment categories that HR uses today, such as bank."""
    rows = db.scalars(
        select(Assignment.category)
        .distinct()
        .where(
            Assignment.organisation_id == by.organisation_id,
            Assignment.category.is_not(None),
            Assignment.current_on(today),
        )
    )
    return sorted(one for one in rows if one)


def touched_by_cycle(
    db: "Session", staff_group: str, cycle: Cycle, *, by: "Identity", today: date
) -> Touched:
    rules = rules_of(db, by.organisation_id, today=today)
    return _touched(
        db, rules, replace(rules, cycles=rules.cycles.changed(staff_group, cycle)), by, today
    )


def touched_by_exclusion(
    db: "Session", draft: ExclusionDraft, *, by: "Identity", today: date
) -> Touched:
    """Count as on its first day: one that begins later touches nobody yet."""
    person = check_exclusion(db, draft, by=by, today=today)
    rules = rules_of(db, by.organisation_id, today=today)
    more = with_one_more(rules.exclusions, draft, person)
    return _touched(db, rules, replace(rules, exclusions=more), by, today)


def _touched(db: "Session", before: Rules, after: Rules, by: "Identity", today: date) -> Touched:
    last = last_appraisals(db, by.organisation_id)
    people = now = now_before = 0
    for one in who_manages(db, by.organisation_id, today=today).values():
        own = last.get(one.staff_member_id)
        old = when_due(one, own, before, today=today)
        new = when_due(one, own, after, today=today)
        people += old != new
        now_before += _opens(old, before.cycles.for_group(one.staff_group), today)
        now += _opens(new, after.cycles.for_group(one.staff_group), today)
    return Touched(people=people, opens_now=now, opens_now_before=now_before)


def _opens(day: date | None, cycle: Cycle, today: date) -> bool:
    return day is not None and day - cycle.notice <= today


def save_cycle(
    db: "Session", staff_group: str, cycle: Cycle, *, by: "Identity", today: date
) -> None:
    """Keep how often a staff group is appraised. What is open already stays as it is.

    :raises InvalidInputError: for a group that the trust does not have.
    """
    if staff_group not in known_groups(db, by=by, today=today):
        raise InvalidInputError("Choose a staff group of the list.", field="staff_group")
    row = db.scalar(
        select(AppraisalCycle).where(
            AppraisalCycle.organisation_id == by.organisation_id,
            AppraisalCycle.staff_group == staff_group,
        )
    )
    if row is None:
        row = AppraisalCycle(organisation_id=by.organisation_id, staff_group=staff_group)
        db.add(row)
    row.months = cycle.months
    row.opens_days_before = cycle.opens_days_before
    row.fixed_due_on = cycle.fixed_due_on
    row.is_elsewhere = cycle.is_elsewhere
    audit.record(
        db,
        AuditKind.CYCLE_CHANGED,
        row,
        by=by,
        reason="role",
        months=cycle.months,
        opens_days_before=cycle.opens_days_before,
        fixed_due_on=str(cycle.fixed_due_on or ""),
        is_elsewhere=int(cycle.is_elsewhere),
    )


def known_groups(db: "Session", *, by: "Identity", today: date) -> list[str]:
    """List every staff group that has a cycle or people; empty text is everybody else."""
    page = cycles_page(db, by=by, today=today)
    return sorted({line.staff_group for line in page.lines} | set(page.other_groups))
