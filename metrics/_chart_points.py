"""Reads what a control chart is made from and brings it to one point for each x."""

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from metrics._arrays import Floats, Ints, exact_mean
from metrics._xmr_input import numbers
from metrics.errors import MeasureError

RATES = ("p", "pp", "u", "up")
SHARES = ("p", "pp")
COUNTS = (*RATES, "c", "g")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The points of one chart after the other, each chart's in order of x.

    y is what is plotted, NaN where missing; y_sum, y_length and y_sd are the sum, number and
    standard deviation (NaN of one) of the readings behind it; n is the sum of their
    denominators, or 1 where there are none. lengths: how many points each chart has.
    """

    x: pd.Index
    y: Floats
    y_sum: Floats
    y_length: Ints
    y_sd: Floats
    n: Floats
    has_n: bool
    categorical: bool
    lengths: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The observations: one entry a row."""

    x: Any
    y: Floats
    n: Floats
    has_n: bool
    categorical: bool


def read(observations: pd.DataFrame, kind: str) -> Points:
    """Check the observations of one chart and bring them to one point for each x.

    Raises MeasureError when a column is missing or of the wrong kind, or holds what a chart
    of this kind cannot show.
    """
    read_in = _checked(observations, kind)
    return _points(kind, np.zeros(len(read_in.y), dtype=np.int64), read_in)


def read_facets(observations: pd.DataFrame, kind: str) -> tuple[list[Any], Points]:
    """Do the same for each facet; gives the facets in the order of their first rows."""
    if "facet" not in observations.columns:
        raise MeasureError("Charts of many facets need a column called facet.")
    if observations["facet"].isna().any():
        raise MeasureError("Every observation needs a facet, and some have none.")
    read_in = _checked(observations, kind)
    facets, names = pd.factorize(observations["facet"])
    return list(names), _points(kind, facets.astype(np.int64), read_in)


def _points(kind: str, facets: Ints, read_in: _Read) -> Points:
    """Bring the rows of each facet into the order of x; rows of the same x become one point."""
    codes, names = _ordered(read_in.x)
    order = np.lexsort((codes, facets))
    facets, codes = facets[order], codes[order]
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (facets[1:] != facets[:-1]) | (codes[1:] != codes[:-1])
    rows = _Read(
        x=pd.Index(names)[codes[starts]],
        y=read_in.y[order],
        n=read_in.n[order],
        has_n=read_in.has_n,
        categorical=read_in.categorical,
    )
    lengths = np.bincount(facets[starts])
    if starts.all():
        return _single(rows, lengths)
    return _gathered(kind, np.cumsum(starts) - 1, rows, lengths)


def _checked(observations: pd.DataFrame, kind: str) -> _Read:
    for column in ("x", "y", *(["n"] if kind in RATES else [])):
        if column not in observations.columns:
            raise MeasureError(f"A {kind} chart needs a column called {column}.")
    if observations.empty:
        raise MeasureError("There are no observations to chart.")
    x, categorical = _subgroups(observations["x"])
    y = numbers(observations["y"], "y")
    has_n = "n" in observations.columns
    n = numbers(observations["n"], "n") if has_n else np.ones(len(y))
    blank = np.isnan(y) | np.isnan(n)
    y, n = np.where(blank, np.nan, y), np.where(blank, np.nan, n)
    _refuse(kind, y, n)
    return _Read(x=x, y=y, n=n, has_n=has_n, categorical=categorical)


def _ordered(x: Any) -> tuple[Ints, Any]:  # noqa: ANN401 - a column of any kind
    try:
        codes, names = pd.factorize(x, sort=True)
    except TypeError as error:
        raise MeasureError("The column x must hold dates, numbers or names.") from error
    return codes.astype(np.int64), names


def _single(rows: _Read, lengths: Ints) -> Points:
    """Take rows of which each is a point, its own mean and sum, as `_gathered` would."""
    there = ~np.isnan(rows.y)
    sums = np.where(there, rows.y, 0.0)
    totals = np.where(there, rows.n, 0.0)
    if rows.has_n:
        y = np.full(len(sums), np.nan)
        np.divide(sums, totals, out=y, where=totals > 0)
    else:
        y = rows.y
    return Points(
        x=rows.x,
        y=y,
        y_sum=sums,
        y_length=there.astype(np.int64),
        y_sd=np.full(len(sums), np.nan),
        n=totals if rows.has_n else np.ones(len(sums)),
        has_n=rows.has_n,
        categorical=rows.categorical,
        lengths=lengths,
    )


def _subgroups(x: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a column of any kind
    """Return the x of each observation, and whether they are names rather than a scale.

    Dates are recognised also as date objects and as text such as 2026-04-01: were they taken
    for names, the chart would lose its signals of runs without a word.
    """
    if x.isna().any():
        raise MeasureError("Every observation needs an x, and some have none.")
    kinds = {type(value) for value in x} if x.dtype == object else set()
    if kinds and all(issubclass(kind, date) for kind in kinds):
        x = pd.to_datetime(x)
    elif pd.api.types.is_string_dtype(x) and all(ISO_DATE.fullmatch(str(value)) for value in x):
        days = pd.to_datetime(x, errors="coerce")
        x = x if days.isna().any() else days
    types = pd.api.types
    is_scale = types.is_numeric_dtype(x) or types.is_datetime64_any_dtype(x)
    return x, not (is_scale or isinstance(x.dtype, pd.PeriodDtype))


def _refuse(kind: str, y: Floats, n: Floats) -> None:
    if kind in COUNTS and (y < 0).any():
        raise MeasureError(f"A {kind} chart shows counts, and some of y are below 0.")
    if kind == "t" and (y <= 0).any():
        raise MeasureError(
            "A t chart shows times between events, which must be above 0: give events on the "
            "same day a fraction of a day."
        )
    if (n < 0).any() or ((n == 0) & (y != 0)).any():
        raise MeasureError("The column n must be above 0 wherever something was counted.")
    if kind in SHARES and (y > n).any():
        raise MeasureError(f"A {kind} chart shows shares, and some of y are above their n.")


def _gathered(kind: str, codes: Ints, rows: _Read, lengths: Ints) -> Points:
    members: list[list[float]] = [[] for _ in rows.x]
    sizes: list[list[float]] = [[] for _ in rows.x]
    for code, value, size in zip(codes.tolist(), rows.y.tolist(), rows.n.tolist(), strict=True):
        if not math.isnan(value):
            members[code].append(value)
            sizes[code].append(size)
    sums = np.array([math.fsum(values) for values in members])
    totals = np.array([math.fsum(values) for values in sizes])
    return Points(
        x=rows.x,
        y=_plotted(kind, members, sums, totals if rows.has_n else None),
        y_sum=sums,
        y_length=np.array([len(values) for values in members], dtype=np.int64),
        y_sd=np.array([_deviation(values) for values in members]),
        n=totals if rows.has_n else np.ones(len(rows.x)),
        has_n=rows.has_n,
        categorical=rows.categorical,
        lengths=lengths,
    )


def _plotted(kind: str, members: list[list[float]], sums: Floats, totals: Floats | None) -> Floats:
    if totals is not None:
        rates = np.full(len(sums), np.nan)
        np.divide(sums, totals, out=rates, where=totals > 0)
        return rates
    if kind == "c":
        counted: Floats = np.where([bool(values) for values in members], sums, np.nan)
        return counted
    means: Floats = np.array([exact_mean(values) for values in members])
    return means


def _deviation(values: list[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
