"""Draws the report's control charts as a spreadsheet's own charts, from the cells beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.documents.marks import FILL, WORDS
from tracker.documents.values import NumberFormat, PointKind
from tracker.services.spreadsheet_text import plain_cell

if TYPE_CHECKING:
    from tracker.documents.values import ChartData

WIDTH, HEIGHT = 620, 320
SERIES, MEAN, LIMIT = "#8c8c8c", "#212b32", "#6b6b6b"
SHAPES = {
    PointKind.COMMON: "circle",
    PointKind.IMPROVEMENT: "square",
    PointKind.CONCERN: "triangle",
    PointKind.NEUTRAL: "diamond",
}
NUMBERS = {
    NumberFormat.PERCENT: '0.0"%"',
    NumberFormat.COUNT: "#,##0",
    NumberFormat.PER_1000: "#,##0.0",
    NumberFormat.NUMBER: "#,##0.00",
}


def add_chart(book: Any, chart: ChartData, cells: tuple[str, int, int]) -> Any:
    """Make a chart of rows `first` to `last` of a sheet laid out as `Column` says."""
    made = book.add_chart({"type": "line"})
    at = _Where(*cells)
    made.add_series(
        {
            "name": "Value",
            "categories": at.column(Column.BEGINS if _has_days(chart) else Column.PERIOD),
            "values": at.column(Column.VALUE),
            "line": {"color": SERIES, "width": 1.5},
            "marker": _marker(PointKind.COMMON),
            "points": [_point(chart, n) for n in range(len(chart.points))],
        }
    )
    begin = {phase.first for phase in chart.phases[1:]}
    for name, column, line in (
        ("Mean", Column.MEAN, {"color": MEAN, "width": 1.5}),
        ("Lower limit", Column.LOWER, {"color": LIMIT, "width": 1.25, "dash_type": "dash"}),
        ("Upper limit", Column.UPPER, {"color": LIMIT, "width": 1.25, "dash_type": "dash"}),
    ):
        made.add_series(
            {
                "name": name,
                "categories": at.column(Column.BEGINS if _has_days(chart) else Column.PERIOD),
                "values": at.column(column),
                "line": line,
                "marker": {"type": "none"},
                "points": [_break(place in begin) for place in range(len(chart.points))],
            }
        )
    _dress(made, chart)
    return made


class Column:
    """Where each number of a point stands on the sheet of numbers."""

    MEASURE, READ_WITH, PERIOD, BEGINS, VALUE, VALUE_IS = range(6)
    NUMERATOR, DENOMINATOR, MEAN, LOWER, UPPER, SHOWS, FINAL, NEW_START, HAPPENED = range(6, 15)


class _Where:
    def __init__(self, sheet: str, first: int, last: int) -> None:
        self.sheet, self.first, self.last = sheet, first, last

    def column(self, column: int) -> list[object]:
        return [self.sheet, self.first, column, self.last, column]


def _has_days(chart: ChartData) -> bool:
    """Whether the points are months: events may share a day, and an axis of days would hide it."""
    return all(point.begins_on is not None and point.begins_on.day == 1 for point in chart.points)


def _marker(kind: PointKind) -> dict[str, object]:
    fill = {"color": FILL[kind]}
    return {"type": SHAPES[kind], "size": 6, "fill": fill, "border": fill}


def _point(chart: ChartData, place: int) -> dict[str, object] | None:
    """Give a point that stands out a mark of its own."""
    kind = chart.points[place].kind
    if kind is PointKind.COMMON or chart.points[place].value is None:
        return None
    return {"marker": _marker(kind), "border": {"color": SERIES}}


def _break(begins: bool) -> dict[str, object] | None:  # noqa: FBT001 - one question
    """Draw no line into the first point of a new phase."""
    return {"line": {"none": True}} if begins else None


def _dress(made: Any, chart: ChartData) -> None:
    small = {"name": "Arial", "size": 9}
    name = plain_cell(chart.title)
    made.set_title({"name": name, "name_font": {"name": "Arial", "size": 12, "bold": True}})
    axis: dict[str, object] = {"num_font": small, "label_position": "low"}
    if _has_days(chart):
        axis |= {"date_axis": True, "num_format": "mmm yy", "major_unit_type": "months"}
        axis["major_unit"] = max(1, len(chart.points) // 9)
    made.set_x_axis(axis)
    made.set_y_axis(
        {
            "name": plain_cell(chart.unit_words[:1].upper() + chart.unit_words[1:]),
            "name_font": {**small, "bold": False},
            "num_font": small,
            "num_format": NUMBERS[chart.number_format],
            "major_gridlines": {"visible": True, "line": {"color": "#e8edee"}},
            **({"min": 0} if chart.is_never_negative else {}),
        }
    )
    made.set_legend({"position": "bottom", "font": small})
    made.show_blanks_as("gap")
    made.set_size({"width": WIDTH, "height": HEIGHT})


def in_words(chart: ChartData) -> str:
    """Say what the marks mean, for the kinds that are on this chart."""
    kinds = {point.kind for point in chart.points if point.value is not None}
    said = [
        f"{SHAPES[kind]}: {WORDS[kind]}"
        for kind in PointKind
        if kind in kinds and kind is not PointKind.COMMON
    ]
    return f"Marks: {'; '.join(said)}." if said else ""
