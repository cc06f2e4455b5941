"""A first look at made-up screens before day one: nobody is known, and nothing is kept."""

import hashlib
from dataclasses import dataclass
from random import Random

from tracker.errors import NotFoundError
from tracker.practice import Screen, make_screen, the_bank

#: Short: it is there to take the fright away.
SCREENS = 3
SEEDS = 2**31
#: We know nothing of the work to come, so each is easy, or one that everybody meets.
EASY = 1


@dataclass(frozen=True, kw_only=True)
class FirstScreen:
    """One screen of the few, and what was said to it."""

    number: int
    screen: Screen
    #: none before the answer
    says_action: bool | None = None
    part: str = ""

    @property
    def total(self) -> int:
        return SCREENS

    @property
    def is_last(self) -> bool:
        return self.number == SCREENS

    @property
    def named_part(self) -> str | None:
        return next((part.name for part in self.screen.parts if part.key == self.part), None)


def first_screen(link: str, number: int) -> FirstScreen:
    """Make one of the few screens of a link: the same for the same link, some with a signal.

    :raises NotFoundError: for a screen that there is not.
    """
    if not 1 <= number <= SCREENS:
        raise NotFoundError("There is no such screen.")
    draw = Random(int(hashlib.sha256(link.encode()).hexdigest(), 16))  # noqa: S311 - no secret
    bank = the_bank()
    gentle = sorted(key for key, one in bank.items() if one.is_for_all or one.difficulty == EASY)
    keys = draw.sample(gentle, SCREENS)
    sides = draw.sample([True, True, False, False], SCREENS)  # some of each
    seeds = [draw.randrange(SEEDS) for _ in range(SCREENS)]
    at = number - 1
    return FirstScreen(
        number=number,
        screen=make_screen(bank[keys[at]], seeds[at], with_signal=sides[at]),
    )
