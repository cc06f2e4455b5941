"""Cuts a CSV file into blocks of lines: all at once where no cell has a quote mark in it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import methodcaller
from typing import TextIO

from integrations.errors import FileRefusedError
from integrations.tables.csv_file import LONGEST_CELL, CsvFile

BLOCK = 10_000
Cells = list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """Some lines of a file, either as columns (all are plain) or as rows."""

    before: int
    last: int
    size: int
    #: every cell of the block, row after row
    flat: Sequence[str] | None = None
    rows: Sequence[Cells] | None = None

    def each(self, width: int) -> Iterator[Cells]:
        """Give row by row."""
        if self.rows is not None:
            yield from self.rows
        elif self.flat is not None:
            for start in range(0, len(self.flat), width):
                yield list(self.flat[start : start + width])


class LineBlocks:
    """Hands out the lines of a file after its header, some thousand at a time."""

    def __init__(self, file: CsvFile) -> None:
        self._file = file
        self._between = methodcaller("count", file.delimiter)
        self._width = len(file.columns)

    def blocks(self, *, after_line: int = 0) -> Iterator[Lines]:
        """Yield block by block; `after_line` leaves out those that end there or before."""
        file = self._file
        csv.field_size_limit(LONGEST_CELL)
        with file.path.open(encoding=file.encoding, errors="replace", newline="") as text:
            last = self._rows((), text, 0, just_one=True).last
            while lines := list(islice(text, BLOCK)):
                found = self._plain(lines, last) or self._rows(lines, text, last)
                last = found.last
                if last > after_line:
                    yield found

    def _plain(self, lines: list[str], before: int) -> Lines | None:
        """Cut lines at every comma; none where a quote mark may mean another thing."""
        if set(map(self._between, lines)) != {self._width - 1}:
            return None
        whole = "".join(lines)
        if '"' in whole or "\0" in whole:
            return None
        if "\r" in whole:
            whole = whole.replace("\r\n", "\n")
        size = len(lines)
        ends = whole.count("\n")
        if "\r" in whole or ends + (not whole.endswith("\n")) != size:
            return None
        flat = whole.replace("\n", self._file.delimiter).split(self._file.delimiter)
        if ends == size:
            flat.pop()
        return Lines(before=before, last=before + size, size=size, flat=flat)

    def _rows(
        self, lines: Sequence[str], text: TextIO, before: int, *, just_one: bool = False
    ) -> Lines:
        """Read lines cell by cell, with those that follow where a cell runs over its line."""
        reader = csv.reader(chain(lines, text), delimiter=self._file.delimiter, strict=True)
        rows = []
        try:
            for cells in reader:
                rows.append(cells)
                if just_one or reader.line_num >= len(lines):
                    break
        except csv.Error as why:
            raise FileRefusedError(
                f"The file cannot be read after line {before + reader.line_num}: a quote mark is "
                "left open or stands in the wrong place. Write the file again and try once more."
            ) from why
        return Lines(before=before, last=before + reader.line_num, size=len(rows), rows=rows)
