"""How our documents look: few sizes, dark ink, wide margins."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle

from tracker.documents.fonts import BOLD, REGULAR

BLUE = HexColor("#005eb8")
INK = HexColor("#212b32")
GREY = HexColor("#425563")
PALE = HexColor("#f0f4f5")
LINE = HexColor("#d8dde0")

PAGE = A4
MARGIN = 48.0
TOP = 40.0
FOOT = 36.0
WIDTH = PAGE[0] - 2 * MARGIN
HEIGHT = PAGE[1] - TOP - FOOT - 14

_BODY = ParagraphStyle(
    "body",
    fontName=REGULAR,
    fontSize=9.5,
    leading=13,
    textColor=INK,
    spaceAfter=4,
    allowWidows=0,
    allowOrphans=0,
)


def _style(name: str, **changes: Any) -> ParagraphStyle:
    return ParagraphStyle(name, parent=_BODY, **changes)


_HEAD = {"fontName": BOLD}
_CELL = {"fontSize": 9, "leading": 11.5, "spaceAfter": 0}
_TIGHT = {"fontSize": 7.5, "leading": 9.2, "spaceAfter": 0}
_RIGHT = 2
STYLES = {
    "body": _BODY,
    "lead": _style("lead", fontSize=11, leading=15, spaceAfter=5),
    "small": _style("small", fontSize=8, leading=10.5, textColor=GREY, spaceAfter=3),
    "kicker": _style("kicker", fontSize=9, leading=12, textColor=GREY, spaceAfter=0),
    "link": _style("link", textColor=BLUE),
    "H1": _style("H1", fontSize=19, leading=23, textColor=BLUE, spaceAfter=4, **_HEAD),
    "H1-long": _style("H1-long", fontSize=13, leading=16.5, textColor=BLUE, spaceAfter=4, **_HEAD),
    "H2": _style("H2", fontSize=12, leading=15, spaceBefore=7, spaceAfter=2, **_HEAD),
    "H3": _style("H3", fontSize=9.5, leading=12.5, spaceBefore=3, spaceAfter=1.5, **_HEAD),
    "caption": _style("caption", fontSize=8.5, leading=11, textColor=GREY, spaceBefore=3, **_HEAD),
    "line": _style("line", spaceAfter=1.5),
    "item": _style("item", spaceAfter=2),
    "cell": _style("cell", **_CELL),
    "cell-number": _style("cell-number", alignment=_RIGHT, **_CELL),
    "cell-head": _style("cell-head", fontName=BOLD, **_CELL),
    "cell-head-number": _style("cell-head-number", fontName=BOLD, alignment=_RIGHT, **_CELL),
    "tight": _style("tight", **_TIGHT),
    "tight-number": _style("tight-number", alignment=_RIGHT, **_TIGHT),
    "tight-head": _style("tight-head", fontName=BOLD, **_TIGHT),
    "tight-head-number": _style("tight-head-number", fontName=BOLD, alignment=_RIGHT, **_TIGHT),
}
