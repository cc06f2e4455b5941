"""The item templates: files of data. Their format is in docs/how-to/practice-items.md."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tracker.practice.kinds import KINDS

_TEXTS = ("key", "kind", "family", "system", "setting", "passed_by")
_FEEDBACK = ("what", "why", "next_time")
_SIDES = ("with", "without")


class TemplateError(ValueError):
    """Raised for a template that cannot be used, with a sentence that says why."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """What endless screens of one sort are made from."""

    key: str
    kind: str
    #: the sort of system that it looks like
    family: str
    system: str
    setting: str
    #: what somebody did not see, after the words "Look again at"
    passed_by: str
    #: what the kind draws from
    values: dict[str, Any]
    #: "with" and "without" something to spot
    feedback: dict[str, dict[str, str]]


def read_template(text: str) -> Template:
    """Read one template.

    :raises TemplateError: with a sentence that says what is missing or not known.
    """
    try:
        given = json.loads(text)
    except json.JSONDecodeError as why:
        raise TemplateError(f"This is not JSON: {why}.") from None
    if not isinstance(given, dict):
        raise TemplateError("A template is one object, in curly brackets.")
    _check_names(given)
    for name in _TEXTS:
        if not isinstance(given[name], str) or not given[name].strip():
            raise TemplateError(f"Write some text for {name}.")
    if given["kind"] not in KINDS:
        raise TemplateError(f"There is no such kind. The kinds are: {', '.join(sorted(KINDS))}.")
    for side in _SIDES:
        words = given["feedback"].get(side)
        if not isinstance(words, dict) or set(words) != set(_FEEDBACK):
            raise TemplateError(f"The feedback {side} needs: {', '.join(_FEEDBACK)}.")
    lacking = KINDS[given["kind"]].needs - set(given["values"])
    if lacking:
        raise TemplateError(f"The values lack: {', '.join(sorted(lacking))}.")
    return Template(**given)


def _check_names(given: dict[str, Any]) -> None:
    wanted = {*_TEXTS, "values", "feedback"}
    if missing := wanted - set(given):
        raise TemplateError(f"The template lacks: {', '.join(sorted(missing))}.")
    if unknown := set(given) - wanted:
        raise TemplateError(f"The template has unknown names: {', '.join(sorted(unknown))}.")
    for name in ("values", "feedback"):
        if not isinstance(given[name], dict):
            raise TemplateError(f"{name} is an object, in curly brackets.")


@cache
def the_bank() -> dict[str, Template]:
    """Give every template that comes with the product, by key."""
    folder = files("tracker.practice") / "items"
    found = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".json")),
        key=lambda file: file.name,
    )
    templates = [read_template(file.read_text(encoding="utf-8")) for file in found]
    return {template.key: template for template in templates}
