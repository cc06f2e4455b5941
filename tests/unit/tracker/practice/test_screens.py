"""Mock screens: the same from the same seed, in order, and with no cheap way to tell them apart."""

import dataclasses
import re
from collections import Counter

import pytest

from tracker.practice import SLIPS, make_screen, problems_of, the_bank
from tracker.practice.news2 import URGENT, Observations, news2
from tracker.practice.screens import Facts, Table

SEEDS = range(100)
BANK = the_bank()
PROFESSIONS = sorted({one for t in BANK.values() for one in t.professions})


def screens_of(template):
    return [
        make_screen(template, seed, with_signal=with_signal)
        for seed in SEEDS
        for with_signal in (True, False)
    ]


SCREENS = {key: screens_of(template) for key, template in BANK.items()}
by_template = pytest.mark.parametrize("key", BANK)


def text_of(screen):
    return repr(screen.parts)


@by_template
class TestEachTemplate:
    def test_the_same_seed_gives_the_same_screen(self, key):
        again = screens_of(BANK[key])

        assert again == SCREENS[key]

    def test_another_seed_gives_another_screen(self, key):
        assert len({text_of(screen) for screen in SCREENS[key]}) > len(SEEDS)

    def test_with_and_without_hold_as_many_things(self, key):
        """Both sides of a seed have the same parts, rows and bold: only what they say differs."""
        for seed in SEEDS:
            shapes = []
            for with_signal in (True, False):
                screen = make_screen(BANK[key], seed, with_signal=with_signal)
                tables = [part for part in screen.parts if isinstance(part, Table)]
                shapes.append(
                    ([p.key for p in screen.parts], [(len(t.rows), len(t.strong)) for t in tables])
                )
            assert shapes[0] == shapes[1]

    def test_a_reader_can_tell_the_two_apart(self, key):
        for seed in SEEDS:
            one, other = (
                make_screen(BANK[key], seed, with_signal=with_signal)
                for with_signal in (True, False)
            )
            assert text_of(one) != text_of(other)

    def test_the_feedback_is_whole_and_points_at_a_part(self, key):
        for screen in SCREENS[key]:
            assert screen.where in {part.key for part in screen.parts}
            for words in dataclasses.astuple(screen.feedback):
                assert words.strip()
                assert not re.search(r"[{}]", words)

    def test_every_row_has_a_cell_for_each_column(self, key):
        for screen in SCREENS[key]:
            for part in screen.parts:
                if isinstance(part, Table):
                    assert {len(row) for row in part.rows} == {len(part.columns)}


def test_there_are_enough_templates_over_families_and_professions():
    assert len(BANK) >= 20
    assert len({template.family for template in BANK.values()}) >= 4
    assert len({one for template in BANK.values() for one in template.professions}) >= 6


@pytest.mark.parametrize("profession", PROFESSIONS)
def test_everybody_has_more_screens_than_a_round_takes(profession):
    fitting = [t for t in BANK.values() if t.is_for_all or profession in t.professions]

    assert len(fitting) > 8
    assert len({template.family for template in fitting}) >= 4


def test_what_it_is_says_little_by_itself():
    """Each word of the list is used, and none by so many that saying it always would do."""
    used = Counter(template.slip for template in BANK.values())

    assert used.keys() == SLIPS.keys() - {"other"}
    assert max(used.values()) < len(BANK) / 2


@by_template
def test_what_a_trainer_is_told_about_their_own_template_is_told_of_none_of_ours(key):
    assert problems_of(BANK[key]) == []


def test_a_deteriorating_chart_ends_high_and_a_recovering_one_low():
    for screen in SCREENS["observations_trend"]:
        (chart,) = [part for part in screen.parts if part.key == "chart"]
        newest = max(chart.rows)  # the time of day comes first
        assert (int(newest[-1]) >= URGENT) is screen.has_signal
        assert newest is chart.rows[0 if "line is the first" in screen.setting else -1]


@pytest.mark.parametrize("key", ["observations_trend", "observations_told"])
def test_a_chart_shows_all_that_its_score_is_made_of(key):
    """Read off the page alone and scored anew, each line comes to the score that it shows."""
    on_oxygen = 0
    for screen in SCREENS[key]:
        (chart,) = [part for part in screen.parts if part.key == "chart"]
        for _, breaths, level, gas, pressure, pulse, temperature, alert, score in chart.rows:
            on_oxygen += gas == "Oxygen"
            read = Observations(
                respiration=int(breaths),
                saturation=int(level),
                systolic=int(pressure),
                pulse=int(pulse),
                temperature=float(temperature),
                on_oxygen=gas == "Oxygen",
                alert=alert == "Yes",
            )
            assert news2(read) == int(score)

    assert on_oxygen


def test_a_request_for_the_namesake_is_about_the_other_one():
    for screen in SCREENS["namesake"]:
        facts = {part.key: dict(part.pairs) for part in screen.parts if isinstance(part, Facts)}
        same = facts["banner"]["Hospital number"] == facts["request"]["Hospital number"]
        assert facts["banner"]["Name"] == facts["request"]["Name"]
        assert same is not screen.has_signal
