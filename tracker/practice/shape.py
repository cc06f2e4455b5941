"""Checks the shape of a template before anything is drawn from it, and says where it is wrong."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from tracker.practice.drawn import Kind
from tracker.practice.schema import Schema, printable
from tracker.practice.slips import SLIPS

WRITTEN = "written"
_TEXTS = ("key", "kind", "family", "system", "setting", "passed_by")
_MAY = {"for", "difficulty", "notes", "slip"}
_FEEDBACK = {"what", "why", "next_time"}
_SIDES = ("with", "without")


def problem_with(given: object, kinds: Mapping[str, Kind]) -> str | None:
    """Say in a sentence what is wrong, and where. None: nothing is."""
    if not isinstance(given, dict):
        return "A template is one object, in curly brackets."
    return _names(given) or _texts(given, kinds) or _rest(given, kinds[given["kind"]])


def _names(given: Mapping[str, Any]) -> str | None:
    wanted = {*_TEXTS, "values", "feedback"}
    if missing := wanted - set(given):
        return f"The template lacks: {', '.join(sorted(missing))}."
    if unknown := set(given) - wanted - _MAY:
        return f"The template has unknown names: {', '.join(sorted(map(printable, unknown)))}."
    for name in ("values", "feedback"):
        if not isinstance(given[name], dict):
            return f"{name} is an object, in curly brackets."
    return None


def _texts(given: Mapping[str, Any], kinds: Iterable[str]) -> str | None:
    for name in _TEXTS:
        if not isinstance(given[name], str) or not given[name].strip():
            return f"Write some text for {name}."
    if given.get("slip", "other") not in tuple(SLIPS):
        return f"The slip is one of: {', '.join(SLIPS)}."
    if given["kind"] not in kinds:
        return f"There is no such kind. The kinds are: {', '.join(sorted(kinds))}."
    for side in _SIDES:
        words = given["feedback"].get(side)
        if not isinstance(words, dict) or set(words) != _FEEDBACK:
            return f"The feedback {side} needs: what, why, next_time."
    return None


def _rest(given: Mapping[str, Any], kind: Kind) -> str | None:
    if lacking := kind.needs - set(given["values"]):
        return f"The values lack: {', '.join(sorted(lacking))}."
    if given["kind"] != WRITTEN:
        return None
    return next(_schema().problems(given), None) or _written(given["values"])


@cache
def _schema() -> Schema:
    text = (files("tracker.practice") / "item.schema.json").read_text(encoding="utf-8")
    return Schema(json.loads(text))


def _written(values: Mapping[str, Any]) -> str | None:
    """Check what a schema cannot: names that are drawn twice, rows that do not fit, ranges."""
    return _drawn_once(values) or _ranges(values) or _parts(values)


def _drawn_once(values: Mapping[str, Any]) -> str | None:
    people = [one if isinstance(one, str) else one["name"] for one in values.get("people", [])]
    cases = values.get("cases", [])
    if any(set(case) != set(cases[0]) for case in cases):
        return "At values, cases: give each case the same names."
    drawn = [*people, *values.get("numbers", {}), *values.get("choices", {})]
    drawn += [name for one in cases[:1] for name in one]
    twice = {name for name in drawn if drawn.count(name) > 1} | ({"here", "there"} & set(drawn))
    if twice:
        return f"At values: {', '.join(sorted(twice))} can be drawn only once. Use another name."
    return None


def _ranges(values: Mapping[str, Any]) -> str | None:
    for name, between in values.get("numbers", {}).items():
        if between["from"] > between["to"]:
            return f"At values, numbers, {name}: from is more than to."
    for one in values.get("people", []):
        if not isinstance(one, str) and one.get("youngest", 25) > one.get("oldest", 94):
            return f"At values, people, {one['name']}: youngest is more than oldest."
    return None


def _parts(values: Mapping[str, Any]) -> str | None:
    keys = [part["key"] for part in values["parts"]]
    if len(set(keys)) < len(keys):
        return "At values, parts: give each part a key of its own."
    if values["where"] not in keys:
        return f"At values, where: name one of the parts: {', '.join(keys)}."
    for part in values["parts"]:
        if part["kind"] == "table" and (why := _table(part)):
            return f"At values, parts, {part['key']}: {why}"
    return None


def _table(part: Mapping[str, Any]) -> str | None:
    extra = part.get("extra", {"from": 0, "to": 0, "rows": []})
    wide = len(part["columns"])
    if any(len(row) != wide for row in (*part["rows"], *extra["rows"])):
        return f"each row needs {wide} cells, as many as there are columns."
    if not extra["from"] <= extra["to"] <= len(extra["rows"]):
        return "extra needs from, to and at least as many rows as to says."
    return None
