"""A sheet that is written from the top down: every text is text, whatever it looks like."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.services.spreadsheet_text import plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

LONGEST_CELL = 32_000
#: in points; no row of a spreadsheet is higher than 409
LINE_HEIGHT, MOST_LINES = 15, 27
FONT = {"font_name": "Arial", "font_size": 11}
INK, BLUE, PALE = "#212b32", "#005eb8", "#e8edee"


class Looks:
    """The formats of one workbook; a text that a spreadsheet might run is marked as text."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def get(self, **wanted: object) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, "font_color": INK, **wanted})
        return self._made[key]


@dataclass(kw_only=True)
class Sheet:
    """A worksheet, and the row that is written next."""

    sheet: Any
    looks: Looks
    row: int = 0
    name: str = ""
    widths: Sequence[int] = ()

    def text(self, column: int, text: str, **look: object) -> None:
        """Write a text into the row as it stands."""
        if plain_cell(text) != text:
            look["quote_prefix"] = True
        self.sheet.write_string(self.row, column, text[:LONGEST_CELL], self.looks.get(**look))

    def heading(self, text: str, size: int = 14) -> None:
        self.sheet.set_row(self.row, size * 1.7)
        self.text(0, text, bold=True, font_size=size, font_color=BLUE, valign="vcenter")
        self.row += 1

    def line(self, text: str, **look: object) -> None:
        self.text(0, text, text_wrap=True, valign="top", **look)
        self._make_room([text])
        self.row += 1

    def _make_room(self, texts: Sequence[str]) -> None:
        """Make the row as high as its longest text asks: not every program does so by itself."""
        lines = [
            math.ceil(len(text) / (0.9 * width))
            for text, width in zip(texts, self.widths, strict=False)
        ]
        if max(lines, default=1) > 1:
            self.sheet.set_row(self.row, LINE_HEIGHT * min(max(lines), MOST_LINES))

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        for name, words in pairs:
            self.text(0, name, bold=True, valign="top")
            self.text(1, words, text_wrap=True, valign="top")
            self.row += 1

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write a heading row and rows of text."""
        for column, words in enumerate(columns):
            self.text(column, words, bold=True, bg_color=PALE, text_wrap=True, valign="top")
        self.row += 1
        for row in rows:
            for column, words in enumerate(row):
                self.text(column, words, text_wrap=True, valign="top")
            self._make_room(row)
            self.row += 1

    def number(self, column: int, value: float | None, **look: object) -> None:
        if value is not None:
            self.sheet.write_number(self.row, column, value, self.looks.get(**look))

    def day(self, column: int, day: date | None) -> None:
        if day is not None:
            look = self.looks.get(num_format="mmm yyyy", align="left")
            self.sheet.write_datetime(self.row, column, day, look)
