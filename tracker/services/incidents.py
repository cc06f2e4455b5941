"""Takes in digital incidents, and counts them by month for each unit and all above it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Integer, case, cast, func, type_coerce

from integrations.outcomes.records import IncidentRow
from integrations.tables.rows import RejectedRow
from tracker.models import Harm, Incident, IncidentCause, Organisation
from tracker.services.counting import (
    Counted,
    count_by_month,
    covered_month,
    every_month,
    record_counts,
    when_opened,
)
from tracker.services.feed_switch import mark_switch
from tracker.services.incident_intake import Intake, own_rows, said_of
from tracker.services.observations import Origin
from tracker.services.tally import Tally, good_rows, keep_rejected
from tracker.services.unit_lookup import load_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: Which measure is which count.
COUNTS = {
    "incident_reporting": "all",
    "use_related_incidents": "use_related",
    "technical_incidents": "technical",
    "unclear_incidents": "unclear",
    "harm_count": "harmful",
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
    intake = Intake(
        db, organisation, origin, tally, units=load_units(db, organisation, today=today)
    )
    for row in own_rows(good_rows(rows, tally), organisation, tally):
        on_row(row.line)
        intake.take(row)
    intake.write()
    keep_rejected(db, tally.rejected, organisation_id=organisation.id, run_id=origin.run_id)
    # Also when nothing is new: the units may stand elsewhere in the tree since the last time.
    count_incidents(db, organisation, origin, today=today)
    if (switch := mark_switch(db, organisation, today=today)) is not None:
        tally.said.append(switch)
    tally.said.extend(said_of(tally))
    return tally


def count_incidents(
    db: "Session", organisation: Organisation, origin: Origin, *, today: date
) -> None:
    """Count every month of the feed anew. A month without an incident is a true nought."""
    # Where only the month is known, nobody knows how many days went by.
    is_dated = Incident.reported_on.is_not(None) & Incident.is_month_only.is_(False)
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
            "unclear": _how_many(Incident.cause == IncidentCause.UNCLEAR),
            "dated": _how_many(is_dated),
            "days": func.sum(case((is_dated, _days_late(db)), else_=0)),
        },
    )
    filled = every_month(
        counted,
        when_opened(db, organisation.id),
        until=today,
        covered=covered_month(db, organisation, origin.extracted_at),
    )
    for key, part in COUNTS.items():
        counts = [Counted(at, numbers[part], None, None) for at, numbers in filled.items()]
        record_counts(db, organisation, key, counts, origin)
    shares = [
        Counted(at, numbers["harmful"], numbers["all"], None)
        for at, numbers in filled.items()
        if numbers["all"]
    ]
    record_counts(db, organisation, "harm_share", shares, origin)
    delays = [
        Counted(at, max(numbers["days"], 0), numbers["dated"], None)
        for at, numbers in filled.items()
        if numbers["dated"]
    ]
    record_counts(db, organisation, "reporting_delay", delays, origin)


def _days_late(db: "Session") -> ColumnElement[int]:
    """Count the days from incident to report, as each of the two databases does."""
    if db.get_bind().dialect.name == "sqlite":
        days = func.julianday(Incident.reported_on) - func.julianday(Incident.occurred_on)
        return cast(days, Integer)
    return type_coerce(Incident.reported_on - Incident.occurred_on, Integer)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
