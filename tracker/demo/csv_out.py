"""A CSV file being written, with its header."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO


class CsvOut:
    """Opens a file, writes the header, and counts what follows."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        self._header = header
        self._out: TextIO

    def __enter__(self) -> Self:
        self._out = self.path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._out, lineterminator="\n")
        self._writer.writerow(self._header)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._out.close()

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        rows = list(rows)
        self._writer.writerows(rows)
        self.rows += len(rows)
