"""Series laid out as tables of series by month and by quarter, for disclosure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.errors import MeasureError
from metrics.months import read_months

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Tree = dict[int, list[int]]

MONTHS = 3
NEEDED = ("series", "month", "numerator")


@dataclass(frozen=True, kw_only=True)
class Level:
    """One step of time. Every array is series by period; absent cells are 0 and not present."""

    periods: pd.DatetimeIndex
    numerator: Floats
    denominator: Floats
    contributors: Floats
    present: Bools


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The same series by month and by whole quarter."""

    keys: list[str]
    month: Level
    quarter: Level
    index: dict[str, int] = field(default_factory=dict)

    @property
    def levels(self) -> tuple[Level, Level]:
        return self.month, self.quarter

    def by_quarter(self, monthly: Floats) -> Floats:
        total: Floats = monthly.reshape(len(self.keys), -1, MONTHS).sum(axis=2)
        return total

    def tree(self, above: Mapping[str, str | None]) -> Tree:
        """Map the row of a whole to the rows of its parts, wholes before their own parts."""
        parts: Tree = {}
        for key, whole in above.items():
            if key in self.index and whole is not None and whole in self.index:
                parts.setdefault(self.index[whole], []).append(self.index[key])
        below = {row for rows in parts.values() for row in rows}
        ordered: Tree = {}
        waiting = [row for row in parts if row not in below]
        while waiting:
            row = waiting.pop()
            if row in parts:
                ordered[row] = parts[row]
                waiting.extend(parts[row])
        if len(ordered) < len(parts):
            raise MeasureError("A unit is its own parent: the tree goes round in a circle.")
        return ordered


def read_grid(observations: pd.DataFrame, quarters: pd.DataFrame | None, *, people: bool) -> Grid:
    """Check the frame and lay it out; the months run from whole quarter to whole quarter."""
    missing = [name for name in NEEDED if name not in observations.columns]
    if missing:
        raise MeasureError(f"The observations have no column {', '.join(missing)}.")
    months = read_months(observations["month"])
    row, found = pd.factorize(np.asarray(observations["series"].astype(str), dtype=object))
    keys = [str(key) for key in found]
    index = {key: place for place, key in enumerate(keys)}
    if months.empty:
        raise MeasureError("There are no observations.")
    start = months.min().to_period("Q").start_time
    periods = pd.date_range(start, months.max().to_period("Q").end_time, freq="MS")
    column = periods.get_indexer(months)
    shape = (len(keys), len(periods))
    present = np.zeros(shape, dtype=bool)
    present[row, column] = True
    if np.count_nonzero(present) < len(row):
        raise MeasureError("A series has two rows for the same month.")
    numerator, denominator, contributors = (
        _lay(observations, name, row, column, shape)
        for name in ("numerator", "denominator", "contributors")
    )
    if people and "contributors" not in observations.columns:
        contributors = denominator.copy()
    month = Level(
        periods=periods,
        numerator=numerator,
        denominator=denominator,
        contributors=contributors,
        present=present,
    )
    quarter = _quarters(month, quarters, index)
    return Grid(keys=keys, month=month, quarter=quarter, index=index)


def read_keys(frame: pd.DataFrame | None, grid: Grid) -> Bools:
    """Mark the cells that a frame of series and month names."""
    marks = np.zeros_like(grid.month.present)
    if frame is None or frame.empty:
        return marks
    columns = grid.month.periods.get_indexer(read_months(frame["month"]))
    for key, column in zip(frame["series"], columns, strict=True):
        if column >= 0 and str(key) in grid.index:
            marks[grid.index[str(key)], column] = True
    return marks


def _lay(
    observations: pd.DataFrame, name: str, row: Ints, column: Ints, shape: tuple[int, int]
) -> Floats:
    """Lay a column out; what is not known becomes 0."""
    laid = np.zeros(shape)
    if name not in observations.columns:
        return laid
    try:
        values = observations[name].astype(float).to_numpy()
    except (ValueError, TypeError) as why:
        raise MeasureError(f"A {name} is not a number.") from why
    if (values < 0).any() or np.isinf(values).any():
        raise MeasureError(f"A {name} is below 0 or has no end.")
    laid[row, column] = np.nan_to_num(values)
    return laid


def _quarters(month: Level, quarters: pd.DataFrame | None, index: Mapping[str, int]) -> Level:
    """Add months up. Only whole quarters count: half a one could be completed by subtraction."""
    size = (month.present.shape[0], -1, MONTHS)
    present: Bools = np.asarray(month.present.reshape(size).all(axis=2))
    # Different staff of a quarter: at least as many as in its busiest month.
    contributors = month.contributors.reshape(size).max(axis=2)
    periods = month.periods[::MONTHS]
    if quarters is not None and not quarters.empty:
        columns = periods.get_indexer(read_months(quarters["quarter"]))
        for key, column, count in zip(
            quarters["series"], columns, quarters["contributors"], strict=True
        ):
            if column >= 0 and str(key) in index:
                contributors[index[str(key)], column] = count
    return Level(
        periods=periods,
        numerator=month.numerator.reshape(size).sum(axis=2) * present,
        denominator=month.denominator.reshape(size).sum(axis=2) * present,
        contributors=contributors * present,
        present=present,
    )
