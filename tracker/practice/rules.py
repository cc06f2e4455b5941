"""The rule of a screen: which two places to hold against each other, and when that needs action.

It reads the screen as anybody can, by the names of its parts, rows and columns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.practice.screens import Facts, Lines, Part, Table

SAME, DIFFERENT = "the same as", "different from"
MORE, LESS = "more than", "less than"
AMONG, NOT_AMONG = "among", "not among"
COMPARISONS = (SAME, DIFFERENT, MORE, LESS, AMONG, NOT_AMONG)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class BrokenRuleError(ValueError):
    """Raised for a rule that points at a place the screen does not have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Action is needed when `look_at` is (the same as, more than, ...) `that`."""

    look_at: str
    comparison: str
    that: str

    @property
    def words(self) -> str:
        look_at, that = (place.replace("/", ", ") for place in (self.look_at, self.that))
        return f"Something needs action when “{look_at}” is {self.comparison} “{that}”."


def needs_action(rule: Rule, parts: Sequence[Part]) -> bool:
    """Say what the rule says of a screen that holds these parts.

    :raises BrokenRuleError: with a sentence that says what is not there.
    """
    this = read_place(rule.look_at, parts)
    that = read_place(rule.that, parts) if "/" in rule.that else rule.that
    if rule.comparison in (SAME, DIFFERENT):
        return (_plain(this) == _plain(that)) is (rule.comparison == SAME)
    if rule.comparison in (AMONG, NOT_AMONG):
        several = {_plain(one) for one in re.split(r"[;,]", that)}
        return (_plain(this) in several) is (rule.comparison == AMONG)
    first, second = _number(this, rule.look_at), _number(that, rule.that)
    return first > second if rule.comparison == MORE else first < second


def read_place(place: str, parts: Sequence[Part]) -> str:
    """Read what stands at "part/name", "part/row/column" or "part/how the line begins"."""
    key, *rest = (step.strip() for step in place.split("/"))
    part = next((one for one in parts if one.key == key), None)
    if part is None:
        known = ", ".join(one.key for one in parts)
        raise BrokenRuleError(f"There is no part “{key}”. The parts are: {known}.")
    found = _find(part, rest)
    if found is None:
        raise BrokenRuleError(
            f"There is no “{'/'.join(rest)}” in the part “{key}”. Write part/name, "
            "part/row/column or part/how the line begins, as they stand on the screen."
        )
    return found


def _find(part: Part, rest: list[str]) -> str | None:
    if isinstance(part, Facts) and len(rest) == 1:
        return next((value for name, value in part.pairs if name == rest[0]), None)
    if isinstance(part, Lines) and len(rest) == 1 and rest[0]:
        begun = (line for line in part.lines if line.startswith(rest[0]))
        return next((line.removeprefix(rest[0]).strip(" .:") for line in begun), None)
    if isinstance(part, Table) and len(rest) == 2 and rest[1] in part.columns:  # noqa: PLR2004
        column = part.columns.index(rest[1])
        return next((row[column] for row in part.rows if row[0] == rest[0]), None)
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .")


def _number(text: str, place: str) -> float:
    found = NUMBER.search(text)
    if found is None:
        raise BrokenRuleError(f"There is no number at “{place}” to compare.")
    return float(found[0])
