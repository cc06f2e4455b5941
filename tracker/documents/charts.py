"""Turns the values of a control chart into shapes: the geometry is computed here and only here.

The fills are those of Making Data Count; each kind of point also has a shape of its own and a dark
edge, so that nothing is said by colour alone. Lines are a darker grey than theirs, to be seen.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tracker.documents import chart_keys
from tracker.documents.frame import (
    EDGE,
    REGULAR,
    SMALL,
    WIDE,
    ChartSize,
    Frame,
    frame,
    has_phase_row,
    margin_labels,
    spread,
)
from tracker.documents.marks import mark
from tracker.documents.primitives import (
    GREY_TEXT,
    INK,
    WHITE,
    Band,
    Line,
    Picture,
    Polyline,
    Primitive,
    Text,
)
from tracker.documents.scales import is_drawn, written, written_tick
from tracker.documents.text_width import text_width
from tracker.documents.values import PointKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.documents.values import ChartData, ChartPhase

__all__ = ["REGULAR", "SMALL", "WIDE", "ChartSize", "draw"]

GRID = "#e8edee"
AXIS = "#aeb7bd"
SERIES = "#8c8c8c"
LIMIT = "#6b6b6b"
TARGET = "#de1b1b"
SHADED = "#eef1f2"
_LIMIT_DASH = (5.0, 3.0)
_TARGET_DASH = (2.0, 2.0)
_MONTH_STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120)


def draw(chart: ChartData, size: ChartSize = REGULAR) -> Picture:
    """Compute the picture of a chart."""
    place = frame(chart, size)
    items: list[Primitive] = [*_ground(place), *_value_axis(place), *_time_axis(place)]
    if any(point.value is not None for point in chart.points):
        items += [*_annotations(place), *_lines(place), *_series(place), *_labels(place)]
    else:
        items.append(_nothing(place))
    keys, height = chart_keys.draw_keys(place, top=place.bottom + 2.6 * size.font + 6)
    items += keys
    paper = Band(x=0, y=0, width=size.width, height=height, fill=WHITE)
    return Picture(
        key=chart.key,
        title=chart.title,
        description=chart.description,
        width=size.width,
        height=height,
        items=(paper, *items),
    )


def _ground(place: Frame) -> Iterator[Primitive]:
    """Shade the months that may still change."""
    points = place.chart.points
    for first, last in runs([point.is_provisional for point in points]):
        x = place.x(first - 0.5)
        width = round(place.x(last + 0.5) - x, 1)
        height = place.bottom - place.top
        yield Band(x=x, y=place.top, width=width, height=height, fill=SHADED)


def _value_axis(place: Frame) -> Iterator[Primitive]:
    chart, at, size = place.chart, place.ticks, place.small
    left, right = place.left, place.right
    for tick in reversed(at):
        y = place.y(tick)
        stroke = AXIS if tick == at[0] else GRID
        yield Line(x1=left, y1=y, x2=right, y2=y, stroke=stroke)
    for tick in at:
        y = round(place.y(tick) + size * 0.35, 1)
        label = written_tick(chart, tick, at[1] - at[0])
        yield Text(x=round(left - 6, 1), y=y, text=label, size=size, anchor="end")
    if chart.unit_words:
        words = chart.unit_words[0].upper() + chart.unit_words[1:]
        yield Text(x=EDGE, y=place.words_y, text=words, size=size)


def _time_axis(place: Frame) -> Iterator[Primitive]:
    """Name every so many points; the year (a label's last word) stands once for its run."""
    points, size = place.chart.points, place.small
    parts = [_split(point.label) for point in points]
    widest = max((text_width(first, size) for first, _ in parts), default=0.0)
    every = next((n for n in _MONTH_STEPS if n * place.step >= widest + 6), _MONTH_STEPS[-1])
    turns = [n for n in range(1, len(parts)) if parts[n][1] != parts[n - 1][1]]
    shown = range(turns[0] % every if turns else 0, len(parts), every)
    for n in shown:
        x = place.x(n)
        yield Line(x1=x, y1=place.bottom, x2=x, y2=place.bottom + 3, stroke=AXIS)
    y = round(place.bottom + size * 1.25, 1)
    for n in shown:
        yield Text(x=place.x(n), y=y, text=parts[n][0], size=size, anchor="middle")
    yield from _years(place, [(place.x(n), parts[n][1]) for n in shown], y + size * 1.2)


def _years(place: Frame, ticks: list[tuple[float, str]], y: float) -> Iterator[Primitive]:
    taken, named = -math.inf, ""
    for x, word in ticks:
        half = text_width(word, place.small) / 2
        if word and word != named and x - half > taken:
            yield Text(x=x, y=round(y, 1), text=word, size=place.small, anchor="middle")
            taken, named = x + half + 4, word


def _split(label: str) -> tuple[str, str]:
    first, _, last = label.rpartition(" ")
    return (first, last) if first else (last, "")


def _annotations(place: Frame) -> Iterator[Primitive]:
    """Mark what happened: a dotted line, and a letter above it that the key explains."""
    xs = [place.x(note.at) for note in place.chart.annotations]
    for x in xs:
        dash = (1.0, 3.0)
        yield Line(x1=x, y1=place.top - 3, x2=x, y2=place.bottom, stroke=INK, dash=dash)
    y, size = place.letters_y, place.small
    for n, x in enumerate(spread(xs, size, place.left, place.right)):
        sign = chart_keys.letter(n)
        at = round(x, 1)
        yield Text(x=at, y=y, text=sign, size=size, fill=INK, anchor="middle", is_bold=True)


def _lines(place: Frame) -> Iterator[Primitive]:
    """Draw the mean and the limits of every phase, broken where a phase begins, and the target."""
    chart = place.chart
    for phase in chart.phases:
        ends = place.x(phase.first - 0.4), place.x(phase.last + 0.4)
        for limit in (phase.lower, phase.upper):
            if limit is not None and is_drawn(chart, limit):
                yield _level(place, limit, ends, LIMIT, dash=_LIMIT_DASH)
        yield from _own_limits(place, phase)
        if phase.mean is not None:
            yield _level(place, phase.mean, ends, INK, width=1.5)
    if chart.target is not None:
        ends = place.left, place.right
        yield _level(place, chart.target, ends, TARGET, width=1.5, dash=_TARGET_DASH)


def _own_limits(place: Frame, phase: ChartPhase) -> Iterator[Line]:
    """Draw limits that differ from point to point, as steps."""
    points = place.chart.points
    for n in range(phase.first, phase.last + 1):
        ends = place.x(n - 0.5), place.x(n + 0.5)
        for limit in (points[n].lower, points[n].upper):
            if limit is not None and is_drawn(place.chart, limit):
                yield _level(place, limit, ends, LIMIT)


def _level(  # noqa: PLR0913 - a line has an end, a height and a look
    place: Frame,
    value: float,
    ends: tuple[float, float],
    stroke: str,
    *,
    width: float = 1.2,
    dash: tuple[float, ...] = (),
) -> Line:
    y = place.y(value)
    return Line(x1=ends[0], y1=y, x2=ends[1], y2=y, stroke=stroke, width=width, dash=dash)


def _series(place: Frame) -> Iterator[Primitive]:
    """Join neighbours of one phase, then set the marks: special ones last, so that they show."""
    chart = place.chart
    phase_of = phases_by_point(chart)
    stretch: list[tuple[float, float]] = []
    for n, point in enumerate(chart.points):
        if stretch and (point.value is None or phase_of[n] is not phase_of[n - 1]):
            yield from _joined(place, stretch)
            stretch = []
        if point.value is not None:
            stretch.append((place.x(n), place.y(point.value)))
    yield from _joined(place, stretch)
    shown = [n for n, point in enumerate(chart.points) if point.value is not None]
    for n in sorted(shown, key=lambda n: chart.points[n].kind is not PointKind.COMMON):
        yield mark(place, n, phase_of[n])


def _joined(place: Frame, stretch: list[tuple[float, float]]) -> Iterator[Polyline]:
    if len(stretch) > 1 and place.chart.is_joined:
        yield Polyline(points=tuple(stretch), stroke=SERIES, width=1.5)


def _labels(place: Frame) -> Iterator[Primitive]:
    """Write the last phase's lines into the right margin, the earlier means above the plot."""
    chart, size = place.chart, place.small
    labels = margin_labels(chart)
    wanted = [place.y(value) + size * 0.35 for _, value in labels]
    for (text, _), y in zip(
        labels, spread(wanted, size * 1.15, place.top, place.bottom + size * 0.35), strict=True
    ):
        is_mean = text.startswith("Mean")
        fill = TARGET if text.startswith("Target") else INK if is_mean else GREY_TEXT
        x = place.right + 6
        yield Text(x=x, y=round(y, 1), text=text, size=size, fill=fill, is_bold=is_mean)
    if has_phase_row(chart):
        for phase in chart.phases[:-1]:
            yield from _phase_label(place, phase)


def _phase_label(place: Frame, phase: ChartPhase) -> Iterator[Primitive]:
    if phase.mean is None:
        return
    number = written(place.chart, phase.mean)
    room = (phase.last - phase.first + 1) * place.step
    for text in (f"Mean {number}", number):
        if text_width(text, place.small, is_bold=True) <= room:
            x = round((place.x(phase.first) + place.x(phase.last)) / 2, 1)
            y = round(place.top - 6, 1)
            size = place.small
            yield Text(x=x, y=y, text=text, size=size, fill=INK, anchor="middle", is_bold=True)
            return


def _nothing(place: Frame) -> Text:
    x = round((place.left + place.right) / 2, 1)
    y = round((place.top + place.bottom) / 2, 1)
    text = "No data for this period"
    return Text(x=x, y=y, text=text, size=place.size.font, fill=INK, anchor="middle")


def phases_by_point(chart: ChartData) -> list[ChartPhase | None]:
    """Say of every point which phase it belongs to."""
    found: list[ChartPhase | None] = [None] * len(chart.points)
    for phase in chart.phases:
        for n in range(phase.first, phase.last + 1):
            found[n] = phase
    return found


def runs(flags: list[bool]) -> Iterator[tuple[int, int]]:
    """Give the first and last place of every run of true."""
    first = None
    for n, flag in enumerate([*flags, False]):
        if flag and first is None:
            first = n
        elif not flag and first is not None:
            yield first, n - 1
            first = None
