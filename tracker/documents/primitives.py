"""What a chart is made of: shapes with their place and colour, for any renderer to draw.

The origin is the top left corner and y grows downwards, as in SVG.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

INK = "#212b32"
GREY_TEXT = "#425563"
WHITE = "#ffffff"

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A straight line, dashed if it has dashes."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str
    width: float = 1
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Polyline:
    """Straight lines from point to point."""

    points: tuple[tuple[float, float], ...]
    stroke: str
    width: float = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One line of text; y is its baseline."""

    x: float
    y: float
    text: str
    size: float
    fill: str = GREY_TEXT
    anchor: Anchor = "start"
    is_bold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A filled rectangle without an edge."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A point of the series: its middle, and half its size. `hint` is shown on hovering."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = INK
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Circle(Mark):
    """Common cause: the usual ups and downs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Square(Mark):
    """Improvement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Triangle(Mark):
    """Concern; it points the way the number went."""

    points_up: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Diamond(Mark):
    """A change that is neither good nor bad in itself."""


Primitive = Line | Polyline | Text | Band | Circle | Square | Triangle | Diamond


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A finished chart: its size, its words for those who listen, and what to draw in order."""

    key: str
    title: str
    description: str
    width: float
    height: float
    items: tuple[Primitive, ...]


def outline(mark: Mark) -> tuple[tuple[float, float], ...]:
    """Give the corners of a mark that is drawn as a polygon, or none for a circle."""
    x, y, r = mark.x, mark.y, mark.radius
    if isinstance(mark, Diamond):
        return (x, y - r * 1.3), (x + r * 1.3, y), (x, y + r * 1.3), (x - r * 1.3, y)
    if isinstance(mark, Square):
        return (x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)
    if isinstance(mark, Triangle):
        tip = -1 if mark.points_up else 1
        foot = y - tip * r * 0.8
        return (x, y + tip * r * 1.3), (x + r * 1.25, foot), (x - r * 1.25, foot)
    return ()
