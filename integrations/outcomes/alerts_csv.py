"""Reads the log of alerts that a system showed, and what staff did with them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from integrations.outcomes import cells as read
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.records import AlertRow, Response
from integrations.tables.csv_file import CsvFile
from integrations.tables.rows import RejectedRow, Row

RESPONSE_WORDS = {"": Response.IGNORED}
TRUE_WORDS = {"yes": True, "no": False, "": None}


def read_alerts(path: Path, *, today: date) -> Iterator[AlertRow | RejectedRow]:
    """Yield each alert as it is read, good or rejected."""
    file = CsvFile(path)
    file.require("alert_id", "unit", "fired_at", "staff", "alert_type", "response", "true_alert")
    seen: set[str] = set()
    for row in file.rows():
        if isinstance(row, RejectedRow):
            yield row
            continue
        try:
            alert = _read(row, today)
            _check_new(alert, seen)
        except BadValueError as why:
            yield RejectedRow(line=row.line, reason=str(why))
        else:
            yield alert


def _check_new(alert: AlertRow, seen: set[str]) -> None:
    if alert.alert_id in seen:
        raise BadValueError("This alert number is in the file already.")
    seen.add(alert.alert_id)


def _read(row: Row, today: date) -> AlertRow:
    cells = row.cells
    fired_at = read.read_time(cells["fired_at"], "time of the alert", today)
    response = read.read_choice(cells["response"], "response", Response, RESPONSE_WORDS)
    responded = cells.get("responded_at", "").strip()
    responded_at = read.read_time(responded, "time of the response", today) if responded else None
    if responded_at is not None and responded_at < fired_at:
        raise BadValueError("The response comes before the alert. Check the two times.")
    true_alert = cells["true_alert"].strip().casefold()
    if true_alert not in TRUE_WORDS:
        raise BadValueError("The true_alert column must say yes, no, or nothing.")
    return AlertRow(
        line=row.line,
        alert_id=read.read_required_code(cells["alert_id"], "alert number"),
        unit=read.read_code(cells["unit"], "unit"),
        fired_at=fired_at,
        staff=read.read_required_code(cells["staff"], "staff number"),
        alert_type=read.read_code(cells["alert_type"], "type of alert"),
        response=response,
        responded_at=responded_at,
        was_true=TRUE_WORDS[true_alert],
    )
