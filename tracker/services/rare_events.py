"""Rare events of a trust's own: lists of their dates, kept by day and unit.

A list says all of its units from its first date to its last. Without units it says all of the
organisation. A later list says those days anew, so that a mended date leaves nothing behind.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from integrations.outcomes.records import EventDay
from integrations.tables.rows import RejectedRow
from tracker.models import BETWEEN_EVENTS, Organisation, OutcomeMeasure, RareEventDay
from tracker.services.tally import Tally, good_rows, keep_rejected
from tracker.services.unit_lookup import UnknownUnitError, load_units
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.services.observations import Origin

Place = tuple[int | None, date]
OLDER = (
    "This list was taken before another one that is here. So it only adds days of which nothing "
    "was known."
)


@dataclass(frozen=True, kw_only=True)
class KnownEvents:
    """What is known of a measure's events: how many, from when to when, and as of when."""

    events: int
    first: date
    last: date
    taken: datetime


def is_listed(measure: OutcomeMeasure) -> bool:
    """Whether a measure is fed by a list of dates, and not by month."""
    return measure.unit in BETWEEN_EVENTS


def import_event_dates(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    measure: OutcomeMeasure,
    organisation: Organisation,
    rows: Iterable[EventDay | RejectedRow],
    origin: "Origin",
    *,
    today: date,
    on_row: Callable[[int], None] = lambda _line: None,
) -> Tally:
    """Take in a list of dates. What is known already changes nothing."""
    tally = Tally()
    found = _by_place(db, organisation, rows, tally, today=today, on_row=on_row)
    keep_rejected(db, tally.rejected, organisation_id=organisation.id, run_id=origin.run_id)
    if found:
        days = [day for _, day in found]
        _replace(db, measure, found, (min(days), max(days)), origin, tally)
    return tally


def events_by_measure(
    db: "Session",
    organisation_id: int,
    measure_ids: Iterable[int],
    unit_id: int | None,
    period: tuple[date, date],
) -> Mapping[int, list[date]]:
    """List the days of each measure's events in a unit and all below it, in one query.

    :param period: the first day, and the first day that is not in it any more.
    """
    ids = list(measure_ids)
    if not ids:
        return {}
    measure, day = RareEventDay.outcome_measure_id, RareEventDay.day
    query = select(measure, day, func.sum(RareEventDay.events)).group_by(measure, day)
    query = query.where(day >= period[0], day < period[1]).order_by(day)
    found: dict[int, list[date]] = defaultdict(list)
    for measure_id, on, events in db.execute(query.where(_here(organisation_id, ids, unit_id))):
        found[measure_id] += [on] * int(events)
    return found


def known_events(
    db: "Session", organisation_id: int, measure_ids: Iterable[int], unit_id: int | None = None
) -> Mapping[int, KnownEvents]:
    """Say of each measure what is known of its events, in one query."""
    ids = list(measure_ids)
    if not ids:
        return {}
    measure, day = RareEventDay.outcome_measure_id, RareEventDay.day
    numbers = func.sum(RareEventDay.events), func.min(day), func.max(day)
    query = select(measure, *numbers, func.max(RareEventDay.extracted_at)).group_by(measure)
    return {
        measure_id: KnownEvents(events=int(events), first=first, last=last, taken=newest)
        for measure_id, events, first, last, newest in db.execute(
            query.where(_here(organisation_id, ids, unit_id))
        )
    }


def _here(organisation_id: int, ids: list[int], unit_id: int | None) -> ColumnElement[bool]:
    """Give the condition of being of these measures, and in a unit or below it."""
    ours = and_(
        RareEventDay.organisation_id == organisation_id,
        RareEventDay.outcome_measure_id.in_(ids),
        RareEventDay.events > 0,
    )
    if unit_id is None:
        return ours
    tree = units_and_those_above(organisation_id)
    below = select(tree.c.unit_id).where(tree.c.above_id == unit_id)
    return and_(ours, RareEventDay.organisation_unit_id.in_(below))


def _by_place(  # noqa: PLR0913 - as above
    db: "Session",
    organisation: Organisation,
    rows: Iterable[EventDay | RejectedRow],
    tally: Tally,
    *,
    today: date,
    on_row: Callable[[int], None],
) -> dict[Place, int]:
    """Add up what a list says of each unit and day, under whichever name it gives the unit."""
    units = load_units(db, organisation, today=today)
    found: dict[Place, int] = defaultdict(int)
    for row in good_rows(rows, tally):
        on_row(row.line)
        try:
            unit_id = units.find(row.unit)
        except UnknownUnitError as why:
            tally.reject(row.line, str(why))
            continue
        found[unit_id, row.day] += row.events
        tally.notes["events"] += row.events
    return found


def _replace(  # noqa: PLR0913, PLR0917 - as above
    db: "Session",
    measure: OutcomeMeasure,
    found: Mapping[Place, int],
    days: tuple[date, date],
    origin: "Origin",
    tally: Tally,
) -> None:
    """Let the days of a list say what it says, and nothing else."""
    known = _known(db, measure, {unit_id for unit_id, _ in found}, days)
    is_older = any(row.extracted_at > origin.extracted_at for row in known.values())
    new, seen = [], []
    for place, events in found.items():
        before = known.pop(place, None)
        if before is not None and (is_older or before.events == events):
            tally.unchanged += 1
            seen.append(before.id)
        elif before is not None:
            before.events, before.import_run_id = events, origin.run_id
            tally.restated += 1
            seen.append(before.id)
        elif events:
            new.append(_columns(measure, place, events, origin))
    tally.added = len(new)
    if is_older:
        tally.said.append(OLDER)
    else:
        tally.removed = len(known)
        db.flush()
        table = RareEventDay
        db.execute(delete(table).where(table.id.in_([row.id for row in known.values()])))
        taken = {"extracted_at": origin.extracted_at}
        db.execute(update(table).where(table.id.in_(seen)).values(taken))
        tally.said.append(_about(found, days))
    if new:
        db.execute(insert(RareEventDay), new)


def _about(found: Mapping[Place, int], days: tuple[date, date]) -> str:
    whose = "the whole organisation" if {unit for unit, _ in found} == {None} else "its units"
    return (
        f"The list tells of {whose}, {days[0]:%d/%m/%Y} to {days[1]:%d/%m/%Y}. What was known of "
        "those days is replaced by it. To take back a date at either end, bring it once more with "
        "0 in the column \u201cevents\u201d."
    )


def _known(
    db: "Session", measure: OutcomeMeasure, units: set[int | None], days: tuple[date, date]
) -> dict[Place, RareEventDay]:
    """Give what a list replaces: its units' days; of a list without units, everybody's."""
    rows = db.scalars(
        select(RareEventDay).where(
            RareEventDay.organisation_id == measure.organisation_id,
            RareEventDay.outcome_measure_id == measure.id,
            RareEventDay.day.between(*days),
        )
    )
    return {
        (row.organisation_unit_id, row.day): row
        for row in rows
        if units == {None} or row.organisation_unit_id in units
    }


def _columns(
    measure: OutcomeMeasure, place: Place, events: int, origin: "Origin"
) -> dict[str, object]:
    return {
        "organisation_id": measure.organisation_id,
        "outcome_measure_id": measure.id,
        "organisation_unit_id": place[0],
        "day": place[1],
        "events": events,
        "extracted_at": origin.extracted_at,
        "import_run_id": origin.run_id,
    }
