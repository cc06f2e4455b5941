import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from metrics.errors import MeasureError
from metrics.rates import (
    mix_adjusted_acceptance,
    rate_interval,
    share_difference,
    share_interval,
)


def test_shares_have_wilsons_interval():
    count, out_of = np.array([0, 4, 8, 16, 40, 100]), np.array([7, 5, 10, 20, 50, 100])
    low, high = share_interval(count, out_of)
    theirs = proportion_confint(count, out_of, method="wilson")
    assert low == pytest.approx(theirs[0], abs=1e-12)
    assert high == pytest.approx(theirs[1], abs=1e-12)
    # The published check: 8 of 10 is .49 to .94.
    assert (low[2], high[2]) == pytest.approx((0.49, 0.94), abs=0.005)


def test_rates_have_the_exact_interval():
    events, exposure = np.array([0, 3, 40]), np.array([100.0, 100, 1000])
    low, high = rate_interval(events, exposure)
    theirs = confint_poisson(events, exposure, method="exact-c")
    assert low == pytest.approx(np.nan_to_num(theirs[0]), abs=1e-12)
    assert high == pytest.approx(theirs[1], abs=1e-12)


def test_of_nothing_there_is_no_rate_and_no_warning():
    assert np.isnan(share_interval(np.array([0]), np.array([0]))).all()
    assert np.isnan(rate_interval(np.array([0]), np.array([0.0]))).all()


def test_a_unit_is_compared_with_what_its_mix_would_give():
    # Type a is accepted 60 of 100, type b 10 of 100. Ward 1 gets mostly a, ward 2 mostly b.
    alerts = pd.DataFrame(
        {
            "unit": ["w2", "w2", "w1", "w1"],
            "alert_type": ["a", "b", "a", "b"],
            "shown": [20, 80, 80, 20],
            "accepted": [12, 8, 48, 2],
        }
    )
    told = mix_adjusted_acceptance(alerts)
    assert told["unit"].tolist() == ["w2", "w1"]
    assert told["expected"].tolist() == pytest.approx([20, 50])
    assert told["ratio"].tolist() == pytest.approx([1, 1])
    assert (told["low"] < 1).all()
    assert (told["high"] > 1).all()


def test_a_unit_without_alerts_has_no_ratio():
    alerts = pd.DataFrame(
        {"unit": ["w1", "w2"], "alert_type": ["a", "b"], "shown": [10, 0], "accepted": [5, 0]}
    )
    assert mix_adjusted_acceptance(alerts)["ratio"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: share_interval(np.array([5]), np.array([4])),
        lambda: rate_interval(np.array([-1]), np.array([4])),
        lambda: mix_adjusted_acceptance(pd.DataFrame({"unit": ["w"]})),
        lambda: mix_adjusted_acceptance(
            pd.DataFrame({"unit": ["w"], "alert_type": ["a"], "shown": [1], "accepted": [2]})
        ),
    ],
)
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(MeasureError):
        wrong()


class TestShareDifference:
    def test_newcombes_own_example(self):
        # Newcombe 1998, Statistics in Medicine 17:873, table II (a): 56/70 against 48/80, method 10
        grown, low, high = share_difference((48, 80), (56, 70))

        assert grown == pytest.approx(0.2)
        assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)

    def test_the_other_way_round_is_the_mirror_image(self):
        _grown, low, high = share_difference((56, 70), (48, 80))

        assert (round(low, 4), round(high, 4)) == (-0.3339, -0.0524)

    def test_a_share_of_nothing_is_refused(self):
        with pytest.raises(MeasureError, match="nothing"):
            share_difference((0, 0), (1, 2))
