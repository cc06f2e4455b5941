"""The keys below a chart: what the shapes mean, what is shaded, what happened at A and B."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from tracker.documents.marks import WORDS, shape
from tracker.documents.primitives import INK, Band, Primitive, Text
from tracker.documents.text_width import text_width, wrapped
from tracker.documents.values import PointKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.documents.frame import Frame

_EDGE = 8.0
_BETWEEN = 14.0
_SWATCH = 10.0
_SWATCH_FILL = "#d8dde0"


def letter(n: int) -> str:
    """Give the sign of the n-th annotation."""
    return string.ascii_uppercase[n] if n < len(string.ascii_uppercase) else str(n + 1)


def draw_keys(place: Frame, *, top: float) -> tuple[list[Primitive], float]:
    """Draw the keys from `top` down, and say where they end."""
    items: list[Primitive] = []
    y = top
    if place.size.has_legend:
        y = _legend(place, y, items)
    for n, note in enumerate(place.chart.annotations):
        y = _note(place, letter(n), note.label, y, items)
    return items, round(y + 2, 1)


def _legend(place: Frame, y: float, items: list[Primitive]) -> float:
    """Set the entries side by side, in as many rows as they need."""
    size, x = place.small, _EDGE
    baseline = y + size
    is_used = False
    for kind, text in _entries(place):
        width = _SWATCH + 6 + text_width(text, size)
        if x > _EDGE and x + width > place.size.width - _EDGE:
            x, baseline = _EDGE, baseline + place.line_height
        middle = round(x + _SWATCH / 2, 1), round(baseline - size * 0.33, 1)
        if kind is None:
            top = round(baseline - size * 0.8, 1)
            swatch = Band(x=x, y=top, width=_SWATCH, height=size, fill=_SWATCH_FILL)
            items.append(swatch)
        else:
            items.append(shape(kind, *middle, 4.2))
        at = round(x + _SWATCH + 5, 1)
        items.append(Text(x=at, y=round(baseline, 1), text=text, size=size))
        x += width + _BETWEEN
        is_used = True
    return baseline + place.line_height * 0.5 if is_used else y


def _entries(place: Frame) -> Iterator[tuple[PointKind | None, str]]:
    points = place.chart.points
    used = {point.kind for point in points if point.value is not None}
    if used - {PointKind.COMMON}:
        for kind in PointKind:
            if kind in used:
                yield kind, WORDS[kind].capitalize()
    if any(point.is_provisional for point in points):
        yield None, "Not final yet"


def _note(place: Frame, sign: str, label: str, y: float, items: list[Primitive]) -> float:
    size = place.small
    indent = _EDGE + text_width(f"{sign} ", size, is_bold=True) + 4
    lines = wrapped(label, size, place.size.width - _EDGE - indent)
    for n, line in enumerate(lines):
        baseline = round(y + size + n * place.line_height, 1)
        if n == 0:
            mark = Text(x=_EDGE, y=baseline, text=sign, size=size, fill=INK, is_bold=True)
            items.append(mark)
        items.append(Text(x=round(indent, 1), y=baseline, text=line, size=size))
    return y + len(lines) * place.line_height
