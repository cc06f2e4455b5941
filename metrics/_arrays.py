"""Array types, and sums and means that do not depend on the order of adding."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]


def exact_mean(values: list[float]) -> float:
    """Mean of the values, correctly rounded; NaN of none.

    A point that lies on the mean belongs to neither side, and this decides whether a run is
    broken. A plain sum divided by a count misses such ties in the last bit. Here the first
    result is corrected by the exact sum of the deviations that it leaves.
    """
    if not values:
        return math.nan
    first = math.fsum(values) / len(values)
    left_over = math.fsum([*values, *[-first] * len(values)])
    return first + left_over / len(values)


def means_by(values: Floats, group: Ints, groups: int) -> Floats:
    """Correctly rounded mean of each group, NaN skipped; NaN of none.

    values: one number a row; group: the row's group from 0, never falling. Gives one a group.
    """
    return np.array([exact_mean(some) for some in _apart(values, group, groups)])


def sums_by(values: Floats, group: Ints, groups: int) -> Floats:
    """Correctly rounded sum of each group, NaN skipped."""
    return np.array([math.fsum(some) for some in _apart(values, group, groups)])


def medians_by(values: Floats, group: Ints, groups: int) -> Floats:
    """Median of each group, NaN skipped; NaN of none."""
    known = ~np.isnan(values)
    kept, own = values[known], group[known]
    kept = kept[np.lexsort((kept, own))]
    counts = np.bincount(own, minlength=groups)
    some = counts > 0
    first, many = (np.cumsum(counts) - counts)[some], counts[some]
    medians = np.full(groups, np.nan)
    medians[some] = (kept[first + (many - 1) // 2] + kept[first + many // 2]) / 2
    return medians


def _apart(values: Floats, group: Ints, groups: int) -> Iterator[list[float]]:
    """Give what is known of each group."""
    known = ~np.isnan(values)
    kept = values[known].tolist()
    begin = 0
    for stop in np.cumsum(np.bincount(group[known], minlength=groups)).tolist():
        yield kept[begin:stop]
        begin = stop
