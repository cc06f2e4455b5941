"""Run and control charts: worked examples, settings and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest

from metrics._runs import analyse
from metrics.control_charts import control_chart
from metrics.errors import MeasureError


def frame(y, **columns):
    return pd.DataFrame({"x": range(1, len(y) + 1), "y": y, **columns})


def lines(y, kind, n=None, **settings):
    """The lines of the first point: cl, lcl, ucl."""
    columns = {} if n is None else {"n": n}
    points = control_chart(frame(y, **columns), kind, **settings).points
    return tuple(points[["cl", "lcl", "ucl"]].iloc[0])


def test_a_run_chart_has_a_median_and_no_limits():
    centre, lower, upper = lines([3, 9, 1, 4], "run")

    assert centre == 3.5
    assert math.isnan(lower)
    assert math.isnan(upper)


# Mean 11.5, moving ranges 2, 1, 2: sigma = 5/3 / 1.128.
def test_individual_values_have_limits_from_moving_ranges():
    sigma = 5 / 3 / 1.128

    assert lines([10, 12, 11, 13], "i") == pytest.approx((11.5, 11.5 - 3 * sigma, 11.5 + 3 * sigma))


def test_screening_leaves_large_moving_ranges_out_once():
    values = [10, 12] * 6 + [60, 10, 12]
    _, _, usual = lines(values, "i")
    centre, _, screened = lines(values, "i", screened=True)

    assert screened == pytest.approx(centre + 3 * 2 / 1.128)
    assert screened < usual


def test_moving_ranges_have_their_mean_and_never_a_signal_of_runs():
    chart = control_chart(frame([10, 12, 11, 13] + [1, 20] * 10), "mr")

    assert chart.points["y"].tolist()[1:4] == [2, 1, 2]
    assert chart.points["cl"][0] == pytest.approx(np.nanmean(chart.points["y"]))
    assert chart.points["ucl"][0] == pytest.approx(3.267 * chart.points["cl"][0])
    assert chart.points["lcl"][0] == 0
    assert not chart.points["runs_signal"].any()


# 30 of 300 is 0.1; sigma of n = 100 is 0.03.
def test_shares_have_binomial_limits_that_follow_n():
    assert lines([8, 22], "p", n=[100, 200]) == pytest.approx((0.1, 0.01, 0.19))


def test_limits_of_shares_stay_between_nought_and_one():
    points = control_chart(frame([1, 4], n=[5, 5]), "p").points

    assert points["lcl"].tolist() == [0, 0]
    assert points["ucl"].tolist() == [1, 1]


# 10 events in 1,000 bed days: 10 per 1,000, sigma of 250 bed days is sqrt(0.01/250).
def test_rates_have_poisson_limits_and_are_scaled_at_the_end():
    centre, lower, upper = lines([4, 6], "u", n=[250, 750], multiply=1000)

    assert centre == pytest.approx(10)
    assert lower == 0
    assert upper == pytest.approx(10 + 3000 * math.sqrt(0.01 / 250))


# Twelve and fourteen of a hundred and so on: z = (y - centre) / sigma, widened by MR(z) / 1.128.
@pytest.mark.parametrize(("kind", "variance"), [("pp", lambda m: m * (1 - m)), ("up", lambda m: m)])
def test_prime_charts_widen_the_limits_by_the_spread_between_points(kind, variance):
    y, n = [10, 30, 10, 30], 100
    sigma = math.sqrt(variance(0.2) / n)
    between = (0.2 / sigma) / 1.128

    centre, lower, upper = lines(y, kind, n=[n] * 4)

    assert centre == pytest.approx(0.2)
    assert upper == pytest.approx(min(0.2 + 3 * sigma * between, 1))
    assert lower == 0


def test_prime_charts_of_names_use_the_standard_deviation_of_z():
    data = frame([10, 30, 10, 30], n=[100] * 4).assign(x=["a", "b", "c", "d"])
    points = control_chart(data, "pp").points
    sigma = math.sqrt(0.2 * 0.8 / 100)
    z = [-0.1 / sigma, 0.1 / sigma] * 2

    assert points["ucl"][0] == pytest.approx(0.2 + 3 * sigma * np.std(z, ddof=1))


def test_counts_have_poisson_limits():
    assert lines([16, 14, 18], "c") == pytest.approx((16, 4, 28))


# Mean 4, median 3: the median is drawn, the limits go round the mean.
def test_cases_between_events_draw_the_median_and_take_a_nought():
    assert lines([0, 3, 9], "g") == pytest.approx((3, 0, 4 + 3 * math.sqrt(20)))


def test_times_between_events_are_judged_after_a_power_of_them():
    power = [value ** (1 / 3.6) for value in (12, 33, 5)]
    mean = sum(power) / 3
    sigma = (power[1] - power[0] + power[1] - power[2]) / 2 / 1.128

    assert lines([12, 33, 5], "t") == pytest.approx((mean**3.6, 0, (mean + 3 * sigma) ** 3.6))


# Equal sizes of 4: s = sqrt(pi/2) x range / sqrt(1/2), sigma = mean s / 2.
def test_values_of_unequal_size_take_their_weight():
    s = math.sqrt(math.pi / 2) * 1 / math.sqrt(1 / 2)

    assert lines([4, 8, 4], "ip", n=[4, 4, 4]) == pytest.approx(
        (4 / 3, 4 / 3 - 3 * s / 2, 4 / 3 + 3 * s / 2)
    )


def test_a_frozen_baseline_makes_the_lines_but_not_the_sizes_of_i_prime():
    y, n = [4, 8, 4, 40], [4, 4, 4, 4]
    frozen = control_chart(frame(y, n=n), "ip", freeze=3).points
    whole = control_chart(frame(y, n=n), "ip").points

    assert frozen["cl"][0] == pytest.approx(4 / 3)
    assert frozen["ucl"][0] - frozen["cl"][0] == pytest.approx(whole["ucl"][0] - whole["cl"][0])


@pytest.mark.parametrize(
    ("kind", "n", "expected"),
    [
        ("run", None, 5),
        ("i", None, 5),
        ("mr", None, 5),
        ("c", None, 5),
        ("t", None, 5),
        ("g", None, 0.693 * 5),
        ("p", [10] * 4, 0.5),
        ("pp", [10] * 4, 0.5),
        ("u", [10] * 4, 0.5),
        ("up", [10] * 4, 0.5),
        ("ip", [10] * 4, 0.5),
    ],
)
def test_a_known_centre_line_is_drawn(kind, n, expected):
    known = 5 if n is None else 0.5

    assert lines([4, 7, 3, 8], kind, n=n, centre=known)[0] == pytest.approx(expected)


def test_a_known_mean_makes_the_limits_of_shares():
    assert lines([8, 22], "p", n=[100, 100], centre=0.5)[1:] == pytest.approx((0.35, 0.65))


def test_each_part_has_its_own_lines_and_a_number():
    points = control_chart(frame([1, 3, 1, 3, 11, 13, 11, 13]), "i", parts=[4], freeze=2).points

    assert points["part"].tolist() == [1] * 4 + [2] * 4
    assert points["cl"].tolist() == [2] * 4 + [12] * 4
    assert points["baseline"].all()


def test_a_part_of_a_run_chart_is_analysed_by_itself():
    summary = control_chart(frame([1, 2] * 6 + [11, 12] * 6), "run", parts=[12]).summary

    assert summary["n_obs"].tolist() == [12, 12]
    assert summary["CL"].tolist() == [1.5, 11.5]
    assert summary["runs_signal"].tolist() == [0, 0]


def test_only_the_points_before_a_freeze_make_the_lines():
    points = control_chart(frame([1, 3, 1, 3, 50]), "i", freeze=4).points

    assert points["cl"][0] == 2
    assert points["baseline"].tolist() == [True] * 4 + [False]
    assert points["sigma_signal"].tolist() == [False] * 4 + [True]


# Without the 50 the ranges are 2, 2, 2: the last goes from 3 over the excluded point to 1.
def test_an_excluded_point_leaves_lines_and_runs_but_keeps_its_signal():
    chart = control_chart(frame([1, 3, 1, 3, 50, 1]), "i", exclude=[5])

    assert chart.points["cl"][0] == pytest.approx(1.8)
    assert chart.points["ucl"][0] == pytest.approx(1.8 + 3 * 2 / 1.128)
    assert chart.points["sigma_signal"].tolist() == [False] * 4 + [True, False]
    assert chart.points["include"].tolist() == [True] * 4 + [False, True]
    assert chart.summary["n_useful"][0] == 5


def test_rows_of_the_same_x_become_one_point():
    data = pd.DataFrame({"x": [2, 1, 1], "y": [5, 1, 4]})
    mean, count = control_chart(data, "run").points, control_chart(data, "c").points
    share = control_chart(data.assign(n=[10, 4, 6]), "p").points

    assert mean["y"].tolist() == [2.5, 5]
    assert count["y"].tolist() == [5, 5]
    assert share["y"].tolist() == [0.5, 0.5]
    assert share["n"].tolist() == [10, 10]
    assert mean["y_length"].tolist() == [2, 1]
    assert mean["y_sd"][0] == pytest.approx(math.sqrt(4.5))


def test_a_missing_numerator_or_denominator_blanks_the_point():
    points = control_chart(frame([1, None, 3, 4], n=[10, 10, None, 10]), "p").points

    assert points["y"].isna().tolist() == [False, True, True, False]
    assert points["ucl"].isna().tolist() == [False, True, True, False]
    assert points["cl"].tolist() == [0.25] * 4
    assert not points["sigma_signal"].any()


def test_a_missing_month_of_counts_is_not_nought():
    points = control_chart(frame([4, None, 6]), "c").points

    assert math.isnan(points["y"][1])
    assert points["cl"][0] == 5


def test_points_on_the_centre_line_do_not_count_for_runs():
    side = np.sign(np.array([1.0, 0, 1, np.nan, -1, -1, 0, 1]))
    runs = analyse(side, np.zeros(8, dtype=int), 1)

    assert (runs.n_useful, runs.longest_run, runs.n_crossings) == (5, 2, 2)


def test_a_long_run_is_a_signal_for_the_whole_part():
    chart = control_chart(frame([1, 2] * 6 + [8, 9] * 6), "run")

    assert chart.summary["longest_run"].tolist() == [12]
    assert chart.points["runs_signal"].all()


def test_without_a_useful_point_there_is_no_signal():
    summary = control_chart(frame([5, 5, 5]), "run").summary

    assert summary["n_useful"].tolist() == [0]
    assert summary["runs_signal"].tolist() == [0]
    assert summary["longest_run"].isna().all()


def test_names_have_no_order_and_so_no_runs():
    data = frame([1, 2] * 6 + [8, 9] * 6)
    named = data.assign(x=[f"Ward {number:02d}" for number in data["x"]])
    dated = data.assign(x=pd.date_range("2024-01-01", periods=24, freq="MS").strftime("%Y-%m-%d"))

    assert not control_chart(named, "run").points["runs_signal"].any()
    assert control_chart(dated, "run").points["runs_signal"].all()


@pytest.mark.parametrize("kind", ["p", "pp", "u", "up"])
def test_a_chart_of_shares_or_rates_needs_n(kind):
    with pytest.raises(MeasureError, match="column called n"):
        control_chart(frame([1, 2]), kind)


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (frame([]), "run", "no observations"),
        (frame([1, 2]).drop(columns="x"), "run", "column called x"),
        (frame([1, 2]).drop(columns="y"), "run", "column called y"),
        (frame(["a", "b"]), "run", "y must hold numbers"),
        (frame([1, 2], n=["a", "b"]), "p", "n must hold numbers"),
        (frame([1, 2]).assign(x=[1, None]), "run", "needs an x"),
        (frame([1, 2]).assign(x=[["a"], ["b"]]), "run", "x must hold"),
        (frame([-1, 2]), "c", "below 0"),
        (frame([-1, 2], n=[5, 5]), "u", "below 0"),
        (frame([-1, 2]), "g", "below 0"),
        (frame([0, 2]), "t", "above 0"),
        (frame([6, 2], n=[5, 5]), "p", "above their n"),
        (frame([1, 2], n=[0, 5]), "u", "n must be above 0"),
        (frame([1, 2], n=[-5, 5]), "i", "n must be above 0"),
    ],
)
def test_observations_that_a_chart_cannot_show_are_refused(data, kind, words):
    with pytest.raises(MeasureError, match=words):
        control_chart(data, kind)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "xbar"}, "kind of chart"),
        ({"freeze": 0}, "freeze must be 1"),
        ({"freeze": 2.5}, "freeze must hold whole"),
        ({"freeze": float("nan")}, "freeze must hold whole"),
        ({"parts": [0]}, "parts must name points"),
        ({"parts": [9]}, "parts must name points"),
        ({"parts": ["a"]}, "parts must hold whole"),
        ({"exclude": [9]}, "exclude must name points"),
        ({"exclude": [0]}, "exclude must name points"),
        ({"centre": "5"}, "centre line"),
        ({"kind": "c", "centre": -1}, "below 0"),
        ({"multiply": 0}, "multiply"),
        ({"multiply": float("nan")}, "multiply"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(MeasureError, match=words):
        control_chart(frame([1, 2, 3]), **{"kind": "i", **settings})


def test_a_share_given_as_a_percentage_is_refused_as_a_centre_line():
    with pytest.raises(MeasureError, match="from 0 to 1"):
        control_chart(frame([1, 2], n=[5, 5]), "p", centre=95)
