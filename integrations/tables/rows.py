"""One row of a table, as text."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What a row says, by the name of the column (or of the field that the column is for)."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRow:
    """A row that was left out: where it stands and why, and nothing of what it said."""

    line: int
    reason: str
