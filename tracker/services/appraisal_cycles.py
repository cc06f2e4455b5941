"""How often people are appraised, and when the next time is due."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import AppraisalCycle

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """How often a staff group is appraised; nought months: it is appraised elsewhere."""

    months: int
    opens_days_before: int = 28

    @property
    def is_elsewhere(self) -> bool:
        return self.months == 0

    @property
    def notice(self) -> timedelta:
        return timedelta(days=self.opens_days_before)


EVERYBODY_ELSE = ""
#: What holds where a trust has not said otherwise. Doctors have an appraisal of their own.
DEFAULTS = {EVERYBODY_ELSE: Cycle(months=6), "Medical and Dental": Cycle(months=0)}


@dataclass(frozen=True, kw_only=True)
class LastAppraisal:
    """What the date of the next appraisal hangs on."""

    id: int
    held_on: date | None
    next_due_on: date | None


class Cycles:
    """The cycles of one organisation, by staff group."""

    def __init__(self, by_group: dict[str, Cycle]) -> None:
        self._by_group = by_group

    def for_group(self, staff_group: str | None) -> Cycle:
        return self._by_group.get(staff_group or "") or self._by_group[EVERYBODY_ELSE]


def cycles_of(db: "Session", organisation_id: int) -> Cycles:
    rows = db.execute(
        select(
            AppraisalCycle.staff_group, AppraisalCycle.months, AppraisalCycle.opens_days_before
        ).where(AppraisalCycle.organisation_id == organisation_id)
    )
    own = {
        group: Cycle(months=months, opens_days_before=days_before)
        for group, months, days_before in rows
    }
    return Cycles(DEFAULTS | own)


def add_months(day: date, months: int) -> date:
    """Give the same day some months on, or the last of that month: 31 August, 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_on(
    cycle: Cycle, *, last: LastAppraisal | None, hired_on: date | None, today: date
) -> date | None:
    """Say when somebody's next appraisal is due; none for those who are appraised elsewhere.

    Who was never appraised here is due at the half-years of their first day: a trust that begins
    with thousands of people so opens a share of them each month, not all of them on one day.
    A date that has passed becomes one that leaves time to prepare.
    """
    if cycle.is_elsewhere:
        return None
    soonest = today + cycle.notice
    if last is not None:
        due = last.next_due_on
        if due is None and last.held_on is not None:
            due = add_months(last.held_on, cycle.months)
        return due if due is not None and due >= today else soonest
    if hired_on is None:
        return soonest
    rounds = 1
    while add_months(hired_on, rounds * cycle.months) < today:
        rounds += 1
    return max(add_months(hired_on, rounds * cycle.months), soonest)
