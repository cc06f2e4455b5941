"""Reads a list of the dates of rare events: the day, the unit, and perhaps how many that day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from integrations.errors import FileRefusedError
from integrations.outcomes import cells as read
from integrations.outcomes.column_map import ColumnMap
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.headings import squeeze
from integrations.outcomes.partial_dates import read_partial_date
from integrations.outcomes.records import EventDay
from integrations.tables.csv_file import CsvFile, tidy
from integrations.tables.rows import RejectedRow, Row

AS_NAMED = ColumnMap()
#: More on one day are not rare.
MOST_A_DAY = 100
#: What each column may be called; any other column goes no further.
NAMES = {
    "date": (
        *("date", "day", "eventdate", "dateofevent", "occurredon", "happenedon"),
        *("incidentdate", "dateofincident", "dateoccurred", "occurreddate"),
    ),
    "unit": ("unit", "unitcode", "ward", "wardcode", "costcentre", "department", "team"),
    "events": ("events", "numberofevents", "howmany", "number", "count"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class EventDatesFile:
    """A list of dates, ready to be read. ``today`` decides what lies in the future."""

    path: Path
    today: date
    column_map: ColumnMap = AS_NAMED

    def rows(self) -> Iterator[EventDay | RejectedRow]:
        """Check the header, then yield each row as it is read, good or rejected."""
        file = CsvFile(self.path)
        columns = {name: self._column(name, file.columns) for name in NAMES}
        if columns["date"] is None:
            raise FileRefusedError(
                "This measure is a list of dates, and the file has no column for the date. Name "
                'it \u201cdate\u201d in the first line. A command can say --map "date=COLUMN".'
            )
        where = [
            (_known(name, file.columns), value) for name, value in self.column_map.where.items()
        ]
        for row in file.rows():
            if isinstance(row, RejectedRow):
                yield row
            elif all(row.cells[column].strip() == value for column, value in where):
                yield self._read(row, columns)

    def _column(self, name: str, columns: tuple[str, ...]) -> str | None:
        asked = self.column_map.fields.get(name)
        if asked is not None:
            return _known(asked, columns)
        squeezed = {squeeze(column): column for column in reversed(columns)}
        return next((squeezed[one] for one in NAMES[name] if one in squeezed), None)

    def _read(self, row: Row, columns: dict[str, str | None]) -> EventDay | RejectedRow:
        day, unit, events = (
            row.cells[column].strip() if column else ""
            for column in (columns["date"], columns["unit"], columns["events"])
        )
        try:
            return EventDay(
                line=row.line,
                day=_day(day, self.today),
                unit=read.read_code(unit, "unit"),
                events=_number(events),
            )
        except BadValueError as why:
            return RejectedRow(line=row.line, reason=str(why))


def _day(text: str, today: date) -> date:
    day, is_month_only = read_partial_date(text, "date", today)
    if is_month_only:
        raise BadValueError("The day is missing: there is only a month.")
    return day


def _number(text: str) -> int:
    """Read how many events there were that day; a line that does not say is one of them."""
    number = read.read_whole_number(text, "number of events") if text else 1
    if number > MOST_A_DAY:
        raise BadValueError(
            f"More than {MOST_A_DAY} events on one day are not rare. Bring them by month, as "
            "another measure."
        )
    return number


def _known(name: str, columns: tuple[str, ...]) -> str:
    if tidy(name) not in columns:
        raise FileRefusedError(f"The file has no column named {tidy(name) or 'nothing'}.")
    return tidy(name)
