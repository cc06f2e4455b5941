"""How long alerts wait, when some are still waiting: Kaplan and Meier's product-limit estimate.

The mean of those already acknowledged leaves out the longest waits, so it flatters; the median and
the 90th centile of this estimate do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.errors import MeasureError

if TYPE_CHECKING:
    from metrics.regression import Bools, Floats

FEWEST = 10
#: Shares closer than this are the same: a product of fractions misses one half in the last place.
SAME = 1e-9


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Waits in the unit handed in. NaN where too many still wait for the centile to be known."""

    median: float
    ninetieth: float
    alerts: int
    still_waiting: int
    times: Floats
    waiting_share: Floats
    """The share still waiting just after each of `times`."""

    def waiting_after(self, time: float) -> float:
        """Give the share of alerts still waiting at a time."""
        place = int(np.searchsorted(self.times, time, side="right"))
        return 1.0 if place == 0 else float(self.waiting_share[place - 1])


def time_to_acknowledge(waited: Floats, acknowledged: Bools) -> Waiting:
    """Estimate how long alerts wait.

    waited: time from shown to acknowledged, or to the end of the data where nobody has
    acknowledged (acknowledged False). With fewer than 10 alerts the centiles are NaN: too few.
    Raises MeasureError for a negative or missing time (clocks that disagree).
    """
    waited = np.asarray(waited, dtype=float)
    done = np.asarray(acknowledged, dtype=bool)
    if waited.shape != done.shape or waited.ndim != 1:
        raise MeasureError("Each alert needs one time, and whether it was acknowledged.")
    if np.isnan(waited).any() or (waited < 0).any():
        raise MeasureError("A waiting time is missing or below 0: check that the clocks agree.")
    times, where = np.unique(waited, return_inverse=True)
    ends = np.bincount(where, weights=done, minlength=len(times))
    leaves = np.bincount(where, minlength=len(times))
    at_risk = len(waited) - np.concatenate([[0], np.cumsum(leaves)[:-1]]) if len(times) else leaves
    left = np.cumprod(1 - ends / np.maximum(at_risk, 1))
    some = ends > 0
    times, left = times[some], left[some]
    enough = len(waited) >= FEWEST
    return Waiting(
        median=_centile(times, left, 0.5) if enough else math.nan,
        ninetieth=_centile(times, left, 0.9) if enough else math.nan,
        alerts=len(waited),
        still_waiting=int((~done).sum()),
        times=times,
        waiting_share=left,
    )


def _centile(times: Floats, left: Floats, share: float) -> float:
    """Find the first time at which fewer than 1 - share still wait."""
    below = np.flatnonzero(left < 1 - share - SAME)
    return float(times[below[0]]) if len(below) else math.nan
