"""Array types, and a mean that does not depend on the order of adding."""

import math

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


def group_means(values: Floats, lengths: Ints) -> Floats:
    """Correctly rounded mean of each group of consecutive values, NaN skipped.

    values: one number a row, the groups one after the other.
    lengths: rows in each group, at least 1 each. Returns one mean a group.
    """
    present = ~np.isnan(values)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    counts = np.add.reduceat(present.astype(np.int64), starts)
    kept = values[present].tolist()
    stops = np.cumsum(counts).tolist()
    begins = [0, *stops[:-1]]
    return np.array(
        [exact_mean(kept[begin:stop]) for begin, stop in zip(begins, stops, strict=True)]
    )
