"""Mock screens: the same from the same seed, in order, and with no cheap way to tell them apart."""

import dataclasses
import re
from statistics import median

import pytest

from metrics.signal_detection import recognition
from tracker.practice import make_screen, the_bank
from tracker.practice.news2 import URGENT
from tracker.practice.screens import Facts, Table

SEEDS = range(400)
BANK = the_bank()
NUMBER = re.compile(r"\d+(?:\.\d+)?")
CHEAP = 0.3


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


def test_there_are_enough_templates_over_several_families():
    assert len(BANK) >= 8
    assert len({template.family for template in BANK.values()}) >= 4


def test_a_deteriorating_chart_ends_high_and_a_recovering_one_low():
    for screen in SCREENS["observations_trend"]:
        (chart,) = [part for part in screen.parts if part.key == "chart"]
        last = int(chart.rows[-1][-1])
        assert (last >= URGENT) is screen.has_signal


def test_a_request_for_the_namesake_is_about_the_other_one():
    for screen in SCREENS["namesake"]:
        facts = {part.key: dict(part.pairs) for part in screen.parts if isinstance(part, Facts)}
        same = facts["banner"]["Hospital number"] == facts["request"]["Hospital number"]
        assert facts["banner"]["Name"] == facts["request"]["Name"]
        assert same is not screen.has_signal


def rows(screen):
    return sum(len(part.rows) for part in screen.parts if isinstance(part, Table))


def bold(screen):
    return sum(len(part.strong) for part in screen.parts if isinstance(part, Table))


def highest(column):
    def look(screen):
        cells = [
            row[column]
            for part in screen.parts
            if isinstance(part, Table)
            for row in part.rows
            if len(row) > column
        ]
        return max((float(n) for cell in cells for n in NUMBER.findall(cell)), default=0)

    return look


#: Each says one number of a screen. Who plays it says yes above the middle of them, or below.
CHEAP_LOOKS = {
    "always the same": lambda _screen: 0,
    "longest list": rows,
    "anything bold": bold,
    "most text": lambda screen: len(text_of(screen)) // 8,
    "most numbers": lambda screen: len(NUMBER.findall(text_of(screen))),
    "most capitals": lambda screen: sum(letter.isupper() for letter in text_of(screen)),
    **{f"high number in column {column}": highest(column) for column in range(8)},
}


def play(look, screens):
    """Say how well somebody does who says yes where the look gives a high number."""
    seen = [look(screen) for screen in screens]
    middle = median(seen)
    yes = [number > middle for number in seen]
    hits = sum(y and s.has_signal for y, s in zip(yes, screens, strict=True))
    false = sum(y and not s.has_signal for y, s in zip(yes, screens, strict=True))
    each = len(screens) // 2
    return recognition(hits, each - hits, false, each - false)


@pytest.mark.parametrize("look", CHEAP_LOOKS)
def test_no_cheap_cue_tells_the_screens_of_the_whole_bank_apart(look):
    every = [screen for screens in SCREENS.values() for screen in screens]

    assert abs(play(CHEAP_LOOKS[look], every).d_prime) < CHEAP


@by_template
@pytest.mark.parametrize(
    "look", ["always the same", "longest list", "anything bold", "high number in column 4"]
)
def test_no_cheap_cue_works_on_one_template(look, key):
    assert abs(play(CHEAP_LOOKS[look], SCREENS[key]).d_prime) < CHEAP


@by_template
def test_no_number_out_of_range_in_one_column_works_on_one_template(key):
    for column in range(8):
        assert abs(play(highest(column), SCREENS[key]).d_prime) < CHEAP, column
