import time

import numpy as np
import pandas as pd
import pytest

from metrics.change import changed, false_discovery
from metrics.errors import MeasureError

UP = {"better": "increase"}
DOWN = {"better": "decrease"}


def frame(name, values, *, kind="rate", denominator=None, **more):
    months = pd.date_range("2023-11-01", periods=len(values), freq="MS")
    return pd.DataFrame(
        {
            "series": name,
            "month": months,
            "numerator": np.asarray(values, dtype=float),
            "denominator": denominator,
            "kind": kind,
            **more,
        }
    )


def poisson(mean, months, seed=1):
    return np.random.default_rng(seed).poisson(mean, months).astype(float)


def one(observations, **more):
    told = changed(observations, **more)
    assert len(told) == 1
    return told.iloc[0]


def test_recognition_that_rose_is_called_better_with_its_size():
    rng = np.random.default_rng(1)
    seen = np.concatenate([rng.binomial(100, 0.40, 24), rng.binomial(100, 0.55, 12)])
    told = one(frame("ward", seen, kind="proportion", denominator=100, **UP))
    assert (told["verdict"], told["meaning"]) == ("rose", "better")
    assert told["size_in"] == "percentage points"
    assert told["size"] == pytest.approx(15, abs=4)
    assert 0 < told["low"] < told["size"] < told["high"]
    assert told["before"] == pytest.approx(seen[:24].sum() / 2400)
    assert told["after"] == pytest.approx(seen[24:].sum() / 1200)
    assert (told["months_before"], told["months_after"]) == (24, 12)


def test_incidents_that_fell_are_called_better_and_the_size_is_a_ratio():
    counts = np.concatenate([poisson(60, 24), poisson(36, 12, 2)])
    told = one(frame("use-related", counts, **DOWN))
    assert (told["verdict"], told["meaning"]) == ("fell", "better")
    assert told["size"] == pytest.approx(0.6, abs=0.1)
    assert told["high"] < 1


def test_a_rate_follows_its_denominator():
    beds = np.concatenate([np.full(24, 1000.0), np.full(12, 2000.0)])
    counts = np.concatenate([poisson(40, 24), poisson(80, 12, 2)])
    assert one(frame("rate", counts, denominator=beds))["verdict"] == "no clear change"
    assert one(frame("count", counts))["verdict"] == "rose"


def test_more_reports_are_neither_better_nor_worse_unless_we_are_told():
    counts = np.concatenate([poisson(40, 24), poisson(80, 12, 2)])
    assert one(frame("reports", counts))["meaning"] == "neutral"


def test_a_mean_changes_by_a_difference():
    rng = np.random.default_rng(4)
    scores = np.concatenate([rng.normal(300, 10, 24), rng.normal(360, 10, 12)])
    told = one(frame("confidence", scores, kind="mean", denominator=100, **UP))
    assert told["verdict"] == "rose"
    assert told["size_in"] == "difference"
    assert told["size"] == pytest.approx(0.6, abs=0.1)
    assert told["before"] == pytest.approx(scores[:24].sum() / 2400)


def test_season_is_not_change():
    # Six winter months after, against a whole year before: the raw levels differ by a third.
    months = pd.date_range("2024-04-01", periods=30, freq="MS").month
    mean = 60 * (1 + 0.35 * np.cos(2 * np.pi * (months - 1) / 12))
    counts = np.random.default_rng(8).poisson(mean).astype(float)
    observations = frame("season", counts)
    observations["month"] = pd.date_range("2024-04-01", periods=30, freq="MS")
    told = one(observations, since="2026-04")
    assert told["after"] < 0.9 * told["before"]
    assert told["verdict"] == "no clear change"


def test_a_trend_that_simply_went_on_is_not_a_change():
    mean = 40 * 1.5 ** (np.arange(36) / 12)
    told = one(frame("rising", np.random.default_rng(9).poisson(mean)))
    assert told["after"] > 1.4 * told["before"]
    assert told["verdict"] == "no clear change"
    assert told["beyond_trend"]
    assert told["reason"] == "It was already moving this way before."


@pytest.mark.parametrize(
    ("months", "since", "reason"),
    [
        (17, None, "At least 12 months from before are needed."),
        (36, "2026-08", "At least 6 months from after are needed."),
        (36, "2030-01", "At least 6 months from after are needed."),
    ],
)
def test_too_few_months_give_no_number(months, since, reason):
    told = one(frame("short", poisson(40, months)), since=since)
    assert told["verdict"] == "too few to tell"
    assert told["reason"] == reason
    assert told[["size", "low", "high", "p", "q", "before", "after"]].isna().all()


def test_two_events_a_month_in_all_are_too_few():
    rare = np.zeros(36)
    rare[::3] = 1
    told = one(frame("rare", rare))
    assert told["verdict"] == "too few to tell"
    assert told["reason"] == "There are too few events to tell a change from chance."


def test_nothing_at_all_is_too_few_and_no_warning():
    assert one(frame("none", np.zeros(36)))["verdict"] == "too few to tell"
    always = frame("always", np.full(36, 50.0), kind="proportion", denominator=50)
    assert one(always)["verdict"] == "too few to tell"


def test_events_that_stop_are_found():
    told = one(frame("gone", np.concatenate([poisson(8, 24), np.zeros(12)])))
    assert told["verdict"] == "fell"
    assert 0 <= told["low"] < told["high"] < 0.5


def test_a_constant_value_did_not_change():
    told = one(frame("constant", np.full(36, 5.0), kind="mean"))
    assert told["verdict"] == "no clear change"


def test_months_not_measured_are_left_out():
    counts = poisson(40, 36)
    counts[[3, 7, 30]] = np.nan
    told = one(frame("gaps", counts))
    assert (told["months_before"], told["months_after"]) == (22, 11)


def test_a_month_without_denominator_is_not_measured():
    beds = np.full(36, 900.0)
    beds[[0, 35]] = [0, np.nan]
    told = one(frame("gaps", poisson(40, 36), denominator=beds))
    assert (told["months_before"], told["months_after"]) == (23, 11)


def test_what_one_report_looks_at_is_counted():
    borderline = np.concatenate([poisson(40, 24, 2), poisson(32, 12, 52)])
    alone = one(frame("borderline", borderline))
    assert alone["verdict"] == "fell"
    quiet = [frame(f"quiet{seed}", poisson(40, 36, seed)) for seed in range(100, 160)]
    among = changed(pd.concat([frame("borderline", borderline), *quiet])).iloc[0]
    assert alone["q"] == alone["p"] < 0.03
    assert among["p"] < 0.03 < among["q"]
    assert among["verdict"] == "no clear change"
    assert among["reason"] == "Could be chance: 61 series were looked at together."


def test_series_tell_each_other_how_much_one_month_is_like_the_last():
    steady = pd.concat(frame(f"s{seed}", poisson(40, 36, seed)) for seed in range(60))
    together, alone = changed(steady), changed(steady, learn=False)
    assert together["correlation"].mean() < 0.1
    assert alone["correlation"].mean() > 0.14
    narrower = (together["high"] - together["low"]) / (alone["high"] - alone["low"])
    assert narrower.mean() < 0.95


def test_benjamini_and_hochberg_by_hand():
    # p * m / rank: .01*4/1, .02*4/2, .03*4/3, .5*4/4; then never above a later one.
    q = false_discovery(np.array([0.03, 0.5, np.nan, 0.01, 0.02]))
    assert q.tolist() == pytest.approx([0.04, 0.5, np.nan, 0.04, 0.04], nan_ok=True)


def test_series_keep_their_order_and_kinds_mix():
    both = [
        frame("z", poisson(40, 36)),
        frame("a", np.full(36, 40.0), kind="proportion", denominator=100),
        frame("m", poisson(9, 36), kind="mean"),
        frame("short", poisson(40, 10)),
    ]
    assert changed(pd.concat(both))["series"].tolist() == ["z", "a", "m", "short"]


def test_months_may_be_texts_or_periods_in_any_order():
    plain = frame("x", poisson(40, 36))
    shuffled = plain.sample(frac=1, random_state=1)
    texts = shuffled.assign(month=shuffled["month"].dt.strftime("%Y-%m"))
    periods = plain.assign(month=plain["month"].dt.to_period("M"))
    expected = one(plain)["p"]
    assert one(texts)["p"] == pytest.approx(expected)
    assert one(periods, since=pd.Period("2025-11"))["p"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.drop(columns="kind"),
        lambda f: f.iloc[:0],
        lambda f: f.assign(kind="odd"),
        lambda f: f.assign(better="sideways"),
        lambda f: f.assign(better=["increase"] * 35 + ["decrease"]),
        lambda f: f.assign(numerator="text"),
        lambda f: f.assign(numerator=-1),
        lambda f: f.assign(numerator=np.inf),
        lambda f: f.assign(kind="proportion", denominator=1),
        lambda f: f.assign(series=None),
        lambda f: f.assign(month=None),
        lambda f: pd.concat([f, f]),
    ],
)
def test_bad_frames_are_refused(spoil):
    with pytest.raises(MeasureError):
        changed(spoil(frame("x", poisson(40, 36))))


def test_a_level_that_is_no_probability_is_refused():
    with pytest.raises(MeasureError):
        changed(frame("x", poisson(40, 36)), level=5)


def test_a_report_of_a_hundred_series_takes_no_noticeable_time():
    """Not a benchmark: only against falling back to one model at a time (some seconds)."""
    series = pd.concat(frame(f"s{seed}", poisson(40, 36, seed)) for seed in range(100))
    changed(series)
    began = time.process_time()
    changed(series)
    assert time.process_time() - began < 2


def test_a_range_that_leaves_out_no_change_is_never_put_down_to_the_usual_ups_and_downs():
    many = changed(pd.concat(frame(f"s{seed}", poisson(40, 36, seed)) for seed in range(200)))
    unsure = many[many["verdict"] == "no clear change"]
    outside = unsure[(unsure["low"] > 1) | (unsure["high"] < 1)]
    assert len(outside) > 0
    assert set(outside["reason"]) == {"Could be chance: 200 series were looked at together."}


def test_a_change_that_a_slow_trend_explains_nearly_as_well_is_said_with_that_reservation():
    slow = np.random.default_rng(6).poisson(40 * 1.1 ** (np.arange(36) / 12))
    told = one(frame("slow", slow, **DOWN))
    step = one(frame("step", np.r_[poisson(100, 24), poisson(60, 12, 2)], **DOWN))

    assert (told["verdict"], told["like_trend"]) == ("rose", True)
    assert told["reason"] == "A slow rise or fall over the years fits these numbers nearly as well."
    assert (step["verdict"], step["like_trend"]) == ("fell", False)
