import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.discrete.discrete_model import NegativeBinomial

from metrics.effects import (
    Model,
    detectable_ratio,
    interrupted_mean,
    interrupted_time_series,
)
from metrics.errors import MeasureError

MONTHS = pd.date_range("2023-01-01", periods=36, freq="MS")
TIME = np.arange(36)
START = "2025-01"


def series(seed=1, level=0.6, slope=0.99, dispersion=1.3, per_month=20):
    rng = np.random.default_rng(seed)
    after = TIME >= 24
    exposure = rng.integers(900, 1100, 36).astype(float)
    mean = per_month * exposure / 1000 * 1.005**TIME * np.where(after, level, 1)
    mean *= np.where(after, slope ** (TIME - 24), 1)
    size = mean / (dispersion - 1)
    return pd.DataFrame(
        {
            "month": MONTHS,
            "events": rng.negative_binomial(size, size / (size + mean)),
            "exposure": exposure,
        }
    )


def design(waves=0):
    after = (TIME >= 24).astype(float)
    columns = [np.ones(36), TIME, after, (TIME - 24) * after]
    for k in range(1, waves + 1):
        angle = 2 * np.pi * k * MONTHS.month.to_numpy() / 12
        columns += [np.cos(angle), np.sin(angle)]
    return np.stack(columns, axis=1)


def by_statsmodels(frame, waves=0, **how):
    return sm.GLM(
        frame["events"].to_numpy(),
        design(waves),
        family=sm.families.Poisson(),
        exposure=frame["exposure"].to_numpy(),
    ).fit(tol=1e-12, **how)


@pytest.mark.parametrize("waves", [0, 1, 2])
@pytest.mark.parametrize(("model", "how"), [("poisson", {}), ("quasipoisson", {"scale": "X2"})])
def test_it_agrees_with_statsmodels(model, how, waves):
    frame = series()
    ours = interrupted_time_series(frame, start=START, model=model, season=waves)
    theirs = by_statsmodels(frame, waves, **how)
    assert ours.level_ratio == pytest.approx(math.exp(theirs.params[2]), rel=1e-6)
    assert ours.slope_ratio == pytest.approx(math.exp(theirs.params[3]), rel=1e-6)
    assert ours.level_interval == pytest.approx(tuple(np.exp(theirs.conf_int()[2])), rel=1e-6)
    assert ours.slope_interval == pytest.approx(tuple(np.exp(theirs.conf_int()[3])), rel=1e-6)
    assert ours.dispersion == pytest.approx(theirs.pearson_chi2 / theirs.df_resid, rel=1e-6)
    assert (ours.months_before, ours.months_after) == (24, 12)


def test_the_negative_binomial_agrees_with_statsmodels():
    frame = series(dispersion=2.5)
    ours = interrupted_time_series(frame, start=START, model=Model.NEGATIVE_BINOMIAL)
    theirs = NegativeBinomial(
        frame["events"].to_numpy(), design(), exposure=frame["exposure"].to_numpy()
    ).fit(disp=0, maxiter=500)
    assert ours.level_ratio == pytest.approx(math.exp(theirs.params[2]), rel=1e-3)
    assert ours.level_interval == pytest.approx(tuple(np.exp(theirs.conf_int()[2])), rel=1e-2)


def test_the_plain_ratio_overstates_what_a_trend_had_begun():
    mean = 40 * 0.97**TIME
    frame = pd.DataFrame({"month": MONTHS, "events": np.round(mean), "exposure": 1.0})
    told = interrupted_time_series(frame, start=START)
    assert told.before_after_ratio < 0.65
    assert told.level_ratio == pytest.approx(1, abs=0.05)


def test_months_of_phasing_in_are_left_out_and_the_trend_runs_over_them():
    frame = series()
    told = interrupted_time_series(frame, start=START, phase_in=3)
    keep = (TIME < 24) | (TIME >= 27)
    after = (TIME >= 27).astype(float)
    x = np.stack([np.ones(36), TIME, after, (TIME - 27) * after], axis=1)[keep]
    theirs = sm.GLM(
        frame["events"].to_numpy()[keep],
        x,
        family=sm.families.Poisson(),
        exposure=frame["exposure"].to_numpy()[keep],
    ).fit(scale="X2", tol=1e-12)
    assert told.months_after == 9
    assert told.level_ratio == pytest.approx(math.exp(theirs.params[2]), rel=1e-6)


def test_the_order_of_the_rows_does_not_matter():
    frame = series()
    assert interrupted_time_series(
        frame.sample(frac=1, random_state=2), start=START
    ) == interrupted_time_series(frame, start=START)


def test_months_without_exposure_are_left_out():
    frame = series()
    frame.loc[[4, 30], "exposure"] = 0
    told = interrupted_time_series(frame, start=START)
    assert (told.months_before, told.months_after) == (23, 11)


@pytest.mark.parametrize(
    ("frame", "start", "words"),
    [
        (series(), "2025-10", "months"),
        (series(), "2030-01", "months"),
        (series(per_month=0.5), START, "too few|Too few"),
        (series().assign(events=0), START, "events"),
        (series().assign(events=np.where(TIME >= 24, 0, 20)), START, "no events"),
    ],
)
def test_where_the_data_cannot_answer_there_is_no_number(frame, start, words):
    for model in Model:
        told = interrupted_time_series(frame, start=start, model=model)
        assert pd.Series([told.too_few]).str.contains(words).all()
        assert math.isnan(told.level_ratio)
        assert all(math.isnan(end) for end in told.slope_interval)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.drop(columns="exposure"),
        lambda f: f.iloc[:0],
        lambda f: f.assign(events="many"),
        lambda f: f.assign(events=-1),
        lambda f: f.assign(exposure=-1),
        lambda f: f.assign(month="2025-01"),
        lambda f: f.assign(month="when"),
    ],
)
def test_bad_frames_are_refused(spoil):
    with pytest.raises(MeasureError):
        interrupted_time_series(spoil(series()), start=START)


@pytest.mark.parametrize(
    "wrong", [{"model": "magic"}, {"season": 3}, {"phase_in": -1}, {"start": "soon"}]
)
def test_what_cannot_be_asked_is_refused(wrong):
    with pytest.raises(MeasureError):
        interrupted_time_series(series(), **({"start": START} | wrong))


# Rows: months before = months after. Columns: 5, 10, 20, 50, 100 events a month.
POWER = {
    6: (None, 0.49, 0.62, 0.755, 0.82),
    12: (0.49, 0.62, 0.73, 0.82, 0.87),
    24: (0.62, 0.73, 0.80, 0.87, 0.91),
}


@pytest.mark.parametrize("months", POWER)
def test_the_detectable_ratio_agrees_with_the_published_table(months):
    for per_month, ratio in zip((5, 10, 20, 50, 100), POWER[months], strict=True):
        found = detectable_ratio(per_month, months, months)
        assert found == ratio if ratio is None else found == pytest.approx(ratio, abs=0.0055)


@pytest.mark.parametrize("months", [6, 12, 24, 120])
def test_two_events_a_month_show_nothing_at_any_length(months):
    assert detectable_ratio(2, months, months) is None


def test_more_power_asks_for_a_larger_effect():
    assert detectable_ratio(20, 24, 12, power=0.9) < detectable_ratio(20, 24, 12, power=0.8)


def test_power_of_one_cannot_be_had():
    with pytest.raises(MeasureError):
        detectable_ratio(20, 24, 12, power=1)


def minutes(step=-4.0, seed=2):
    rng = np.random.default_rng(seed)
    weight = rng.integers(30, 80, 36).astype(float)
    value = 20 + 0.05 * TIME + step * (TIME >= 24) + rng.normal(0, 8, 36) / np.sqrt(weight)
    return pd.DataFrame({"month": MONTHS, "total": value * weight, "weight": weight})


def test_a_mean_is_set_against_what_the_months_before_led_one_to_expect():
    told = interrupted_mean(minutes(), start=START, slope_changes=False)
    assert told.level_interval[0] < -4 < told.level_interval[1] < 0
    assert math.isnan(told.slope_change)
    both = interrupted_mean(minutes(), start=START)
    # A slope that may change too leaves the step less certain.
    wide, narrow = (one.level_interval[1] - one.level_interval[0] for one in (both, told))
    assert wide > narrow
    assert both.slope_interval[0] < 0 < both.slope_interval[1]


def test_without_autocorrelation_a_mean_is_weighted_least_squares():
    frame = minutes()
    told = interrupted_mean(frame, start=START)
    theirs = sm.WLS(frame["total"] / frame["weight"], design(), weights=frame["weight"]).fit()
    assert told.level_change == pytest.approx(theirs.params["x2"], abs=theirs.bse["x2"] / 2)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (minutes().iloc[:26], "Too few months"),
        (minutes().assign(total=lambda f: 5 * f["weight"]), "all alike"),
    ],
)
def test_means_that_cannot_answer_give_no_number(frame, words):
    told = interrupted_mean(frame, start=START)
    assert words in told.too_few
    assert math.isnan(told.level_change)
