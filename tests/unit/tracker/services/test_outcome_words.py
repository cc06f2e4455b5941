"""The words of the outcome report, one rule at a time."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from tracker.services.outcome_changes import _size, compared_from, rule_in_words
from tracker.services.outcome_sections import READING
from tracker.services.outcome_series import Cell, UnitTree, _added_up, next_month
from tracker.services.period_words import listed, period_words, quarter_words, short_month

TAKEN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("low", "high", "size_in", "words"),
    [
        (5.2, 9.4, "percentage points", "between 5 and 9 points up"),
        (-9.4, -5.2, "percentage points", "between 5 and 9 points down"),
        (-1.2, 6.0, "percentage points", "from 1 point down to 6 points up"),
        (-3.0, 0.2, "percentage points", "from 3 points down to no change"),
        (0.59, 0.76, "ratio", "between 24 and 41% down"),
        (1.27, 1.70, "ratio", "between 27 and 70% up"),
        (0.95, 1.07, "ratio", "from 5% down to 7% up"),
        (0.999, 1.001, "ratio", "from no change to no change"),
    ],
)
def test_an_interval_is_said_in_words(low, high, size_in, words):
    assert _size(low, high, size_in) == words


def test_the_last_twelve_months_are_set_against_those_before():
    assert compared_from(date(2026, 10, 1)) == date(2025, 11, 1)
    assert compared_from(date(2026, 12, 1)) == date(2026, 1, 1)

    words = rule_in_words(date(2023, 11, 1), date(2026, 10, 1), looked_at=8)

    assert words[0] == (
        "We compare November 2025 to October 2026 with the months before "
        "(November 2023 to October 2025)."
    )
    assert "We looked at 8 series together" in words[1]


def test_a_period_that_is_too_short_to_compare_says_so():
    (words,) = rule_in_words(date(2026, 1, 1), date(2026, 10, 1), looked_at=3)

    assert words.startswith("There are too few months to compare.")


def test_every_pair_of_ways_for_reports_and_harm_has_its_reading():
    assert set(READING) == set(product(("up", "flat", "down"), repeat=2))


def test_more_reports_without_more_harm_are_never_called_bad():
    assert "speaking up" in READING["up", "flat"]
    assert "speaking up" in READING["up", "down"]
    assert "stopped reporting" in READING["down", "up"]


class TestPeriods:
    def test_months_and_quarters(self):
        assert short_month(date(2026, 9, 1)) == "Sep 2026"
        assert quarter_words(date(2026, 10, 1)) == "Q4 2026"

    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            (date(2026, 9, 1), date(2026, 9, 1), "September 2026"),
            (date(2026, 1, 1), date(2026, 9, 1), "January to September 2026"),
            (date(2025, 1, 1), date(2026, 9, 1), "January 2025 to September 2026"),
        ],
    )
    def test_periods_are_said_as_short_as_can_be(self, first, last, words):
        assert period_words(first, last) == words

    def test_lists(self):
        assert listed(["a"]) == "a"
        assert listed(["a", "b", "c"]) == "a, b and c"

    def test_the_month_after_december_is_january(self):
        assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)


class TestAddingUp:
    JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)

    def cells(self, *rows):
        return {
            month: Cell(numerator, denominator, contributors, TAKEN)
            for month, numerator, denominator, contributors in rows
        }

    def test_people_who_are_counted_one_by_one_are_added_up(self):
        summed, _ = _added_up(
            [
                (self.cells((self.JULY, 10, 20, 20)), frozenset()),
                (self.cells((self.JULY, 5, 9, 9)), frozenset()),
            ]
        )

        assert summed[self.JULY][:3] == (15, 29, 29)

    def test_of_people_who_may_be_in_both_only_the_larger_count_is_sure(self):
        summed, _ = _added_up(
            [
                (self.cells((self.JULY, 10, 200, 20)), frozenset()),
                (self.cells((self.JULY, 5, 90, 9)), frozenset()),
            ]
        )

        assert summed[self.JULY][:3] == (15, 290, 20)

    def test_a_unit_that_is_silent_in_between_leaves_the_month_incomplete(self):
        september = date(2026, 9, 1)
        summed, incomplete = _added_up(
            [
                (
                    self.cells((self.JULY, 1, 2, 2), (self.AUGUST, 1, 2, 2), (september, 1, 2, 2)),
                    frozenset(),
                ),
                (self.cells((self.JULY, 1, 2, 2), (september, 1, 2, 2)), frozenset()),
            ]
        )

        assert list(summed) == [self.JULY, september]
        assert incomplete == {self.AUGUST}


def test_below_a_single_top_unit_one_sees_the_units_under_it():
    tree = UnitTree(units={}, above={}, below={None: (1,), 1: (2, 3)})

    assert tree.children(None) == (2, 3)
    assert tree.children(1) == (2, 3)
    assert tree.children(2) == ()
