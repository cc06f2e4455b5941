"""Reads the frame of a report's series into tables of series by month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.errors import MeasureError
from metrics.months import read_month, read_months
from metrics.regression import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metrics.regression import Bools, Floats

MONTHS_AFTER = 12
YEAR = 12
TWO_YEARS = 24
DIRECTIONS = ("increase", "decrease", "neutral")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Series of one kind and one number of season pairs; count, base, observed are (S, T)."""

    kind: Kind
    pairs: int
    keys: list[str]
    order: NDArray[np.int64]
    better: list[str]
    count: Floats
    base: Floats
    observed: Bools
    month: NDArray[np.int64]
    """Of the year, 1 to 12, for each column."""
    after: Bools
    span: Floats
    """How many months an observation is of: 1, or 3 where only the quarter may be known."""

    @property
    def time(self) -> Floats:
        """Years from the first month of after."""
        place = np.arange(len(self.after), dtype=float)
        return (place - int(np.argmax(self.after))) / YEAR

    def season(self) -> list[Floats]:
        angle = 2 * np.pi * self.month / YEAR
        waves = range(1, self.pairs + 1)
        return [wave(angle * k) for k in waves for wave in (np.cos, np.sin)]

    def calendar_months(self, cells: Bools) -> NDArray[np.int64]:
        """How many different months of the year each series has among these cells."""
        each = [cells[:, self.month == month].any(axis=1) for month in range(1, YEAR + 1)]
        return np.asarray(np.sum(each, axis=0), dtype=np.int64)

    def take(self, rows: Bools) -> Batch:
        chosen = np.flatnonzero(rows)
        return replace(
            self,
            keys=[self.keys[row] for row in chosen],
            better=[self.better[row] for row in chosen],
            order=self.order[rows],
            count=self.count[rows],
            base=self.base[rows],
            observed=self.observed[rows],
            span=self.span[rows],
        )


def read_batches(observations: pd.DataFrame, since: object) -> list[Batch]:
    """Check the frame and group its series by kind and length."""
    missing = {"series", "month", "numerator", "kind"} - set(observations.columns)
    if missing:
        raise MeasureError(f"The observations have no column {', '.join(sorted(missing))}.")
    if observations.empty:
        raise MeasureError("There are no observations.")
    months = read_months(observations["month"])
    first, last = months.min(), months.max()
    columns = pd.date_range(first, last, freq="MS")
    column = columns.get_indexer(months)
    begins = last - pd.DateOffset(months=MONTHS_AFTER - 1) if since is None else read_month(since)
    row, keys = pd.factorize(observations["series"])
    if (row < 0).any():
        raise MeasureError("A row has no series.")
    if pd.Series(row * len(columns) + column).duplicated().any():
        raise MeasureError("A series has two rows for the same month.")
    kinds, better = _per_series(observations, row, len(keys))
    count, base, observed = _tables(observations, row, column, (len(keys), len(columns)), kinds)
    after = np.asarray(columns >= begins)
    span = _spans(observations, row, column, base)
    enough_for_two = (span == 1).all(axis=1) & ((observed & ~after).sum(axis=1) >= TWO_YEARS)
    whole = Batch(
        kind=Kind.RATE,
        pairs=1,
        keys=[str(key) for key in keys],
        order=np.arange(len(keys)),
        better=better,
        count=count,
        base=base,
        observed=observed,
        month=np.asarray(columns.month, dtype=np.int64),
        after=after,
        span=span,
    )
    batches = []
    for kind in Kind:
        for pairs in (1, 2):
            rows = np.asarray([k == kind for k in kinds]) & (enough_for_two == (pairs == 2))  # noqa: PLR2004
            if rows.any():
                batches.append(replace(whole.take(rows), kind=kind, pairs=pairs))
    return batches


def _per_series(
    observations: pd.DataFrame, row: NDArray[np.int64], many: int
) -> tuple[list[Kind], list[str]]:
    """Read the kind and the better direction, which may not differ within a series."""
    texts = {"kind": observations["kind"].astype(str)}
    if "better" in observations.columns:
        texts["better"] = observations["better"].fillna("neutral").astype(str)
    answer: dict[str, list[str]] = {"better": ["neutral"] * many}
    for name, values in texts.items():
        pairs = pd.DataFrame({"row": row, "value": values.to_numpy()}).drop_duplicates()
        if len(pairs) > many:
            raise MeasureError(f"A series has more than one {name}.")
        answer[name] = pairs.sort_values("row")["value"].tolist()
    known = {kind.value for kind in Kind}
    if not set(answer["kind"]) <= known:
        raise MeasureError(f"The kind of a series must be one of {', '.join(sorted(known))}.")
    if not set(answer["better"]) <= set(DIRECTIONS):
        raise MeasureError(f"What is better must be one of {', '.join(DIRECTIONS)}.")
    return [Kind(kind) for kind in answer["kind"]], answer["better"]


def _tables(
    observations: pd.DataFrame,
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    shape: tuple[int, int],
    kinds: list[Kind],
) -> tuple[Floats, Floats, Bools]:
    """Lay numerators (of a mean: values) and denominators out; mark the months measured."""
    count = np.full(shape, np.nan)
    base = np.full(shape, np.nan)
    count[row, column] = _numbers(observations, "numerator")
    if "denominator" in observations.columns:
        base[row, column] = _numbers(observations, "denominator")
    share = np.asarray([kind is Kind.PROPORTION for kind in kinds])
    mean = np.asarray([kind is Kind.MEAN for kind in kinds])
    plain = ~share & np.isnan(base).all(axis=1)
    base[plain] = 1.0
    if (base < 0).any() or (count[~mean] < 0).any():
        raise MeasureError("A numerator or denominator is below 0.")
    if (count[share] > base[share]).any():
        raise MeasureError("A numerator is above its denominator.")
    observed = ~np.isnan(count) & (base > 0)
    count, base = np.where(observed, count, 0.0), np.where(observed, base, 0.0)
    averaged = mean[:, None] & observed
    count[averaged] /= base[averaged]
    return count, base, observed


def _spans(
    observations: pd.DataFrame, row: NDArray[np.int64], column: NDArray[np.int64], like: Floats
) -> Floats:
    """Lay out how many months each row is of."""
    span = np.ones_like(like)
    if "months" in observations.columns:
        span[row, column] = _numbers(observations, "months")
    return span


def _numbers(observations: pd.DataFrame, name: str) -> Floats:
    try:
        values: Floats = np.asarray(observations[name].astype(float), dtype=np.float64)
    except (ValueError, TypeError) as why:
        raise MeasureError(f"A {name} is not a number.") from why
    if np.isinf(values).any():
        raise MeasureError(f"A {name} has no end.")
    return values
