"""A framework as an Excel workbook: the same columns as in CSV, on the first sheet."""

import io
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from integrations.errors import FileRefusedError
from integrations.frameworks.csv_file import COLUMNS, framework_of
from integrations.frameworks.records import FrameworkRecord
from integrations.tables.csv_file import tidy
from integrations.tables.excel_file import read_cells
from integrations.tables.rows import Row

#: five thousand competences are a tenth of it
MOST_ROWS = 50_000
WIDTHS = {"description": 50, "competence_name": 35, "domain_name": 30, "framework_name": 25}


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
    return framework_of(_rows(path), [], schema)


def _rows(path: Path) -> Iterator[Row]:
    rows = read_cells(path, most_rows=MOST_ROWS)
    names = [tidy(name) for _, header in islice(rows, 1) for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise FileRefusedError(
            f"The first line of the first sheet must name these columns: {', '.join(missing)}. "
            "It does not. Check that this is the right file."
        )
    if len({name for name in names if name}) != len([name for name in names if name]):
        raise FileRefusedError("Two columns have the same name. Give each its own name.")
    for line, row in rows:
        yield Row(line=line, cells=dict(zip(names, row, strict=True)))
