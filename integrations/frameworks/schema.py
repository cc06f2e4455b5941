"""Holds a file against the schema that we publish, and says in words what does not fit.

Knows the part of JSON Schema that framework.schema.json uses, and says so loudly of any other.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: where in the file: names of fields, and places in lists from 0
Place = tuple[str | int, ...]
Rule = Callable[[Any, Any, Place], Iterator["Problem"]]

KINDS = {"object": dict, "array": list, "string": str, "integer": int}
KIND_WORDS = {
    "object": 'a group of fields in "{ }"',
    "array": 'a list in "[ ]"',
    "string": "a text in quote marks",
    "integer": "a whole number",
}
NOT_RULES = {"$schema", "$defs", "title", "description", "type", "$ref"}
#: what cannot be stored or turns the text around it: controls, halves of letters, overrides
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Problem:
    place: Place
    #: what is wrong and what to do, to be read after the name of the place
    why: str


class Schema:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._whole = schema
        self._rules: dict[str, Rule] = {
            "const": _const,
            "enum": _one_of,
            "minimum": _minimum,
            "maximum": _maximum,
            "minLength": _shortest,
            "maxLength": _longest,
            "pattern": _pattern,
            "minItems": _fewest,
            "maxItems": _most,
            "required": _required,
            "additionalProperties": _no_others,
            "properties": self._properties,
            "items": self._items,
        }

    def problems(self, value: object) -> Iterator[Problem]:
        """Yield everything that does not fit, in the order of the file."""
        yield from self._check(value, self._whole, ())

    def _check(self, value: Any, schema: Mapping[str, Any], place: Place) -> Iterator[Problem]:  # noqa: ANN401 - JSON
        if "$ref" in schema:
            schema = self._whole["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        kind = schema.get("type")
        if kind is not None and not _is_a(value, kind):
            yield Problem(place, f"should be {KIND_WORDS[kind]}.")
            return
        if isinstance(value, str) and not value.isprintable() and UNPRINTABLE.search(value):
            yield Problem(place, "holds a character that cannot be shown. Type the text again.")
            return
        for name, wanted in schema.items():
            if name == "additionalProperties":
                yield from _no_others(value, schema["properties"], place)
            elif name not in NOT_RULES:
                yield from self._rules[name](value, wanted, place)

    def _properties(self, value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
        for name, schema in wanted.items():
            if name in value:
                yield from self._check(value[name], schema, (*place, name))

    def _items(self, value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
        for position, item in enumerate(value):
            yield from self._check(item, wanted, (*place, position))


def _is_a(value: object, kind: str) -> bool:
    # In Python a truth value is a number too.
    return isinstance(value, KINDS[kind]) and not isinstance(value, bool)


def _const(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if value != wanted:
        yield Problem(place, f'should be "{wanted}". Check that this is the right kind of file.')


def _one_of(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if value not in wanted:
        yield Problem(place, f"should be one of: {', '.join(wanted)}.")


def _minimum(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if value < wanted:
        yield Problem(place, f"should be {wanted} or more.")


def _maximum(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if value > wanted:
        yield Problem(place, f"should be {wanted} or less.")


def _shortest(value: Any, _wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if not value:
        yield Problem(place, "is empty. Write something there.")


def _longest(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if len(value) > wanted:
        yield Problem(place, f"is too long. Use at most {wanted} characters.")


def _pattern(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if value and not re.fullmatch(wanted, value):
        yield Problem(place, "should have only small letters, digits and single hyphens: use-data.")


def _fewest(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if len(value) < wanted:
        yield Problem(place, f"has {len(value)}, and should have at least {wanted}.")


def _most(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    if len(value) > wanted:
        yield Problem(place, f"has {len(value)}, and should have at most {wanted}.")


def _required(value: Any, wanted: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    for name in wanted:
        if name not in value:
            yield Problem((*place, name), "is missing. Add it.")


def _no_others(value: Any, known: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401
    others = sorted(name for name in value if name not in known)
    if others:
        yield Problem(
            place, f"has a field that we do not know. Use only these: {', '.join(known)}."
        )
