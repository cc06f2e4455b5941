"""Draws survey answers: a bar an answer, and two rounds as two marks with their interval."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from tracker.documents.primitives import (
    GREY_TEXT,
    INK,
    WHITE,
    Band,
    Circle,
    Line,
    Picture,
    Primitive,
    Square,
    Text,
)
from tracker.documents.svg import svg

if TYPE_CHECKING:
    from tracker.services.survey_comparison import Compared
    from tracker.services.survey_results import QuestionResult

WIDTH, LEFT, ROW = 420.0, 168.0, 24.0
ROOM = WIDTH - LEFT - 44
BLUE, PALE = "#005eb8", "#e8edee"


def question_svg(question: "QuestionResult", key: str) -> Markup:
    """Draw one question: how many of a hundred gave each answer."""
    items: list[Primitive] = []
    for place, option in enumerate(question.options):
        y = ROW * place + 4
        items += [
            Text(x=LEFT - 8, y=y + 13, text=option.words, size=12, fill=INK, anchor="end"),
            Band(x=LEFT, y=y, width=ROOM, height=16, fill=PALE),
            Band(x=LEFT, y=y, width=max(ROOM * option.share, 0.5), height=16, fill=BLUE),
            Text(x=LEFT + ROOM + 6, y=y + 13, text=f"{option.percent}%", size=12, fill=INK),
        ]
    said = ", ".join(f"{one.words} {one.percent}%" for one in question.options)
    return svg(
        Picture(
            key=key,
            title=question.wording,
            description=f"{said}. {question.people} people answered.",
            width=WIDTH,
            height=ROW * len(question.options) + 4,
            items=tuple(items),
        )
    )


def compared_svg(one: "Compared", key: str) -> Markup:
    """Draw two shares on one line from 0 to 100%."""

    def x(share: float) -> float:
        return 20 + (WIDTH - 40) * share

    items: list[Primitive] = [
        Line(x1=x(0), y1=24, x2=x(1), y2=24, stroke="#aeb7bd"),
        Text(x=x(0), y=44, text="0%", size=12, anchor="middle"),
        Text(x=x(1), y=44, text="100%", size=12, anchor="middle"),
        Line(x1=x(one.before), y1=24, x2=x(one.after), y2=24, stroke=GREY_TEXT, width=3),
        Circle(x=x(one.before), y=24, radius=7, fill=WHITE, stroke=GREY_TEXT),
        Square(x=x(one.after), y=24, radius=6, fill=BLUE, stroke=BLUE),
    ]
    return svg(
        Picture(
            key=key,
            title=one.wording,
            description=one.sentence,
            width=WIDTH,
            height=50,
            items=tuple(items),
        )
    )
