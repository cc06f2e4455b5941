"""Draws then and now as two marks on a line of four words. No number, no colour that judges."""

from collections.abc import Sequence

from markupsafe import Markup

from tracker.documents.primitives import (
    GREY_TEXT,
    INK,
    WHITE,
    Circle,
    Line,
    Picture,
    Primitive,
    Square,
    Text,
)
from tracker.documents.svg import svg
from tracker.services.then_and_now import LEVEL_WORDS, DomainStory, ThenAndNow

WIDTH, LEFT, STEP, ROW, TOP = 340.0, 46.0, 82.0, 44.0, 30.0
BLUE = "#005eb8"
SHORT = {1: "Not yet", 2: "Getting there", 3: "Confident", 4: "I help others"}
LONGEST_NAME = 48


def then_and_now_svg(story: DomainStory, key: str) -> Markup:
    """Draw one domain. What it shows is in its words, and in the table beside it."""
    items: list[Primitive] = list(_ground(len(story.rows)))
    for place, row in enumerate(story.rows):
        items.extend(_row(row, TOP + ROW * place + 26))
    return svg(
        Picture(
            key=key,
            title=f"{story.name}: then and now",
            description=" ".join(_say(row) for row in story.rows),
            width=WIDTH,
            height=TOP + ROW * len(story.rows) + 8,
            items=tuple(items),
        )
    )


def _x(level: int) -> float:
    return LEFT + STEP * (level - 1)


def _ground(rows: int) -> Sequence[Primitive]:
    bottom = TOP + ROW * rows
    words = [
        Text(x=_x(level), y=16, text=SHORT[level], size=11, anchor="middle")
        for level in LEVEL_WORDS
    ]
    lines = [
        Line(x1=_x(level), y1=TOP - 6, x2=_x(level), y2=bottom, stroke="#d8dde0")
        for level in LEVEL_WORDS
    ]
    return [*words, *lines]


def _row(row: ThenAndNow, y: float) -> Sequence[Primitive]:
    items: list[Primitive] = [
        Text(x=2, y=y - 14, text=_short(row.name), size=11, fill=INK, is_bold=True)
    ]
    if row.now is None:
        items.append(Text(x=LEFT, y=y + 6, text="The question was not clear to me", size=11))
        return items
    if row.then is not None:
        items.append(Line(x1=_x(row.then), y1=y, x2=_x(row.now), y2=y, stroke=GREY_TEXT, width=2))
        items.append(Circle(x=_x(row.then), y=y, radius=6, fill=WHITE, stroke=GREY_TEXT))
    items.append(Square(x=_x(row.now), y=y, radius=5, fill=BLUE, stroke=BLUE))
    return items


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _say(row: ThenAndNow) -> str:
    then = f" Before: {row.then_words.lower()}." if row.then_on else ""
    return f"{row.name}: {row.now_words.lower()}.{then}"
