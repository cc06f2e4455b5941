"""Writes a local log of alerts in our own columns, by a map of its columns and words."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from integrations.errors import FileRefusedError
from integrations.outcomes import cells as read
from integrations.outcomes.alert_line import read_line_time
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.incident_table import NEVER
from integrations.tables.file import open_table
from integrations.tables.maps import Field, TableKind, TableMap, read_mapped
from integrations.tables.rows import RejectedRow, Row

YES_NO = {"yes": "Yes", "no": "No"}
YES_NO_WORDS = {"y": "yes", "true": "yes", "1": "yes", "n": "no", "false": "no", "0": "no"}
RESPONSES = {
    "accepted": "Somebody acted on it",
    "overridden": "Somebody set it aside",
    "ignored": "Nobody answered it",
    "neutral": "It asked nobody for an answer",
    "not_shown": "Nobody was shown it",
}
FIELDS = (
    Field(
        key="alert_id",
        label="The alert\u2019s number",
        names=("Alert ID", "Alert number", "ID", "Event ID", "Firing ID", "Alert ref"),
        is_needed=True,
    ),
    Field(
        key="fired_at",
        label="When it was shown",
        names=("Fired at", "Shown at", "Alert time", "Date and time", "Timestamp", "Time"),
        is_needed=True,
    ),
    Field(
        key="unit",
        label="Ward, team or department",
        names=("Ward", "Department", "Location", "Team", "Unit code"),
    ),
    Field(
        key="staff",
        label="Whom it was shown to: their employee number",
        names=("Employee number", "User ID", "User", "Staff number", "Clinician", "Provider ID"),
        is_needed=True,
        is_person=True,
    ),
    Field(
        key="alert_type",
        label="What kind of alert it was",
        names=("Alert type", "Type", "Kind", "Rule", "Alert name"),
    ),
    Field(
        key="response",
        label="What was done with it",
        names=("Response", "Action", "Outcome", "Action taken", "Result"),
        is_needed=True,
        choices=RESPONSES,
        words={
            **dict.fromkeys(("accept", "acknowledged", "actioned", "acted on"), "accepted"),
            **dict.fromkeys(("override", "dismissed", "rejected", "cancelled"), "overridden"),
            **dict.fromkeys(("ignore", "none", "no response", "timed out"), "ignored"),
            **dict.fromkeys(("information", "info only", "not applicable"), "neutral"),
            **dict.fromkeys(("filtered", "suppressed"), "not_shown"),
        },
    ),
    Field(
        key="responded_at",
        label="When it was answered",
        names=("Responded at", "Response time", "Answered at", "Action time"),
    ),
    Field(
        key="true_alert",
        label="An audit\u2019s finding: was the alert right?",
        names=("True alert", "Audit", "Audit result", "Appropriate alert"),
        choices=YES_NO,
        words=YES_NO_WORDS,
    ),
)
COLUMNS = tuple(one.key for one in FIELDS)
MOMENTS = ("fired_at", "responded_at")


def write_own(path: Path, table_map: TableMap, out: TextIO) -> None:
    """Write a log as one of our own, each alert on the line that it has; nothing else of it."""
    table = open_table(path, known=tuple(table_map.columns.values()), never=NEVER)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    at = 2
    for row in read_mapped(ALERT_TABLE, table_map, table):
        if row.line < at:
            raise FileRefusedError("The rows of the file are out of order. Export it again.")
        out.write("\n" * (row.line - at))
        at = row.line + 1
        if isinstance(row, Row):
            writer.writerow(_own(key, row.cells.get(key, "")) for key in COLUMNS)
        else:  # of another length, as it was
            writer.writerow(["?"] * (len(COLUMNS) + 1))


def _own(key: str, cell: str) -> str:
    text = " ".join(cell.split())
    return _moment(text) if key in MOMENTS else text


def _moment(text: str) -> str:
    """Give the moment that a spreadsheet means by a number of days, to the minute."""
    if not read.EXCEL_DAY.fullmatch(text):
        return text
    return read.spreadsheet_moment(text).isoformat(timespec="minutes")


def _check(rows: Iterable[Row | RejectedRow]) -> Iterator[RejectedRow | None]:
    today = datetime.now(read.WARD_CLOCK).date()
    for row in rows:
        try:
            if isinstance(row, Row):
                _check_row(row, today)
        except BadValueError as why:
            yield RejectedRow(line=row.line, reason=str(why))
        else:
            yield row if isinstance(row, RejectedRow) else None


def _check_row(row: Row, today: date) -> None:
    cells = row.cells
    read.read_required_code(cells["alert_id"], "alert number")
    read.read_required_code(cells["staff"], "staff number")
    read.read_code(cells.get("unit", ""), "unit")
    read_line_time(_moment(cells["fired_at"]), "alert", today)
    if answered := cells.get("responded_at", ""):
        read_line_time(_moment(answered), "response", today)
    if cells["response"] and cells["response"] not in RESPONSES:
        raise BadValueError("The map does not know this response. Choose what it means.")
    if cells.get("true_alert", "") not in {"", *YES_NO}:
        raise BadValueError("The audit\u2019s finding is neither yes nor no. Choose its meaning.")


ALERT_TABLE = TableKind(
    key="alerts",
    noun="alerts that were shown",
    fields=FIELDS,
    check=_check,
    never=NEVER,
    is_guarded=True,
)
