"""Draws groups with their intervals, one a line: how far apart they are, and how sure that is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.documents.primitives import INK, Circle, Line, Picture, Primitive, Text
from tracker.documents.svg import svg

if TYPE_CHECKING:
    from markupsafe import Markup

WIDTH, LINE, TOP, LEFT, RIGHT, SIZE = 640.0, 30.0, 14.0, 250.0, 24.0, 14.0
LONGEST_NAME = 34
FILL, GRID = "#005eb8", "#d8dde0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    name: str
    value: float
    low: float
    high: float


def interval_chart(key: str, title: str, rows: Sequence[Row], *, nought: str) -> "Markup":
    """Draw the rows; `nought` says what 0 is. Its words are in the table beside it."""
    spoken = "; ".join(
        f"{row.name}: {row.value:.1f}, from {row.low:.1f} to {row.high:.1f}" for row in rows
    )
    height = TOP + LINE * len(rows) + LINE
    lowest = min(0.0, *(row.low for row in rows))
    highest = max(1.0, *(row.high for row in rows))
    across = (WIDTH - LEFT - RIGHT) / (highest - lowest)

    def place(value: float) -> float:
        return LEFT + (value - lowest) * across

    items = tuple(_items(rows, height, nought, place))
    return svg(
        Picture(key=key, title=title, description=spoken, width=WIDTH, height=height, items=items)
    )


def _items(
    rows: Sequence[Row], height: float, nought: str, place: Callable[[float], float]
) -> Iterator[Primitive]:
    bottom, nought_at = height - LINE, place(0)
    yield Line(x1=nought_at, y1=TOP / 2, x2=nought_at, y2=bottom, stroke=GRID, width=2)
    yield Text(x=nought_at, y=height - SIZE / 2, text=nought, size=SIZE - 1, anchor="middle")
    for at, row in enumerate(rows):
        y = TOP + LINE * at + LINE / 2
        name = row.name if len(row.name) <= LONGEST_NAME else f"{row.name[: LONGEST_NAME - 1]}…"
        yield Text(x=0, y=y + SIZE / 3, text=name, size=SIZE)
        yield Line(x1=place(row.low), y1=y, x2=place(row.high), y2=y, stroke=INK, width=2)
        yield Circle(x=place(row.value), y=y, radius=6, fill=FILL, hint=f"{row.value:.1f}")
