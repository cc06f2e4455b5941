"""Practice in spotting alerts, person by person: who learns to see, and who learns to say yes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from statistics import NormalDist

import numpy as np

from tracker.demo.counts import Floats
from tracker.demo.plan import MONTHS_OF_HISTORY, MONTHS_SINCE_CHANGE, TrustPlan, UnitPlan
from tracker.demo.planted import EFFECTS, story_of

#: The trust began with practice so many months ago. Everybody has one first round.
MONTHS_OF_PRACTICE = 36
SCREENS = 8
FEWEST_OF_EACH = 2
RECOGNITION_BEFORE = 0.9
CAUTION = 0.25
SURE = 4
#: How often somebody is quite sure, when right and when wrong.
SURE_WHEN_RIGHT, SURE_WHEN_WRONG = 0.35, 0.2
_NORMAL = NormalDist()


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What was said to one screen."""

    has_signal: bool
    says_action: bool
    how_sure: int

    @property
    def is_right(self) -> bool:
        return self.has_signal == self.says_action


def rates_of(unit: UnitPlan, *, has_changed: bool) -> tuple[float, float]:
    """Give the share spotted and the share of false alarms in this unit."""
    effect = EFFECTS[story_of(unit)]
    recognition, caution = RECOGNITION_BEFORE, CAUTION
    if has_changed:
        recognition += effect.practice_gain
        caution += effect.practice_caution
    return (_NORMAL.cdf(recognition / 2 - caution), _NORMAL.cdf(-recognition / 2 - caution))


def month_of(plan: TrustPlan, person: int, hired_on: date | None = None) -> int:
    """Say in which month of the history somebody first practised: not before they were here."""
    month = MONTHS_OF_HISTORY - MONTHS_OF_PRACTICE + person % MONTHS_OF_PRACTICE
    if hired_on is None:
        return month
    here = sum(one <= hired_on for one in plan.months) - 1
    return max(month, min(here, MONTHS_OF_HISTORY - 1))


def day_of(plan: TrustPlan, month: int, person: int) -> date:
    return plan.months[month] + timedelta(days=person * 7 % 27)


def has_changed(month: int) -> bool:
    return month >= MONTHS_OF_HISTORY - MONTHS_SINCE_CHANGE


def first_round(plan: TrustPlan, unit: UnitPlan, person: int, month: int) -> Iterator[Said]:
    """Draw what somebody said in their first round."""
    draw = Random(f"practice:{plan.seed}:{person}")  # noqa: S311 - an invented trust
    spotted, false_alarms = rates_of(unit, has_changed=has_changed(month))
    for has_signal in _sides(draw):
        says = draw.random() < (spotted if has_signal else false_alarms)
        often = SURE_WHEN_RIGHT if says == has_signal else SURE_WHEN_WRONG
        sure = SURE if draw.random() < often else draw.randint(1, SURE - 1)
        yield Said(has_signal=has_signal, says_action=says, how_sure=sure)


def _sides(draw: Random) -> list[bool]:
    while True:
        sides = [draw.random() < 0.5 for _ in range(SCREENS)]  # noqa: PLR2004 - a fair toss
        if FEWEST_OF_EACH <= sum(sides) <= SCREENS - FEWEST_OF_EACH:
            return sides


def expected_practice(unit: UnitPlan) -> Floats:
    """Give by month: hits, screens with something to spot, false alarms, screens without."""
    expected = np.zeros((MONTHS_OF_HISTORY, 4))
    for seat in range(unit.staff):
        person = unit.first_person + seat
        month = MONTHS_OF_HISTORY - MONTHS_OF_PRACTICE + person % MONTHS_OF_PRACTICE
        spotted, false_alarms = rates_of(unit, has_changed=has_changed(month))
        half = SCREENS / 2
        expected[month] += (spotted * half, half, false_alarms * half, half)
    return expected


def draw_practice(plan: TrustPlan, unit: UnitPlan) -> Floats:
    """Draw the same four by month, as the people of the unit would answer."""
    drawn = np.zeros((MONTHS_OF_HISTORY, 4))
    for seat in range(unit.staff):
        person = unit.first_person + seat
        month = month_of(plan, person)
        for said in first_round(plan, unit, person, month):
            at = 0 if said.has_signal else 2
            drawn[month, at : at + 2] += (said.says_action, 1)
    return drawn


def d_prime(hits: float, with_: float, false_alarms: float, without: float) -> float:
    """Give what a long series comes to: no correction, since nothing is drawn."""
    if not with_ or not without:
        return math.nan
    return _NORMAL.inv_cdf(hits / with_) - _NORMAL.inv_cdf(false_alarms / without)
