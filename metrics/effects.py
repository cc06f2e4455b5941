"""Did something make a difference? Interrupted series, and series set against comparison units.

Source: Lopez Bernal, Cummins & Gasparrini 2017 (Int J Epidemiol 46:348).
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from metrics.autocorrelation import gather
from metrics.controlled import DifferenceInDifferences, difference_in_differences
from metrics.errors import MeasureError
from metrics.months import read_month, read_months
from metrics.regression import Kind, fit

if TYPE_CHECKING:
    import pandas as pd

    from metrics.regression import Bools, Fit, Floats

__all__ = [
    "DifferenceInDifferences",
    "InterruptedMean",
    "InterruptedTimeSeries",
    "Model",
    "detectable_ratio",
    "difference_in_differences",
    "interrupted_mean",
    "interrupted_time_series",
]

Z95 = 1.959963984540054
#: So many halvings leave nothing between two ends.
HALVINGS = 60
YEAR = 12
FEWEST_MONTHS = 6
FEWEST_EVENTS = 10
# Below these no ratio that one could hope for would be seen: use charts for rare events instead.
FEWEST_TO_DETECT = 50
RARE_A_MONTH = 3
# A negative binomial whose spread adds less than this to a month's variance is Poisson.
LEAST_SPREAD = 1e-4
# Values that differ by less than this share of their size are the same.
SAME = 1e-9
NAN_PAIR = (math.nan, math.nan)
FEW_MONTHS = "Too few months to tell."


class Model(StrEnum):
    """How counts scatter around what is expected."""

    POISSON = "poisson"
    QUASIPOISSON = "quasipoisson"
    NEGATIVE_BINOMIAL = "negativebinomial"


@dataclass(frozen=True, kw_only=True, slots=True)
class InterruptedTimeSeries:
    """Ratios with 95% intervals; NaN throughout where `too_few` says why.

    level_ratio: the rate in the first month of after, over what the months before led one to
    expect then. slope_ratio: the monthly growth after over the monthly growth before.
    before_after_ratio: plain rates, after over before; it knows nothing of trend and is there to be
    set beside the level ratio. dispersion: Pearson's chi-squared over its degrees of freedom.
    """

    level_ratio: float = math.nan
    level_interval: tuple[float, float] = NAN_PAIR
    slope_ratio: float = math.nan
    slope_interval: tuple[float, float] = NAN_PAIR
    dispersion: float = math.nan
    before_after_ratio: float = math.nan
    model: Model = Model.QUASIPOISSON
    months_before: int = 0
    months_after: int = 0
    too_few: str = ""


def interrupted_time_series(  # noqa: PLR0913 - the settings of a model, each by name
    series: pd.DataFrame,
    *,
    start: object,
    model: Model | str = Model.QUASIPOISSON,
    season: int | None = None,
    phase_in: int = 0,
    slope_changes: bool = True,
) -> InterruptedTimeSeries:
    """Fit log(rate) = level + slope, both free to change at `start`.

    series: one row a month: month, events (whole number), exposure (above 0). Months without
    events or exposure are left out. start: the first month of after; phase_in: so many months from
    `start` on are left out, and after begins behind them. season: Fourier pairs (1 or 2), sensible
    from 24 months on; None for none. slope_changes: whether the slope may change too; if not, the
    slope ratio is NaN. The intervals of the quasi-Poisson model agree with
    statsmodels' GLM(...).fit(scale="X2"). Raises MeasureError for a frame that cannot be read.
    """
    model = Model(model) if model in set(Model) else _no_such(model)
    data = _read(series, start, phase_in)
    design = data.design(_pairs(season), slope_changes=slope_changes)
    width = 2 if slope_changes else 1
    told = InterruptedTimeSeries(model=model, months_before=data.before, months_after=data.after)
    few = data.too_few(design.shape[1])
    if few:
        return replace(told, too_few=few)
    values, errors, dispersion = (
        _negative_binomial(data, design, width)
        if model is Model.NEGATIVE_BINOMIAL
        else _poisson(data, design, width, quasi=model is Model.QUASIPOISSON)
    )
    if not np.isfinite(errors).all():
        return replace(told, too_few="The series does not settle on an answer.")
    ends = [
        (math.exp(value - Z95 * error), math.exp(value + Z95 * error))
        for value, error in zip(values, errors, strict=True)
    ]
    return replace(
        told,
        level_ratio=math.exp(values[0]),
        level_interval=ends[0],
        slope_ratio=math.exp(values[1]) if slope_changes else math.nan,
        slope_interval=ends[1] if slope_changes else NAN_PAIR,
        dispersion=dispersion,
        before_after_ratio=data.plain_ratio(),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class InterruptedMean:
    """Differences with 95% intervals, in the unit of the values; NaN where `too_few` says why.

    level_change: the mean in the first month of after, less what the months before led one to
    expect then. slope_change: the monthly growth after less the monthly growth before.
    correlation: how much a month resembles the one before it.
    """

    level_change: float = math.nan
    level_interval: tuple[float, float] = NAN_PAIR
    slope_change: float = math.nan
    slope_interval: tuple[float, float] = NAN_PAIR
    correlation: float = math.nan
    months_before: int = 0
    months_after: int = 0
    too_few: str = ""


def interrupted_mean(
    series: pd.DataFrame,
    *,
    start: object,
    season: int | None = None,
    phase_in: int = 0,
    slope_changes: bool = True,
) -> InterruptedMean:
    """Fit mean = level + slope, both free to change at `start`: for minutes, days, scores.

    series: one row a month: month, total (the values added up) and weight (of how many, above 0).
    The rest as in `interrupted_time_series`. Months that resemble their neighbours are allowed
    for as in the report's own test (metrics.autocorrelation), with a t distribution.
    """
    data = _read(series, start, phase_in, columns=("total", "weight"))
    design = data.design(_pairs(season), slope_changes=slope_changes)
    told = InterruptedMean(months_before=data.before, months_after=data.after)
    if data.has_too_few_months(design.shape[1]):
        return replace(told, too_few=FEW_MONTHS)
    calendar = np.arange(int(data.time[-1] - data.time[0]) + 1)
    seen = np.isin(calendar, data.time - data.time[0])[None]
    value, weight = np.zeros((1, len(calendar))), np.ones((1, len(calendar)))
    value[seen], weight[seen] = data.events / data.exposure, data.exposure
    wide = np.zeros((1, len(calendar), design.shape[1]))
    wide[seen] = design
    if np.ptp(value[seen]) <= SAME * np.abs(value[seen]).max():
        return replace(told, too_few="The values are all alike: there is nothing to tell.")
    fitted = fit(Kind.MEAN, wide, value, weight, seen)
    own = (2, 3) if slope_changes else (2,)
    found = [gather(fitted, which, least_dispersion=0.0).weigh() for which in own]
    ends = [(float(low[0]), float(high[0])) for low, high in (one.interval() for one in found)]
    return replace(
        told,
        level_change=float(found[0].value[0]),
        level_interval=ends[0],
        slope_change=float(found[1].value[0]) if slope_changes else math.nan,
        slope_interval=ends[1] if slope_changes else NAN_PAIR,
        correlation=float(found[0].correlation[0]),
    )


def detectable_ratio(
    per_month: float, before: int, after: int, *, dispersion: float = 1.3, power: float = 0.8
) -> float | None:
    """Give the largest rate ratio below 1 that would be seen, or None where none would be.

    per_month: events a month before; before, after: months. Two-sided at 5%, normal in
    the logarithm: -log(ratio) = (1.96 + z) * sqrt(dispersion * (1 / (m b) + 1 / (m ratio a))).
    None with fewer than 50 events expected on either side or 3 a month.
    """
    from scipy.special import ndtri

    if not (per_month > 0 and before > 0 and after > 0 and dispersion > 0 and 0 < power < 1):
        raise MeasureError("Events, months and dispersion must be above 0, power between 0 and 1.")
    if per_month * min(before, after) < FEWEST_TO_DETECT or per_month < RARE_A_MONTH:
        return None
    reach = Z95 + float(ndtri(power))

    def spare(ratio: float) -> float:
        variance = dispersion / per_month * (1 / before + 1 / (ratio * after))
        return -math.log(ratio) - reach * math.sqrt(variance)

    # From 1 downwards it first becomes detectable; far below, there are too few events again.
    grid = np.linspace(0.999, 0.05, 400)
    first = next((ratio for ratio in grid if spare(ratio) > 0), None)
    if first is None:
        return None
    low, high = float(first), 1 - 1e-9
    for _ in range(HALVINGS):
        half = (low + high) / 2
        low, high = (half, high) if spare(half) > 0 else (low, half)
    return (low + high) / 2


@dataclass(frozen=True, kw_only=True)
class _Series:
    """Observed months in order; time in months from the first month of after."""

    time: Floats
    events: Floats
    exposure: Floats
    calendar: Floats

    @property
    def is_after(self) -> Bools:
        answer: Bools = self.time >= 0
        return answer

    @property
    def before(self) -> int:
        return int((~self.is_after).sum())

    @property
    def after(self) -> int:
        return int(self.is_after.sum())

    def design(self, pairs: int, *, slope_changes: bool) -> Floats:
        """Lay out intercept, slope, level change, slope change if any, season."""
        step = self.is_after.astype(float)
        waves = [
            wave(2 * np.pi * k * self.calendar / YEAR)
            for k in range(1, pairs + 1)
            for wave in (np.cos, np.sin)
        ]
        bend = [self.time * step] if slope_changes else []
        return np.stack([np.ones(len(step)), self.time, step, *bend, *waves], axis=1)

    def plain_ratio(self) -> float:
        rates = [
            self.events[side].sum() / self.exposure[side].sum()
            for side in (self.is_after, ~self.is_after)
        ]
        return float(rates[0] / rates[1])

    def has_too_few_months(self, unknowns: int) -> bool:
        return min(self.before, self.after) < FEWEST_MONTHS or len(self.time) <= unknowns + 1

    def too_few(self, unknowns: int) -> str:
        if self.has_too_few_months(unknowns):
            return FEW_MONTHS
        rate = self.events.sum() / self.exposure.sum()
        sides = (self.is_after, ~self.is_after)
        if min(rate * self.exposure[side].sum() for side in sides) < FEWEST_EVENTS:
            return "Too few events to tell."
        if min(np.count_nonzero(self.events[side]) for side in sides) < 2:  # noqa: PLR2004
            return "Nearly every month of one side has no events: too few to tell."
        return ""


def _pairs(season: int | None) -> int:
    if season not in {None, 0, 1, 2}:
        raise MeasureError("The season takes 1 or 2 pairs of waves, or none.")
    return season or 0


def _no_such(model: object) -> Model:
    raise MeasureError(f"The model must be one of {', '.join(Model)}, not {model}.")


def _read(
    series: pd.DataFrame,
    start: object,
    phase_in: int,
    columns: tuple[str, str] = ("events", "exposure"),
) -> _Series:
    missing = {"month", *columns} - set(series.columns)
    if missing:
        raise MeasureError(f"The series has no column {', '.join(sorted(missing))}.")
    if series.empty:
        raise MeasureError("The series has no months.")
    if phase_in < 0:
        raise MeasureError("The months of phasing in cannot be below 0.")
    months = read_months(series["month"])
    if months.has_duplicates:
        raise MeasureError("The series has two rows for the same month.")
    words = " and ".join(columns).capitalize()
    try:
        events, exposure = (
            np.asarray(series[name].astype(float), dtype=np.float64) for name in columns
        )
    except (ValueError, TypeError) as why:
        raise MeasureError(f"{words} must be numbers.") from why
    least = 0.0 if columns[0] == "events" else -math.inf
    if (events < least).any() or (exposure < 0).any() or np.isinf(events).any():
        raise MeasureError(f"{words} cannot be below 0 or without end.")
    begins = read_month(start)
    number = months.year * YEAR + months.month - (begins.year * YEAR + begins.month)
    time = np.asarray(number, dtype=np.float64) - phase_in
    phasing = (time >= -phase_in) & (time < 0)
    seen = ~np.isnan(events) & (exposure > 0) & ~phasing
    order = np.argsort(time[seen], kind="stable")
    return _Series(
        time=time[seen][order],
        events=events[seen][order],
        exposure=exposure[seen][order],
        calendar=np.asarray(months.month, dtype=np.float64)[seen][order],
    )


def _poisson(
    data: _Series, design: Floats, width: int, *, quasi: bool
) -> tuple[Floats, Floats, float]:
    """Fit by maximum likelihood; the quasi model widens errors by the root of the dispersion."""
    fitted = _fit_poisson(data, design)
    dispersion = float(fitted.dispersion[0])
    scale = dispersion if quasi else 1.0
    errors = np.sqrt(scale * np.diag(fitted.covariance[0]))
    own = slice(2, 2 + width)
    return fitted.coefficients[0, own], errors[own], dispersion


def _fit_poisson(data: _Series, design: Floats) -> Fit:
    one = np.ones((1, len(data.time)), dtype=bool)
    return fit(Kind.RATE, design, data.events[None], data.exposure[None], one)


def _negative_binomial(data: _Series, design: Floats, width: int) -> tuple[Floats, Floats, float]:
    """Fit NB2 by maximum likelihood, its spread with it; without overdispersion it is Poisson."""
    from statsmodels.discrete.discrete_model import NegativeBinomial

    plain = _fit_poisson(data, design)
    dispersion = float(plain.dispersion[0])
    if dispersion <= 1:
        return _poisson(data, design, width, quasi=False)
    # From the Poisson answer, and in columns of like size: else large counts do not settle.
    size = np.abs(design).max(axis=0).clip(1)
    mean = float(data.exposure.mean())
    start = np.append(plain.coefficients[0] * size, (dispersion - 1) / data.events.mean())
    start[0] += math.log(mean)
    model = NegativeBinomial(data.events, design / size, exposure=data.exposure / mean)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(start_params=start, disp=0, maxiter=500)
    spread = fitted.params[-1]
    if spread * data.events.mean() < LEAST_SPREAD:
        return _poisson(data, design, width, quasi=False)
    own = slice(2, 2 + width)
    if not fitted.mle_retvals["converged"]:
        return fitted.params[own] / size[own], np.full(width, np.nan), dispersion
    expected = fitted.predict()
    variance = expected * (1 + spread * expected)
    pearson = ((data.events - expected) ** 2 / variance).sum() / (len(expected) - design.shape[1])
    return fitted.params[own] / size[own], fitted.bse[own] / size[own], float(pearson)
