"""Funnels, waits, mixes and interrupted series agree with their formulae, one number at a time.

Exact fractions and plain loops on awkward numbers: none, all, one unit, ties, sizes that differ
a thousandfold. A published series comes out as it is printed.
"""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from metrics.effects import interrupted_time_series
from metrics.funnel import LIMITS, funnel
from metrics.rates import mix_adjusted_acceptance
from metrics.waiting import time_to_acknowledge
from tests.support.published_series import EVENTS, PEOPLE

CLOSE = {"rel": 1e-9, "abs": 1e-12, "nan_ok": True}


def quantile(values, share):
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def transformed(kind, count, base):
    return math.asin(math.sqrt(count / base)) if kind == "proportion" else math.sqrt(count / base)


def between_units(z, bases):
    """Variance between units, from their scores drawn in by a tenth at either end."""
    ends = quantile(z, 0.1), quantile(z, 0.9)
    many, phi = len(z), sum(min(max(one, ends[0]), ends[1]) ** 2 for one in z) / len(z)
    weights = [4 * base for base in bases]
    spare = sum(weights) - sum(w * w for w in weights) / sum(weights)
    return max(0, (many * phi - (many - 1)) / spare) if many > 1 else 0


def slow_funnel(kind, counts, bases):
    whole = sum(counts) / sum(bases)
    if kind == "rate":
        bases = [base * whole for base in bases]
    centre = whole if kind == "proportion" else 1
    middle = transformed(kind, centre, 1)
    pairs = [(a, b) for a, b in zip(counts, bases, strict=True) if b]
    z = [(transformed(kind, a, b) - middle) * 2 * math.sqrt(b) for a, b in pairs]
    tau2 = between_units(z, [b for _, b in pairs])
    rows = []
    for base in bases:
        row = []
        for tail in (0.001, 0.025, 0.975, 0.999):
            reach = stats.norm.ppf(tail) * math.sqrt(1 / (4 * base) + tau2) if base else math.nan
            if kind == "proportion":
                row.append(math.sin(min(max(middle + reach, 0), math.pi / 2)) ** 2)
            elif tau2 or not base:
                row.append(max(0, 1 + reach) ** 2)
            else:
                row.append(stats.chi2.ppf(tail, 2 * (base + (tail > 0.5))) / 2 / base)
        rows.append(row if base else [math.nan] * 4)
    return tau2, rows


@pytest.mark.parametrize("kind", ["proportion", "rate", "ratio"])
def test_a_funnel_is_its_formulae(kind):
    rng = np.random.default_rng(7)
    for many in (1, 2, 5, 30):
        bases = rng.choice([1.0, 20, 400, 90_000], many)
        bases[-1] = 0 if many > 2 else 50
        for share in (rng.choice([0.02, 0.3], many), np.full(many, 0.3), 1):
            counts = np.minimum(np.ceil(bases * share), bases)
            units = {"unit": range(many), "numerator": counts, "denominator": bases}
            told = funnel(pd.DataFrame(units), kind=kind)
            tau2, rows = slow_funnel(kind, counts.tolist(), bases.tolist())
            assert told.tau2 == pytest.approx(tau2, **CLOSE)
            for name, line in zip(LIMITS, zip(*rows, strict=True), strict=True):
                assert told.points[name].tolist() == pytest.approx(list(line), **CLOSE)


def test_waits_are_kaplan_and_meiers_product_in_exact_fractions():
    rng = np.random.default_rng(21)
    for many in (1, 10, 14, 22, 56, 90):
        waits = np.where(rng.random(many) < 0.5, rng.integers(0, 6, many), rng.random(many) * 9)
        seen = rng.random(many) < rng.choice([0, 0.6, 1])
        told = time_to_acknowledge(waits, seen)
        left, curve = Fraction(1), []
        for time in sorted(set(waits[seen])):
            ended = int(((waits == time) & seen).sum())
            left *= 1 - Fraction(ended, int((waits >= time).sum()))
            curve.append((time, left))
        assert told.waiting_share == pytest.approx([float(share) for _, share in curve], **CLOSE)
        for share, centile in ((Fraction(1, 2), told.median), (Fraction(1, 10), told.ninetieth)):
            below = [time for time, still in curve if still < share and many >= 10]
            assert centile == pytest.approx(below[0] if below else math.nan, nan_ok=True)


def test_exactly_half_still_waiting_is_not_fewer_than_half():
    """A product of binary fractions may fall short of one half in its last place."""
    told = time_to_acknowledge(np.arange(1.0, 51), np.ones(50))
    assert (told.waiting_after(25), told.median) == (pytest.approx(0.5), 26)


def test_a_mix_is_standardised_in_exact_fractions():
    rng = np.random.default_rng(3)
    rows = [
        (unit, kind, shown, int(rng.integers(0, shown + 1)))
        for unit in "abcd"
        for kind in range(5)
        for shown in (int(rng.choice([0, 1, 8, 9000])),)
    ]
    told = mix_adjusted_acceptance(
        pd.DataFrame(rows, columns=["unit", "alert_type", "shown", "accepted"])
    ).set_index("unit")
    for unit in "abcd":
        expected, accepted = Fraction(0), 0
        for own, kind, shown, took in rows:
            of_kind = [row for row in rows if row[1] == kind and own == unit]
            every = sum(row[2] for row in of_kind)
            expected += Fraction(shown * sum(row[3] for row in of_kind), every or 1)
            accepted += took if own == unit else 0
        ends = stats.chi2.ppf(0.025, 2 * accepted) / 2, stats.chi2.ppf(0.975, 2 * accepted + 2) / 2
        wanted = [float(expected), *(n / float(expected) for n in (accepted, *ends))]
        found = told.loc[unit, ["expected", "ratio", "low", "high"]].tolist()
        assert found == pytest.approx(wanted, **CLOSE)


@pytest.mark.parametrize(
    ("how", "printed"),
    [
        ({"model": "poisson"}, (0.894, 0.865, 0.925)),
        ({"season": 2}, (0.885, 0.839, 0.933)),
    ],
)
def test_the_ban_on_smoking_in_sicily_comes_out_as_printed(how, printed):
    months = pd.date_range("2002-01-01", periods=59, freq="MS")
    frame = pd.DataFrame({"month": months, "events": EVENTS, "exposure": PEOPLE})
    told = interrupted_time_series(frame, start="2005-01", slope_changes=False, **how)
    assert [round(n, 3) for n in (told.level_ratio, *told.level_interval)] == list(printed)


def test_large_counts_of_many_people_settle_in_the_second_way_too():
    months = pd.date_range("2003-01-01", periods=36, freq="MS")
    people = np.array(PEOPLE[12:48]) * 100
    frame = pd.DataFrame({"month": months, "events": EVENTS[12:48], "exposure": people})
    first, second = (
        interrupted_time_series(frame, start="2005-01", model=model)
        for model in ("quasipoisson", "negativebinomial")
    )
    assert second.level_ratio == pytest.approx(first.level_ratio, rel=0.01)
    assert second.level_interval == pytest.approx(first.level_interval, rel=0.02)
