"""Tries a template out: draws many screens from it and says, a sentence each, what is wrong."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracker.practice.generator import make_screen
from tracker.practice.rules import needs_action
from tracker.practice.screens import Facts, Lines

if TYPE_CHECKING:
    from tracker.practice.bank import Template
    from tracker.practice.screens import Screen

SEEDS = 60
#: A word that stands on one side more often than this share of the seeds gives the answer away.
TELLING = 0.12
MOST_PROBLEMS = 6
WORD = re.compile(r"\w+")


def problems_of(template: "Template", *, seeds: int = SEEDS) -> list[str]:
    """List what keeps a template from being used. Nothing: it can be tried."""
    pairs, found = _draw(template, seeds)
    if not found:
        found = _rule_decides(pairs) or [*_the_same(pairs), *_given_away(pairs)]
    return list(dict.fromkeys(found))[:MOST_PROBLEMS]


def _draw(
    template: "Template", seeds: int
) -> tuple[list[tuple[int, "Screen", "Screen"]], list[str]]:
    pairs, found = [], []
    for seed in range(seeds):
        try:
            pairs.append(
                (
                    seed,
                    make_screen(template, seed, with_signal=True),
                    make_screen(template, seed, with_signal=False),
                )
            )
        except ValueError as why:
            found.append(f"{str(why).rstrip('.')}. (Seed {seed}.)")
        except (LookupError, TypeError):
            found.append(f"The values cannot be drawn from. (Seed {seed}.)")
        if len(found) >= MOST_PROBLEMS:
            break
    return pairs, found


def _rule_decides(pairs: list[tuple[int, "Screen", "Screen"]]) -> list[str]:
    """Find seeds on which the rule does not say what the screen was made to be."""
    found = []
    for seed, *sides in pairs:
        for screen in sides:
            if screen.rule is None:
                continue
            try:
                says = needs_action(screen.rule, screen.parts)
            except ValueError as why:
                return [f"The rule: {why}"]
            if says is not screen.has_signal:
                made = "with" if screen.has_signal else "without"
                answer = "needs action" if says else "does not need action"
                found.append(
                    f"The rule says that a screen made {made} something to spot {answer}. "
                    f"(Seed {seed}.) Look at the rule, and at where {{here}} stands."
                )
    return found[:1]


def _the_same(pairs: list[tuple[int, "Screen", "Screen"]]) -> list[str]:
    if any(one.parts == other.parts for _, one, other in pairs):
        return ["With and without something to spot, the screen reads the same. Use {here} in it."]
    if len({repr(one.parts) for _, one, _ in pairs}) < len(pairs) / 4:
        return ["The screens are too much alike. Draw more people, choices or cases."]
    return []


def _given_away(pairs: list[tuple[int, "Screen", "Screen"]]) -> list[str]:
    """Find words, or the number of words, that tell the sides apart without reading."""
    counts: Counter[str] = Counter()
    for _, one, other in pairs:
        with_, without = _words(one), _words(other)
        counts.update(dict.fromkeys(with_ - without, 1))
        counts.subtract(dict.fromkeys(without - with_, 1))
    few = TELLING * len(pairs)
    telling = [word for word, count in counts.items() if abs(count) > few]
    if telling:
        why = f"The word “{telling[0]}” gives the answer away: it is on one side only."
        return [f"{why} Put the two texts that change places at {{here}} and at {{there}}."]
    return []


def _words(screen: "Screen") -> set[str]:
    return set(WORD.findall(" ".join(texts_of(screen))))


def texts_of(screen: "Screen") -> Iterator[str]:
    """Give every text of a screen's parts, in the order in which it is read."""
    for part in screen.parts:
        yield part.name
        if isinstance(part, Facts):
            yield from (text for pair in part.pairs for text in pair)
        elif isinstance(part, Lines):
            yield from part.lines
        else:
            yield from part.columns
            yield from (cell for row in part.rows for cell in row)
