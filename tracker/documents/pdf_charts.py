"""Paints a picture on a ReportLab canvas, as vectors: the same shapes that the page shows.

Straight on the canvas rather than through reportlab.graphics, whose drawings ask for Helvetica (a
face that is not embedded) and set every state anew for every shape.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import Color, HexColor

from tracker.documents.fonts import BOLD, REGULAR, printable
from tracker.documents.primitives import Band, Circle, Line, Mark, Polyline, Text, outline

if TYPE_CHECKING:
    from tracker.documents.primitives import Picture, Primitive

_MARK_EDGE = 0.8
_ROUND = 1


def paint(picture: Picture, canvas: Any, width: float) -> None:
    """Paint a picture with its foot at the canvas's origin, `width` points wide."""
    scale = width / picture.width
    canvas.saveState()
    canvas.scale(scale, scale)
    canvas.setLineJoin(_ROUND)
    for item in picture.items:
        _paint(item, canvas, picture.height)
    canvas.restoreState()


def _paint(item: Primitive, canvas: Any, height: float) -> None:
    """Paint one shape; PDF counts y from the foot."""
    match item:
        case Line():
            _stroke(canvas, item.stroke, item.width)
            if item.dash:
                canvas.setDash(list(item.dash))
            canvas.line(item.x1, height - item.y1, item.x2, height - item.y2)
            if item.dash:
                canvas.setDash([])
        case Polyline():
            _stroke(canvas, item.stroke, item.width)
            path = _path(canvas, item.points, height)
            canvas.drawPath(path, stroke=1, fill=0)
        case Text():
            _write(item, canvas, height)
        case Band():
            canvas.setFillColor(_colour(item.fill))
            foot = height - item.y - item.height
            canvas.rect(item.x, foot, item.width, item.height, stroke=0, fill=1)
        case _:
            _mark(item, canvas, height)


def _mark(item: Mark, canvas: Any, height: float) -> None:
    _stroke(canvas, item.stroke, _MARK_EDGE)
    canvas.setFillColor(_colour(item.fill))
    if isinstance(item, Circle):
        canvas.circle(item.x, height - item.y, item.radius, stroke=1, fill=1)
    else:
        path = _path(canvas, outline(item), height)
        path.close()
        canvas.drawPath(path, stroke=1, fill=1)


def _path(canvas: Any, points: tuple[tuple[float, float], ...], height: float) -> Any:
    path = canvas.beginPath()
    (x, y), *rest = points
    path.moveTo(x, height - y)
    for x, y in rest:
        path.lineTo(x, height - y)
    return path


def _stroke(canvas: Any, colour: str, width: float) -> None:
    canvas.setStrokeColor(_colour(colour))
    canvas.setLineWidth(width)


def _write(item: Text, canvas: Any, height: float) -> None:
    canvas.setFont(BOLD if item.is_bold else REGULAR, item.size)
    canvas.setFillColor(_colour(item.fill))
    draw = {
        "start": canvas.drawString,
        "middle": canvas.drawCentredString,
        "end": canvas.drawRightString,
    }[item.anchor]
    draw(item.x, height - item.y, printable(item.text))


@cache
def _colour(written: str) -> Color:
    """Read a colour once: the charts use a dozen."""
    return HexColor(written)
