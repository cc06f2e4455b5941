"""XmR charts: worked examples, settings and what is refused."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from metrics.errors import MeasureError
from metrics.spc import xmr


def months(count, start="2024-01-01"):
    return pd.date_range(start, periods=count, freq="MS")


def series(values, **columns):
    return pd.DataFrame({"date": months(len(values)), "value": values, **columns})


def chart(values, direction="increase", **settings):
    return xmr(series(values), improvement_direction=direction, **settings)


def labels(values, **settings):
    return chart(values, **settings).points["special_cause_type"].tolist()


# Ten, twelve, eleven, thirteen: mean 11.5; moving ranges 2, 1, 2, mean 5/3.
def test_lines_follow_from_the_mean_and_the_average_moving_range():
    points = chart([10, 12, 11, 13]).points

    assert points["mean"].tolist() == [11.5] * 4
    assert points["upl"][0] == pytest.approx(11.5 + 2.66 * 5 / 3)
    assert points["lpl"][0] == pytest.approx(11.5 - 2.66 * 5 / 3)
    assert points["near_upl"][0] == pytest.approx(11.5 + 2.66 * 5 / 3 * 2 / 3)


def test_a_spike_is_screened_out_of_the_limits_but_stays_in_the_mean():
    values = [10, 12] * 8 + [60, 10, 12]
    screened, unscreened = chart(values), chart(values, screen_outliers=False)

    assert screened.points["mean"][0] == unscreened.points["mean"][0]
    assert screened.points["upl"][0] == pytest.approx(screened.points["mean"][0] + 2.66 * 2)
    assert unscreened.points["upl"][0] > screened.points["upl"][0]


def test_a_constant_series_has_no_limits_and_no_special_cause():
    result = chart([5.0] * 15, target=4)

    assert result.points["upl"].isna().all()
    assert result.points["outside_limits"].tolist() == [None] * 15
    assert not result.points["special_cause_flag"].any()
    assert result.icons["icon"].tolist() == ["common_cause", "inconsistent"]


def test_limits_that_collapse_on_the_mean_leave_every_point_outside():
    points = chart([5.0] * 14 + [8.0]).points

    assert points["upl"][0] == points["lpl"][0] == points["mean"][0]
    assert points["outside_limits"].tolist() == [True] * 15


def test_one_value_has_a_mean_and_no_limits():
    points = chart([5]).points

    assert points["mean"].tolist() == [5]
    assert points["lpl"].isna().all()


# 0.1 + 0.2 + 0.3 is not 0.6 in binary, yet 0.2 lies on the mean of the three.
def test_a_point_on_the_mean_is_on_neither_side_whatever_the_adding_does():
    points = chart([0.1, 0.2, 0.3] * 5).points

    assert points["relative_to_mean"].tolist() == [-1, 0, 1] * 5


def test_seven_on_one_side_are_a_shift_and_a_point_on_the_mean_breaks_it():
    high, low = [6, 9] * 3 + [6], [4, 1] * 3 + [4]

    assert labels(high + low) == ["7 Points Above CL"] * 7 + ["7 Points Below CL"] * 7
    assert labels([*high[:6], 5, *low[:6]]) == ["Common Cause"] * 13


def test_seven_rising_points_are_a_trend_wherever_the_mean_lies():
    values = [20, 5, 21, 6, 8, 9, 10, 11, 12, 13, 5, 20, 6, 22]

    assert labels(values)[3:10] == ["7 Point Trend (Increasing)"] * 7
    assert labels(values)[10] == "Common Cause"


def test_a_repeated_value_breaks_a_trend():
    values = [20, 5, 21, 6, 8, 9, 9, 11, 12, 13, 5, 20, 6, 22]

    assert set(labels(values)) == {"Common Cause"}


def test_a_shared_peak_takes_the_direction_of_what_follows():
    values = [30, 0, 30, 0, 30, *range(1, 8), *range(6, 0, -1), 30, 0, 30, 0, 30]

    assert labels(values)[10:13] == [
        "7 Point Trend (Increasing)",
        "7 Point Trend (Decreasing)",
        "7 Point Trend (Decreasing)",
    ]


def test_run_lengths_are_settings_and_named_in_the_label():
    rising = [20, 5, 21, 6, 8, 9, 10, 11, 12, 5, 20, 6, 22]

    assert "6 Point Trend (Increasing)" not in labels(rising)
    assert labels(rising, trend_length=6)[3:9] == ["6 Point Trend (Increasing)"] * 6
    assert labels([6, 7] * 4 + [4, 3] * 4, shift_length=8)[0] == "8 Points Above CL"
    assert "9 Points Above CL" not in labels([6, 7] * 4 + [4, 3] * 4, shift_length=9)


# Mean 50 and moving ranges of 5: limits at 36.7 and 63.3, near from 58.9. 60 is near, 66 outside.
def test_points_outside_the_limits_count_for_two_in_three_only_when_asked():
    values = [50, 45, 50, 55] * 3 + [60, 52, 66, 45, 50, 45]
    usual = chart(values, fix_after_n_points=12).points
    wider = chart(values, fix_after_n_points=12, two_in_three="beyond_two_sigma").points

    assert usual["close_to_limits"].tolist().count(True) == 1
    assert usual["outside_limits"].tolist().count(True) == 1
    assert not usual["rule_two_in_three"].any()
    assert wider["rule_two_in_three"].tolist() == [index in {12, 14} for index in range(18)]
    assert wider["special_cause_type"][12] == "2 in 3 Above CL"
    assert wider["special_cause_type"][14] == "Above UCL"


@pytest.mark.parametrize(
    ("direction", "point_type", "icon"),
    [
        ("increase", "special_cause_improvement", "improvement_high"),
        ("decrease", "special_cause_concern", "concern_high"),
        ("neutral", "special_cause_neutral_high", "neutral_high"),
    ],
)
def test_a_last_point_above_the_limit_gives_the_icon_of_its_direction(direction, point_type, icon):
    result = chart([10, 12] * 7 + [60], direction)

    assert result.points["point_type"].iloc[-1] == point_type
    assert result.icons["icon"].tolist() == [icon]


@pytest.mark.parametrize(
    ("direction", "target", "icon"),
    [
        ("increase", 100, "fail"),
        ("increase", 0, "pass"),
        ("decrease", 100, "pass"),
        ("decrease", 0, "fail"),
        ("decrease", 11, "inconsistent"),
    ],
)
def test_a_target_beyond_the_limits_is_always_or_never_met(direction, target, icon):
    icons = chart([10, 12] * 8, direction, target=target).icons

    assert icons[icons["type"] == "assurance"]["icon"].tolist() == [icon]


def test_a_neutral_measure_and_one_without_target_have_no_assurance():
    assert chart([10, 12] * 8, "neutral", target=3).icons["type"].tolist() == ["variation"]
    assert chart([10, 12] * 8).icons["type"].tolist() == ["variation"]


def test_a_facet_without_a_target_among_targets_is_hit_or_miss():
    frame = pd.concat([series([1, 2] * 7, facet="a"), series([1, 2] * 7, facet="b")])
    result = xmr(frame, improvement_direction="increase", target={"a": 50})

    assert result.summary["assurance_type"].tolist() == ["consistent_fail", "inconsistent"]


def test_lines_and_rules_start_afresh_at_a_rebase():
    result = chart([10, 12] * 7 + [30, 32] * 7, rebase=["2025-03-01"])

    assert result.summary["mean"].tolist() == [11, 31]
    assert result.summary["n"].tolist() == [14, 14]
    assert not result.points["special_cause_flag"].any()


def test_a_rebase_on_the_first_date_only_counts_the_group_from_one():
    assert set(chart([1, 2, 3], rebase=[date(2024, 1, 1)]).points["rebase_group"]) == {1}


def test_a_rebase_date_that_is_not_in_the_data_is_ignored():
    assert set(chart([1, 2, 3], rebase=[date(2020, 1, 1)]).points["rebase_group"]) == {0}


def test_a_rebase_may_be_given_for_one_facet():
    frame = pd.concat([series([1, 2, 3], facet="a"), series([1, 2, 3], facet="b")])
    points = xmr(
        frame, improvement_direction="increase", rebase={"b": [pd.Timestamp("2024-02-01")]}
    ).points

    assert points["rebase_group"].tolist() == [0, 0, 0, 0, 1, 1]


def test_only_the_baseline_makes_the_lines():
    points = chart([10, 12] * 6 + [100] * 3, fix_after_n_points=12).points

    assert points["mean"].tolist() == [11] * 15
    assert points["in_baseline"].tolist() == [True] * 12 + [False] * 3
    assert points["special_cause_type"].tolist()[12:] == ["Above UCL"] * 3


def test_groups_of_fewer_than_thirteen_are_flagged_as_short():
    assert chart([1, 2] * 6).points["short_group_warning"].all()
    assert not chart([*[1, 2] * 6, 1]).points["short_group_warning"].any()


def test_a_missing_value_has_no_flags_and_is_common_cause():
    points = chart([6, 7, 6, 7, None, 6, 7, 3, 4, 3, 4, 3]).points

    assert points["outside_limits"][4] is None
    assert np.isnan(points["relative_to_mean"][4])
    assert points["special_cause_type"][4] == "Common Cause"
    assert not points["special_cause_flag"].any()


def test_a_missing_value_that_leaves_a_trend_undecided_is_refused_with_its_place():
    with pytest.raises(MeasureError, match=r"missing value.*2024-07-01 of Ward A"):
        xmr(
            series([1, 2, 3, None, 5, 6, 7, 1, 2], facet="Ward A"),
            improvement_direction="increase",
        )


def test_facets_are_sorted_and_a_trajectory_passes_through():
    frame = pd.concat([series([1, 2], facet="b"), series([3, 4], facet="a", trajectory=[7, 8])])
    points = xmr(frame, improvement_direction="increase").points

    assert points["facet"].tolist() == ["a", "a", "b", "b"]
    assert points["trajectory"].tolist()[:2] == [7, 8]
    assert points["trajectory"].isna().tolist() == [False, False, True, True]


def test_plain_dates_decimals_and_months_are_taken():
    plain = pd.DataFrame(
        {"date": [date(2024, 2, 1), date(2024, 1, 1)], "value": [Decimal("1.5"), None]}
    )
    monthly = series([1, 2]).assign(date=pd.period_range("2024-01", periods=2, freq="M"))

    assert xmr(plain, improvement_direction="increase").points["value"].tolist()[1] == 1.5
    assert xmr(monthly, improvement_direction="increase").points["date"][1] == pd.Timestamp(
        "2024-02-01"
    )


def test_the_observations_are_left_as_they_were():
    frame = series([3, 1, 2]).iloc[::-1]
    before = frame.copy()
    xmr(frame, improvement_direction="increase", rebase=["2024-02-01"], target=2)

    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (series([1, 2]).drop(columns="value"), "no column called value"),
        (series([1, 2]).drop(columns="date"), "no column called date"),
        (series([]), "no observations"),
        (series(["1", "2"]), "value must hold numbers"),
        (series([True, False]), "value must hold numbers"),
        (series([1, "x"]), "value must hold numbers"),
        (series([1, np.inf]), "too large"),
        (series([1, 2]).assign(date=["2024-01-01", "2024-02-01"]), "plain dates"),
        (series([1, 2]).assign(date=[1, 2]), "plain dates"),
        (series([1, 2]).assign(date=months(2).tz_localize("UTC")), "plain dates"),
        (series([1, 2]).assign(date=[pd.NaT, pd.Timestamp("2024-01-01")]), "needs a date"),
        (series([1, 2]).assign(date=pd.Timestamp("2024-03-01")), "2024-03-01 .*more than once"),
        (series([1, 2]).assign(facet=["a", None]), "needs a facet"),
        (series([1, 2]).assign(facet=[["a"], ["b"]]), "facet must hold names"),
        (series([1, 2]).assign(trajectory=["a", "b"]), "trajectory must hold numbers"),
    ],
)
def test_observations_that_cannot_be_charted_are_refused(frame, words):
    with pytest.raises(MeasureError, match=words):
        xmr(frame, improvement_direction="increase")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"improvement_direction": "up"}, "improvement direction"),
        ({"screen_outliers": "yes"}, "screen_outliers"),
        ({"fix_after_n_points": 11}, "12 or more"),
        ({"fix_after_n_points": "12"}, "12 or more"),
        ({"fix_after_n_points": [12, 13]}, "12 or more"),
        ({"fix_after_n_points": float("nan")}, "12 or more"),
        ({"rebase": {"z": ["2024-01-01"]}}, "rebase setting names z"),
        ({"rebase": {"no facet": ["2024-01-01"]}}, "rebase setting names"),
        ({"rebase": ["soon"]}, "dates only"),
        ({"rebase": ["now"]}, "dates only"),
        ({"rebase": [5]}, "dates only"),
        ({"rebase": 5}, "list of dates"),
        ({"target": {"z": 1}}, "target setting names z"),
        ({"target": "90"}, "target must be one number"),
        ({"target": True}, "target must be one number"),
        ({"target": [1, 2]}, "target must be one number"),
        ({"shift_length": 2}, "shift_length"),
        ({"trend_length": 6.5}, "trend_length"),
        ({"two_in_three": "all"}, "two_in_three"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(MeasureError, match=words):
        xmr(series([1, 2, 3]), **{"improvement_direction": "increase", **settings})


def test_a_target_or_rebase_for_an_unknown_facet_is_refused():
    frame = series([1, 2], facet="a")
    with pytest.raises(MeasureError, match="target setting names b"):
        xmr(frame, improvement_direction="increase", target={"a": 1, "b": 2})
