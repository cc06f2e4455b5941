"""A sheet that is written from the top down: every text is text, whatever it looks like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tracker.services.spreadsheet_text import plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

LONGEST_CELL = 32_000
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
    name: str = field(default="")

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
        self.row += 1

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
            self.row += 1

    def number(self, column: int, value: float | None, **look: object) -> None:
        if value is not None:
            self.sheet.write_number(self.row, column, value, self.looks.get(**look))

    def day(self, column: int, day: date | None) -> None:
        if day is not None:
            look = self.looks.get(num_format="mmm yyyy", align="left")
            self.sheet.write_datetime(self.row, column, day, look)
