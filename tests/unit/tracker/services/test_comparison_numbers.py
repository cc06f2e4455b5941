"""Comparisons of counts, shares and means: what is worked out, and what is said of it."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from tests.support.outcomes import TAKEN as NOW
from tests.support.published_series import EVENTS, PEOPLE
from tracker.models import ComparisonSide, ImpactModel, OutcomeMeasure, RegisteredComparison
from tracker.services.comparison_disclosure import held_back
from tracker.services.comparison_numbers import Effect, Plan, detectable, work_out
from tracker.services.comparison_words import headline, what_it_means
from tracker.services.comparisons import look_at_published
from tracker.services.outcome_data import OutcomeData
from tracker.services.outcome_series import Cell, Series, UnitFacts, UnitTree
from tracker.services.outcome_values import MeasureFacts

MONTHS = [date(2023 + n // 12, n % 12 + 1, 1) for n in range(36)]
TAKEN = datetime(2026, 1, 20, tzinfo=UTC)
WITH, OTHERS = (1, 2, 3, 4), (5, 6, 7, 8, 9)


def facts(unit):
    texts = ("numerator", "denominator", "why_it_matters", "misleads_when", "source")
    return MeasureFacts(
        id=1,
        key="asked",
        name="What was asked",
        family="outcome",
        direction="decrease",
        unit=unit,
        counts_staff=False,
        kirkpatrick_level="",
        **dict.fromkeys(texts, ""),
    )


def data(unit, draw):
    """Nine units; `draw` gives numerator and denominator of a unit with goals or not, by month."""
    measure, series = facts(unit), {}
    for number in (*WITH, *OTHERS):
        pairs = [draw(number in WITH, n >= 24) for n in range(36)]
        cells = {month: Cell(*pair, 20, TAKEN) for month, pair in zip(MONTHS, pairs, strict=True)}
        place = UnitFacts(id=number, public_id=str(number), name=f"Unit {number}")
        one = Series(measure=measure, unit=place, cells=cells, unit_words="")
        series[one.key] = one
    units = {one.unit.id: one.unit for one in series.values()}
    tree = UnitTree(units=units, above={}, below={})
    return OutcomeData(organisation_id=1, measures=(measure,), tree=tree, series=series)


def plan(compared=OTHERS, **more):
    return Plan(
        measure_key="asked",
        compared=compared,
        starts=MONTHS[24],
        phase_in=0,
        **{"with_goals": WITH, "impact": ImpactModel.LEVEL, **more},
    )


def registered_as(asked):
    """Give a record that asks for the same; nothing is kept."""
    sides = [
        (ComparisonSide.WITH_GOALS, asked.with_goals),
        (ComparisonSide.COMPARED, asked.compared),
    ]
    return RegisteredComparison(
        question="Did it help?",
        units=[
            {"public_id": str(one), "name": "", "side": side} for side, of in sides for one in of
        ],
        measure=OutcomeMeasure(key="asked", name="It", version=1),
        measure_version=1,
        starts=asked.starts,
        phase_in_months=0,
        impact_model=asked.impact,
        look_on=asked.ends,
        cohort_people=9,
        detectable_ratio=0.8,
        months_already_in=0,
        looks_before=0,
        registered_at=NOW,
    )


def minutes(rng):
    def draw(has_goals, is_after):
        weight = float(rng.integers(30, 60))
        value = 20 - 3 * is_after - 6 * (has_goals and is_after) + rng.normal(0, 1)
        return value * weight, weight

    return draw


def test_minutes_are_compared_by_their_difference_and_said_in_minutes():
    found = data("minutes", minutes(np.random.default_rng(1)))
    effect = work_out(found, plan())

    assert effect.low < -6 < effect.high
    said = headline("Time to answer", effect)
    assert "Time to answer went down by 6" in said
    assert "minutes beyond what the other units did" in said
    assert "minutes down." in said

    alone = work_out(found, plan(compared=()))
    assert alone.low < -9 < alone.high
    assert "minutes" in headline("Time to answer", alone)
    assert 0.8 < detectable(found, plan(), months_after=12) < 1


def test_over_dispersed_counts_are_worked_out_in_two_ways():
    rng = np.random.default_rng(7)

    def draw(_has_goals, is_after):
        mean = 12 * (0.5 if is_after else 1)
        return float(rng.negative_binomial(mean / 3, 1 / 4)), 1000.0

    effect = work_out(data("per_thousand", draw), plan(compared=()))
    ratio, low, high = effect.other

    assert effect.low < 0.5 < effect.high
    assert ratio == pytest.approx(effect.size, rel=0.2)
    assert (low, high) != (effect.low, effect.high)
    said = " ".join(what_it_means(effect, None, ""))
    assert "a second way (negative binomial)" in said


def test_a_published_series_is_told_with_its_season_and_without():
    """Sicily's ban on smoking, 24 months and 12: as statsmodels' GLM says, run by hand."""
    pairs = zip(EVENTS[12:48], PEOPLE[12:48], strict=True)
    months = itertools.cycle([(float(events), people * 100) for events, people in pairs])
    found = data("per_thousand", lambda *_: next(months))

    shape = ImpactModel.LEVEL_AND_SLOPE
    effect = work_out(found, plan(with_goals=(1,), compared=(), impact=shape))

    assert (effect.size, effect.low, effect.high) == pytest.approx((0.862, 0.799, 0.930), abs=5e-4)
    assert effect.seasonless == pytest.approx((0.901, 0.827, 0.983), abs=5e-4)
    assert headline("Events", effect).startswith("Events went down by 14%.")
    said = " ".join(what_it_means(effect, None, ""))
    assert "Without it, the change is 10% down, most likely between 2% and 17% down." in said
    assert "Plain rates alone: 4% down, but they know nothing of a trend." in said
    assert "If each month is much like the one before, the range should be wider." in said


@pytest.mark.parametrize("compared", [(), OTHERS])
def test_numbers_that_never_vary_are_never_called_clear(compared):
    effect = work_out(data("per_thousand", lambda *_: (5.0, 1000.0)), plan(compared=compared))

    assert not effect.is_clear
    assert "went" not in headline("Incidents", effect)


def test_two_ways_that_disagree_are_no_ground_to_build_on():
    effect = Effect(size=0.7, low=0.5, high=0.98, other=(0.72, 0.5, 1.04))

    assert "do not agree" in " ".join(what_it_means(effect, None, ""))


def test_a_ratio_of_shares_is_not_taken_for_points():
    effect = Effect(size=1.3, low=1.1, high=1.5, p=0.01, by_units=True, is_share=True)

    assert "10% up takes 40 in 100 to 44 in 100" in " ".join(what_it_means(effect, None, ""))


def test_of_few_units_interval_and_permutation_must_agree():
    assert Effect(size=1.3, low=1.1, high=1.5, p=0.01).is_clear
    assert not Effect(size=1.3, low=1.1, high=1.5, p=0.2).is_clear
    assert not Effect(size=1.3, low=0.9, high=1.8, p=0.01).is_clear
    assert not Effect(size=-0.5, low=-1.2, high=0.2, words="days").is_clear
    assert Effect(size=-0.5, low=-0.9, high=-0.1, words="days").is_clear


def test_small_numbers_that_the_words_of_a_comparison_give_away_are_held_back():
    """A reader who knows all wards but one tries which number of that one fits the words."""

    def trust(number):
        known = data("per_thousand", lambda *_: (10.0, 1000.0))
        hidden = known.series["asked|1"]
        cells = {
            month: Cell(4 if n < 24 else float(35 - n < number), 1000, None, TAKEN)
            for n, (month, _) in enumerate(hidden.cells.items())
        }
        series = {**known.series, "asked|1": replace(hidden, cells=cells)}
        return replace(known, series=series)

    asked = plan(with_goals=(1, 2, 3), ends=date(2026, 1, 1))
    said = [headline("It", work_out(trust(number), asked)) for number in (2, 3, 4)]
    assert len(set(said)) == 3

    assert held_back(trust(3), [(asked, True)]) == [True]
    assert held_back(trust(9), [(asked, True)]) == [False]
    assert held_back(trust(3), [(asked, False)]) == [False]

    comparison = registered_as(asked)
    (shown,), (kept,) = (
        look_at_published([comparison], trust(number), {}, today=NOW.date()) for number in (9, 3)
    )
    assert "no clear difference" in shown.headline
    assert "could work out the small numbers of one team" in kept.headline
    assert "about 10 people" in kept.remarks[0]
    assert not kept.remarks[1:]


def test_what_few_staff_did_is_no_part_of_a_comparison():
    """A ward where seven staff took part is not seen, and so not compared either."""
    few = data("percent", lambda has_goals, is_after: (20.0 + 10 * (has_goals and is_after), 60.0))
    measure = replace(few.measures[0], key="alert_recognition", counts_staff=True)
    series = {}
    for number in (*WITH, *OTHERS):
        one = few.series[f"asked|{number}"]
        cells = {
            m: cell._replace(contributors=7 if number == 1 else 8) for m, cell in one.cells.items()
        }
        again = replace(one, measure=measure, cells=cells)
        series[again.key] = again
    found = replace(few, measures=(measure,), series=series)
    asked = replace(plan(), measure_key="alert_recognition")

    without = replace(asked, with_goals=WITH[1:])
    assert work_out(found, asked) == work_out(found, without)
    assert work_out(found, replace(asked, with_goals=(1,), compared=())).too_few


def test_a_registered_comparison_ends_with_the_month_before_its_look():
    rng = np.random.default_rng(3)
    found = data("per_thousand", lambda *_: (float(rng.poisson(40)), 1000.0))
    assert work_out(found, plan(compared=())).months_after == 12
    assert work_out(found, plan(compared=(), ends=MONTHS[33])).months_after == 9
