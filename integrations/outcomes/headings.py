"""Finds columns by what national exports call them, in any of their dialects."""

import re
from collections.abc import Iterable, Mapping

NOTHING_SAID = frozenset({"", "na", "n/a", "null", "none", "nan", "-"})
Cells = Mapping[str, str]
QUESTION = re.compile(r"^[a-z]{1,3}\d{3}(?=.)")


def squeeze(name: str) -> str:
    """Compare headings by their letters and digits: A001_InvolvedAgents, A001 - Involved Agents."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def find(columns: Iterable[str], *names: str) -> str | None:
    """Give the column that is named so, or else the first whose name begins so.

    A heading may begin with the number of its question: T003 - Approximate date.
    """
    columns = list(columns)
    squeezed = {QUESTION.sub("", squeeze(column)): column for column in reversed(columns)}
    squeezed |= {squeeze(column): column for column in reversed(columns)}
    for name in names:
        if name in squeezed:
            return squeezed[name]
    for name in names:
        for key, column in squeezed.items():
            if key.startswith(name) and "other" not in key:
                return column
    return None


def find_containing(columns: Iterable[str], part: str, *without: str) -> str | None:
    for column in columns:
        key = squeeze(column)
        if part in key and not any(other in key for other in without):
            return column
    return None


def said(cells: Cells, column: str | None) -> str:
    """Give what a cell says; an export's own ways to say nothing count as nothing."""
    if column is None:
        return ""
    text = cells[column].strip()
    return "" if text.casefold() in NOTHING_SAID else text
