"""The mark of one point: its shape, its colour and the words shown on hovering over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.documents.primitives import Circle, Diamond, Square, Triangle
from tracker.documents.scales import written
from tracker.documents.values import PointKind

if TYPE_CHECKING:
    from tracker.documents.frame import Frame
    from tracker.documents.values import ChartPhase

FILL = {
    PointKind.COMMON: "#a6a6a6",
    PointKind.IMPROVEMENT: "#00b0f0",
    PointKind.CONCERN: "#e46c0a",
    PointKind.NEUTRAL: "#490092",
}
WORDS = {
    PointKind.COMMON: "usual ups and downs",
    PointKind.IMPROVEMENT: "improvement",
    PointKind.CONCERN: "concern",
    PointKind.NEUTRAL: "change, neither good nor bad",
}
_COMMON_EDGE = "#595959"


def shape(  # noqa: PLR0913 - a mark has a place, a size, a kind, a way to point and a hint
    kind: PointKind, x: float, y: float, radius: float, *, is_high: bool = True, hint: str = ""
) -> Circle | Square | Triangle | Diamond:
    """Make the mark of a kind; the caller says where."""
    fill = FILL[kind]
    if kind is PointKind.IMPROVEMENT:
        return Square(x=x, y=y, radius=radius, fill=fill, hint=hint)
    if kind is PointKind.CONCERN:
        return Triangle(x=x, y=y, radius=radius, fill=fill, hint=hint, points_up=is_high)
    if kind is PointKind.NEUTRAL:
        return Diamond(x=x, y=y, radius=radius, fill=fill, hint=hint)
    return Circle(x=x, y=y, radius=radius * 0.9, fill=fill, stroke=_COMMON_EDGE, hint=hint)


def mark(place: Frame, n: int, phase: ChartPhase | None) -> Circle | Square | Triangle | Diamond:
    """Make the mark of the point in place `n`, which has a value."""
    chart, point = place.chart, place.chart.points[n]
    value = point.value or 0.0
    is_high = phase is None or phase.mean is None or value >= phase.mean
    hint = ""
    if point.kind is not PointKind.COMMON:
        why = f" ({point.signal})" if point.signal else ""
        hint = f"{point.label}: {written(chart, value)}, {WORDS[point.kind]}{why}"
    at = place.x(n), place.y(value)
    return shape(point.kind, *at, place.radius, is_high=is_high, hint=hint)
