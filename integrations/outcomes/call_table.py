"""Reads a service desk's calls, and keeps only how many there were by day and unit.

What was asked is looked into on its way past: it goes no further, nor do numbers and names.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from integrations.errors import FileRefusedError
from integrations.outcomes import cells as read
from integrations.outcomes.day_order import in_day_order
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.incident_table import NEVER
from integrations.outcomes.partial_dates import read_partial_date
from integrations.outcomes.records import CallDay
from integrations.tables.maps import Field, TableKind
from integrations.tables.rows import RejectedRow, Row

YES, NO, LOOK = "yes", "no", "look"
#: What somebody says who asks how a thing is done. A trust may write its own list.
HOW_TO_WORDS = (
    *("how to", "how do i", "how do we", "how can i", "how does", "where do i", "where can i find"),
    *("can't find", "cannot find", "don't know how", "not sure how", "unsure how", "show me"),
    *("need help with", "help using", "guidance", "training", "user error"),
)
MOST_OWN_WORDS = 60
FIELDS = (
    Field(
        key="opened_on",
        label="The day of the call",
        names=("Opened", "Opened at", "Created", "Created date", "Date logged", "Logged", "Date"),
        is_needed=True,
    ),
    Field(
        key="reference",
        label="The call\u2019s number",
        names=("Number", "Ticket", "Ticket ID", "Call ref", "Reference", "Incident number", "ID"),
    ),
    Field(
        key="unit",
        label="Ward, team or department",
        names=("Ward", "Department", "Location", "Team", "Cost centre", "Unit code"),
    ),
    Field(
        key="is_how_to",
        label="What kind of call it was",
        names=("Category", "Subcategory", "Type", "Call type", "Classification", "Request type"),
        choices={
            YES: "Somebody asked how to do something",
            NO: "Something else",
            LOOK: "Look at what was asked",
        },
        words={
            **dict.fromkeys(("how to", "how-to", "training", "user education", "advice"), YES),
            **dict.fromkeys(("hardware", "fault", "outage", "password reset", "new starter"), NO),
        },
    ),
    Field(
        key="story",
        label="What was asked, in words (we only look for words that ask how)",
        names=("Short description", "Summary", "Subject", "Description", "Title", "Details"),
        is_story=True,
        own_words=HOW_TO_WORDS,
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    day: date
    unit: str
    is_how_to: bool


def asks_how(text: str, words: Sequence[str] = HOW_TO_WORDS) -> bool:
    """Tell whether any of the words stand in a text, whatever stands around or between them."""
    return bool(words) and _pattern(tuple(words)).search(_spaced(text)) is not None


_PATTERNS: dict[tuple[str, ...], re.Pattern[str]] = {}


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    if words not in _PATTERNS:
        if len(_PATTERNS) > MOST_OWN_WORDS:
            _PATTERNS.clear()
        some = "|".join(re.escape(_spaced(word)) for word in words if word.strip()) or r"\b\B"
        _PATTERNS[words] = re.compile(rf"(?<!\w)(?:{some})(?!\w)")
    return _PATTERNS[words]


def _spaced(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").replace("-", " ").split())


def how_to_marks(cell: str) -> str:
    """Give what may be kept of what was asked: which of our own words stand in it."""
    return "; ".join(word for word in HOW_TO_WORDS if asks_how(cell, (word,)))


def count_calls(
    rows: Iterable[Row | RejectedRow], *, today: date, words: Sequence[str] = ()
) -> Iterator[CallDay | RejectedRow]:
    """Count calls by day and unit; a call that comes twice counts once, as it was first."""
    calls: Counter[tuple[date, str]] = Counter()
    how_to: Counter[tuple[date, str]] = Counter()
    seen: set[str] = set()
    first_line: dict[tuple[date, str], int] = {}
    for row in in_day_order(rows, "opened_on"):
        try:
            call = None if isinstance(row, RejectedRow) else _read(row, today, words)
        except BadValueError as why:
            yield RejectedRow(line=row.line, reason=str(why))
            continue
        if isinstance(row, RejectedRow):
            yield row
            continue
        assert call is not None  # noqa: S101 - for the type checker
        reference = row.cells.get("reference", "").strip()
        if reference and reference in seen:
            continue
        seen.add(reference)
        at = (call.day, call.unit)
        calls[at] += 1
        how_to[at] += call.is_how_to
        first_line.setdefault(at, row.line)
    for at in sorted(calls):
        day, unit = at
        yield CallDay(line=first_line[at], day=day, unit=unit, calls=calls[at], how_to=how_to[at])


def _read(row: Row, today: date, words: Sequence[str]) -> _Call:
    cells = row.cells
    day, is_month_only = read_partial_date(cells["opened_on"], "day of the call", today)
    if is_month_only:
        raise BadValueError("The day of the call is missing: there is only a month.")
    said = cells.get("is_how_to", "")
    asked = asks_how(cells.get("story", ""), words or HOW_TO_WORDS)
    return _Call(
        day=day,
        unit=read.read_code(cells.get("unit", ""), "unit"),
        is_how_to=said == YES or (said != NO and asked),
    )


def _check(rows: Iterable[Row | RejectedRow]) -> Iterator[RejectedRow | None]:
    today = datetime.now(read.WARD_CLOCK).date()
    for row in in_day_order(rows, "opened_on"):
        try:
            if isinstance(row, Row):
                _read(row, today, ())
        except BadValueError as why:
            yield RejectedRow(line=row.line, reason=str(why))
        else:
            yield row if isinstance(row, RejectedRow) else None


def check_says_how(columns: Iterable[str]) -> None:
    """Refuse a map by which nobody can tell what a call was about."""
    if not {"is_how_to", "story"} & set(columns):
        raise FileRefusedError(
            "The map has no column for the kind of call, and none for what was asked. "
            "Draw it anew, with one of them."
        )


CALL_TABLE = TableKind(
    key="calls",
    noun="calls to the service desk",
    fields=FIELDS,
    check=_check,
    never=(*NEVER, "caller", "requester", "opened by", "assigned"),
    is_guarded=True,
)
