"""Anhoej's rules: a run along one side of the centre line too long, or too few crossings."""

from dataclasses import dataclass
from functools import lru_cache
from math import comb, log2

import numpy as np

from metrics._arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Counts of useful points, longest run and crossings, and what chance allows: one a part.

    Useful are the points that are not on the centre line. Where there are none, the rest is NaN.
    """

    n_useful: Ints
    longest_run: Floats
    longest_run_max: Floats
    n_crossings: Floats
    n_crossings_min: Floats
    signal: Bools


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


def analyse(side: Floats, part: Ints, parts: int) -> Runs:
    """Analyse the runs of each part.

    side: one entry a point in order: above 0 or below 0 for its side of the centre line, 0 on
    the line, NaN when missing. part: the point's part from 0, never falling.
    """
    useful = ~np.isnan(side) & (side != 0)
    above, own = side[useful] > 0, part[useful]
    counts = np.bincount(own, minlength=parts)
    begins = np.ones(len(own), dtype=np.bool_)
    begins[1:] = (own[1:] != own[:-1]) | (above[1:] != above[:-1])
    first = np.flatnonzero(begins)
    longest = np.zeros(parts)
    np.maximum.at(longest, own[first], np.diff(np.append(first, len(own))))
    crossings: Floats = np.bincount(own[first], minlength=parts).astype(np.float64) - 1
    most, fewest = (
        np.array([limit(count) if count else np.nan for count in counts.tolist()])
        for limit in (longest_run_max, n_crossings_min)
    )
    none = counts == 0
    longest[none] = crossings[none] = np.nan
    return Runs(
        n_useful=counts,
        longest_run=longest,
        longest_run_max=most,
        n_crossings=crossings,
        n_crossings_min=fewest,
        signal=(longest > most) | (crossings < fewest),
    )
