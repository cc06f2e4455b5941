"""Counts events by month in the database: for each unit with all below it, and for the whole."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, extract, func, select

from tracker.models import (
    AlertEvent,
    Incident,
    Observation,
    Organisation,
    OrganisationUnit,
    ServiceCallDay,
)
from tracker.services.measures import find_measure
from tracker.services.observations import Observed, Origin, record_observations
from tracker.services.tally import Tally
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

#: A unit (none: the whole organisation) and the first day of a month.
Place = tuple[int | None, date]
Counts = dict[str, int]


class Counted(NamedTuple):
    at: Place
    numerator: int
    denominator: int | None
    contributors: int | None


def count_by_month(
    db: "Session",
    organisation_id: int,
    table: type[Incident | AlertEvent | ServiceCallDay] | Subquery,
    day: "InstrumentedAttribute[date] | ColumnElement[date]",
    what: Mapping[str, ColumnElement[Any]],
    *where: ColumnElement[bool],
) -> dict[Place, Counts]:
    """Count in two statements, however many events and units there are.

    A unit's count holds all below it, so that different people are counted once at each level.
    """
    year, month = extract("year", day), extract("month", day)
    tree = units_and_those_above(organisation_id)
    columns: Any = table.c if isinstance(table, Subquery) else table
    inside = (columns.organisation_id == organisation_id, *where)
    by_unit = (
        select(tree.c.above_id, year, month, *what.values())
        .select_from(table)
        .join(tree, tree.c.unit_id == columns.organisation_unit_id)
        .where(*inside)
        .group_by(tree.c.above_id, year, month)
    )
    whole = (
        select(year, month, *what.values()).select_from(table).where(*inside).group_by(year, month)
    )
    counted: dict[Place, Counts] = {}
    for unit_id, in_year, in_month, *numbers in db.execute(by_unit):
        place = (unit_id, date(int(in_year), int(in_month), 1))
        counted[place] = _named(what, numbers)
    for in_year, in_month, *numbers in db.execute(whole):
        counted[None, date(int(in_year), int(in_month), 1)] = _named(what, numbers)
    return counted


def every_month(
    counted: Mapping[Place, Counts],
    opened: Mapping[int, date | None],
    *,
    until: date,
    covered: date | None = None,
) -> dict[Place, Counts]:
    """Fill in noughts: a feed of events covers every month from its first to its last.

    A unit is followed from the feed's first month, or from when the unit was opened. Months after
    the last event that the feed is known to cover are noughts too.
    """
    if not counted:
        return {}
    months = [month for _, month in counted] + ([covered] if covered else [])
    feed_begins, last = min(months), min(max(months), until.replace(day=1))
    begins: dict[int | None, date] = {}
    for unit_id, month in sorted(counted, key=lambda place: place[1]):
        opened_on = opened.get(unit_id) if unit_id is not None else None
        if unit_id not in begins:
            begins[unit_id] = min(month, max(feed_begins, (opened_on or feed_begins)))
    nothing = dict.fromkeys(next(iter(counted.values())), 0)
    return {
        (unit_id, month): counted.get((unit_id, month), nothing)
        for unit_id, first in begins.items()
        for month in months_between(first, last)
    }


def covered_month(db: "Session", organisation: Organisation, extracted_at: datetime) -> date | None:
    """Give the last month that a file made then covers: over by then, and with bed days known.

    A month with neither events nor bed days stays absent: nobody knows if anything was counted.
    """
    beds = select(func.max(Observation.month)).where(
        Observation.organisation_id == organisation.id,
        Observation.outcome_measure_id == find_measure(db, organisation, "bed_days").id,
        Observation.month < extracted_at.date().replace(day=1),
    )
    return db.scalar(beds)


def when_opened(db: "Session", organisation_id: int) -> dict[int, date | None]:
    """Give the day on which each unit was opened, where that is known."""
    units = db.execute(
        select(OrganisationUnit.id, OrganisationUnit.effective_from).where(
            OrganisationUnit.organisation_id == organisation_id
        )
    )
    return {unit_id: opened_on for unit_id, opened_on in units}  # noqa: C416 - mypy reads it


def months_between(first: date, last: date) -> list[date]:
    """List the first days of the months from one to the other, both included."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(start, end + 1)]


def record_counts(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    organisation: Organisation,
    key: str,
    counted: Iterable[Counted],
    origin: Origin,
    *,
    months: Collection[date] | None = None,
) -> Tally:
    """Make the measure's observations say exactly what was counted, in these months or in all."""
    tally = Tally()
    record_observations(
        db,
        find_measure(db, organisation, key),
        (
            Observed(
                unit_id=one.at[0],
                month=one.at[1],
                numerator=float(one.numerator),
                denominator=None if one.denominator is None else float(one.denominator),
                contributors=one.contributors,
                source=origin.source,
                extracted_at=origin.extracted_at,
            )
            for one in counted
        ),
        tally,
        run_id=origin.run_id,
        remove_others=True,
        months=months,
    )
    return tally


def _named(what: Mapping[str, Any], numbers: Iterable[Any]) -> Counts:
    return {name: int(number or 0) for name, number in zip(what, numbers, strict=True)}
