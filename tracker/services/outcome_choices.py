"""What a reader can pick: which units, and which months have data."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import BETWEEN_EVENTS, OrganisationUnit
from tracker.services.outcome_data import OutcomeData, load_data
from tracker.services.outcome_series import UnitId, next_month
from tracker.services.rare_events import known_events

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy.orm import Session

USUAL_MONTHS = 36
DEEPEST = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitChoice:
    public_id: str
    name: str
    depth: int


@dataclass(frozen=True, kw_only=True)
class ReportChoices:
    """The units one may pick from, and the months: all that have data, and the usual period."""

    units: tuple[UnitChoice, ...]
    months: tuple[date, ...]
    first_month: date
    last_month: date
    #: what they were read from: a report of the same moment need not look again
    data: OutcomeData


def report_choices(
    db: "Session", organisation_id: int, *, own_unit_ids: "Collection[int] | None", today: date
) -> ReportChoices:
    """List what can be picked. `own_unit_ids`: only these units; none: all of them."""
    data = load_data(db, organisation_id)
    by_month = {month for one in data.series.values() for month in one.cells}
    months = sorted(by_month | _months_of_events(db, data, today))
    last = months[-1] if months else _month_before(today)
    usual = [month for month in months if month > _years_before(last)]
    return ReportChoices(
        units=tuple(
            unit
            for unit_id, unit in _units(data, None, 0)
            if own_unit_ids is None or unit_id in own_unit_ids
        ),
        months=tuple(months) or (last,),
        first_month=usual[0] if usual else last,
        last_month=last,
        data=data,
    )


def _months_of_events(db: "Session", data: OutcomeData, today: date) -> set[date]:
    """List the months from the first rare event of the trust's own to the newest list of them."""
    own = [one.id for one in data.measures if one.unit in BETWEEN_EVENTS]
    found: set[date] = set()
    for known in known_events(db, data.organisation_id, own).values():
        month, last = known.first.replace(day=1), _month_before(today)
        while month <= max(min(last, known.taken.date()), known.last):
            found.add(month)
            month = next_month(month)
    return found


def unit_of(db: "Session", organisation_id: int, public_id: str | None) -> OrganisationUnit | None:
    """Give the unit that was chosen, if one was."""
    return db.scalar(
        select(OrganisationUnit).where(
            OrganisationUnit.organisation_id == organisation_id,
            OrganisationUnit.public_id == (public_id or ""),
        )
    )


def _units(data: OutcomeData, above: UnitId, depth: int) -> "Iterator[tuple[int, UnitChoice]]":
    """Walk the tree from the top, by name."""
    for unit_id in data.tree.below.get(above, ()) if depth < DEEPEST else ():
        unit = data.tree.units[unit_id]
        yield unit_id, UnitChoice(public_id=unit.public_id or "", name=unit.name, depth=depth)
        yield from _units(data, unit_id, depth + 1)


def _month_before(today: date) -> date:
    months = today.year * 12 + today.month - 2
    return date(months // 12, months % 12 + 1, 1)


def _years_before(last: date) -> date:
    months = last.year * 12 + last.month - 1 - USUAL_MONTHS
    return date(months // 12, months % 12 + 1, 1)
