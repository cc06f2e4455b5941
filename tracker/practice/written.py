"""Screens written as data: two texts that change places decide, and a rule says which way is which.

Both sides of a seed hold the same words, so that only reading them where they stand tells.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from tracker.practice.drawn import Drawn, Values, shuffled
from tracker.practice.fill import fill
from tracker.practice.people import OLDEST, YOUNGEST, Person, Wanted, these_people
from tracker.practice.rules import Rule
from tracker.practice.screens import Facts, Lines, Part, Table

#: Draws again this often while the two texts come out the same.
TRIES = 20


class NoDifferenceError(ValueError):
    """Raised where the two texts that change places are the same: nobody could tell."""


def written(values: Values, draw: Random, with_signal: bool) -> Drawn:  # noqa: FBT001 - see drawn.Draw
    """Draw the words, let the two texts stand one way or the other, and lay the parts out."""
    people, words = _draw_words(values, draw)
    one, other = (fill(text, words) for text in values["swap"])
    here, there = (one, other) if with_signal else (other, one)
    words |= {"here": here, "there": there}
    parts = tuple(_part(given, words, draw) for given in values["parts"])
    rule = values["rule"]
    return Drawn(
        parts=parts,
        where=values["where"],
        words=words,
        people=people,
        rule=Rule(
            look_at=fill(rule["look_at"], words),
            comparison=rule["is"],
            that=fill(rule["that"], words),
        ),
    )


def _draw_words(values: Values, draw: Random) -> tuple[tuple[Person, ...], dict[str, str]]:
    for _ in range(TRIES):
        wanted = values.get("people", [])
        people = these_people(draw, [_wanted(one) for one in wanted])
        words = _words_of(people, wanted)
        for name, between in values.get("numbers", {}).items():
            words[name] = str(draw.randint(between["from"], between["to"]))
        for name, choices in values.get("choices", {}).items():
            words[name] = draw.choice(choices)
        if cases := values.get("cases"):
            first, second = draw.sample(cases, 2)
            words |= first | {f"other_{name}": text for name, text in second.items()}
        one, other = (fill(text, words) for text in values["swap"])
        if one != other:
            return people, words
    raise NoDifferenceError("The two texts that change places are the same, so nobody could tell.")


def _wanted(one: str | Mapping[str, Any]) -> Wanted:
    if isinstance(one, str):
        return Wanted()
    return Wanted(
        sex=one.get("sex", ""),
        youngest=one.get("youngest", YOUNGEST),
        oldest=one.get("oldest", OLDEST),
    )


def _words_of(people: Sequence[Person], wanted: Sequence[Any]) -> dict[str, str]:
    words: dict[str, str] = {}
    for person, one in zip(people, wanted, strict=True):
        name = one if isinstance(one, str) else one["name"]
        words |= {
            name: person.name,
            f"{name}_born": person.born,
            f"{name}_number": person.number,
            f"{name}_age": str(person.age),
        }
    return words


def _part(given: Mapping[str, Any], words: Mapping[str, str], draw: Random) -> Part:
    key, name = given["key"], fill(given["name"], words)
    if given["kind"] == "facts":
        pairs = tuple((fill(one, words), fill(value, words)) for one, value in given["pairs"])
        return Facts(key=key, name=name, pairs=pairs, red=frozenset(given.get("red", ())))
    if given["kind"] == "lines":
        lines = [fill(line, words) for line in given["lines"]]
        if given.get("shuffle"):
            lines = shuffled(draw, lines)
        return Lines(key=key, name=name, lines=tuple(lines))
    return _table(given, key, name, words, draw)


def _table(
    given: Mapping[str, Any], key: str, name: str, words: Mapping[str, str], draw: Random
) -> Table:
    rows = [(place, row) for place, row in enumerate(given["rows"])]
    if extra := given.get("extra"):
        some = draw.randint(extra["from"], extra["to"])
        rows += [(-1, row) for row in draw.sample(extra["rows"], some)]
    if given.get("shuffle"):
        rows = shuffled(draw, rows)
    red = set(given.get("red", ()))
    return Table(
        key=key,
        name=name,
        columns=tuple(given["columns"]),
        rows=tuple(tuple(fill(cell, words) for cell in row) for _, row in rows),
        strong=frozenset(at for at, (place, _) in enumerate(rows) if place in red),
    )
