import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from metrics.errors import MeasureError
from metrics.shrinkage import shrink_rates, shrink_shares


def wards(seed=1, spread=0.3, many=40):
    rng = np.random.default_rng(seed)
    expected = rng.choice([2.0, 10, 50], many)
    ratio = rng.gamma(1 / spread, spread, many)
    return pd.DataFrame(
        {
            "unit": [f"w{n}" for n in range(many)],
            "events": rng.poisson(expected * ratio),
            "expected": expected,
        }
    )


def test_the_distribution_is_the_likeliest_negative_binomial():
    frame = wards()
    n, e = frame["events"].to_numpy(), frame["expected"].to_numpy()

    def loss(logs):
        a, b = np.exp(logs)
        return -stats.nbinom.logpmf(n, a, b / (b + e)).sum()

    a, b = np.exp(optimize.minimize(loss, [1, 1], method="Nelder-Mead").x)
    told = shrink_rates(frame)
    assert told["shrunk"].to_numpy() == pytest.approx((n + a) / (e + b), rel=1e-3)
    low = stats.gamma.ppf(0.025, n + a, scale=1 / (e + b))
    assert told["low"].to_numpy() == pytest.approx(low, rel=1e-2)


def test_small_units_are_drawn_further_towards_the_whole():
    frame = wards()
    told = shrink_rates(frame)
    moved = (told["plain"] - told["shrunk"]).abs() / (told["plain"] - 1).abs()
    small, large = frame["expected"] == 2, frame["expected"] == 50
    assert moved[small].median() > 3 * moved[large].median()


def test_units_that_differ_by_chance_all_get_the_rate_of_the_whole():
    frame = pd.DataFrame({"unit": range(30), "events": [9, 10, 11] * 10, "expected": 10.0})
    assert shrink_rates(frame)["shrunk"].to_numpy() == pytest.approx(1, abs=0.02)


def test_it_comes_nearer_to_the_truth_than_plain_rates():
    rng = np.random.default_rng(3)
    truth = rng.beta(8, 12, 60)
    out_of = rng.choice([10, 30, 200], 60)
    frame = pd.DataFrame({"unit": range(60), "count": rng.binomial(out_of, truth)})
    told = shrink_shares(frame.assign(out_of=out_of))
    assert ((told["shrunk"] - truth) ** 2).mean() < 0.7 * ((told["plain"] - truth) ** 2).mean()
    assert ((told["low"] < truth) & (truth < told["high"])).mean() > 0.88


def test_no_events_anywhere_are_no_trouble():
    frame = pd.DataFrame({"unit": range(6), "events": 0, "expected": 5.0})
    told = shrink_rates(frame)
    assert (told["shrunk"] < 0.1).all()


def test_few_units_say_too_little_of_each_other():
    told = shrink_rates(wards(many=4))
    assert told["shrunk"].isna().all()
    assert told["plain"].notna().all()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.drop(columns="events"),
        lambda f: f.iloc[:0],
        lambda f: f.assign(events=-1),
        lambda f: f.assign(expected=0),
        lambda f: f.assign(events="x"),
    ],
)
def test_bad_frames_are_refused(spoil):
    with pytest.raises(MeasureError):
        shrink_rates(spoil(wards()))


def test_a_share_above_one_is_refused():
    with pytest.raises(MeasureError):
        shrink_shares(pd.DataFrame({"unit": [1], "count": [5], "out_of": [4]}))
