"""Units that took part set against units that did not: difference in differences.

What season, reporting habits and the rest of the trust did to both drops out; so units should be
chosen, and written down, before looking.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.clustered import error_by_cluster
from metrics.errors import MeasureError
from metrics.months import read_month, read_months
from metrics.regression import Kind, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics.regression import Bools, Floats

Z95 = 1.959963984540054
FEWEST_EVENTS = 10
# An interval narrower than this has no chance in it: every unit did the same.
SAME = 1e-9
FEWEST_MONTHS = 6
# Up to so many ways of choosing the treated units, all are tried; beyond, so many at random.
MOST_TRIED = 5000
# In each of treated and untreated.
FEWEST_UNITS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferenceInDifferences:
    """How the treated units changed beyond what the others did.

    ratio: of rate ratios (1: no difference); of means instead difference (0: none). interval: 95%,
    by unit, made for few units (metrics.clustered). permutation_p: how often units chosen at
    random would differ as much; smallest_p: the least that permutation could say with so few
    units. NaN throughout where `too_few` says why.
    """

    ratio: float = math.nan
    difference: float = math.nan
    interval: tuple[float, float] = (math.nan, math.nan)
    permutation_p: float = math.nan
    smallest_p: float = math.nan
    treated_units: int = 0
    other_units: int = 0
    too_few: str = ""


def difference_in_differences(
    observations: pd.DataFrame, *, start: object, of_means: bool = False, seed: int = 1
) -> DifferenceInDifferences:
    """Compare how treated and other units changed at `start`.

    observations: one row a unit and month: unit, month, events, exposure (above 0), treated (the
    same in every row of a unit). Poisson with a level for each unit and each month, so that
    season and shared change cancel. of_means: events are values added up (minutes, say) and
    exposure is of how many; then it is the weighted means that are compared.
    Raises MeasureError for a frame that cannot be read.
    """
    kind = Kind.MEAN if of_means else Kind.RATE
    data = _read(observations, start, kind)
    units = data.groupby("unit", sort=True)["treated"].first()
    told = DifferenceInDifferences(treated_units=int(units.sum()), other_units=int((~units).sum()))
    few = _too_few(data, units, kind)
    if few:
        return replace(told, too_few=few)
    value, ends = _clustered(data, kind)
    if not math.isfinite(value):
        return replace(told, too_few="The series do not settle on an answer.")
    if ends[1] - ends[0] < SAME * max(1.0, abs(value)):
        return replace(told, too_few="The units are all alike: there is nothing to tell.")
    p, smallest = _permuted(data, units, kind, seed)
    told = replace(told, permutation_p=p, smallest_p=smallest)
    if of_means:
        return replace(told, difference=value, interval=ends)
    return replace(told, ratio=math.exp(value), interval=(math.exp(ends[0]), math.exp(ends[1])))


def _read(observations: pd.DataFrame, start: object, kind: Kind) -> pd.DataFrame:
    missing = {"unit", "month", "events", "exposure", "treated"} - set(observations.columns)
    if missing:
        raise MeasureError(f"The observations have no column {', '.join(sorted(missing))}.")
    if observations.empty:
        raise MeasureError("There are no observations.")
    try:
        data = pd.DataFrame(
            {
                "unit": observations["unit"].astype(str).to_numpy(),
                "month": read_months(observations["month"]),
                "events": observations["events"].astype(float).to_numpy(),
                "exposure": observations["exposure"].astype(float).to_numpy(),
                "treated": observations["treated"].astype(bool).to_numpy(),
            }
        )
    except (ValueError, TypeError) as why:
        raise MeasureError("Events and exposure must be numbers.") from why
    if data.duplicated(["unit", "month"]).any():
        raise MeasureError("A unit has two rows for the same month.")
    is_rate = kind is Kind.RATE
    if (is_rate and (data["events"] < 0).any()) or (data["exposure"] < 0).any():
        raise MeasureError("Events and exposure cannot be below 0.")
    if data[["unit", "treated"]].drop_duplicates()["unit"].duplicated().any():
        raise MeasureError("A unit is either treated or not, in every month.")
    data = data[data["events"].notna() & (data["exposure"] > 0)].reset_index(drop=True)
    data["after"] = data["month"] >= read_month(start)
    # A unit or month without any event says nothing about a ratio.
    for column in ("unit", "month") if is_rate else ():
        data = data[data.groupby(column)["events"].transform("sum") > 0]
    return data.reset_index(drop=True)


def _too_few(data: pd.DataFrame, units: pd.Series, kind: Kind) -> str:
    if min(units.sum(), (~units).sum()) < FEWEST_UNITS:
        return "Too few units to tell: at least two of each kind are needed."
    months = data.groupby("after")["month"].nunique()
    if len(months) < 2 or months.min() < FEWEST_MONTHS:  # noqa: PLR2004 - before and after
        return "Too few months to tell."
    if kind is Kind.MEAN:
        return ""
    cells = data.groupby(["treated", "after"])["events"].sum()
    if len(cells) < 4 or cells.min() < FEWEST_EVENTS:  # noqa: PLR2004 - two by two
        return "Too few events to tell."
    return ""


def _clustered(data: pd.DataFrame, kind: Kind) -> tuple[float, tuple[float, float]]:
    """Fit with a level a unit and a month; errors by unit, fit for few of them.

    The errors are those of Bell and McCaffrey 2002 (CR2) with their degrees of freedom, as
    Pustejovsky and Tipton 2018 write them for weighted fits with a level for each unit.
    """
    from scipy.special import stdtrit

    unit, month = (pd.get_dummies(data[name], dtype=float) for name in ("unit", "month"))
    step = (data["treated"] & data["after"]).astype(float).rename("step")
    design = pd.concat([step, unit, month.iloc[:, 1:]], axis=1).to_numpy()
    count, base = (np.asarray(data[name], dtype=float) for name in ("events", "exposure"))
    if kind is Kind.MEAN:
        count = count / base
    try:
        fitted = fit(kind, design, count[None], base[None], np.ones((1, len(data)), bool))
    except np.linalg.LinAlgError:
        return math.nan, (math.nan, math.nan)
    value = float(fitted.coefficients[0, 0])
    x, bread = fitted.design[0], fitted.covariance[0]
    left = fitted.response[0] - x @ fitted.coefficients[0]
    error, freedom = error_by_cluster(x, bread, left, pd.factorize(data["unit"])[0])
    if not (error > 0 and math.isfinite(freedom)):
        return math.nan, (math.nan, math.nan)
    reach = float(stdtrit(freedom, 0.975)) * error
    if kind is Kind.RATE:
        # Few units can lie close together by luck: never narrower than chance alone makes it.
        reach = max(reach, Z95 * math.sqrt(bread[0, 0]))
    return value, (value - reach, value + reach)


def _permuted(data: pd.DataFrame, units: pd.Series, kind: Kind, seed: int) -> tuple[float, float]:
    """Choose as many units at random as were treated, and see how far they differ.

    The statistic is the ratio of plain rate ratios, or the difference of means; the choice that was
    made counts as one of the choices, so that p is never 0.
    """
    sums = data.pivot_table(
        index="unit", columns="after", values=["events", "exposure"], aggfunc="sum", fill_value=0.0
    ).loc[units.index]
    table: Floats = sums.to_numpy()  # events before, after, exposure before, after
    many, chosen = len(units), int(units.sum())
    true = np.asarray(units, dtype=bool)
    all_ways = math.comb(many, chosen)
    if all_ways <= MOST_TRIED:
        ways = np.array(list(_every_way(many, chosen)))
    else:
        rng = np.random.default_rng(seed)
        order = rng.random((MOST_TRIED - 1, many)).argsort(axis=1)
        ways = np.concatenate([true[None], order < chosen])
    distance = np.abs(_differ(table, ways, kind))
    made = float(np.abs(_differ(table, true[None], kind))[0])
    # Half of the units against the other half: each way has a mirror that lies as far out.
    mirrored = 2 if all_ways <= MOST_TRIED and 2 * chosen == many else 1
    return float((distance >= made - 1e-12).mean()), mirrored / len(ways)


def _every_way(many: int, chosen: int) -> Iterator[Bools]:
    for rows in itertools.combinations(range(many), chosen):
        way = np.zeros(many, dtype=bool)
        way[list(rows)] = True
        yield way


def _differ(table: Floats, ways: Bools, kind: Kind) -> Floats:
    """Log of the ratio of rate ratios, or the difference, chosen over not chosen."""
    changes = []
    for side in (ways, ~ways):
        total = side.astype(float) @ table
        base = np.maximum(total[:, 2:], 1e-300)
        level = total[:, :2] / base
        if kind is Kind.RATE:
            level = np.log(level + 0.5 / base)  # half an event keeps it finite
        changes.append(level[:, 1] - level[:, 0])
    answer: Floats = changes[0] - changes[1]
    return answer
