"""One row a measure: where it stands, what its chart shows, and what of its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.documents.values import PointKind, TableData
from tracker.services.period_words import quarter_words, short_month

if TYPE_CHECKING:
    from tracker.services.outcome_values import Chart, OutcomeReport, Point

TARGET = 4
ICON_WORDS = {
    "common_cause": "Usual ups and downs",
    "improvement_high": "Better than usual, and higher",
    "improvement_low": "Better than usual, and lower",
    "concern_high": "Worse than usual, and higher",
    "concern_low": "Worse than usual, and lower",
    "neutral_high": "Higher than usual",
    "neutral_low": "Lower than usual",
}
#: The icon in the table is the mark of such a point on the chart.
ICON_KINDS = {
    "common": PointKind.COMMON,
    "improvement": PointKind.IMPROVEMENT,
    "concern": PointKind.CONCERN,
    "neutral": PointKind.NEUTRAL,
}


def glance(report: OutcomeReport) -> TableData:
    """List every measure with where it stands; completion only as part of its own section."""
    rows: list[tuple[str, ...]] = []
    icons: list[PointKind] = []
    seen = set()
    for chart in report.charts:
        is_by_time = not chart.points[-1].label  # and not units, or how long something took
        if not is_by_time or chart.measure.key in seen or chart.measure.family == "activity":
            continue
        seen.add(chart.measure.key)
        last, mean = chart.points[-1], chart.phases[-1].mean
        rows.append(
            (
                chart.measure.name,
                label(last),
                said(chart, last.value),
                said(chart, mean) if mean is not None else "",
                _assurance(chart),
                ICON_WORDS.get(chart.icon, ""),
            )
        )
        icons.append(ICON_KINDS[chart.icon.split("_")[0]])
    columns = ["Measure", "Latest", "Value", "Mean", "Target", "What the chart shows"]
    if not any(row[TARGET] for row in rows):
        columns.pop(TARGET)
        rows = [(*row[:TARGET], *row[TARGET + 1 :]) for row in rows]
    return TableData(
        caption="The latest of each measure. A mark on a chart is a question, not an answer.",
        columns=tuple(columns),
        rows=tuple(rows),
        number_columns=frozenset({2, 3}),
        icons=tuple(icons),
    )


def _assurance(chart: Chart) -> str:
    """Say whether a target is met by more than chance; a neutral measure has no such answer."""
    last, point = chart.phases[-1], chart.points[-1]
    lower, upper = (
        level if own is None else own
        for level, own in (
            (last.lower, point.lower),
            (last.upper, point.upper),
        )
    )
    if chart.target is None or chart.measure.direction == "neutral":
        return ""
    if lower is None or upper is None:
        return ""
    is_up = chart.measure.direction == "increase"
    if chart.target < lower:
        words = "surely met" if is_up else "surely missed"
    elif chart.target > upper:
        words = "surely missed" if is_up else "surely met"
    else:
        words = "met or missed by chance"
    return f"{said(chart, chart.target)}, {words}"


def label(point: Point) -> str:
    if point.label:
        return point.label
    if not point.months:
        return f"{point.month.day} {short_month(point.month)}"
    return short_month(point.month) if point.months == 1 else quarter_words(point.month)


def said(chart: Chart, value: float) -> str:
    if chart.measure.unit == "percent":
        return f"{value:.1f}%"
    return f"{value:,.2f} {chart.unit_words}" if value < 10 else f"{value:,.0f} {chart.unit_words}"  # noqa: PLR2004
