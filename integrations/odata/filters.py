"""Reads a $filter, as spreadsheets write them, into a question that can be asked of a row.

Our own reader of the part that Excel and Power BI send: the one library for it had its last
release in June 2024.
"""

from __future__ import annotations

import math
import operator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from integrations.odata.tables import ODataError
from integrations.odata.words import Word, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from integrations.odata.tables import Row, Value

DEEPEST = 40
#: What OData knows beyond this.
NOT_DONE = frozenset({"add", "sub", "mul", "div", "mod", "has", "/"})
#: Any: what a filter compares is only known when it is read.
Part: TypeAlias = "Callable[[Row], Any]"
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _day(value: Any) -> date:  # noqa: ANN401 - whatever stands in the filter
    return value.date() if isinstance(value, datetime) else value


FUNCTIONS: dict[str, tuple[int, Callable[..., object]]] = {
    "contains": (2, lambda a, b: _text(b) in _text(a)),
    "startswith": (2, lambda a, b: _text(a).startswith(_text(b))),
    "endswith": (2, lambda a, b: _text(a).endswith(_text(b))),
    "tolower": (1, lambda a: _text(a).lower()),
    "toupper": (1, lambda a: _text(a).upper()),
    "trim": (1, lambda a: _text(a).strip()),
    "length": (1, lambda a: len(_text(a))),
    "indexof": (2, lambda a, b: _text(a).find(_text(b))),
    "concat": (2, lambda a, b: _text(a) + _text(b)),
    "year": (1, lambda a: a.year),
    "month": (1, lambda a: a.month),
    "day": (1, lambda a: a.day),
    "date": (1, _day),
    "round": (1, lambda a: math.floor(a + 0.5)),
    "floor": (1, math.floor),
    "ceiling": (1, math.ceil),
}


def read_filter(text: str, places: Mapping[str, int]) -> Callable[[Row], bool]:
    """Give the question that a filter asks of a row; `places` says where each column stands.

    :raises ODataError: for a filter that cannot be read, and, when asked, for one that compares
        what cannot be compared.
    """
    reader = _Reader(list(cut(text)), places)
    part = reader.alternatives(0)
    if reader.at < len(reader.words):
        if reader.words[reader.at].text in NOT_DONE:
            raise ODataError(501, f"Filters here do not know {reader.words[reader.at].text}.")
        raise ODataError(400, f"The filter goes on after its end: {reader.words[reader.at].text}.")

    def asks(row: Row) -> bool:
        try:
            return part(row) is True
        except (TypeError, AttributeError, ValueError, OverflowError):
            raise ODataError(400, "The filter compares two kinds of value.") from None

    return asks


class _Reader:
    """Goes through the words once, from left to right."""

    def __init__(self, words: list[Word], places: Mapping[str, int]) -> None:
        self.words, self.places, self.at = words, places, 0

    def alternatives(self, depth: int) -> Part:
        if depth > DEEPEST:
            raise ODataError(400, "The filter has too many brackets.")
        part = self.together(depth)
        while self.takes("or"):
            part = _either(part, self.together(depth))
        return part

    def together(self, depth: int) -> Part:
        part = self.one(depth)
        while self.takes("and"):
            part = _both(part, self.one(depth))
        return part

    def one(self, depth: int) -> Part:
        turned = False
        while self.takes("not"):
            turned = not turned
        part = self.comparison(depth)
        if not turned:
            return part
        return lambda row: None if (found := part(row)) is None else not found

    def comparison(self, depth: int) -> Part:
        left = self.value(depth)
        if self.takes("in"):
            return _among(left, self.listed(depth))
        for name, compare in COMPARE.items():
            if self.takes(name):
                return _compared(left, self.value(depth), name, compare)
        return left

    def value(self, depth: int) -> Part:
        word = self.next()
        if word.kind == "value":
            value = word.value
            return lambda _row: value
        if word.text == "(":
            part = self.alternatives(depth + 1)
            self.expect(")")
            return part
        if word.text in FUNCTIONS and self.sees("("):
            return self.call(word.text, depth)
        if word.text in self.places:
            return operator.itemgetter(self.places[word.text])
        if self.sees("(") or self.sees("/"):
            raise ODataError(501, f"Filters here do not know {word.text}.")
        raise ODataError(400, f"There is no column or function called {word.text}.")

    def call(self, name: str, depth: int) -> Part:
        wanted, work = FUNCTIONS[name]
        parts = self.listed(depth)
        if len(parts) != wanted:
            raise ODataError(400, f"{name} takes {wanted} values.")

        def answer(row: Row) -> object:
            values = [part(row) for part in parts]
            return None if None in values else work(*values)

        return answer

    def listed(self, depth: int) -> list[Part]:
        self.expect("(")
        parts = [self.alternatives(depth + 1)]
        while self.takes(","):
            parts.append(self.alternatives(depth + 1))
        self.expect(")")
        return parts

    def next(self) -> Word:
        if self.at >= len(self.words):
            raise ODataError(400, "The filter stops before its end.")
        self.at += 1
        return self.words[self.at - 1]

    def sees(self, text: str) -> bool:
        here = self.words[self.at] if self.at < len(self.words) else None
        return here is not None and here.kind != "value" and here.text == text

    def takes(self, text: str) -> bool:
        found = self.sees(text)
        self.at += found
        return found

    def expect(self, text: str) -> None:
        if not self.takes(text):
            raise ODataError(400, f"The filter lacks a “{text}”.")


def _either(left: Part, right: Part) -> Part:
    return lambda row: True if left(row) is True else right(row)


def _both(left: Part, right: Part) -> Part:
    return lambda row: right(row) if left(row) is True else False


def _among(left: Part, parts: list[Part]) -> Part:
    return lambda row: left(row) in [part(row) for part in parts]


def _compared(left: Part, right: Part, name: str, compare: Callable[[Any, Any], bool]) -> Part:
    """Compare as OData does: with nothing, only being equal can be asked."""

    def answer(row: Row) -> bool:
        one, other = left(row), right(row)
        if one is None or other is None:
            return compare(one, other) if name in ("eq", "ne") else False
        if type(one) is type(other):  # nearly always: asked first, so that it is quick
            return compare(one, other)
        if isinstance(one, date) and isinstance(other, date):
            return compare(_day(one), _day(other))
        if any(isinstance(one, kind) != isinstance(other, kind) for kind in (str, bool)):
            raise TypeError
        return compare(one, other)

    return answer
