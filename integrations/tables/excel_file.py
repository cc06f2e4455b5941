"""Opens an Excel workbook (.xlsx) and hands out the rows of a sheet, as Excel shows them.

A formula counts as the text that Excel last showed for it; nothing is run. Cells that are merged
all hold the text of the first of them.
"""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from integrations.errors import FileRefusedError

#: what a workbook may hold once it is unpacked
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 200_000
CHUNK = 1 << 16
LOCAL_HEADER = 30
NOT_EXCEL = (
    "This is not an Excel workbook that can be read. In Excel, choose Save as and the kind "
    "“Excel workbook (.xlsx)”, without a password."
)
ZIPPED = "This is a zip file. Unpack it, and bring the file that is in it."

Corner = tuple[int, int]
Corners = tuple[Corner, Corner]


def sheets(path: Path) -> int:
    """Say how many sheets a workbook has.

    :raises FileRefusedError: for what is no workbook, or too large a one.
    """
    import python_calamine

    refuse_a_bomb(path)
    try:
        return len(python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names)
    except (python_calamine.CalamineError, OSError, ValueError) as why:
        raise FileRefusedError(NOT_EXCEL) from why


def read_cells(
    path: Path, *, most_rows: int = MOST_ROWS, sheet: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row as text, with its number in the sheet.

    :raises FileRefusedError: for what is no workbook, or too large a one.
    """
    import python_calamine

    refuse_a_bomb(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        cells = book.get_sheet_by_index(sheet)
        if cells.total_height > most_rows:
            raise FileRefusedError(
                f"The sheet has more than {most_rows:,} rows. Delete those that are not used."
            )
        first_column = (cells.start or (0, 0))[1]
        merged = cells.merged_cell_ranges or ()
        rows = cells.iter_rows()
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as why:
        raise FileRefusedError(NOT_EXCEL) from why
    whole = ([""] * first_column + [_as_text(cell) for cell in row] for row in rows)
    yield from enumerate(_fill_merged(whole, merged), start=1)


def _as_text(cell: object) -> str:
    """Give a cell as Excel shows it: a whole number without its point, a day without its hours."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def _fill_merged(rows: Iterable[list[str]], merged: Iterable[Corners]) -> Iterator[list[str]]:
    """Give every cell of a merged block the text of its first."""
    begin: dict[int, list[Corners]] = {}
    for block in merged:
        begin.setdefault(block[0][0], []).append(block)
    held: list[tuple[Corners, str]] = []
    for number, row in enumerate(rows):
        for block in begin.get(number, ()):
            left = block[0][1]
            held.append((block, row[left] if left < len(row) else ""))
        held = [one for one in held if one[0][1][0] >= number]
        for ((_, left), (_, right)), text in held:
            for column in range(left, min(right + 1, len(row))):
                row[column] = text
        yield row


def refuse_a_bomb(path: Path) -> None:
    """Unpack a workbook without keeping it, to see that it is not far larger than it seems.

    What its parts say of their own size may be a lie, so they are counted.
    """
    try:
        with zipfile.ZipFile(path) as book, path.open("rb") as raw:
            parts = book.infolist()
            names = book.namelist()
            if len(parts) > MOST_PARTS or "xl/workbook.xml" not in names:
                is_office = any(name.startswith(("xl/", "mimetype", "[")) for name in names)
                raise FileRefusedError(NOT_EXCEL if is_office else ZIPPED)
            left = LARGEST_UNPACKED
            for part in parts:
                left -= _unpacked_size(raw, part, left)
                if left < 0:
                    raise FileRefusedError(
                        "The workbook is far too large once it is unpacked. "
                        "Check that it is the right file."
                    )
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, ValueError) as why:
        raise FileRefusedError(NOT_EXCEL) from why


def _unpacked_size(raw: Any, part: zipfile.ZipInfo, most: int) -> int:  # noqa: ANN401
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise FileRefusedError(NOT_EXCEL)
    raw.seek(part.header_offset)
    header = raw.read(LOCAL_HEADER)
    if len(header) < LOCAL_HEADER:
        raise FileRefusedError(NOT_EXCEL)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    raw.seek(part.header_offset + LOCAL_HEADER + names)
    unpack, size, packed = zlib.decompressobj(-15), 0, part.compress_size
    while packed > 0 and not unpack.eof and size <= most:
        chunk = raw.read(min(CHUNK, packed))
        if not chunk:
            break
        packed -= len(chunk)
        while chunk and size <= most:
            size += len(unpack.decompress(chunk, CHUNK * 16))
            chunk = unpack.unconsumed_tail
    return size
