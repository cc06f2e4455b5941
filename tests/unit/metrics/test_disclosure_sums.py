"""What follows from the sums that comparisons rest upon, beside all that is shown."""

import pandas as pd
import pytest

from metrics.disclosure_sums import Sum, withheld

MONTHS = pd.date_range("2024-01-01", periods=24, freq="MS")
FIRST, START, END = "1948-01", "2025-01", "2030-01"
#: by ward: shown by the month; hidden, and small after; hidden, and never small for long
WARDS = {"big": [20] * 24, "small": [2] * 12 + [0] * 9 + [1] * 3, "middle": [4] * 24}


def observations(wards, staff=0):
    rows = [
        (name, month, number, staff)
        for name, numbers in wards.items()
        for month, number in zip(MONTHS, numbers, strict=True)
    ]
    return pd.DataFrame(rows, columns=["series", "month", "numerator", "contributors"])


def by_month(*names):
    rows = [(name, month, 1) for name in names for month in MONTHS]
    return pd.DataFrame(rows, columns=["series", "period", "months"])


def before_and_after(*names, start=START, end=END):
    return [
        Sum(series=names, first=FIRST, ends=start),
        Sum(series=names, first=start, ends=end),
    ]


def ask(*asked, wards=WARDS, shown=("big",), wholes=(), staff=0, by=None):
    return withheld(
        observations(wards, staff),
        shown=by_month(*shown) if by is None else by,
        wholes=wholes,
        asked=asked,
        staff_did_it=bool(staff),
    )


def test_what_is_left_of_a_sum_beside_shown_wards_must_not_be_small():
    assert ask(before_and_after("big", "middle")) == [False]
    assert ask(before_and_after("big", "small")) == [True]


def test_two_comparisons_that_differ_by_one_ward_give_that_ward_away():
    small, other = {"odd": [3] * 24, "small": WARDS["small"]}, ("middle", "odd")
    wards = WARDS | small
    both = before_and_after(*other), before_and_after(*other, "small")
    assert ask(*both, wards=wards) == [False, True]
    assert ask(*both[::-1], wards=wards) == [False, True]
    assert ask(both[0], before_and_after("middle", "small"), wards=wards) == [False, False]


def test_two_that_begin_or_end_a_month_apart_give_that_month_away():
    wards = {"a": [2] * 24, "b": [3] * 24}
    asked = before_and_after("a", "b")
    later = before_and_after("a", "b", start="2025-02")
    shorter = before_and_after("a", "b", end="2025-12")
    assert ask(asked, later, shorter, wards=wards, shown=()) == [False, True, True]
    far = before_and_after("a", "b", start="2025-04")
    assert ask(asked, far, wards=wards, shown=()) == [False, False]


def test_what_a_whole_has_beside_the_compared_wards_must_not_be_small():
    whole = [a + b for a, b in zip(WARDS["small"], WARDS["middle"], strict=True)]
    wards = {"all": whole, "small": WARDS["small"], "middle": WARDS["middle"]}
    tree = [{"small": "all", "middle": "all"}]
    assert ask(before_and_after("middle"), wards=wards, shown=("all",), wholes=tree) == [True]
    assert ask(before_and_after("middle"), wards=wards, shown=(), wholes=tree) == [False]


def test_a_number_that_follows_by_way_of_another_whole_counts():
    """Use-related ones of the ward follow from the trust's, and so its technical ones do."""
    use, technical = [2] * 24, [1] * 3 + [0] * 21
    wards = {"use": use, "technical": technical}
    wards["reported"] = [a + b for a, b in zip(use, technical, strict=True)]
    wards["trust use"] = [n + 30 for n in use]
    wards["other use"] = [30] * 24
    trees = [
        {"use": "reported", "technical": "reported"},
        {"use": "trust use", "other use": "trust use"},
    ]
    asked = before_and_after("other use", "use")
    assert ask(asked, wards=wards, shown=("other use", "reported"), wholes=trees) == [True]
    assert ask(asked, wards=wards, shown=("other use",), wholes=trees) == [False]


def test_a_quarter_that_the_beginning_cuts_in_two_is_known_as_a_quarter():
    wards = {"ward": [4] * 24}
    quarters = pd.DataFrame(
        [("ward", month, 3) for month in MONTHS[::3]], columns=["series", "period", "months"]
    )
    assert ask(before_and_after("ward"), wards=wards, by=quarters) == [False]
    cut = before_and_after("ward", start="2025-02")
    assert ask(cut, wards=wards, by=quarters) == [True]


@pytest.mark.parametrize(("staff", "told"), [(3, True), (8, False)])
def test_what_few_staff_did_is_held_back_however_often_they_did_it(staff, told):
    assert ask(before_and_after("a"), wards={"a": [50] * 24}, shown=(), staff=staff) == [told]


def test_without_sums_or_numbers_nothing_is_held_back():
    assert ask([], []) == [False, False]
    assert ask(before_and_after("unknown")) == [False]
