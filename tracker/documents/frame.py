"""The frame of a chart: how large it is, where its plot lies, and where a value falls in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.documents.scales import axis, is_drawn, written, written_tick
from tracker.documents.text_width import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.documents.values import ChartData, ChartPhase

EDGE = 8.0
_GAP = 6.0
_BIGGEST_RADIUS = 4.6
_SMALLEST_RADIUS = 2.2


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartSize:
    """A size of chart; text is in the same units, so a narrow chart stays readable on a phone."""

    width: float
    plot_height: float
    font: float
    most_ticks: int = 5
    has_legend: bool = True


REGULAR = ChartSize(width=400, plot_height=180, font=13)
WIDE = ChartSize(width=720, plot_height=190, font=12)
SMALL = ChartSize(width=350, plot_height=130, font=12, most_ticks=4, has_legend=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Where things fall."""

    chart: ChartData
    size: ChartSize
    ticks: Sequence[float]
    left: float
    right: float
    top: float
    bottom: float
    words_y: float  # the baseline of the words above the value axis
    letters_y: float  # the baseline of the annotations' letters

    @property
    def small(self) -> float:
        """The size of labels, a little below that of keys."""
        return self.size.font - 1

    @property
    def line_height(self) -> float:
        return self.size.font * 1.3

    @property
    def step(self) -> float:
        return (self.right - self.left) / max(len(self.chart.points), 1)

    @property
    def radius(self) -> float:
        return max(_SMALLEST_RADIUS, min(_BIGGEST_RADIUS, self.step * 0.36))

    def x(self, place: float) -> float:
        """Give the middle of a point's column."""
        return round(self.left + (place + 0.5) * self.step, 1)

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        share = (value - low) / (high - low)
        return round(self.bottom - share * (self.bottom - self.top), 1)


def frame(chart: ChartData, size: ChartSize) -> Frame:
    """Lay out a chart: margins as wide as what they have to hold."""
    at = axis(chart, most=size.most_ticks)
    small = size.font - 1
    labels = [written_tick(chart, tick, at[1] - at[0]) for tick in at]
    left = EDGE + _GAP + max(text_width(label, small) for label in labels)
    margin = [text_width(text, small, is_bold=True) for text, _ in margin_labels(chart)]
    right = size.width - (EDGE + _GAP + max(margin) if margin else EDGE)
    words_y = round(EDGE + small * 0.8, 1)
    letters_y = words_y + (size.font * 1.3 if _words_meet_letters(chart, size, left, right) else 0)
    has_row = bool(chart.unit_words or chart.annotations)
    top = letters_y + _GAP if has_row else EDGE + small * 0.5
    top += size.font * 1.3 if has_phase_row(chart) else small * 0.5
    return Frame(
        chart=chart,
        size=size,
        ticks=at,
        left=round(left, 1),
        right=round(right, 1),
        top=round(top, 1),
        bottom=round(top + size.plot_height, 1),
        words_y=words_y,
        letters_y=round(letters_y, 1),
    )


def _words_meet_letters(chart: ChartData, size: ChartSize, left: float, right: float) -> bool:
    """Say whether the first letter would stand in the words above the axis."""
    if not (chart.annotations and chart.unit_words):
        return False
    first = min(note.at for note in chart.annotations)
    x = left + (first + 0.5) * (right - left) / len(chart.points)
    return x < EDGE + text_width(chart.unit_words, size.font) + size.font * len(chart.annotations)


def has_phase_row(chart: ChartData) -> bool:
    """Earlier phases are named above the plot; the last one in the right margin."""
    return sum(phase.mean is not None for phase in chart.phases) > 1


def margin_labels(chart: ChartData) -> list[tuple[str, float]]:
    """List what the right margin says, with the values that it stands beside."""
    labels: list[tuple[str, float]] = []
    if chart.phases:
        labels = _phase_labels(chart, chart.phases[-1])
    if chart.target is not None:
        labels.append((f"Target {written(chart, chart.target)}", chart.target))
    return labels


def _phase_labels(chart: ChartData, phase: ChartPhase) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for word, value in (("Upper", phase.upper), ("Mean", phase.mean), ("Lower", phase.lower)):
        if value is not None and is_drawn(chart, value):
            found.append((f"{word} {written(chart, value)}", value))
    return found


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move places apart until each is `gap` from the next, staying between low and high."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    moved = list(places)
    floor = low
    for n in order:
        moved[n] = max(places[n], floor)
        floor = moved[n] + gap
    ceiling = high
    for n in reversed(order):
        moved[n] = min(moved[n], ceiling)
        ceiling = moved[n] - gap
    return moved
