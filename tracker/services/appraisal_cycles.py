"""How often people are appraised, and when the next time is due."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import AppraisalCycle

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


#: Who joined less than this share of a round before its fixed date waits for the next.
SHARE_FIRST = 2


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """How often a staff group is appraised; nought months: nothing opens by itself."""

    months: int
    opens_days_before: int = 28
    #: one date for all, again every so many months; none: each person's own dates
    fixed_due_on: date | None = None
    #: appraised elsewhere, such as doctors: here they talk about digital goals only
    is_elsewhere: bool = False

    @property
    def opens_by_itself(self) -> bool:
        return self.months > 0

    @property
    def notice(self) -> timedelta:
        return timedelta(days=self.opens_days_before)


EVERYBODY_ELSE = ""
#: What holds where a trust has not said otherwise. Doctors have an appraisal of their own.
DEFAULTS = {
    EVERYBODY_ELSE: Cycle(months=6),
    "Medical and Dental": Cycle(months=0, is_elsewhere=True),
}


@dataclass(frozen=True, kw_only=True)
class LastAppraisal:
    """What the date of the next appraisal hangs on."""

    id: int
    held_on: date | None
    next_due_on: date | None
    #: for when it was: an appraisal held late still belongs to that date
    due_on: date | None = None


class Cycles:
    """The cycles of one organisation, by staff group."""

    def __init__(self, by_group: dict[str, Cycle]) -> None:
        self._by_group = by_group

    def for_group(self, staff_group: str | None) -> Cycle:
        return self._by_group.get(staff_group or "") or self._by_group[EVERYBODY_ELSE]

    def changed(self, staff_group: str, cycle: Cycle | None) -> "Cycles":
        """Give the cycles as they would be; none: this group goes back to the default."""
        others = {group: one for group, one in self._by_group.items() if group != staff_group}
        if cycle is None:
            return Cycles(DEFAULTS | others)
        return Cycles(others | {staff_group: cycle})

    def items(self) -> list[tuple[str, Cycle]]:
        return sorted(self._by_group.items())


def cycles_of(db: "Session", organisation_id: int) -> Cycles:
    rows = db.scalars(
        select(AppraisalCycle).where(AppraisalCycle.organisation_id == organisation_id)
    )
    return Cycles(DEFAULTS | {row.staff_group: _cycle(row) for row in rows})


def _cycle(row: AppraisalCycle) -> Cycle:
    return Cycle(
        months=row.months,
        opens_days_before=row.opens_days_before,
        fixed_due_on=row.fixed_due_on,
        is_elsewhere=row.is_elsewhere,
    )


def add_months(day: date, months: int) -> date:
    """Give the same day some months on, or the last of that month: 31 August, 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_on(
    cycle: Cycle, *, last: LastAppraisal | None, hired_on: date | None, today: date
) -> date | None:
    """Say when somebody's next appraisal is due; none where nothing opens by itself.

    A date that has passed becomes one that leaves time to prepare. Who came back after having
    left is due as a starter is.
    """
    if not cycle.opens_by_itself:
        return None
    if last is not None and last.held_on and hired_on and last.held_on < hired_on:
        last = None
    if cycle.fixed_due_on is not None:
        return _fixed(cycle, cycle.fixed_due_on, last=last, hired_on=hired_on, today=today)
    return _rolling(cycle, last=last, hired_on=hired_on, today=today)


def next_after(cycle: Cycle, held_on: date | None, *, due_on: date, today: date) -> date | None:
    """Say when the next one is due after a meeting, for the text that the two sign."""
    if held_on is None or not cycle.opens_by_itself:
        return None
    if cycle.fixed_due_on is None:
        return add_months(held_on, cycle.months)
    this = LastAppraisal(id=0, held_on=held_on, next_due_on=None, due_on=due_on)
    return _fixed(cycle, cycle.fixed_due_on, last=this, hired_on=None, today=today)


def _rolling(
    cycle: Cycle, *, last: LastAppraisal | None, hired_on: date | None, today: date
) -> date:
    """Count from the last meeting, or from the first day.

    Who was never appraised here is due at the half-years of their first day: a trust that begins
    with thousands of people so opens a share of them each month, not all of them on one day.
    """
    soonest = today + cycle.notice
    if last is not None:
        due = add_months(last.held_on, cycle.months) if last.held_on else last.next_due_on
        return due if due is not None and due >= today else soonest
    if hired_on is None:
        return soonest
    gone = (today.year - hired_on.year) * 12 + today.month - hired_on.month
    rounds = max(1, gone // cycle.months)
    while add_months(hired_on, rounds * cycle.months) < today:
        rounds += 1
    return max(add_months(hired_on, rounds * cycle.months), soonest)


def _fixed(
    cycle: Cycle,
    anchor: date,
    *,
    last: LastAppraisal | None,
    hired_on: date | None,
    today: date,
) -> date:
    """Give the next of the dates for all that this person has not had.

    One that passed just now is caught up on, with time to prepare. Nobody is due twice within a
    part of a round: who began one early has had it.
    """
    after = last.due_on if last is not None else None
    if last is not None and last.held_on is not None:
        early = add_months(last.held_on, cycle.months // (SHARE_FIRST + 1))
        after = max(after or early, early)
    if last is None and hired_on is not None:
        after = add_months(hired_on, cycle.months // SHARE_FIRST)
    step = _steps_before(anchor, cycle.months, today - cycle.notice)
    while (day := add_months(anchor, step * cycle.months)) < today - cycle.notice or (
        after is not None and day <= after
    ):
        step += 1
    return day if day >= today else today + cycle.notice


def _steps_before(anchor: date, months: int, day: date) -> int:
    """Say how many rounds lie between the anchor and a day, rounded towards the past."""
    apart = (day.year - anchor.year) * 12 + day.month - anchor.month
    return apart // months - 1
