"""Small units' rates drawn towards the whole, as far as their size calls for (empirical Bayes).

A ward of six beds with no incidents is not the safest ward. Rates follow a gamma distribution
across units and counts are Poisson around them; shares follow a beta distribution and counts are
binomial. The distribution across units comes from all of them, by marginal likelihood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.errors import MeasureError

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrics.regression import Floats

FEWEST_UNITS = 5
# Above this, units do not differ beyond chance, and the estimate is the whole's.
LARGEST = 20.0
#: When the likeliest distribution is found: the triangle is flat and small.
MOST_STEPS, FLAT, NEAR = 300, 1e-12, 1e-5


def shrink_rates(units: pd.DataFrame) -> pd.DataFrame:
    """Estimate each unit's ratio of events to what was expected.

    units: unit, events, expected (above 0). Gives unit, plain (events / expected), shrunk, low,
    high (95%); NaN for all but plain with fewer than 5 units, which say too little of each other.
    """
    from scipy.special import gammaincinv, gammaln

    count, base = _read(units, "events", "expected")

    def loss(logs: Floats) -> float:
        a, b = np.exp(logs)
        likelihood = (
            gammaln(a + count) - gammaln(a) + a * np.log(b / (b + base)) - count * np.log(b + base)
        )
        return -float(likelihood.sum())

    rate = count.sum() / base.sum()
    found = _settle(loss, np.log([4.0, 4.0 / max(rate, 1e-9)]), len(count))
    if found is None:
        return _told(units, count / base)
    a, b = found[0] + count, found[1] + base
    return _told(units, count / base, a / b, gammaincinv(a, 0.025) / b, gammaincinv(a, 0.975) / b)


def shrink_shares(units: pd.DataFrame) -> pd.DataFrame:
    """Estimate each unit's share.

    units: unit, count, out_of (above 0). Gives unit, plain, shrunk, low, high as shrink_rates does.
    """
    from scipy.special import betaincinv, betaln

    count, base = _read(units, "count", "out_of")
    if (count > base).any():
        raise MeasureError("A count is above what it is a share of.")

    def loss(logs: Floats) -> float:
        a, b = np.exp(logs)
        return -float((betaln(a + count, b + base - count) - betaln(a, b)).sum())

    share = (count.sum() + 0.5) / (base.sum() + 1)
    found = _settle(loss, np.log([10 * share, 10 * (1 - share)]), len(count))
    if found is None:
        return _told(units, count / base)
    a, b = found[0] + count, found[1] + base - count
    return _told(units, count / base, a / (a + b), betaincinv(a, b, 0.025), betaincinv(a, b, 0.975))


def _read(units: pd.DataFrame, upper: str, lower: str) -> tuple[Floats, Floats]:
    missing = {"unit", upper, lower} - set(units.columns)
    if missing:
        raise MeasureError(f"The units have no column {', '.join(sorted(missing))}.")
    if units.empty:
        raise MeasureError("There are no units.")
    try:
        count = np.asarray(units[upper].astype(float), dtype=np.float64)
        base = np.asarray(units[lower].astype(float), dtype=np.float64)
    except (ValueError, TypeError) as why:
        raise MeasureError("Counts must be numbers.") from why
    if not (np.isfinite(count) & (count >= 0) & np.isfinite(base) & (base > 0)).all():
        raise MeasureError("Each unit needs a count of 0 or more, out of more than 0.")
    return count, base


def _settle(
    loss: Callable[[Floats], float], start: Floats, units: int
) -> tuple[float, float] | None:
    """Find the likeliest distribution across units."""
    if units < FEWEST_UNITS:
        return None
    a, b = np.exp(_lowest(loss, _lowest(loss, start)))
    return float(a), float(b)


def _lowest(loss: Callable[[Floats], float], start: Floats) -> Floats:
    """Find where a smooth loss is lowest: Nelder and Mead's triangle.

    Our own, as scipy.optimize weighs 25 MB in a worker, and the report needs no more than this.
    """

    def at(place: Floats) -> tuple[float, Floats]:
        inside = place.clip(-LARGEST, LARGEST)
        return loss(inside), inside

    corners = [at(start), at(start + np.array([0.5, 0.0])), at(start + np.array([0.0, 0.5]))]
    for _ in range(MOST_STEPS):
        corners.sort(key=lambda one: one[0])
        (least, best), (middle, second), (most, worst) = corners
        if most - least <= FLAT * (abs(least) + 1) and np.abs(worst - best).max() < NEAR:
            break
        centre = (best + second) / 2
        tried = at(2 * centre - worst)
        if tried[0] < least:
            tried = min(tried, at(3 * centre - 2 * worst), key=lambda one: one[0])
        elif tried[0] >= middle:
            toward = worst if tried[0] >= most else tried[1]
            tried = at((centre + toward) / 2)
        if tried[0] < most:
            corners[2] = tried
        else:
            corners[1:] = [at((second + best) / 2), at((worst + best) / 2)]
    return min(corners, key=lambda one: one[0])[1]


def _told(
    units: pd.DataFrame,
    plain: Floats,
    shrunk: Floats | float = np.nan,
    low: Floats | float = np.nan,
    high: Floats | float = np.nan,
) -> pd.DataFrame:
    return pd.DataFrame(
        {"unit": units["unit"].to_numpy(), "plain": plain}
        | {"shrunk": shrunk, "low": low, "high": high}
    )
