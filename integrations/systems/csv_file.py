"""A register of digital systems as CSV: one row a system."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from integrations.errors import FileRefusedError
from integrations.frameworks.csv_file import guard, unguard
from integrations.systems.cells import date_of, read_alerts, read_uses, write_alerts, write_uses
from integrations.systems.records import SystemRecord
from integrations.tables.csv_file import CsvFile
from integrations.tables.rows import Row

TEXTS = {
    "name": 300,
    "purpose": 2_000,
    "family": 80,
    "supplier": 300,
    "owner_email": 300,
    "owner_team": 300,
    "help_link": 300,
    "help_contact": 300,
}
COLUMNS = (
    "key",
    *("name", "purpose", "family", "supplier", "owner_email", "owner_team"),
    *("governance", "starts_on", "ends_on", "help_link", "help_contact", "used_by", "alerts"),
)
NEEDED = ("key", "name")
GOVERNANCE = ("yes", "no", "not_known")
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
LARGEST_FILE = 10 * 1024 * 1024
MOST_SYSTEMS = 5_000
MOST_SHOWN = 20

T = TypeVar("T")


class RegisterRefusedError(FileRefusedError):
    """The file is refused whole. Its problems say where each is and what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lines = ["This file was not taken in, and nothing has changed. Put these right:"]
        lines += [f"  {problem}" for problem in self.problems[:MOST_SHOWN]]
        if len(self.problems) > MOST_SHOWN:
            lines.append(f"  and {len(self.problems) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))


def write_register(systems: Iterable[SystemRecord]) -> str:
    """Write a register with a byte-order mark, so that Excel reads its letters right."""
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for one in systems:
        cells = {name: getattr(one, name, "") for name in COLUMNS}
        cells["starts_on"] = one.starts_on.isoformat() if one.starts_on else ""
        cells["ends_on"] = one.ends_on.isoformat() if one.ends_on else ""
        cells["used_by"] = write_uses(one.uses)
        cells["alerts"] = write_alerts(one.alerts)
        writer.writerow(guard(cell) for cell in cells.values())
    return f"\ufeff{lines.getvalue()}"


def read_register(path: Path) -> tuple[SystemRecord, ...]:
    """Give the systems of a CSV file. What is not a column of ours is left out.

    :raises FileRefusedError: with everything that is wrong.
    """
    try:
        size = path.stat().st_size
    except OSError as why:
        raise FileRefusedError(f"The file cannot be opened: {why.strerror}.") from why
    if size > LARGEST_FILE:
        raise FileRefusedError("The file is larger than 10 MB. Check that it is the right file.")
    file = CsvFile(path)
    file.require(*NEEDED)
    systems: list[SystemRecord] = []
    problems: list[str] = []
    for row in file.rows():
        if not isinstance(row, Row):
            problems.append(f"Line {row.line}: {row.reason} Check the commas and quote marks.")
        elif any(cell.strip() for cell in row.cells.values()):
            one, wrong = _read(row)
            problems += wrong
            systems += [one] if one else []
        if len(systems) > MOST_SYSTEMS or len(problems) > MOST_SYSTEMS:
            problems.append(
                f"The file has more than {MOST_SYSTEMS:,} systems. Is it the right one?"
            )
            break
    problems += _used_twice(systems)
    if not systems and not problems:
        problems.append("The file has no systems under its first line. Add a row for each.")
    if problems:
        raise RegisterRefusedError(problems)
    return tuple(systems)


def _read(row: Row) -> tuple[SystemRecord | None, list[str]]:
    """Give the system of one row, or what is wrong with it."""
    cells = _Cells(row)
    one = SystemRecord(
        key=cells.key(),
        name=cells.text("name") or cells.is_wrong("name", "is empty. Say what people call it."),
        purpose=cells.text("purpose"),
        family=cells.text("family"),
        supplier=cells.text("supplier"),
        owner_email=cells.text("owner_email"),
        owner_team=cells.text("owner_team"),
        governance=cells.governance(),
        starts_on=cells.read("starts_on", date_of, None),
        ends_on=cells.read("ends_on", date_of, None),
        help_link=cells.link("help_link"),
        help_contact=cells.text("help_contact"),
        uses=cells.read("used_by", read_uses, ()),
        alerts=cells.read("alerts", read_alerts, ()),
        line=row.line,
    )
    if one.starts_on and one.ends_on and one.ends_on < one.starts_on:
        cells.is_wrong("ends_on", "is before starts_on.")
    return (None if cells.wrong else one), cells.wrong


class _Cells:
    """The cells of one row on their way to a system; collects what is wrong with them."""

    def __init__(self, row: Row) -> None:
        self.wrong: list[str] = []
        self._line = row.line
        self._cells = {
            name: _printable(unguard(row.cells.get(name, "").strip())).strip() for name in COLUMNS
        }

    def is_wrong(self, name: str, why: object) -> str:
        self.wrong.append(f"Line {self._line}, {name}: {why}")
        return ""

    def key(self) -> str:
        key = self._cells["key"]
        if KEY.fullmatch(key):
            return key
        return self.is_wrong("key", "needs letters, digits, dots or dashes: 80 at most, no spaces.")

    def text(self, name: str) -> str:
        text = " ".join(self._cells[name].split())
        if len(text) <= TEXTS[name]:
            return text
        return self.is_wrong(name, f"is longer than {TEXTS[name]:,} characters.")

    def link(self, name: str) -> str:
        link = self.text(name)
        if not link or link.startswith(("https://", "http://")):
            return link
        return self.is_wrong(name, "must begin with https:// or http://.")

    def governance(self) -> str:
        said = self._cells["governance"].casefold().replace(" ", "_") or "not_known"
        if said in GOVERNANCE:
            return said
        return self.is_wrong("governance", "must be yes, no or not_known.")

    def read(self, name: str, reader: Callable[[str], T], otherwise: T) -> T:
        try:
            return reader(self._cells[name])
        except ValueError as why:
            self.is_wrong(name, why)
            return otherwise


def _printable(text: str) -> str:
    return "".join(c for c in text if c in "\n\t\r" or c.isprintable())


def _used_twice(systems: Iterable[SystemRecord]) -> list[str]:
    first: dict[str, int] = {}
    problems = []
    for one in systems:
        before = first.setdefault(one.key.casefold(), one.line)
        if before != one.line:
            problems.append(f"Line {one.line}, key: is that of line {before} too. Choose another.")
    return problems
