"""Makes control charts of the series that may be shown."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.services.chart_settings import in_words
from tracker.services.outcome_data import Shown, ShownCell
from tracker.services.outcome_points import (
    Mark,
    ToChart,
    control_points,
    rules_for,
    starts_of,
    xmr_points,
)
from tracker.services.outcome_series import Series, next_month
from tracker.services.outcome_values import Chart, ChartRules, Note, Phase, Point
from tracker.services.period_words import listed, month_words

if TYPE_CHECKING:
    from tracker.services.outcome_points import Calculated

#: Reports still come in for a while: months that ended so shortly before are not final.
SETTLES_IN = timedelta(days=31)
FEWEST_POINTS = 2
NEARLY_SAME = (
    "Nearly all values are the same. So the middle line is the usual value, and large steps are "
    "not screened."
)


def in_period(shown: Shown, first_month: date, last_month: date) -> tuple[ShownCell, ...]:
    return tuple(cell for cell in shown.cells if first_month <= cell.period <= last_month)


def draw_charts(asked: Sequence[ToChart]) -> dict[str, Chart]:
    """Calculate all charts of a report: XmR charts of the same rules together, others singly."""
    charts: dict[str, Chart] = {}
    together: dict[tuple[str, ChartRules], list[ToChart]] = defaultdict(list)
    for one in asked:
        if len(one.cells) < FEWEST_POINTS:
            continue
        rules = rules_for(one)
        if rules.kind == "xmr":
            together[one.series.measure.direction, rules].append(one)
        else:
            charts[one.series.key] = _chart(one, control_points(one))
    for (direction, rules), group in together.items():
        drawn = xmr_points(group, direction, rules)
        for one in group:
            charts[one.series.key] = _chart(one, drawn[one.series.key])
    return charts


def _chart(one: ToChart, drawn: "Calculated") -> Chart:
    settled = final_until(one.series)
    points = tuple(
        Point(
            month=cell.period,
            months=cell.months,
            value=row.value,
            numerator=cell.numerator,
            denominator=cell.denominator,
            kind=row.kind,
            signal=row.signal,
            is_provisional=last_day(cell) > settled,
            lower=row.lower,
            upper=row.upper,
        )
        for cell, row in zip(one.cells, drawn.rows, strict=True)
    )
    reasons = {place: mark.words for place, mark in starts_of(one).items()}
    phases = tuple(replace(phase, reason=reasons.get(phase.first, "")) for phase in drawn.phases)
    rules = rules_for(one)
    return Chart(
        measure=one.series.measure,
        unit_name=one.series.unit.name,
        points=points,
        phases=phases,
        notes=_notes(one, points),
        icon=drawn.icon,
        unit_words=_unit_words(one),
        remarks=(*_remarks(one, points), *drawn.remarks, *_about_phases(one, points, phases)),
        rules=rules,
        rules_in_words=in_words(rules),
        target=one.series.measure.target,
    )


def _unit_words(one: ToChart) -> str:
    words = one.series.unit_words
    return words.replace("month", "quarter") if one.shown.is_by_quarter else words


def _notes(one: ToChart, points: Sequence[Point]) -> tuple[Note, ...]:
    return tuple(
        Note(at=at, text=mark.words)
        for mark in one.annotations
        if (at := _place(mark, points)) is not None
    )


def _place(mark: Mark, points: Sequence[Point]) -> int | None:
    return next((n for n, p in enumerate(points) if p.month <= mark.month < _after(p)), None)


def _beside(one: ToChart, points: Sequence[Point]) -> Iterable[str]:
    """Say what happened in a month of the chart that has no point."""
    last = max(points[-1].month, one.last_month or points[-1].month)
    for mark in one.annotations:
        if points[0].month <= mark.month <= last and _place(mark, points) is None:
            yield happened_unseen(mark)


def happened_unseen(mark: Mark) -> str:
    return f"{month_words(mark.month)}, which has no point here: {mark.words}"


def _after(point: Point) -> date:
    month = point.month
    for _ in range(point.months):
        month = next_month(month)
    return month


def last_day(cell: ShownCell) -> date:
    last = cell.period
    for _ in range(cell.months - 1):
        last = next_month(last)
    return last.replace(day=calendar.monthrange(last.year, last.month)[1])


def final_until(series: Series) -> date:
    """Give the last day that is surely settled, by when the newest of the data were taken."""
    newest = max(cell.extracted_at for cell in series.cells.values())
    return newest.date() - SETTLES_IN


def _remarks(one: ToChart, points: Sequence[Point]) -> tuple[str, ...]:
    said = [one.shown.reason] if one.shown.reason else []
    first, last = points[0].month, points[-1].month
    if not one.shown.is_by_quarter:
        known = set(one.series.cells)
        absent = [month for month in _months(first, last) if month not in known]
        partly = [month for month in absent if month in one.series.incomplete]
        empty = [month for month in absent if month not in one.series.incomplete]
        said += _left_out(empty, "no data came for it", "no data came for them")
        said += _left_out(partly, "some units sent no data", "some units sent no data")
    if provisional := [point.month for point in points if point.is_provisional]:
        verb = "is" if len(provisional) == 1 else "are"
        said.append(f"{listed(map(month_words, provisional))} {verb} not final yet.")
    if one.rules.is_screened and not rules_for(one).is_screened:
        said.append(NEARLY_SAME)
    return (*said, *_beside(one, points))


def _about_phases(one: ToChart, points: Sequence[Point], phases: Sequence[Phase]) -> Iterable[str]:
    for phase in phases:
        if phase.reason:
            begins = month_words(points[phase.first].month)
            yield f"The lines start anew in {begins}. {phase.reason}"
    placed = {mark.month for mark in starts_of(one).values()}
    for month, words, _ in one.rebases:
        if month not in placed and month > points[0].month:
            yield f"A new start in {month_words(month)} is not drawn: no points since. {words}"
    if phases[-1].is_short:
        yield "There are fewer than 13 points here, so the limits are only a first guess."


def _left_out(months: Sequence[date], one: str, many: str) -> Iterable[str]:
    if not months:
        return []
    if len(months) == 1:
        return [f"{month_words(months[0])} is left out, because {one}."]
    if len(months) > 4:  # noqa: PLR2004 - more than a reader wants to hear
        return [f"{len(months)} months are left out, because {many}."]
    return [f"{listed(map(month_words, months))} are left out, because {many}."]


def _months(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first = next_month(first)
