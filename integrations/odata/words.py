"""Cuts a $filter into its words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from integrations.odata.tables import ODataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations.odata.tables import Value

LONGEST_FILTER = 4_000
_WORD = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^']|'')*')
    | (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))
    | (?P<day>\d{4}-\d\d-\d\d)
    | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])
    | (?P<name>[A-Za-z_]\w*(?:\.\w+)*)
    | (?P<sign>[(),/:@])
    )""",
    re.VERBOSE,
)
CONSTANTS: dict[str, Value] = {
    "true": True,
    "false": False,
    "null": None,
    "INF": math.inf,
    "NaN": math.nan,
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word and, where it stands for a value, that value."""

    kind: str
    text: str
    value: Value = None


def cut(text: str) -> Iterator[Word]:
    if len(text) > LONGEST_FILTER:
        raise ODataError(400, f"A filter has {LONGEST_FILTER} letters at most.")
    text, at = text.rstrip(), 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None or found.lastgroup is None:
            raise ODataError(400, f"The filter cannot be read from letter {at + 1} on.")
        yield _word(found.lastgroup, found[found.lastgroup])
        at = found.end()


def _word(kind: str, text: str) -> Word:
    try:
        match kind:
            case "string":
                return Word("value", text, text[1:-1].replace("''", "'"))
            case "moment":
                return Word("value", text, datetime.fromisoformat(text))
            case "day":
                return Word("value", text, date.fromisoformat(text))
            case "number":
                return Word("value", text, float(text))
    except ValueError:
        raise ODataError(400, f"There is no such day or number: {text}.") from None
    if text in CONSTANTS:
        return Word("value", text, CONSTANTS[text])
    return Word(kind, text)
