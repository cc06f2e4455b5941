"""A framework as CSV: one row for each competence, to look through and change in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from integrations.frameworks.document import Document, read_document, tidy
from integrations.frameworks.errors import FrameworkRefusedError
from integrations.frameworks.records import FORMAT, FrameworkRecord
from integrations.frameworks.schema import Place
from integrations.tables.csv_file import CsvFile
from integrations.tables.rows import Row

LEVEL_COLUMNS = ("not_yet", "getting_there", "confident", "helps_others")
COLUMNS = (
    "framework",
    "framework_name",
    "domain",
    "domain_name",
    "competence",
    "competence_name",
    "description",
    *LEVEL_COLUMNS,
)
#: what a spreadsheet takes for the start of a formula, in narrow and in wide letters
FORMULA_STARTS = "=+-@\uff1d\uff0b\uff0d\uff20\t\r\n"
GUARD = "'"


def guard(text: str) -> str:
    """Put a mark before a text that a spreadsheet would run as a formula."""
    return f"{GUARD}{text}" if text.startswith((*FORMULA_STARTS, GUARD)) else text


def unguard(text: str) -> str:
    """Take that mark away again; an apostrophe that belongs to the text stays."""
    is_guarded = text.startswith(GUARD) and text[1:].startswith((*FORMULA_STARTS, GUARD))
    return text.removeprefix(GUARD) if is_guarded else text


def write_csv(framework: FrameworkRecord) -> str:
    """Write a framework with a byte-order mark, so that Excel reads its letters right."""
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for domain, one in framework.competences():
        of_domain = (framework.key, framework.name, domain.key, domain.name)
        of_one = (one.key, one.name, one.description, *one.levels)
        writer.writerow(guard(cell) for cell in (*of_domain, *of_one))
    return f"\ufeff{lines.getvalue()}"


def read_csv(path: Path, schema: Mapping[str, Any]) -> FrameworkRecord:
    """Give the framework in a CSV file.

    :raises FileRefusedError: with everything that is wrong.
    """
    file = CsvFile(path)
    file.require(*COLUMNS)
    rows, problems = [], []
    for row in file.rows():
        if isinstance(row, Row):
            rows.append(row)
        else:
            problems.append(f"Line {row.line}: {row.reason} Check the commas and quote marks.")
    return framework_of(rows, problems, schema)


def framework_of(
    rows: Iterable[Row], problems: list[str], schema: Mapping[str, Any]
) -> FrameworkRecord:
    """Make a framework of the rows of a file, or say everything that is wrong."""
    sheet = _Sheet()
    for row in rows:
        sheet.take(row)
    problems = [*problems, *sheet.problems]
    if not sheet.document["domains"] and not problems:
        problems.append("The file has no competences under its first line. Add a row for each.")
    if problems:
        raise FrameworkRefusedError(problems)
    return read_document(sheet.document, schema, say_where=sheet.say_where)


class _Sheet:
    """The rows of a file on their way to a framework; remembers where each value stood."""

    def __init__(self) -> None:
        self.document: Document = {"format": FORMAT, "domains": []}
        self.problems: list[str] = []
        self._domains: dict[str, int] = {}
        self._lines: dict[Place, int] = {}

    def take(self, row: Row) -> None:
        cells = {name: tidy(unguard(row.cells[name].strip())) for name in COLUMNS}
        if not any(cells.values()):
            return
        self._same_everywhere(row, "key", cells["framework"], "framework")
        self._same_everywhere(row, "name", cells["framework_name"], "framework_name")
        domains = self.document["domains"]
        at = self._domains.setdefault(cells["domain"], len(domains))
        if at == len(domains):
            domains.append(
                {"key": cells["domain"], "name": cells["domain_name"], "competences": []}
            )
            self._lines["domains", at] = row.line
        elif domains[at]["name"] != cells["domain_name"]:
            self._differs(row, "domain_name")
        competences = domains[at]["competences"]
        self._lines["domains", at, "competences", len(competences)] = row.line
        competences.append(
            {
                "key": cells["competence"],
                "name": cells["competence_name"],
                "description": cells["description"],
                "levels": [cells[name] for name in LEVEL_COLUMNS],
            }
        )

    def say_where(self, place: Place) -> str:
        """Name the line and the column of a value: "Line 3, getting_there:"."""
        for length in range(len(place), 0, -1):
            if place[:length] in self._lines:
                return f"Line {self._lines[place[:length]]}, {_column(place)}:"
        return f"Column {_column(place)}:"

    def _same_everywhere(self, row: Row, field: str, text: str, column: str) -> None:
        self._lines.setdefault((field,), row.line)
        if self.document.setdefault(field, text) != text:
            self._differs(row, column)

    def _differs(self, row: Row, column: str) -> None:
        self.problems.append(
            f"Line {row.line}, {column}: differs from a line above it. Write the same in both."
        )


def _column(place: Place) -> str:
    match place:
        case (*_, "levels", int(level)):
            return LEVEL_COLUMNS[level]
        case (*_, "competences", int(), "description"):
            return "description"
        case (*_, "competences", int(), str(field)):
            return "competence" if field == "key" else f"competence_{field}"
        case ("domains", int(), str(field)):
            return "domain" if field == "key" else f"domain_{field}"
        case (str(field),) if field != "domains":
            return "framework" if field == "key" else f"framework_{field}"
    return "domain"
