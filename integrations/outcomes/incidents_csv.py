"""Reads digital incidents. The story, the patient and the reporter are dropped at the door."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from integrations.outcomes import cells as read
from integrations.outcomes.day_order import in_day_order
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.partial_dates import read_partial_date, read_report_date
from integrations.outcomes.records import Cause, Harm, IncidentRow, Remark
from integrations.tables.csv_file import CsvFile
from integrations.tables.rows import RejectedRow, Row

# Other words that incident systems use for the same thing.
HARM_WORDS = {"no_harm": Harm.NONE, "no": Harm.NONE, "death": Harm.FATAL}
CAUSE_WORDS = {"": Cause.UNCLEAR, "use": Cause.USE_RELATED, "unknown": Cause.UNCLEAR}


def read_incidents(path: Path, *, today: date) -> Iterator[IncidentRow | RejectedRow]:
    """Yield each incident as it is read, good or rejected."""
    file = CsvFile(path)
    file.require("reference", "unit", "occurred_on", "harm", "cause")
    return read_each(in_day_order(file.rows(), "occurred_on"), lambda row: _read(row, today))


def read_each(
    rows: Iterable[Row | RejectedRow], read_row: Callable[[Row], IncidentRow]
) -> Iterator[IncidentRow | RejectedRow]:
    """Yield what is read of each row, or why it is rejected; a reference may come once."""
    seen: dict[str, int] = {}
    for row in rows:
        if isinstance(row, RejectedRow):
            yield row
            continue
        try:
            incident = read_row(row)
            check_new(incident, seen)
        except BadValueError as why:
            yield RejectedRow(line=row.line, reason=str(why))
        else:
            yield incident


def check_new(incident: IncidentRow, seen: dict[str, int]) -> None:
    first = seen.setdefault(incident.reference, incident.line)
    if first != incident.line:
        raise BadValueError(f"This reference is already on line {first}.")


def _read(row: Row, today: date) -> IncidentRow:
    cells = row.cells
    occurred_on, is_month_only = read_partial_date(
        cells["occurred_on"], "date of the incident", today
    )
    reported_on = read_report_date(cells.get("reported_on", ""), today)
    if reported_on is not None and reported_on < occurred_on:
        raise BadValueError("The incident was reported before it happened. Check the two dates.")
    return IncidentRow(
        line=row.line,
        reference=read.read_required_code(cells["reference"], "reference"),
        unit=read.read_code(cells["unit"], "unit"),
        occurred_on=occurred_on,
        reported_on=reported_on,
        harm=read.read_choice(cells["harm"], "harm", Harm, HARM_WORDS),
        cause=read.read_choice(cells["cause"], "cause", Cause, CAUSE_WORDS),
        is_month_only=is_month_only,
        remarks=frozenset({Remark.MONTH_ONLY} if is_month_only else ()),
    )
