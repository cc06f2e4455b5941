"""The numbers behind a chart, as tables: in full, or months by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.documents.marks import WORDS
from tracker.documents.scales import is_drawn, written, written_part
from tracker.documents.values import ChartData, ChartPhase, ChartPoint, PointKind, TableData

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def data_table(chart: ChartData) -> TableData:
    """List every point with what it is made of and what the chart says about it.

    The mean and the limits are the same for a whole phase: `lines_in_words` says them once.
    """
    has_parts = any(p.numerator is not None or p.denominator is not None for p in chart.points)
    parts = (chart.numerator_words, chart.denominator_words) if has_parts else ()
    own_limits = any(p.lower is not None or p.upper is not None for p in chart.points)
    limit_words = ("Limits",) if own_limits else ()
    columns = (chart.points_are, value_heading(chart), *parts, *limit_words, "What the chart shows")
    rows = []
    for point in chart.points:
        numbers = [written(chart, point.value)]
        if has_parts:
            numbers += [written_part(point.numerator), written_part(point.denominator)]
        if own_limits:
            numbers.append(limits(chart, point))
        rows.append((point.label, *numbers, shows(point)))
    return TableData(
        caption=chart.title,
        columns=columns,
        rows=tuple(rows),
        number_columns=frozenset(range(1, len(columns) - 1)),
    )


def value_heading(chart: ChartData) -> str:
    """Head the column of values."""
    words = chart.unit_words or "Value"
    return words[0].upper() + words[1:]


def limits(chart: ChartData, phase: ChartPhase | ChartPoint | None) -> str:
    """Write both limits; one that cannot happen is not a limit."""
    if phase is None or phase.lower is None or phase.upper is None:
        return ""
    lower, upper = written(chart, phase.lower), written(chart, phase.upper)
    if is_drawn(chart, phase.lower) and is_drawn(chart, phase.upper):
        return f"{lower} to {upper}"
    if is_drawn(chart, phase.upper):
        return f"up to {upper}"
    return f"from {lower}" if is_drawn(chart, phase.lower) else "none"


def shows(point: ChartPoint) -> str:
    """Say what the chart shows at a point, in words."""
    if point.value is None:
        return "No data"
    words = "" if point.kind is PointKind.COMMON else WORDS[point.kind].capitalize()
    if words and point.signal:
        words = f"{words}: {point.signal}"
    if point.is_provisional:
        words = f"{words}; not final yet" if words else "Not final yet"
    return words or "As usual"


def is_monthly(points: Sequence[ChartPoint]) -> bool:
    """Say whether every label is a month and a year, as "Apr 2025"."""
    parts = [point.label.split(" ") for point in points]
    return bool(parts) and all(len(p) == 2 and p[0] in MONTHS for p in parts)  # noqa: PLR2004


def months_by_year(chart: ChartData) -> list[tuple[str, dict[str, ChartPoint]]]:
    """Group monthly points: every year, with its points by month."""
    years: dict[str, dict[str, ChartPoint]] = {}
    for point in chart.points:
        month, year = point.label.split(" ")
        years.setdefault(year, {})[month] = point
    return list(years.items())


def lines_in_words(chart: ChartData) -> list[str]:
    """Say the mean and limits of every phase, a sentence each."""
    said = []
    for phase in chart.phases:
        if phase.mean is None:
            continue
        first, last = chart.points[phase.first].label, chart.points[phase.last].label
        text = f"{first} to {last}: mean {written(chart, phase.mean)}"
        both = limits(chart, phase)
        said.append(f"{text}, limits {both}." if both else f"{text}.")
    said += [f"{chart.points[note.at].label}: {note.label}" for note in chart.annotations]
    return said
