"""Opens a CSV file as a trust's systems write them, and hands out its rows one at a time."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from integrations.errors import FileRefusedError
from integrations.outcomes.records import RejectedRow

CHUNK = 1 << 20
LONGEST_CELL = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvRow:
    line: int
    cells: dict[str, str]


class CsvFile:
    """A CSV file with a header. Names in the header are compared without case and spaces."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._encoding = encoding_of(path)
        with self._open() as lines:
            self._delimiter = delimiter_of(lines.readline())
        with self._open() as lines:
            header = next(csv.reader(lines, delimiter=self._delimiter), [])
        self.columns = tuple(tidy(name) for name in header)
        self._check_header()

    def rows(self) -> Iterator[CsvRow | RejectedRow]:
        """Yield each row with the number of its first line; a row of another length is rejected."""
        width = len(self.columns)
        with self._open() as lines:
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
            try:
                next(reader)
                line = reader.line_num + 1
                for cells in reader:
                    if len(cells) == width:
                        yield CsvRow(line=line, cells=dict(zip(self.columns, cells, strict=True)))
                    elif any(cell.strip() for cell in cells):
                        yield RejectedRow(
                            line=line,
                            reason=f"The row has {len(cells)} columns, the first line has {width}.",
                        )
                    line = reader.line_num + 1
            except csv.Error as why:
                raise FileRefusedError(
                    f"The file cannot be read after line {reader.line_num}: a quote mark is left "
                    "open or stands in the wrong place. Write the file again and try once more."
                ) from why

    def require(self, *names: str) -> None:
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise FileRefusedError(
                f"The first line of the file must name these columns: {', '.join(missing)}. "
                "It does not. Check that this is the right file."
            )

    def _open(self) -> TextIO:
        csv.field_size_limit(LONGEST_CELL)
        return self.path.open(encoding=self._encoding, errors="replace", newline="")

    def _check_header(self) -> None:
        if not any(self.columns):
            raise FileRefusedError("The file is empty. Check that this is the right file.")
        named = [name for name in self.columns if name]
        if len(set(named)) != len(named):
            raise FileRefusedError(
                "Two columns of the file have the same name. Give each its own name."
            )


def tidy(name: str) -> str:
    return " ".join(name.split()).casefold()


def encoding_of(path: Path) -> str:
    """UTF-8 with or without its mark, UTF-16 by its mark, and otherwise what Windows writes."""
    try:
        with path.open("rb") as raw:
            start = raw.read(4)
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            raw.seek(0)
            decoder = codecs.getincrementaldecoder("utf-8")()
            while chunk := raw.read(CHUNK):
                if b"\0" in chunk:
                    raise FileRefusedError(
                        "This is not a CSV file. Save it as CSV (comma separated) and try again."
                    )
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    except OSError as why:
        raise FileRefusedError(f"The file cannot be opened: {why.strerror}.") from why
    return "utf-8-sig"


def delimiter_of(header: str) -> str:
    """Return a comma, unless the header has none and is plainly divided by something else."""
    if "," not in header:
        for other in (";", "\t", "|"):
            if other in header:
                return other
    return ","
