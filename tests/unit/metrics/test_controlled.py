import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.genmod.families import Poisson

from metrics.controlled import difference_in_differences
from metrics.errors import MeasureError

START = "2025-07"


def units(ratio=0.6, treated=4, others=8, per_month=15, seed=1):
    rng = np.random.default_rng(seed)
    months = pd.date_range("2024-01-01", periods=30, freq="MS")
    season = 1 + 0.3 * np.sin(2 * np.pi * months.month.to_numpy() / 12)
    shared = np.where(months >= START, 1.4, 1.0)  # everybody reports more from then on
    rows = []
    for unit in range(treated + others):
        took_part = unit < treated
        effect = np.where((months >= START) & took_part, ratio, 1.0)
        size = rng.uniform(0.5, 2)
        mean = per_month * size * season * shared * effect
        rows.append(
            pd.DataFrame(
                {
                    "unit": f"u{unit}",
                    "month": months,
                    "events": rng.poisson(mean),
                    "exposure": 1000 * size,
                    "treated": took_part,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def test_what_both_shared_drops_out():
    told = difference_in_differences(units(), start=START)
    assert told.interval[0] < 0.6 < told.interval[1]
    assert told.ratio == pytest.approx(0.6, abs=0.08)
    assert (told.treated_units, told.other_units) == (4, 8)
    # 12 choose 4 = 495 ways; the one that was made differs most.
    assert told.smallest_p == pytest.approx(1 / 495)
    assert told.permutation_p < 0.02


def test_it_is_the_regression_with_a_level_for_each_unit_and_month():
    frame = units(treated=3, others=4)
    frame["post"] = (frame["treated"] & (frame["month"] >= START)).astype(int)
    theirs = smf.glm(
        "events ~ C(unit) + C(month) + post",
        data=frame,
        family=Poisson(),
        exposure=frame["exposure"],
    ).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["unit"])[0]})
    ours = difference_in_differences(frame, start=START)
    assert ours.ratio == pytest.approx(math.exp(theirs.params["post"]), rel=1e-6)
    # The usual clustered interval is too narrow with seven units; ours is not the same.
    low, high = np.exp(theirs.conf_int().loc["post"])
    assert ours.interval[0] < low < high < ours.interval[1]


def by_hand(after, treated):
    """Six months before with sixty events in every unit; six months after with as many as given."""
    months = pd.date_range("2025-01-01", periods=12, freq="MS")
    uneven = [0, 1, -1, 2, -2]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "unit": unit,
                    "month": months,
                    "events": [10 - by, 10 + by] * 3 + [total / 6 + by, total / 6 - by] * 3,
                    "exposure": 1.0,
                    "treated": unit in treated,
                }
            )
            for by, (unit, total) in zip(uneven, after.items(), strict=False)
        ]
    )


def test_permutation_is_what_one_works_out_on_paper():
    """Units A and B were treated. Each of five units had 60 events before; after: as below.

    A 30, B 36, C 60, D 66, E 54. The distance of a choice of two is how far its log ratio (after
    over before) lies from that of the other three, half an event added to each sum:

        chosen  two, after  others  distance
        A B         66       180    log(66.5 / 120.5) - log(180.5 / 180.5) = -0.594  (as it was)
        C D        126       120    log(126.5 / 120.5) - log(120.5 / 180.5) = 0.453
        D E        120       126    0.355
        C E        114       132    0.258
        A E         84       162    0.250
        A C, B E    90       156    0.144
        B D        102       144    0.061
        A D, B C    96       150    0.040

    Of ten ways to choose two of five, one lies as far out as what was done: p is 1 in 10.
    """
    told = difference_in_differences(
        by_hand({"A": 30, "B": 36, "C": 60, "D": 66, "E": 54}, {"A", "B"}), start=START
    )
    assert told.ratio == pytest.approx((66 / 120) / (180 / 180), abs=0.02)
    assert told.permutation_p == pytest.approx(1 / 10)
    assert told.smallest_p == pytest.approx(1 / 10)


def test_two_of_four_can_never_say_less_than_one_in_three():
    """Of six ways, A with B and C with D mirror each other at 0.643; no other comes near."""
    told = difference_in_differences(
        by_hand({"A": 30, "B": 36, "C": 60, "D": 66}, {"A", "B"}), start=START
    )
    assert told.permutation_p == pytest.approx(2 / 6)
    assert told.smallest_p == pytest.approx(2 / 6)


def test_where_nothing_differed_permutation_seldom_says_so():
    p = [
        difference_in_differences(units(ratio=1, seed=seed), start=START).permutation_p
        for seed in range(20)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.15
    assert np.mean(p) > 0.3


def test_with_many_units_ways_are_drawn_at_random_and_again_the_same():
    frame = units(treated=10, others=20, per_month=5)
    told = difference_in_differences(frame, start=START)
    assert told == difference_in_differences(frame, start=START)
    assert told.smallest_p == 1 / 5000


@pytest.mark.parametrize(
    ("frame", "start", "words"),
    [
        (units(treated=1), START, "units"),
        (units(others=1), START, "units"),
        (units(per_month=0.02), START, "Too few"),
        (units(), "2026-05", "months"),
    ],
)
def test_where_the_data_cannot_answer_there_is_no_number(frame, start, words):
    told = difference_in_differences(frame, start=start)
    assert words in told.too_few
    assert math.isnan(told.ratio)
    assert math.isnan(told.permutation_p)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.drop(columns="treated"),
        lambda f: f.iloc[:0],
        lambda f: f.assign(events="text"),
        lambda f: f.assign(events=-1),
        lambda f: f.assign(treated=f.index % 2 == 0),
        lambda f: pd.concat([f, f]),
    ],
)
def test_bad_frames_are_refused(spoil):
    with pytest.raises(MeasureError):
        difference_in_differences(spoil(units()), start=START)


def test_means_are_compared_by_their_difference():
    """Minutes to answer: everybody got 3 quicker, those with goals 5 more."""
    rng = np.random.default_rng(4)
    frame = units(treated=4, others=6)
    after = frame["month"] >= START
    weight = rng.integers(20, 60, len(frame))
    value = 30 - 3 * after - 5 * (after & frame["treated"]) + rng.normal(0, 1, len(frame))
    means = frame.assign(events=value * weight, exposure=weight)
    told = difference_in_differences(means, start=START, of_means=True)
    assert told.interval[0] < -5 < told.interval[1]
    assert told.difference == pytest.approx(-5, abs=0.5)
    assert told.interval[1] - told.interval[0] < 2
    assert math.isnan(told.ratio)
    assert told.permutation_p == pytest.approx(1 / 210)
