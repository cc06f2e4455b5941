import math

import numpy as np
import pytest

from metrics.errors import MeasureError
from metrics.signal_detection import recognition, recognitions, z_variance


# Worked by hand: 9 of 10 alerts seen and 2 of 10 others taken for alerts give
# H = 9.5/11 = .8636, F = 2.5/11 = .2273.
@pytest.mark.parametrize(
    ("counts", "hit_rate", "false_alarm_rate", "d_prime", "criterion"),
    [
        ((9, 1, 2, 8), 0.8636, 0.2273, 1.845, -0.174),
        ((10, 0, 0, 10), 0.9545, 0.0455, 3.381, 0.0),
        ((8, 2, 3, 17), 0.7727, 0.1667, 1.715, 0.110),
    ],
)
def test_the_worked_examples_hold(counts, hit_rate, false_alarm_rate, d_prime, criterion):
    seen = recognition(*counts)
    assert seen.hit_rate == pytest.approx(hit_rate, abs=5e-5)
    assert seen.false_alarm_rate == pytest.approx(false_alarm_rate, abs=5e-5)
    assert seen.d_prime == pytest.approx(d_prime, abs=5e-4)
    assert seen.criterion == pytest.approx(criterion, abs=5e-4)


# The published table: standard error of d-prime by items of each kind, without bias.
@pytest.mark.parametrize(
    ("d_prime", "items", "error"),
    [
        (1, 5, 0.75), (1, 10, 0.58), (1, 15, 0.48), (1, 20, 0.41), (1, 30, 0.34), (1, 50, 0.26),
        (1, 100, 0.19), (2, 5, 0.68), (2, 10, 0.61), (2, 15, 0.54), (2, 20, 0.48), (2, 30, 0.39),
        (2, 50, 0.30), (2, 100, 0.21),
    ],
)  # fmt: skip
def test_the_exact_error_agrees_with_the_table(d_prime, items, error):
    rate = 0.5 * math.erfc(-d_prime / 2 / math.sqrt(2))
    assert math.sqrt(2 * z_variance(items, rate)) == pytest.approx(error, abs=0.0051)


def test_the_error_is_miller_at_the_corrected_rates():
    seen = recognition(8, 2, 3, 17)
    expected = math.sqrt(z_variance(10, seen.hit_rate) + z_variance(20, seen.false_alarm_rate))
    assert seen.d_prime_se == pytest.approx(expected)
    low, high = seen.d_prime_interval
    assert high - low == pytest.approx(2 * 1.96 * expected, rel=1e-4)


def test_saying_yes_to_everything_shows_no_skill():
    seen = recognition(20, 0, 20, 0)
    assert seen.d_prime == 0
    assert seen.area == 0.5
    assert seen.criterion < -1.5


def test_many_items_take_no_longer_and_come_near_the_simple_formula():
    # With plenty of items Miller comes to Gourevitch and Galanter: p(1-p) / (n phi(z)^2).
    n = 1_000_000
    density = math.exp(-0.5 * 0.2533471**2) / math.sqrt(2 * math.pi)
    assert z_variance(n, 0.6) == pytest.approx(0.24 / (n * density**2), rel=1e-4)


@pytest.mark.parametrize(
    "counts",
    [
        (-1, 2, 3, 4), (1.5, 2, 3, 4), (float("nan"), 2, 3, 4), (float("inf"), 2, 3, 4),
        ("many", 2, 3, 4), (None, 2, 3, 4), (True, 2, 3, 4), (0, 0, 3, 4), (1, 2, 0, 0),
    ],
)  # fmt: skip
def test_counts_that_count_nothing_are_refused(counts):
    with pytest.raises(MeasureError):
        recognition(*counts)


def test_whole_numbers_from_a_frame_are_taken():
    assert recognition(np.int64(9), 1.0, np.float64(2), 8) == recognition(9, 1, 2, 8)


def test_many_groups_at_once_are_what_each_is_alone():
    counts = [(9, 10, 2, 10), (10, 10, 0, 10), (0, 1, 1, 1), (80, 300, 30, 900), (5, 7, 640, 1000)]
    d_prime, error = recognitions(*np.array(counts).T)

    for place, (hits, of, false, without) in enumerate(counts):
        one = recognition(hits, of - hits, false, without - false)
        assert d_prime[place] == pytest.approx(one.d_prime, abs=1e-12)
        assert error[place] == pytest.approx(one.d_prime_se, rel=1e-9)
