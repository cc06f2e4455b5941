"""Takes in digital incidents, and counts them by month for each unit and all above it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, func, insert, select, update

from integrations.outcomes.records import IncidentRow
from integrations.tables.rows import RejectedRow
from tracker.models import Harm, Incident, IncidentCause, Organisation
from tracker.services.counting import (
    Counted,
    count_by_month,
    every_month,
    record_counts,
    when_opened,
)
from tracker.services.observations import Origin
from tracker.services.tally import Tally, good_rows, keep_rejected
from tracker.services.unit_lookup import UnknownUnitError, load_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

BATCH = 5_000
#: Which measure is which count.
COUNTS = {
    "incident_reporting": "all",
    "use_related_incidents": "use_related",
    "technical_incidents": "technical",
}
HARMFUL = (Harm.MODERATE, Harm.SEVERE, Harm.FATAL)


def import_incidents(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    organisation: Organisation,
    rows: Iterable[IncidentRow | RejectedRow],
    origin: Origin,
    *,
    today: date,
    on_row: Callable[[int], None] = lambda _line: None,
) -> Tally:
    """Take in incidents and count them anew. An incident that was regraded is restated."""
    tally = Tally()
    new, restated = _sorted_out(db, organisation, rows, origin, tally, today=today, on_row=on_row)
    for start in range(0, len(new), BATCH):
        db.execute(insert(Incident), new[start : start + BATCH])
    for start in range(0, len(restated), BATCH):
        db.execute(update(Incident), restated[start : start + BATCH])
    tally.added, tally.restated = len(new), len(restated)
    keep_rejected(db, tally.rejected, organisation_id=organisation.id, run_id=origin.run_id)
    # Also when nothing is new: the units may stand elsewhere in the tree since the last time.
    count_incidents(db, organisation, origin, today=today)
    return tally


def _sorted_out(  # noqa: PLR0913
    db: "Session",
    organisation: Organisation,
    rows: Iterable[IncidentRow | RejectedRow],
    origin: Origin,
    tally: Tally,
    *,
    today: date,
    on_row: Callable[[int], None],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Tell new incidents from those that say something else than before."""
    units = load_units(db, organisation, today=today)
    known = _known(db, organisation)
    new, restated = [], []
    for row in good_rows(rows, tally):
        on_row(row.line)
        try:
            facts = _facts(row, units.find(row.unit))
        except UnknownUnitError as why:
            tally.reject(row.line, str(why))
            continue
        before = known.get(row.reference)
        columns = {**facts, "organisation_id": organisation.id, "import_run_id": origin.run_id}
        if before is None:
            new.append({**columns, "reference": row.reference})
        elif before[1] != tuple(facts.values()):
            restated.append({"id": before[0], **columns})
        else:
            tally.unchanged += 1
    return new, restated


def count_incidents(
    db: "Session", organisation: Organisation, origin: Origin, *, today: date
) -> None:
    """Count every month of the feed anew. A month without an incident is a true nought."""
    counted = count_by_month(
        db,
        organisation.id,
        Incident,
        Incident.occurred_on,
        {
            "all": func.count(),
            "harmful": _how_many(Incident.harm.in_(HARMFUL)),
            "use_related": _how_many(Incident.cause == IncidentCause.USE_RELATED),
            "technical": _how_many(Incident.cause == IncidentCause.TECHNICAL),
        },
    )
    filled = every_month(counted, when_opened(db, organisation.id), until=today)
    for key, part in COUNTS.items():
        counts = [Counted(at, numbers[part], None, None) for at, numbers in filled.items()]
        record_counts(db, organisation, key, counts, origin)
    shares = [
        Counted(at, numbers["harmful"], numbers["all"], None)
        for at, numbers in filled.items()
        if numbers["all"]
    ]
    record_counts(db, organisation, "harm_share", shares, origin)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _known(db: "Session", organisation: Organisation) -> dict[str, tuple[int, tuple[Any, ...]]]:
    rows = db.execute(
        select(
            Incident.reference,
            Incident.id,
            Incident.organisation_unit_id,
            Incident.occurred_on,
            Incident.reported_on,
            Incident.harm,
            Incident.cause,
        ).where(Incident.organisation_id == organisation.id)
    )
    return {reference: (row_id, tuple(facts)) for reference, row_id, *facts in rows}


def _facts(row: IncidentRow, unit_id: int | None) -> dict[str, Any]:
    return {
        "organisation_unit_id": unit_id,
        "occurred_on": row.occurred_on,
        "reported_on": row.reported_on,
        "harm": Harm(row.harm),
        "cause": IncidentCause(row.cause),
    }
