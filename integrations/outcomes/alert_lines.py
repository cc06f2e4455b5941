"""Cuts a CSV file into blocks of lines: all at once where no cell has a quote mark in it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from typing import TextIO

from integrations.errors import FileRefusedError
from integrations.outcomes.plain_cells import Cells, NotPlainError
from integrations.tables.csv_file import LONGEST_CELL, LONGEST_LINE, CsvFile

#: so many letters, and the rest of the last line: large enough to be quick, small in memory
BLOCK = 1 << 21
Row = tuple[int, list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """Some lines of a file: cut at once, or as rows with the number of the first line of each."""

    first: int
    last: int
    cells: Cells | None = None
    rows: Sequence[Row] = ()


class LineBlocks:
    """Hands out the lines of a file after its header, some thousand at a time."""

    def __init__(self, file: CsvFile) -> None:
        self._file = file

    def blocks(self, *, after_line: int = 0) -> Iterator[Lines]:
        """Yield block by block; `after_line` leaves out those that end there or before."""
        file = self._file
        csv.field_size_limit(LONGEST_CELL)
        with file.path.open(encoding=file.encoding, errors="replace", newline="") as text:
            last = self._rows("", text, 1, just_one=True).last
            while block := text.read(BLOCK):
                block += text.readline(LONGEST_LINE)
                if len(block) >= BLOCK + LONGEST_LINE:
                    raise FileRefusedError(
                        f"After line {last} of the file stands one that is too long for a table. "
                        "Write the file again."
                    )
                found = self._plain(block, last + 1) or self._rows(block, text, last + 1)
                last = found.last
                if last > after_line:
                    yield found

    def _plain(self, block: str, first: int) -> Lines | None:
        """Cut lines at every comma; none where a quote mark may mean another thing."""
        if '"' in block or "\0" in block:
            return None
        if "\r" in block:
            block = block.replace("\r\n", "\n")
        if "\r" in block:
            return None
        if not block.endswith("\n"):
            block += "\n"
        try:
            cells = Cells(block, self._file.delimiter, len(self._file.columns))
        except NotPlainError:
            return None
        return Lines(first=first, last=first + len(cells) - 1, cells=cells)

    def _rows(self, block: str, text: TextIO, first: int, *, just_one: bool = False) -> Lines:
        """Read lines cell by cell, with those that follow where a cell runs over its line."""
        lines = list(StringIO(block, newline=""))
        reader = csv.reader(chain(lines, text), delimiter=self._file.delimiter, strict=True)
        rows, number = [], first
        try:
            for cells in reader:
                rows.append((number, cells))
                number = first + reader.line_num
                if just_one or reader.line_num >= len(lines):
                    break
        except csv.Error as why:
            raise FileRefusedError(
                f"The file cannot be read after line {first - 1 + reader.line_num}: a quote mark "
                "is left open or stands in the wrong place. Write the file again and try once more."
            ) from why
        return Lines(first=first, last=first + reader.line_num - 1, rows=rows)
