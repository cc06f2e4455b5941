"""A framework as an Excel workbook: the same columns as in CSV, on the first sheet."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from integrations.errors import FileRefusedError
from integrations.frameworks.csv_file import COLUMNS, framework_of
from integrations.frameworks.records import FrameworkRecord
from integrations.outcomes.csv_file import CsvRow, tidy

#: what a workbook may hold once it is unpacked: five thousand competences are a tenth of it
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 50_000
CHUNK = 1 << 16
LOCAL_HEADER = 30
WIDTHS = {"description": 50, "competence_name": 35, "domain_name": 30, "framework_name": 25}
NOT_EXCEL = (
    "This is not an Excel workbook that can be read. In Excel, choose Save as and the kind "
    "“Excel workbook (.xlsx)”, without a password."
)


def write_excel(framework: FrameworkRecord) -> bytes:
    """Write a framework as a workbook. Every cell is text: none is run as a formula."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet("Framework")
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDTHS.get(name, 40 if column > 6 else 18))  # noqa: PLR2004
        sheet.write_string(0, column, name, head)
    for row, (domain, one) in enumerate(framework.competences(), start=1):
        of_domain = (framework.key, framework.name, domain.key, domain.name)
        of_one = (one.key, one.name, one.description, *one.levels)
        for column, cell in enumerate((*of_domain, *of_one)):
            sheet.write_string(row, column, cell, text)
    book.close()
    return content.getvalue()


def read_excel(path: Path, schema: Mapping[str, Any]) -> FrameworkRecord:
    """Give the framework on the first sheet of a workbook.

    A formula counts as the text that Excel last showed for it; nothing is run. Cells that are
    merged all hold the text of the first of them.

    :raises FileRefusedError: with everything that is wrong.
    """
    _refuse_a_bomb(path)
    return framework_of(_rows(path), [], schema)


def _rows(path: Path) -> Iterator[CsvRow]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS:
            raise FileRefusedError(
                f"The first sheet has more than {MOST_ROWS:,} rows. Delete those that are not used."
            )
        cells = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or ()
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as why:
        raise FileRefusedError(NOT_EXCEL) from why
    _fill_merged(cells, merged)
    names = [tidy(str(name)) for name in cells[0]] if cells else []
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise FileRefusedError(
            f"The first line of the first sheet must name these columns: {', '.join(missing)}. "
            "It does not. Check that this is the right file."
        )
    if len({name for name in names if name}) != len([name for name in names if name]):
        raise FileRefusedError("Two columns have the same name. Give each its own name.")
    for line, row in enumerate(cells[1:], start=2):
        yield CsvRow(line=line, cells=dict(zip(names, map(_as_text, row), strict=True)))


def _as_text(cell: object) -> str:
    """Give a cell as Excel shows it: a whole number without its point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _fill_merged(
    cells: list[list[Any]],
    merged: "Any",  # noqa: ANN401 - pairs of corners
) -> None:
    for (top, left), (bottom, right) in merged:
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[row]))):
                cells[row][column] = cells[top][left]


def _refuse_a_bomb(path: Path) -> None:
    """Unpack a workbook without keeping it, to see that it is not far larger than it seems.

    What its parts say of their own size may be a lie, so they are counted.
    """
    try:
        with zipfile.ZipFile(path) as book, path.open("rb") as raw:
            parts = book.infolist()
            if len(parts) > MOST_PARTS or "xl/workbook.xml" not in book.namelist():
                raise FileRefusedError(NOT_EXCEL)
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
