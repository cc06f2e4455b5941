"""Holds a template against the schema that we publish, and says in words what does not fit.

Knows the part of JSON Schema that item.schema.json uses, and says so loudly of any other.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

KINDS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
KIND_WORDS = {
    "object": 'a group of fields in "{ }"',
    "array": 'a list in "[ ]"',
    "string": "a text in quote marks",
    "integer": "a whole number",
    "boolean": "true or false",
}
NOT_RULES = {"$schema", "$defs", "title", "description", "type", "properties"}
#: what cannot be stored or turns the text around it: controls, halves of letters, overrides
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
Place = tuple[str | int, ...]


class Schema:
    def __init__(self, whole: Mapping[str, Any]) -> None:
        self._whole = whole

    def problems(self, value: object) -> Iterator[str]:
        """Yield a sentence for everything that does not fit, in the order of the file."""
        yield from self._check(value, self._whole, ())

    def _check(self, value: Any, schema: Mapping[str, Any], place: Place) -> Iterator[str]:  # noqa: ANN401 - JSON
        if "$ref" in schema:
            schema = self._whole["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        if "anyOf" in schema:
            schema = self._fitting(value, schema["anyOf"])
        kind = schema.get("type")
        if kind is not None and not _is_a(value, kind):
            yield f"{_at(place)}: this should be {KIND_WORDS[kind]}."
            return
        if isinstance(value, str) and UNPRINTABLE.search(value):
            yield f"{_at(place)}: there is a character that cannot be shown. Type the text again."
            return
        for name, wanted in schema.items():
            if name not in NOT_RULES:
                yield from self._rule(name, value, wanted, schema, place)
        for name, below in schema.get("properties", {}).items():
            if name in value:
                yield from self._check(value[name], below, (*place, name))

    def _rule(
        self,
        name: str,
        value: Any,  # noqa: ANN401
        wanted: Any,  # noqa: ANN401
        schema: Mapping[str, Any],
        place: Place,
    ) -> Iterator[str]:
        if name == "items":
            for position, item in enumerate(value):
                yield from self._check(item, wanted, (*place, position))
        elif name == "propertyNames":
            for one in value:
                yield from self._check(one, wanted, (*place, "names"))
        elif name == "additionalProperties" and wanted is not False:
            for one, item in value.items():
                yield from self._check(item, wanted, (*place, one))
        elif why := _plain_rule(name, value, wanted, schema):
            yield f"{_at(place)}: {why}"

    def _fitting(self, value: Any, several: list[Mapping[str, Any]]) -> Mapping[str, Any]:  # noqa: ANN401
        """Pick the schema that is meant: by the `kind` of a part, or by the sort of value."""
        for one in several:
            schema: Mapping[str, Any] = self._whole["$defs"][one["$ref"].removeprefix("#/$defs/")]
            said = schema.get("properties", {}).get("kind", {}).get("const")
            meant = isinstance(value, dict) and value.get("kind") == said if said else True
            if meant and _is_a(value, schema["type"]):
                return schema
        return {"enum": ["facts", "lines", "table"]} if isinstance(value, dict) else several[0]


def _plain_rule(name: str, value: Any, wanted: Any, schema: Mapping[str, Any]) -> str:  # noqa: ANN401
    """Say what is wrong by one rule; nothing when the value keeps it."""
    if name == "required":
        missing = [one for one in wanted if one not in value]
        return f"this is missing: {', '.join(missing)}." if missing else ""
    if name == "additionalProperties":
        known = schema["properties"]
        strange = any(one not in known for one in value)
        return f"use only these names: {', '.join(known)}." if strange else ""
    if name in ("const", "enum"):
        allowed = [wanted] if name == "const" else wanted
        words = ", ".join(str(one) for one in allowed)
        return "" if _is_one_of(value, allowed) else f"use one of: {words}."
    return _size(name, value, wanted)


def _size(name: str, value: Any, wanted: Any) -> str:  # noqa: ANN401
    words = {
        "pattern": "write some text. A name has only small letters, digits and underscores.",
        "minLength": "write some text.",
        "maxLength": f"this is too long. Use {wanted} characters or fewer.",
        "minItems": f"there are too few. Give {wanted} or more.",
        "maxItems": f"there are too many. Give {wanted} or fewer.",
        "minProperties": f"there are too few. Give {wanted} or more.",
        "maxProperties": f"there are too many. Give {wanted} or fewer.",
        "minimum": f"use {wanted} or more.",
        "maximum": f"use {wanted} or less.",
        "uniqueItems": "name each only once.",
    }
    return "" if _keeps(name, value, wanted) else words[name]


def _keeps(name: str, value: Any, wanted: Any) -> bool:  # noqa: ANN401
    if name == "pattern":
        return re.search(wanted, value) is not None
    if name == "uniqueItems":
        return len({repr(one) for one in value}) == len(value)
    size = value if name in ("minimum", "maximum") else len(value)
    return bool(size >= wanted if name.startswith("min") else size <= wanted)


def _is_one_of(value: object, allowed: list[Any]) -> bool:
    return any(type(one) is type(value) and one == value for one in allowed)


def _is_a(value: object, kind: str) -> bool:
    # In Python a truth value is a number too.
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def printable(name: str) -> str:
    """Give a name that a file made up, short and so that it can be shown."""
    return UNPRINTABLE.sub("?", name[:40])


def _at(place: Place) -> str:
    steps = [f"number {step + 1}" if isinstance(step, int) else printable(step) for step in place]
    return f"At {', '.join(steps)}" if steps else "At the top"
