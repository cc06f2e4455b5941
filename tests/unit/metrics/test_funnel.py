import numpy as np
import pandas as pd
import pytest
from scipy import stats

from metrics.errors import MeasureError
from metrics.funnel import funnel


def units(numerator, denominator):
    return pd.DataFrame(
        {
            "unit": [f"u{n}" for n in range(len(numerator))],
            "numerator": numerator,
            "denominator": denominator,
        }
    )


def test_a_ratio_without_overdispersion_has_exact_limits():
    told = funnel(units([9, 11, 10, 30], [10, 10, 10, 10.0]), kind="ratio", adjust=False)
    assert not told.adjusted
    row = told.points.iloc[0]
    # chi2.ppf(a, 2 E) / 2 / E and chi2.ppf(1 - a, 2 (E + 1)) / 2 / E
    assert row["low_95"] == pytest.approx(stats.chi2.ppf(0.025, 20) / 20)
    assert row["high_95"] == pytest.approx(stats.chi2.ppf(0.975, 22) / 20)
    assert row["low_998"] == pytest.approx(stats.chi2.ppf(0.001, 20) / 20)
    assert row["high_998"] == pytest.approx(stats.chi2.ppf(0.999, 22) / 20)
    assert told.points["place"].tolist() == ["inside", "inside", "inside", "beyond 99.8%"]


def test_overdispersion_is_worked_out_as_by_hand():
    observed, expected = np.array([4.0, 9, 16, 25, 36]), np.full(5, 16.0)
    # Y = sqrt(O/E) = .5 .75 1 1.25 1.5; s = 1/8; z = -4 -2 0 2 4.
    # Winsorised at 10 and 90%: -3.2 -2 0 2 3.2. phi = (10.24*2 + 4*2) / 5 = 5.696.
    # w = 64 each: sum w - sum w^2 / sum w = 320 - 64 = 256. tau2 = (5*5.696 - 4) / 256.
    told = funnel(units(observed, expected), kind="ratio")
    assert told.phi == pytest.approx(5.696)
    assert told.tau2 == pytest.approx((5 * 5.696 - 4) / 256)
    spread = np.sqrt(1 / 64 + told.tau2)
    assert told.points["high_95"].iloc[0] == pytest.approx((1 + 1.959964 * spread) ** 2)
    assert told.points["low_998"].iloc[0] == pytest.approx(max(0, 1 - 3.090232 * spread) ** 2)
    assert set(told.points["place"]) == {"inside"}
    assert told.note.startswith("With 5 units")


def test_units_that_differ_by_chance_only_are_not_adjusted():
    rng = np.random.default_rng(1)
    base = rng.integers(50, 400, 40)
    told = funnel(units(rng.binomial(base, 0.4), base))
    assert told.phi == pytest.approx(1, abs=0.5)
    outside = (told.points["place"] != "inside").mean()
    assert outside < 0.15
    assert told.note == ""


def test_a_proportion_uses_the_angle():
    told = funnel(units([40, 35, 45], [100, 100, 100]), adjust=False)
    angle = np.arcsin(np.sqrt(0.4))
    high = np.sin(angle + 1.959964 / 20) ** 2
    assert told.points["high_95"].iloc[0] == pytest.approx(high, rel=1e-6)
    assert told.centre == pytest.approx(0.4)


def test_a_rate_is_a_ratio_to_the_rate_of_all():
    told = funnel(units([10, 30], [1000, 1000]), kind="rate", adjust=False)
    assert told.points["value"].tolist() == [0.5, 1.5]
    assert told.points["base"].tolist() == [20, 20]


def test_units_keep_their_order_and_one_not_measured_is_said_so():
    told = funnel(units([30, 0, 10], [100, 0, 40]))
    assert told.points["unit"].tolist() == ["u0", "u1", "u2"]
    assert told.points["place"].iloc[1] == "not measured"
    assert np.isnan(told.points["value"].iloc[1])
    assert "rank" not in told.points.columns


def test_limits_can_be_drawn_at_any_size_and_close_in():
    told = funnel(units([40, 35, 45], [100, 100, 100]))
    curve = told.limits(np.array([20.0, 200, 2000]))
    assert (np.diff(curve["high_95"]) < 0).all()
    assert (np.diff(curve["low_95"]) > 0).all()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.drop(columns="unit"),
        lambda f: f.assign(unit="same"),
        lambda f: f.assign(numerator="x"),
        lambda f: f.assign(numerator=-1),
        lambda f: f.assign(numerator=np.nan),
        lambda f: f.assign(numerator=500),
        lambda f: f.assign(numerator=0),
        lambda f: f.iloc[:0],
    ],
)
def test_bad_frames_are_refused(spoil):
    with pytest.raises(MeasureError):
        funnel(spoil(units([1, 2], [10, 10])))


def test_an_unknown_kind_is_refused():
    with pytest.raises(MeasureError):
        funnel(units([1, 2], [10, 10]), kind="league table")
