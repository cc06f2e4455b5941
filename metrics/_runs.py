"""Anhoej's rules: a run along one side of the centre line too long, or too few crossings."""

from dataclasses import dataclass
from functools import lru_cache
from math import comb, log2

import numpy as np

from metrics._arrays import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Counts of useful points, longest run and crossings, and what chance allows.

    Useful are the points that are not on the centre line. With none of them the rest is None.
    """

    n_useful: int
    longest_run: int | None = None
    longest_run_max: int | None = None
    n_crossings: int | None = None
    n_crossings_min: int | None = None
    signal: bool = False


def longest_run_max(n_useful: int) -> int:
    """Return the longest run that chance allows: log2(n) rounded, plus 3.

    Source: Schilling 2012; Anhoej and Olesen, PLoS ONE 2014.
    """
    return round(log2(n_useful)) + 3


@lru_cache(maxsize=1024)
def n_crossings_min(n_useful: int) -> int:
    """Return the fewest crossings that chance allows: the 5 % point of Binomial(n - 1, 1/2).

    It is worked out in whole numbers. Source: Chen 2010; Anhoej and Olesen, PLoS ONE 2014.
    """
    trials = n_useful - 1
    below = 0
    for crossings in range(n_useful):
        below += comb(trials, crossings)
        if 20 * below >= 2**trials:
            return crossings
    return trials


def analyse(side: Floats) -> Runs:
    """Analyse the runs of one part.

    side: one entry a point in order: above 0 or below 0 for its side of the centre line, 0 on
    the line, NaN when missing.
    """
    useful = side[~np.isnan(side) & (side != 0)] > 0
    if not len(useful):
        return Runs(n_useful=0)
    changes = np.flatnonzero(useful[1:] != useful[:-1]) + 1
    longest = int(np.diff(np.concatenate(([0], changes, [len(useful)]))).max())
    longest_max, fewest = longest_run_max(len(useful)), n_crossings_min(len(useful))
    return Runs(
        n_useful=len(useful),
        longest_run=longest,
        longest_run_max=longest_max,
        n_crossings=len(changes),
        n_crossings_min=fewest,
        signal=longest > longest_max or len(changes) < fewest,
    )
