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

from metrics.errors import MeasureError
from metrics.months import read_month, read_months
from metrics.regression import Kind, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics.regression import Bools, Floats

Z95 = 1.959963984540054
FEWEST_EVENTS = 10
FEWEST_MONTHS = 6
# With fewer units than this the interval by clusters is too narrow, and permutation decides.
MANY_UNITS = 40
# Up to so many ways of choosing the treated units, all are tried; beyond, so many at random.
MOST_TRIED = 5000
# In each of treated and untreated.
FEWEST_UNITS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferenceInDifferences:
    """How the treated units changed beyond what the others did.

    ratio: of rate ratios (1: no difference), with a 95% interval from errors clustered by unit;
    permutation_p: how often units chosen at random would differ as much; smallest_p: the least
    that permutation could say with so few units. note: what a reader must know of the interval.
    NaN throughout where `too_few` says why.
    """

    ratio: float = math.nan
    interval: tuple[float, float] = (math.nan, math.nan)
    permutation_p: float = math.nan
    smallest_p: float = math.nan
    treated_units: int = 0
    other_units: int = 0
    note: str = ""
    too_few: str = ""


def difference_in_differences(
    observations: pd.DataFrame, *, start: object, seed: int = 1
) -> DifferenceInDifferences:
    """Compare how treated and other units changed at `start`.

    observations: one row a unit and month: unit, month, events, exposure (above 0), treated (the
    same in every row of a unit). Poisson with a level for each unit and each month, so that
    season and shared change cancel. Raises MeasureError for a frame that cannot be read.
    """
    data = _read(observations, start)
    units = data.groupby("unit", sort=True)["treated"].first()
    told = DifferenceInDifferences(treated_units=int(units.sum()), other_units=int((~units).sum()))
    few = _too_few(data, units)
    if few:
        return replace(told, too_few=few)
    ratio, interval = _clustered(data)
    if not math.isfinite(ratio):
        return replace(told, too_few="The series do not settle on an answer.")
    p, smallest = _permuted(data, units, seed)
    note = "" if len(units) >= MANY_UNITS else (
        f"With {len(units)} units the interval is too narrow: go by the permutation."
    )  # fmt: skip
    return replace(
        told, ratio=ratio, interval=interval, permutation_p=p, smallest_p=smallest, note=note
    )


def _read(observations: pd.DataFrame, start: object) -> pd.DataFrame:
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
    if (data["events"] < 0).any() or (data["exposure"] < 0).any():
        raise MeasureError("Events and exposure cannot be below 0.")
    if data[["unit", "treated"]].drop_duplicates()["unit"].duplicated().any():
        raise MeasureError("A unit is either treated or not, in every month.")
    data = data[data["events"].notna() & (data["exposure"] > 0)].reset_index(drop=True)
    data["after"] = data["month"] >= read_month(start)
    # A unit or month without any event says nothing about a ratio.
    for column in ("unit", "month"):
        data = data[data.groupby(column)["events"].transform("sum") > 0]
    return data.reset_index(drop=True)


def _too_few(data: pd.DataFrame, units: pd.Series) -> str:
    if min(units.sum(), (~units).sum()) < FEWEST_UNITS:
        return "Too few units to tell: at least two of each kind are needed."
    months = data.groupby("after")["month"].nunique()
    if len(months) < 2 or months.min() < FEWEST_MONTHS:  # noqa: PLR2004 - before and after
        return "Too few months to tell."
    cells = data.groupby(["treated", "after"])["events"].sum()
    if len(cells) < 4 or cells.min() < FEWEST_EVENTS:  # noqa: PLR2004 - two by two
        return "Too few events to tell."
    return ""


def _clustered(data: pd.DataFrame) -> tuple[float, tuple[float, float]]:
    """Fit with a level a unit and a month; errors clustered by unit (Liang and Zeger 1986)."""
    unit, month = (pd.get_dummies(data[name], dtype=float) for name in ("unit", "month"))
    step = (data["treated"] & data["after"]).astype(float).rename("step")
    design = pd.concat([step, unit, month.iloc[:, 1:]], axis=1).to_numpy()
    events, exposure = (np.asarray(data[name], dtype=float) for name in ("events", "exposure"))
    try:
        fitted = fit(Kind.RATE, design, events[None], exposure[None], np.ones((1, len(data)), bool))
    except np.linalg.LinAlgError:
        return math.nan, (math.nan, math.nan)
    beta, bread = fitted.coefficients[0], fitted.covariance[0]
    pull = design * (events - exposure * np.exp(design @ beta))[:, None]
    group = pd.factorize(data["unit"])[0]
    by_unit = np.zeros((group.max() + 1, design.shape[1]))
    np.add.at(by_unit, group, pull)
    units, (rows, unknowns) = len(by_unit), design.shape
    # The usual correction for few units and many unknowns.
    meat = by_unit.T @ by_unit * units / (units - 1) * (rows - 1) / (rows - unknowns)
    value, error = float(beta[0]), float(np.sqrt((bread @ meat @ bread)[0, 0]))
    return math.exp(value), (math.exp(value - Z95 * error), math.exp(value + Z95 * error))


def _permuted(data: pd.DataFrame, units: pd.Series, seed: int) -> tuple[float, float]:
    """Choose as many units at random as were treated, and see how far they differ.

    The statistic is the ratio of plain rate ratios; the choice that was made counts as one of the
    choices, so that p is never 0.
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
    distance = np.abs(_differ(table, ways))
    made = float(np.abs(_differ(table, true[None]))[0])
    return float((distance >= made - 1e-12).mean()), 1 / len(ways)


def _every_way(many: int, chosen: int) -> Iterator[Bools]:
    for rows in itertools.combinations(range(many), chosen):
        way = np.zeros(many, dtype=bool)
        way[list(rows)] = True
        yield way


def _differ(table: Floats, ways: Bools) -> Floats:
    """Log of the ratio of rate ratios, chosen over not chosen; half an event keeps it finite."""
    logs = []
    for side in (ways, ~ways):
        total = side.astype(float) @ table
        rate = np.log((total[:, :2] + 0.5) / np.maximum(total[:, 2:], 1e-300))
        logs.append(rate[:, 1] - rate[:, 0])
    answer: Floats = logs[0] - logs[1]
    return answer
