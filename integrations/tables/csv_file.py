"""Opens a CSV file as a trust's systems write them, and hands out its rows one at a time."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from integrations.errors import FileRefusedError, WrongLayoutError
from integrations.tables.rows import RejectedRow, Row

CHUNK = 1 << 20
LONGEST_CELL = 100_000
LONGEST_LINE = 1_000_000
DELIMITERS = (",", ";", "\t", "|")


class CsvFile:
    """A CSV file with a header. Names in the header are compared without case and spaces."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = encoding_of(path)
        with path.open(encoding=self.encoding, errors="replace", newline="") as lines:
            self.delimiter = delimiter_of(lines.readline(LONGEST_LINE))
        header: Sequence[str] = next((cells for _, cells in self._cells()), ())
        self.columns = tuple(tidy(name) for name in header)
        self._check_header()

    def rows(self) -> Iterator[Row | RejectedRow]:
        """Yield each row with the number of its first line; a row of another length is rejected."""
        width = len(self.columns)
        rows = self._cells()
        next(rows, None)
        for line, cells in rows:
            if len(cells) == width:
                yield Row(line=line, cells=dict(zip(self.columns, cells, strict=True)))
            elif any(cell.strip() for cell in cells):
                yield RejectedRow(
                    line=line,
                    reason=f"The row has {len(cells)} columns, the first line has {width}.",
                )

    def require(self, *names: str) -> None:
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise FileRefusedError(
                f"The first line of the file must name these columns: {', '.join(missing)}. "
                "It does not. Check that this is the right file."
            )

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        return read_cells(self.path, self.encoding, self.delimiter)

    def _check_header(self) -> None:
        if not any(self.columns):
            raise FileRefusedError("The file is empty. Check that this is the right file.")
        named = [name for name in self.columns if name]
        if len(set(named)) != len(named):
            raise FileRefusedError(
                "Two columns of the file have the same name. Give each its own name."
            )


def read_cells(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, with the number of the line on which it begins."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="replace", newline="") as lines:
        reader = csv.reader(_lines(lines), delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as why:
            if "field limit" in str(why):
                raise WrongLayoutError(
                    f"The file cannot be read after line {reader.line_num}: a cell has more than "
                    f"{LONGEST_CELL:,} letters. Shorten it, or look for a quote mark left open."
                ) from why
            raise WrongLayoutError(
                f"The file cannot be read after line {reader.line_num}: a quote mark is left "
                "open or stands in the wrong place. Write the file again and try once more."
            ) from why


def _lines(stream: TextIO) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise WrongLayoutError(
                f"Line {number} of the file is too long for a table. Write the file again."
            )
        yield line


def tidy(name: str) -> str:
    return " ".join(name.split()).casefold()


def encoding_of(path: Path) -> str:
    """UTF-8 and UTF-16 with or without their mark, and otherwise what Windows writes."""
    try:
        with path.open("rb") as raw:
            start = raw.read(4)
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            if start[1::2] == b"\0\0" and b"\0" not in start[::2]:
                return "utf-16-le"  # without its mark
            raw.seek(0)
            decoder = codecs.getincrementaldecoder("utf-8")()
            is_utf8 = True
            while chunk := raw.read(CHUNK):
                if b"\0" in chunk:
                    raise FileRefusedError(
                        "This is not a CSV file. Save it as CSV (comma separated) and try again."
                    )
                is_utf8 = is_utf8 and _decodes(decoder, chunk)
    except OSError as why:
        raise FileRefusedError(f"The file cannot be opened: {why.strerror}.") from why
    return "utf-8-sig" if is_utf8 and _decodes(decoder, b"", final=True) else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final=final)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(header: str) -> str:
    """Return a comma, unless the header has none and is plainly divided by something else."""
    if "," not in header:
        for other in DELIMITERS[1:]:
            if other in header:
                return other
    return ","
