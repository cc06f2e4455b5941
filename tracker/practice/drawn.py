"""What a kind of screen gives back before the feedback is put into words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from tracker.practice.people import Person
from tracker.practice.rules import Rule
from tracker.practice.screens import Facts, Part

Item = TypeVar("Item")
Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    parts: tuple[Part, ...]
    #: the key of the part to look at
    where: str
    #: what the setting and the feedback can name in {brackets}
    words: dict[str, str] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    #: what decides, for screens that are written as data
    rule: Rule | None = None


Draw = Callable[[Values, Random, bool], Drawn]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """How one sort of screen is made, and which values it needs."""

    draw: Draw
    needs: frozenset[str]


def shuffled(draw: Random, items: Sequence[Item]) -> list[Item]:
    return draw.sample(list(items), len(items))


def banner(person: Person, *more: tuple[str, str]) -> Facts:
    return Facts(
        key="banner",
        name="Patient",
        pairs=(
            ("Name", person.name),
            ("Born", person.born),
            ("Hospital number", person.number),
            *more,
        ),
        red=frozenset(name for name, _ in more),
    )
