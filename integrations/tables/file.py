"""Opens a table, whatever it was saved as, and finds where its headings are.

A CSV file may begin with a byte-order mark, be divided by commas, semicolons or tabs, and hold
UTF-8 or Windows letters. Above the headings there may be a title, and the headings may come a
second time further down. Rows are handed out one at a time: nothing holds the whole file.
"""

import csv
import itertools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from integrations.errors import FileRefusedError, TruncatedFileError
from integrations.tables import csv_file, excel_file
from integrations.tables.rows import RejectedRow, Row

LARGEST_CSV = 1024 * 1024 * 1024
LARGEST_EXCEL = 50 * 1024 * 1024
MOST_COLUMNS = 500
#: how far down we look for the headings
TITLE_ROWS = 20
#: a workbook may begin with sheets that explain it
MOST_SHEETS = 10
#: a longer cell is no heading
LONGEST_HEADING = 300
#: a row is the headings if so many of the most cells that any row has are filled, each its own
MOSTLY = 0.8
WORKBOOK = b"PK\x03\x04"
#: other systems write web pages and name them as workbooks
WEB_PAGE = b"<"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def plain(name: str) -> str:
    """Give a heading as it is compared: small letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


class Table:
    """The rows of a file under its headings, by the headings as the file writes them."""

    def __init__(self, path: Path, known: Collection[str], never: Collection[str]) -> None:
        self.name = path.name
        self._path = path
        self._is_workbook = _is_workbook(path)
        self._known = {plain(name) for name in known}
        if self._is_workbook:
            header = self._find_sheet()
        else:
            self._encoding = csv_file.encoding_of(path)
            header = self._find_delimiter()
        self._header_line, headings = header
        if len(headings) > MOST_COLUMNS:
            raise FileRefusedError(f"The file has more than {MOST_COLUMNS} columns.")
        self._headings = _own_names(headings)
        #: a row with fewer cells was cut off
        self._least = max(n for n, name in enumerate(headings, start=1) if name.strip())
        #: columns whose headings say that they hold what we must not keep
        self.left_out = tuple(
            name for name in self._headings if any(plain(one) in plain(name) for one in never)
        )
        self.columns = tuple(name for name in self._headings if name not in self.left_out)

    def rows(self) -> Iterator[Row | RejectedRow]:
        """Yield each row that says something; one of another length is rejected."""
        width = len(self._headings)
        headings = [plain(name) for name in self._headings]
        places = [(name, self._headings.index(name)) for name in self.columns]
        for line, cells in self._cells():
            if line <= self._header_line or not any(cell.strip() for cell in cells):
                continue
            if self._is_heading_again(cells, headings):
                continue
            if len(cells) < self._least or any(cell.strip() for cell in cells[width:]):
                yield RejectedRow(
                    line=line,
                    reason=f"The row has {len(cells)} columns, and the first line has {width}. "
                    "Look for a stray comma or quotation mark.",
                )
                continue
            full = [*cells, *[""] * (width - len(cells))]
            yield Row(line=line, cells={name: full[place] for name, place in places})

    def leave_out(self, names: Collection[str]) -> None:
        """Drop more columns: what they hold is not handed out any more."""
        self.left_out += tuple(name for name in self.columns if name in names)
        self.columns = tuple(name for name in self.columns if name not in names)

    def write_clean(
        self, out: TextIO, change: Callable[[str, str], str] = lambda _column, cell: cell
    ) -> None:
        """Write what we may keep as CSV, each row on the line that it has in this file.

        `change` says what becomes of a cell of a column.
        """
        writer = csv.writer(out)
        at = 1
        heading = Row(line=self._header_line, cells={name: name for name in self.columns})
        for row in itertools.chain([heading], self.rows()):
            out.write("\r\n" * (row.line - at))
            at = row.line + 1
            if row is heading:
                writer.writerow(self.columns)
            elif isinstance(row, Row):
                changed = (change(name, cell) for name, cell in row.cells.items())
                writer.writerow(" ".join(cell.split()) for cell in changed)
            else:  # of another length, as it was
                writer.writerow(["?"] * (len(self.columns) + 1))

    def first_rows(self, number: int) -> list[Row]:
        return list(itertools.islice((row for row in self.rows() if isinstance(row, Row)), number))

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        if self._is_workbook:
            return excel_file.read_cells(self._path, sheet=self._sheet)
        return csv_file.read_cells(self._path, self._encoding, self._delimiter)

    def _find_sheet(self) -> tuple[int, list[str]]:
        """Take the first sheet, unless another one has headings that we know and it has none."""
        found: list[tuple[int, tuple[int, list[str]]]] = []
        for sheet in range(min(excel_file.sheets(self._path), MOST_SHEETS)):
            self._sheet = sheet
            try:
                header = self._find_header(list(itertools.islice(self._cells(), TITLE_ROWS)))
            except TruncatedFileError:
                continue  # an empty sheet
            if self._known_in(header[1]) > 1:
                return header
            found.append((sheet, header))
        if not found:
            raise TruncatedFileError("The file is empty. Check that this is the right file.")
        self._sheet, header = found[0]
        return header

    def _find_delimiter(self) -> tuple[int, list[str]]:
        """Divide the first lines by each sign, and take the one that makes most sense of them."""
        best: tuple[int, int] = (-1, -1)
        chosen, header = csv_file.DELIMITERS[0], (0, [""])
        why: FileRefusedError | None = None
        for self._delimiter in csv_file.DELIMITERS:
            try:
                found = self._find_header(list(itertools.islice(self._cells(), TITLE_ROWS)))
            except FileRefusedError as refusal:
                why = why or refusal
                continue
            worth = (self._known_in(found[1]), _filled(found[1]))
            if worth > best:
                best, chosen, header = worth, self._delimiter, found
        if why is not None and best <= (0, 1):  # nothing divides it, or a quotation mark is open
            raise why
        self._delimiter = chosen
        return header

    def _find_header(self, sample: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
        """Take the row with most headings that we know, or else the first that is nearly full."""
        filled = [row for row in sample if _filled(row[1])]
        if not filled:
            raise TruncatedFileError("The file is empty. Check that this is the right file.")
        known = max(self._known_in(cells) for _, cells in filled)
        if known > 1:
            return next(row for row in filled if self._known_in(row[1]) == known)
        most = max(_filled(cells) for _, cells in filled)
        return next(row for row in filled if _filled(row[1]) >= MOSTLY * most)

    def _known_in(self, cells: Sequence[str]) -> int:
        return len(self._known & {plain(cell) for cell in cells})

    def _is_heading_again(self, cells: Sequence[str], headings: Sequence[str]) -> bool:
        """Tell headings that come a second time, as where two files were joined."""
        same = sum(
            bool(name) and len(name) <= len(cell) <= LONGEST_HEADING and name == plain(cell)
            for name, cell in zip(headings, cells, strict=False)
        )
        return same > 1 and same * 2 > _filled(cells)


def open_table(path: Path, *, known: Collection[str] = (), never: Collection[str] = ()) -> Table:
    """Open a CSV file or a workbook.

    By `known` headings the right row is found; columns with `never` in their heading are dropped.

    :raises FileRefusedError: for a file that is no table, is empty, or is too large.
    """
    return Table(path, known, never)


def _is_workbook(path: Path) -> bool:
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            start = raw.read(4)
    except OSError as why:
        raise FileRefusedError(f"The file cannot be opened: {why.strerror}.") from why
    if start == OLD_WORKBOOK or start.lstrip().startswith(WEB_PAGE):
        raise FileRefusedError(excel_file.NOT_EXCEL)
    is_workbook = start == WORKBOOK
    largest = LARGEST_EXCEL if is_workbook else LARGEST_CSV
    if size > largest:
        megabytes = largest // 1024 // 1024
        raise FileRefusedError(
            f"The file is larger than {megabytes:,} MB. Check that it is the right file."
        )
    return is_workbook


def _filled(cells: Sequence[str]) -> int:
    return len({cell.strip() for cell in cells} - {""})


def _own_names(headings: Sequence[str]) -> tuple[str, ...]:
    """Give each column a name of its own: by its place where it has none, by number if twice."""
    names: list[str] = []
    for place, heading in enumerate(headings, start=1):
        name = " ".join(heading.split()) or f"Column {place}"
        number, own = 2, name
        while own in names:
            own, number = f"{name} ({number})", number + 1
        names.append(own)
    return tuple(names)
