"""Works out a comparison: how an outcome went where people had goals, beside where they had not.

Only ratios and differences with their intervals leave this module, and none where too few people
or events are behind them. They are worked out from what a quality lead sees of each unit; whether
they may be published beside all else, `comparison_disclosure` says.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.models import ImpactModel
from tracker.services.outcome_data import NOTHING, OutcomeData, ShownCell
from tracker.services.outcome_series import UnitId, next_month, series_key

if TYPE_CHECKING:
    import pandas as pd

    from metrics.effects import InterruptedMean, InterruptedTimeSeries, Model

LEVEL = 0.05
SEASON_FROM = 24
#: Below so many units permutation must agree before a difference is called clear.
MANY_UNITS = 40
FEWEST_UNITS = 2
FEWEST_MONTHS = 6
#: Ways to say a value that are counts over something: compared by ratios.
COUNTED = frozenset({"percent", "per_thousand", "each", "count"})
#: Ways to say a value that are means or scores: compared by differences, in their own unit.
MEANS = {"d_prime": "points", "days": "days", "minutes": "minutes"}
COMPARABLE = COUNTED | MEANS.keys()
LATEST = date(9999, 1, 1)
Z80, Z95 = 0.8416212335729143, 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is compared: the measure, the units of each side, and the expected shape."""

    measure_key: str
    with_goals: tuple[UnitId, ...]
    compared: tuple[UnitId, ...]
    starts: date
    phase_in: int
    impact: ImpactModel
    #: months before it cannot be compared with months after
    broken: date | None = None
    #: the month of the look: what was registered ends before it, however late somebody looks
    ends: date = LATEST

    @property
    def after_from(self) -> date:
        month = self.starts
        for _ in range(self.phase_in):
            month = next_month(month)
        return month


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A ratio (1: none), or a difference of means (0: none), with its 95% interval.

    NaN where `too_few` says why.
    """

    size: float = math.nan
    low: float = math.nan
    high: float = math.nan
    #: how often units chosen at random would differ as much; none where that was not asked
    p: float | None = None
    smallest_p: float | None = None
    slope: float = math.nan
    slope_low: float = math.nan
    slope_high: float = math.nan
    months_before: int = 0
    months_after: int = 0
    by_units: bool = False
    #: in what a difference is said (minutes, days, points); nothing: it is a ratio
    words: str = ""
    #: a share of something: a ratio of it is easily taken for points
    is_share: bool = False
    #: the same ratio and interval where counts scatter more the larger they are
    other: tuple[float, float, float] | None = None
    #: the same with no season in it
    seasonless: tuple[float, float, float] | None = None
    #: plain rates, after over before, which know nothing of a trend
    plain: float = math.nan
    too_few: str = ""

    @property
    def none(self) -> float:
        return 0.0 if self.words else 1.0

    @property
    def is_clear(self) -> bool:
        """Whether chance alone does not explain it: by the interval and, of few units, by both."""
        if self.too_few or (self.p is not None and self.p > LEVEL):
            return False
        return not self.low <= self.none <= self.high


def work_out(data: OutcomeData, plan: Plan) -> Effect:
    """Set the units with goals beside the others; without others, after beside before."""
    rows = _rows(data, plan)
    if not rows:
        return Effect(too_few="There are no numbers of this measure in these units.")
    unit = next(one.unit for one in data.measures if one.key == plan.measure_key)
    words = MEANS.get(unit, "")
    if len(plan.with_goals) >= FEWEST_UNITS and len(plan.compared) >= FEWEST_UNITS:
        found = _beside_others(rows, plan, words)
    else:
        months = _by_month(rows)
        found = (_mean_after if words else _after_beside_before)(months, plan)
    return replace(found, words=words, is_share=unit == "percent")


def detectable(data: OutcomeData, plan: Plan, *, months_after: int) -> float | None:
    """Give the smallest fall that could be seen, as a ratio, from the numbers before alone."""
    from metrics.effects import detectable_ratio

    before = [row for row in _rows(data, plan) if row.is_treated and row.month < plan.starts]
    months = len({row.month for row in before})
    if not months or months_after < 1:
        return None
    if any(one.unit in MEANS for one in data.measures if one.key == plan.measure_key):
        return _detectable_mean(before, months_after)
    events = sum(row.events for row in before)
    if events <= 0:
        return None
    return detectable_ratio(events / months, months, months_after)


def _detectable_mean(before: Sequence["_Row"], months_after: int) -> float | None:
    """Give the mean after the smallest fall that would be seen four times in five, over before."""
    import numpy as np

    months = _by_month(before)
    values = np.asarray(months["events"] / months["exposure"])
    if len(values) < FEWEST_MONTHS or values.mean() <= 0:
        return None
    spread = float(values.std(ddof=1))
    fall = (Z95 + Z80) * spread * math.sqrt(1 / len(values) + 1 / months_after)
    ratio = 1 - fall / float(values.mean())
    return ratio if 0 < ratio < 1 else None


def months_in(data: OutcomeData, plan: Plan) -> int:
    """Count the months of after that have numbers."""
    return len(
        {row.month for row in _rows(data, plan) if row.is_treated and row.month >= plan.after_from}
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    unit: UnitId
    month: date
    events: float
    exposure: float
    is_treated: bool


def _rows(data: OutcomeData, plan: Plan) -> list[_Row]:
    found = []
    for is_treated, units in ((True, plan.with_goals), (False, plan.compared)):
        for unit in units:
            series = data.series.get(series_key(plan.measure_key, unit))
            if series is None or series.measure.unit not in COMPARABLE:
                continue
            for cell in data.inside.get(series.key, NOTHING).cells:
                base = float(cell.months) if series.is_plain_count else cell.denominator
                if base and _is_asked(cell, plan):
                    found.append(
                        _Row(
                            unit=unit,
                            # a quarter stands at the month in its middle, with its sums
                            month=next_month(cell.period) if cell.months > 1 else cell.period,
                            events=cell.numerator,
                            exposure=base,
                            is_treated=is_treated,
                        )
                    )
    return found


def _is_asked(cell: ShownCell, plan: Plan) -> bool:
    """Whether all its months are compared, and lie on one side of each cut."""
    months = [cell.period]
    while len(months) < cell.months:
        months.append(next_month(months[-1]))
    cuts = (plan.broken or date.min, plan.starts, plan.after_from, plan.ends)
    sides = {tuple(month >= cut for cut in cuts) for month in months}
    return len(sides) == 1 and cuts[0] <= months[0] < plan.ends


def _beside_others(rows: Sequence[_Row], plan: Plan, words: str) -> Effect:
    from metrics.effects import difference_in_differences

    seen = [row for row in rows if not plan.starts <= row.month < plan.after_from]
    found = difference_in_differences(_frame(seen), start=plan.after_from, of_means=bool(words))
    months = {row.month for row in seen}
    after = sum(month >= plan.after_from for month in months)
    few = found.too_few
    many = found.treated_units + found.other_units
    if not few and many < MANY_UNITS and found.smallest_p > LEVEL:
        few = "There are too few units to tell a difference from chance."
    return Effect(
        size=found.difference if words else found.ratio,
        low=found.interval[0],
        high=found.interval[1],
        p=found.permutation_p if many < MANY_UNITS else None,
        smallest_p=found.smallest_p,
        months_before=len(months) - after,
        months_after=after,
        by_units=True,
        too_few=few,
    )


def _by_month(rows: Iterable[_Row]) -> "pd.DataFrame":
    """Add up, month by month, the units with goals."""
    frame = _frame([row for row in rows if row.is_treated])
    return frame.groupby("month", as_index=False)[["events", "exposure"]].sum()


def _after_beside_before(months: "pd.DataFrame", plan: Plan) -> Effect:
    from metrics.effects import Model, interrupted_time_series

    season = 1 if len(months) >= SEASON_FROM else None

    def by(model: Model, season: int | None = season) -> "InterruptedTimeSeries":
        return interrupted_time_series(
            months,
            start=plan.starts,
            model=model,
            phase_in=plan.phase_in,
            season=season,
            slope_changes=plan.impact is ImpactModel.LEVEL_AND_SLOPE,
        )

    found, other = _wide_enough(by), by(Model.NEGATIVE_BINOMIAL)
    seasonless = _wide_enough(lambda model: by(model, None))
    return replace(
        _interrupted(found, found.level_ratio, found.slope_ratio),
        other=None if other.too_few else (other.level_ratio, *other.level_interval),
        seasonless=(
            None
            if season is None or seasonless.too_few
            else (seasonless.level_ratio, *seasonless.level_interval)
        ),
        plain=found.before_after_ratio,
    )


def _wide_enough(by: "Callable[[Model], InterruptedTimeSeries]") -> "InterruptedTimeSeries":
    """Fit with the scatter that the counts show, which is never less than chance makes."""
    from metrics.effects import Model

    found = by(Model.QUASIPOISSON)
    return by(Model.POISSON) if found.dispersion < 1 else found


def _mean_after(months: "pd.DataFrame", plan: Plan) -> Effect:
    from metrics.effects import interrupted_mean

    found = interrupted_mean(
        months.rename(columns={"events": "total", "exposure": "weight"}),
        start=plan.starts,
        phase_in=plan.phase_in,
        season=1 if len(months) >= SEASON_FROM else None,
        slope_changes=plan.impact is ImpactModel.LEVEL_AND_SLOPE,
    )
    return _interrupted(found, found.level_change, found.slope_change)


def _interrupted(
    found: "InterruptedTimeSeries | InterruptedMean", level: float, slope: float
) -> Effect:
    return Effect(
        size=level,
        low=found.level_interval[0],
        high=found.level_interval[1],
        slope=slope,
        slope_low=found.slope_interval[0],
        slope_high=found.slope_interval[1],
        months_before=found.months_before,
        months_after=found.months_after,
        too_few=found.too_few,
    )


def _frame(rows: Sequence[_Row]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            "unit": [str(row.unit) for row in rows],
            "month": pd.to_datetime([row.month for row in rows]),
            "events": [row.events for row in rows],
            "exposure": [row.exposure for row in rows],
            "treated": [row.is_treated for row in rows],
        }
    )
