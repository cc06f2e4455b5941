"""The numbers of an outcome report as rows, one a point: for the workbook and for CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.documents.charts import phases_by_point
from tracker.documents.scales import is_drawn
from tracker.documents.tables import shows, value_heading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tracker.documents.values import ChartData, ChartPoint, ReportDocument


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberRow:
    """One point of a chart with its lines, and what the chart says about it."""

    measure: str
    period: str
    begins_on: date | None
    value_is: str
    value: float | None
    numerator: float | None
    denominator: float | None
    mean: float | None
    lower: float | None
    upper: float | None
    shows: str
    is_final: bool
    #: a measure that must be read beside this one; what was done is never shown alone
    read_with: str
    #: why the lines start anew at this point; empty where they go on
    new_start: str
    #: what was written on the chart at this point
    happened: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberBlock:
    """All rows of one chart."""

    chart: ChartData
    rows: tuple[NumberRow, ...]


def number_blocks(document: ReportDocument) -> tuple[NumberBlock, ...]:
    """Give the rows of every chart; a chart that is drawn twice has them once."""
    found: dict[object, NumberBlock] = {}
    for chart, companion in _charts(document):
        mark = (chart.title, chart.points, chart.phases)
        if mark not in found:
            found[mark] = NumberBlock(chart=chart, rows=tuple(_rows(chart, companion)))
    return tuple(found.values())


def _charts(document: ReportDocument) -> Iterator[tuple[ChartData, str]]:
    for section in document.sections:
        for figure in section.figures:
            for place, chart in enumerate(figure.charts):
                other = figure.charts[1 - place].title if len(figure.charts) > 1 else ""
                yield chart, other


def _rows(chart: ChartData, companion: str) -> Iterator[NumberRow]:
    begin = {phase.first: phase.reason for phase in chart.phases if phase.reason}
    for place, (point, phase) in enumerate(zip(chart.points, phases_by_point(chart), strict=True)):
        mean, lower, upper = (phase.mean, phase.lower, phase.upper) if phase else (None, None, None)
        lines = (
            mean,
            lower if point.lower is None else point.lower,
            upper if point.upper is None else point.upper,
        )
        happened = "; ".join(note.label for note in chart.annotations if note.at == place)
        yield _row(chart, point, lines, (companion, begin.get(place, ""), happened))


def _row(
    chart: ChartData,
    point: ChartPoint,
    lines: tuple[float | None, float | None, float | None],
    beside: tuple[str, str, str],
) -> NumberRow:
    mean, lower, upper = lines
    companion, new_start, happened = beside
    return NumberRow(
        measure=chart.title,
        period=point.label,
        begins_on=point.begins_on,
        value_is="Percent" if chart.number_format.value == "percent" else value_heading(chart),
        value=point.value,
        numerator=point.numerator,
        denominator=point.denominator,
        mean=mean,
        lower=lower if is_drawn(chart, lower) else None,
        upper=upper if is_drawn(chart, upper) else None,
        shows=shows(point),
        is_final=not point.is_provisional,
        read_with=companion,
        new_start=new_start,
        happened=happened,
    )
