"""The numbers below a chart of the report: months by year, small enough to stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.documents.marks import WORDS
from tracker.documents.scales import written
from tracker.documents.tables import (
    MONTHS,
    data_table,
    is_monthly,
    lines_in_words,
    months_by_year,
    shows,
)
from tracker.documents.tagged_pdf import Cell, TableLook, TaggedPDF
from tracker.documents.values import PointKind

if TYPE_CHECKING:
    from tracker.documents.values import ChartData, ChartPoint, TableData

_WIDEST = 80  # letters
_FULL = 4  # columns; a wider table is set in small type
# The signs of the chart's shapes that the printed face has.
_SIGNS = {
    PointKind.COMMON: "",
    PointKind.IMPROVEMENT: "\u25a0",
    PointKind.CONCERN: "\u25b2",
    PointKind.NEUTRAL: "\u2666",
}
_NOT_FINAL = "*"


def add_numbers(pdf: TaggedPDF, chart: ChartData) -> None:
    """Say the mean and limits, then give every value."""
    said = " ".join(filter(None, [*lines_in_words(chart), chart.rules]))
    if said:
        pdf.paragraph(said, "small")
    if not chart.points:
        return
    if not is_monthly(chart.points):
        add_table(pdf, data_table(chart))
        return
    rows: list[list[str | Cell]] = []
    for year, by_month in months_by_year(chart):
        rows.append([year, *(_cell(chart, by_month.get(month)) for month in MONTHS)])
    look = TableLook(
        widths=(0.8, *[1.0] * len(MONTHS)),
        number_columns=frozenset(range(1, len(MONTHS) + 1)),
        is_tight=True,
        gap=2.0,
    )
    pdf.table(_caption(chart), ("Year", *MONTHS), rows, look)


def _cell(chart: ChartData, point: ChartPoint | None) -> Cell:
    if point is None:
        return Cell(text="")
    if point.value is None:
        return Cell(text="\u2013", spoken="no data")
    number = written(chart, point.value)
    sign = _SIGNS[point.kind] + (_NOT_FINAL if point.is_provisional else "")
    if not sign:
        return Cell(text=number)
    return Cell(text=f"{number} {sign}", spoken=f"{number}, {shows(point).lower()}", is_bold=True)


def _caption(chart: ChartData) -> str:
    """Name the table, and explain the signs that are in it."""
    kinds = {point.kind for point in chart.points if point.value is not None}
    signs = [
        f"{_SIGNS[kind]} {WORDS[kind]}" for kind in PointKind if kind in kinds and _SIGNS[kind]
    ]
    if any(point.is_provisional for point in chart.points):
        signs.append(f"{_NOT_FINAL} not final yet")
    words = f"{chart.title}, {chart.unit_words}" if chart.unit_words else chart.title
    return f"{words} ({'; '.join(signs)})" if signs else words


def add_table(pdf: TaggedPDF, table: TableData) -> None:
    """Add a table as it was given, its columns as wide as their words ask."""
    look = TableLook(
        widths=[_share(table, n) for n in range(len(table.columns))],
        number_columns=table.number_columns,
        is_tight=len(table.columns) > _FULL,
    )
    rows: list[list[str | Cell]] = [list(row) for row in table.rows]
    for row, kind in zip(rows, table.icons, strict=False):
        words = str(row[-1])
        row[-1] = Cell(text=f"{_SIGNS[kind]} {words}".strip(), spoken=words)
    pdf.table(table.caption, table.columns, rows, look)


def _share(table: TableData, column: int) -> float:
    """Weigh a column: long texts wrap, so twice the words does not ask for twice the width."""
    texts = [row[column] for row in table.rows]
    longest_word = max((len(word) for word in table.columns[column].split()), default=1)
    longest = max((len(text) for text in texts), default=1)
    return float(max(longest_word, min(longest, _WIDEST), 4) ** 0.7)
