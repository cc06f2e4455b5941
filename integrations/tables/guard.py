"""Looks at a table from a system that knows patients, and says what of it may be kept aside.

A column is kept where it holds dates, or few different words, or what its heading says we need.
Of a story only our own search words are kept. Everything else is dropped at the door.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from integrations.tables.file import Table, plain
from integrations.tables.maps import TableKind
from integrations.tables.rows import Row

DATE_LIKE = re.compile(
    r"\d{1,4}[-/. ]\w{1,9}([-/. ]\d{1,4})?([T ,][\d:.+APMZapm ]*)?|[345]\d{4}(\.\d+)?", re.ASCII
)
NHS_NUMBER = re.compile(r"\d{3}[ ._-]?\d{3}[ ._-]?\d{4}", re.ASCII)
INSIDE = re.compile(rf"(?<!\d){NHS_NUMBER.pattern}(?!\d)", re.ASCII)
STORY_HEADINGS = re.compile(
    r"descri|narrat|what happened|detail|summary|comment|\btext\b|freetext|story|lesson|notes"
    r"|\bsubject\b|\bquestion|\bquery\b",
    re.IGNORECASE,
)
CODE_HEADINGS = re.compile(r"\b(ref|reference|id|incident|record|log|event|alert)\b", re.IGNORECASE)
LONGEST_WORD = 60
MOST_DIFFERENT = 60
#: among so few rows, different words say nothing about what sort of column it is
FEW_ROWS = 10
MOSTLY = 0.9
WEIGHTS = range(10, 1, -1)
NO_CHECK_DIGIT = 10
KEPT_BACK = "(kept back)"
LEFT_OUT = "(left out)"


@dataclass(kw_only=True)
class _Seen:
    """What a column's cells look like."""

    filled: int = 0
    longest: int = 0
    dates: int = 0
    nhs_numbers: int = 0
    words: set[str] = field(default_factory=set)

    def look(self, cell: str) -> None:
        text = cell.strip()
        if not text:
            return
        self.filled += 1
        self.longest = max(self.longest, len(text))
        self.dates += DATE_LIKE.fullmatch(text) is not None
        self.nhs_numbers += is_nhs_number(text)
        if len(self.words) <= MOST_DIFFERENT:
            self.words.add(text.casefold())

    @property
    def are_few_words(self) -> bool:
        return (
            self.filled >= FEW_ROWS
            and self.longest <= LONGEST_WORD
            and len(self.words) <= min(MOST_DIFFERENT, self.filled / 2)
        )


def guard(
    table: Table, kind: TableKind, story_words: Callable[[str], str]
) -> Callable[[str, str], str]:
    """Drop the columns that may not be kept; give what becomes of a cell of the others."""
    seen = {name: _Seen() for name in table.columns}
    for row in table.rows():
        if isinstance(row, Row):
            for name, cell in row.cells.items():
                seen[name].look(cell)
    stories = {name for name in table.columns if _is_story(name, seen[name], kind)}
    stories |= _headed(table, kind, "is_story")
    people = _headed(table, kind, "is_person")
    known = _headed(table, kind, None)
    table.leave_out(
        [
            name
            for name, one in seen.items()
            if name not in stories and name not in people and not _may_stay(name, one, known)
        ]
    )

    def change(column: str, cell: str) -> str:
        if column in people:
            return KEPT_BACK if cell.strip() else ""
        return story_words(cell) if column in stories else cell

    return change


def _may_stay(name: str, seen: _Seen, known: set[str]) -> bool:
    if seen.nhs_numbers * 2 > seen.filled:
        return False
    if seen.longest > LONGEST_WORD:
        return False
    is_date = seen.filled > 0 and seen.dates >= MOSTLY * seen.filled
    is_code = CODE_HEADINGS.search(name) is not None
    return is_date or is_code or name in known or seen.are_few_words or not seen.filled


def _is_story(name: str, seen: _Seen, kind: TableKind) -> bool:
    has_stories = any(one.is_story for one in kind.fields)
    return has_stories and bool(seen.longest > LONGEST_WORD or STORY_HEADINGS.search(name))


def _headed(table: Table, kind: TableKind, only: str | None) -> set[str]:
    names: Mapping[str, str] = {plain(name): name for name in table.columns}
    wanted = [one for one in kind.fields if only is None or getattr(one, only)]
    heads = {plain(name) for one in wanted for name in one.known_names}
    return {name for head, name in names.items() if head in heads}


def is_nhs_number(text: str) -> bool:
    """Tell a number with the check digit of an NHS number."""
    if not NHS_NUMBER.fullmatch(text):
        return False
    digits = [int(sign) for sign in text if sign.isdigit()]
    rest = 11 - sum(weight * digit for weight, digit in zip(WEIGHTS, digits, strict=False)) % 11
    return rest != NO_CHECK_DIGIT and digits[9] == rest % 11


def without_nhs_numbers(text: str) -> str:
    """Leave NHS numbers out of words that are kept, such as a file's name."""
    return INSIDE.sub(lambda found: LEFT_OUT if is_nhs_number(found[0]) else found[0], text)
