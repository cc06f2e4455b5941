"""Draws a picture as SVG for a page.

Attributes only: the content-security policy allows neither style nor script. Everything that came
from a person is escaped. The picture takes the width of what holds it.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from tracker.documents.charts import REGULAR, draw
from tracker.documents.primitives import (
    GREY_TEXT,
    Band,
    Circle,
    Line,
    Mark,
    Polyline,
    Text,
    outline,
)

if TYPE_CHECKING:
    from tracker.documents.charts import ChartSize
    from tracker.documents.primitives import Picture, Primitive
    from tracker.documents.values import ChartData

# What XML 1.0 cannot hold, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def chart_svg(chart: ChartData, size: ChartSize = REGULAR) -> Markup:
    """Draw a chart as SVG that is safe to put on a page."""
    return svg(draw(chart, size))


def svg(picture: Picture) -> Markup:
    """Draw a picture as SVG that is safe to put on a page."""
    key, font = escape(picture.key), _usual_font(picture)
    look = f'font-family="Arial, Helvetica, sans-serif" font-size="{_n(font)}" fill="{GREY_TEXT}"'
    box = f"0 0 {_n(picture.width)} {_n(picture.height)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" viewBox="{box}" role="img" ',
        f'aria-labelledby="{key}-title {key}-words" {look}>',
        f'<title id="{key}-title">{_text(picture.title)}</title>',
        f'<desc id="{key}-words">{_text(picture.description)}</desc>',
    ]
    for (kind, _), alike in groupby(picture.items, key=_look):
        if kind is Line:
            parts.append(_lines([item for item in alike if isinstance(item, Line)]))
        elif kind is Circle:
            parts.append(_circles([item for item in alike if isinstance(item, Circle)]))
        else:
            parts += [_draw(item, font) for item in alike]
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - every text went through escape()


def _usual_font(picture: Picture) -> float:
    sizes = [item.size for item in picture.items if isinstance(item, Text)]
    return max(set(sizes), key=sizes.count, default=12.0)


def _look(item: Primitive) -> tuple[type, object]:
    """Tell neighbours apart that cannot be drawn in one stroke."""
    if isinstance(item, Line):
        return Line, (item.stroke, item.width, item.dash)
    if isinstance(item, Circle) and not item.hint:
        return Circle, (item.fill, item.stroke, item.radius)
    return type(item), item


def _lines(alike: list[Line]) -> str:
    """Draw lines of one look as one path: a page holds a dozen charts, and its weight counts."""
    one = alike[0]
    path = "".join(f"M{_n(i.x1)},{_n(i.y1)}L{_n(i.x2)},{_n(i.y2)}" for i in alike)
    dash = f' stroke-dasharray="{" ".join(map(_n, one.dash))}"' if one.dash else ""
    return f'<path d="{path}" stroke="{one.stroke}"{_width(one.width)}{dash}/>'


def _circles(alike: list[Circle]) -> str:
    """Draw circles of one look as the round ends of lines without length: edges, then fills."""
    one = alike[0]
    path = "".join(f"M{_n(i.x)},{_n(i.y)}h0" for i in alike)
    return "".join(
        f'<path d="{path}" stroke="{colour}" stroke-width="{_n(width)}" stroke-linecap="round"/>'
        for colour, width in ((one.stroke, 2 * one.radius + 1), (one.fill, 2 * one.radius - 1))
    )


def _draw(item: Primitive, font: float) -> str:
    match item:
        case Polyline():
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in item.points)
            width = _width(item.width)
            return f'<polyline points="{points}" fill="none" stroke="{item.stroke}"{width}/>'
        case Text():
            size = f' font-size="{_n(item.size)}"' if item.size != font else ""
            fill = f' fill="{item.fill}"' if item.fill != GREY_TEXT else ""
            anchor = f' text-anchor="{item.anchor}"' if item.anchor != "start" else ""
            weight = ' font-weight="bold"' if item.is_bold else ""
            look = f"{size}{fill}{anchor}{weight}"
            return f'<text x="{_n(item.x)}" y="{_n(item.y)}"{look}>{_text(item.text)}</text>'
        case Band():
            place = f'x="{_n(item.x)}" y="{_n(item.y)}"'
            size = f'width="{_n(item.width)}" height="{_n(item.height)}"'
            return f'<rect {place} {size} fill="{item.fill}"/>'
        case Line():
            return _lines([item])
        case _:
            return _mark(item)


def _mark(item: Mark) -> str:
    look = f'fill="{item.fill}" stroke="{item.stroke}"'
    if isinstance(item, Circle):
        shape = f'<circle cx="{_n(item.x)}" cy="{_n(item.y)}" r="{_n(item.radius)}" {look}'
        name = "circle"
    else:
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in outline(item))
        shape, name = f'<polygon points="{points}" {look}', "polygon"
    if item.hint:
        return f"{shape}><title>{_text(item.hint)}</title></{name}>"
    return shape + "/>"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _width(width: float) -> str:
    return f' stroke-width="{_n(width)}"' if width != 1 else ""


def _text(text: str) -> str:
    return str(escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)))
