"""The item templates: files of data. Their format is in docs/how-to/practice-items.md."""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, cast

from tracker.practice.kinds import KINDS
from tracker.practice.shape import problem_with

#: More than a screen ever needs, and little enough for any file.
LONGEST_FILE = 40_000


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
    #: the professions that meet such a screen; none: everybody does
    professions: tuple[str, ...] = ()
    #: what is wrong where something is: see slips
    slip: str = "other"
    #: 1 easy, 2, 3 hard: what the author expects, until answers are known. Never shown
    difficulty: int = 2
    #: who wrote it, in words of the file
    notes: str = field(default="", compare=False)

    @property
    def is_for_all(self) -> bool:
        return not self.professions


def read_template(text: str) -> Template:
    """Read one template.

    :raises TemplateError: with a sentence that says what is missing or not known, and where.
    """
    if len(text) > LONGEST_FILE:
        raise TemplateError("This is longer than a screen can be. Use 40,000 characters or fewer.")
    try:
        given = json.loads(text)
    except json.JSONDecodeError as why:
        raise TemplateError(f"This is not JSON: {why}.") from None
    except RecursionError:
        raise TemplateError("There are too many brackets inside each other.") from None
    return as_template(given)


def as_template(given: object) -> Template:
    """Take a template that is read already.

    :raises TemplateError: with a sentence that says what is missing or not known, and where.
    """
    if why := problem_with(given, KINDS):
        raise TemplateError(why)
    return _template(cast("dict[str, Any]", given))


def _template(given: dict[str, Any]) -> Template:
    rest = {name: value for name, value in given.items() if name != "for"}
    return Template(professions=tuple(given.get("for", ())), **rest)


@cache
def the_bank() -> dict[str, Template]:
    """Give every template that comes with the product, by key."""
    folder = files("tracker.practice") / "items"
    found = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".json")),
        key=lambda file: file.name,
    )
    # These are checked by the tests: a worker that starts has no need to.
    templates = [_template(json.loads(file.read_text(encoding="utf-8"))) for file in found]
    return {template.key: template for template in templates}
