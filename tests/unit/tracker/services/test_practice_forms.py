"""Rounds of practice: parallel, rotated, for one's own work; how they come tells no answer."""

from collections import Counter
from random import Random
from statistics import pstdev

import pytest

from metrics.signal_detection import recognition
from tracker.practice import the_bank
from tracker.services.practice_bank import EXPECTED, shrunk
from tracker.services.practice_forms import (
    FEWEST_OF_EACH,
    PROFESSIONS,
    SCREENS,
    draw_items,
    draw_sides,
)

BANK = the_bank()
HARDNESS = {key: EXPECTED[template.difficulty] for key, template in BANK.items()}
NURSE = "Nursing and Midwifery Registered"


def dice(seed):
    return Random(seed)  # noqa: S311 - a test's own chance


def draw_round(seed, before=(), staff_group=NURSE):
    return draw_items(before, dice(seed), bank=BANK, hardness=HARDNESS, staff_group=staff_group)


def test_each_side_comes_about_as_often_and_never_nearly_alone():
    counts = [sum(side for *_, side in draw_round(seed)) for seed in range(200)]

    assert all(FEWEST_OF_EACH <= count <= SCREENS - FEWEST_OF_EACH for count in counts)
    assert 0.45 < sum(counts) / (SCREENS * len(counts)) < 0.55
    assert len(set(counts)) >= 4


def test_counting_what_has_come_does_not_tell_what_comes():
    """Who sees the answer to each screen, and says the side that has come less, knows nothing."""
    counts = Counter()
    for seed in range(4_000):
        seen = 0
        for place, side in enumerate(draw_sides(dice(seed))):
            says = 2 * seen < place
            counts[side, says] += 1
            seen += side
    told = recognition(
        counts[True, True], counts[True, False], counts[False, True], counts[False, False]
    )

    assert abs(told.d_prime) + 1.96 * told.d_prime_se < 0.3


def test_the_side_does_not_go_with_the_place_or_the_template():
    first, session = [], []
    for seed in range(400):
        items = draw_round(seed)
        first.append(items[0][2])
        session += [side for key, _, side in items if key == "session"]
    for sides in (first, session):
        assert 0.4 < sum(sides) / len(sides) < 0.6


@pytest.mark.parametrize("staff_group", [*PROFESSIONS, "Students", None])
def test_a_round_is_of_several_families_and_of_ones_own_work(staff_group):
    profession = PROFESSIONS.get(staff_group)
    for seed in range(30):
        keys = [key for key, *_ in draw_round(seed, staff_group=staff_group)]
        templates = [BANK[key] for key in keys]

        assert len(set(keys)) == SCREENS
        assert len({one.family for one in templates}) >= 3
        assert any(one.is_for_all for one in templates)
        if profession:
            fits = [one.is_for_all or profession in one.professions for one in templates]
            assert all(fits)


def test_no_screen_comes_twice_in_a_row_and_few_sorts_do():
    before = draw_round(1)
    for seed in range(2, 40):
        items = draw_round(seed, before)
        again = {key for key, *_ in items} & {key for key, *_ in before}

        assert not {(k, s) for k, s, _ in items} & {(k, s) for k, s, _ in before}
        assert len(again) <= 2
        before = items


def test_the_same_seed_drawn_again_is_drawn_anew():
    class Stuck(Random):
        """Gives each seed several times before it moves on."""

        given = -1

        def randrange(self, *_):
            self.given += 1
            return self.given // 30

    before = draw_items([], Stuck(1), bank=BANK, hardness=HARDNESS)
    after = draw_items(before, Stuck(2), bank=BANK, hardness=HARDNESS)

    assert not {(k, s) for k, s, _ in before} & {(k, s) for k, s, _ in after}


def test_rounds_are_as_hard_as_one_another():
    spread = {key: 0.3 + 0.6 * at / len(BANK) for at, key in enumerate(dice(4).sample([*BANK], 26))}

    def hardness(items):
        return sum(spread[key] for key, *_ in items) / SCREENS

    drawn = [
        hardness(draw_items([], dice(seed), bank=BANK, hardness=spread, staff_group=NURSE))
        for seed in range(150)
    ]
    at_will = [
        sum(spread[k] for k in dice(s).sample([*BANK], SCREENS)) / SCREENS for s in range(150)
    ]

    assert pstdev(drawn) < 0.02
    assert pstdev(drawn) < pstdev(at_will) / 2


def test_what_is_known_outweighs_what_the_author_thought():
    assert shrunk(0, 0, expected=0.8) == 0.8
    assert shrunk(4, 20, expected=0.8) == pytest.approx(0.5)
    assert shrunk(200, 1_000, expected=0.8) == pytest.approx(0.2, abs=0.02)
