"""Calls to the service desk: kept by day and unit, counted by month.

A file says all calls of the days from its first to its last. A later file says those days anew.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from integrations.outcomes.records import CallDay
from integrations.tables.rows import RejectedRow
from tracker.models import Organisation, ServiceCallDay
from tracker.services.counting import (
    Counted,
    count_by_month,
    every_month,
    months_between,
    record_counts,
    when_opened,
)
from tracker.services.tally import Tally, good_rows, keep_rejected
from tracker.services.unit_lookup import UnknownUnitError, load_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.services.observations import Origin

KEY = "how_to_calls"
BATCH = 5_000
Place = tuple[int | None, date]
Numbers = tuple[int, int]


def import_calls(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    organisation: Organisation,
    rows: Iterable[CallDay | RejectedRow],
    origin: "Origin",
    *,
    today: date,
    on_row: Callable[[int], None] = lambda _line: None,
) -> Tally:
    """Take in calls by day, and count their months anew."""
    tally = Tally()
    found = _by_place(db, organisation, rows, tally, today=today, on_row=on_row)
    keep_rejected(db, tally.rejected, organisation_id=organisation.id, run_id=origin.run_id)
    if not found:
        return tally
    first, last = min(day for _, day in found), max(day for _, day in found)
    _replace(db, organisation.id, found, (first, last), origin, tally)
    count_calls(db, organisation, origin, today=today, months=months_between(first, last))
    tally.said.append(
        f"The file tells of {first:%d/%m/%Y} to {last:%d/%m/%Y}. What was known of those days is "
        "replaced by it."
    )
    if tally.notes["unit_not_known"]:
        tally.said.append("Where the unit is not known here, calls count for the whole trust.")
    return tally


def count_calls(
    db: "Session",
    organisation: Organisation,
    origin: "Origin",
    *,
    today: date,
    months: Collection[date] | None = None,
) -> None:
    """Count these months anew; none: every month of which calls are kept."""
    counted = count_by_month(
        db,
        organisation.id,
        ServiceCallDay,
        ServiceCallDay.day,
        {"how_to": func.sum(ServiceCallDay.how_to)},
    )
    filled = every_month(counted, when_opened(db, organisation.id), until=today)
    if months is None:
        months = {month for _, month in counted}
    counts = [
        Counted(at, numbers["how_to"], None, None)
        for at, numbers in filled.items()
        if at[1] in months
    ]
    record_counts(db, organisation, KEY, counts, origin, months=months)


def _by_place(  # noqa: PLR0913 - as above
    db: "Session",
    organisation: Organisation,
    rows: Iterable[CallDay | RejectedRow],
    tally: Tally,
    *,
    today: date,
    on_row: Callable[[int], None],
) -> dict[Place, Numbers]:
    """Add up what a file says of each unit and day, under whichever name it gives the unit."""
    units = load_units(db, organisation, today=today)
    found: dict[Place, Numbers] = defaultdict(lambda: (0, 0))
    for row in good_rows(rows, tally):
        on_row(row.line)
        try:
            unit_id = units.find(row.unit)
        except UnknownUnitError:
            unit_id = None
            tally.notes["unit_not_known"] += row.calls
        calls, how_to = found[unit_id, row.day]
        found[unit_id, row.day] = (calls + row.calls, how_to + row.how_to)
        tally.notes["calls"] += row.calls
        tally.notes["calls_that_asked_how"] += row.how_to
    return found


def _replace(  # noqa: PLR0913, PLR0917 - as above
    db: "Session",
    organisation_id: int,
    found: dict[Place, Numbers],
    days: tuple[date, date],
    origin: "Origin",
    tally: Tally,
) -> None:
    """Let the days of a file say what it says, and nothing else."""
    of_days = (ServiceCallDay.organisation_id == organisation_id, ServiceCallDay.day.between(*days))
    table = ServiceCallDay
    known = {
        (row.organisation_unit_id, row.day): (row.id, (row.calls, row.how_to))
        for row in db.execute(
            select(
                table.id, table.organisation_unit_id, table.day, table.calls, table.how_to
            ).where(*of_days)
        )
    }
    new, gone = [], []
    for (unit_id, day), numbers in found.items():
        before = known.pop((unit_id, day), None)
        if before is not None and before[1] == numbers:
            tally.unchanged += 1
            continue
        if before is None:
            tally.added += 1
        else:
            tally.restated += 1
            gone.append(before[0])
        new.append(
            {
                "organisation_id": organisation_id,
                "organisation_unit_id": unit_id,
                "day": day,
                "calls": numbers[0],
                "how_to": numbers[1],
                "import_run_id": origin.run_id,
            }
        )
    tally.removed += len(known)
    gone += [row_id for row_id, _ in known.values()]
    for start in range(0, len(gone), BATCH):
        db.execute(delete(table).where(table.id.in_(gone[start : start + BATCH])))
    for start in range(0, len(new), BATCH):
        db.execute(insert(table), new[start : start + BATCH])
