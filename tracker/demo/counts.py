"""Draws monthly counts that behave as real ones do.

Each month keeps a part of the month before and adds new events. The result has the mean asked
for in every month, a variance of ``dispersion`` times that mean, and a correlation of ``carry``
between the surprises of one month and the next. Sums of such series keep both properties, so a
division behaves as its wards do; and so does a share of two of them.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

DISPERSION = 1.3
AUTOCORRELATION = 0.2


def monthly_counts(
    rng: np.random.Generator,
    means: Floats,
    *,
    dispersion: Floats | float = DISPERSION,
    carry: float = AUTOCORRELATION,
) -> Counts:
    """Draw a count for every month (rows) and series (columns) of ``means``."""
    spread = np.broadcast_to(np.asarray(dispersion, dtype=float), means.shape)
    counts = np.zeros(means.shape, dtype=np.int64)
    counts[0] = _draw(rng, means[0], spread[0] * means[0])
    for month in range(1, len(means)):
        before, now = means[month - 1], means[month]
        kept = rng.binomial(counts[month - 1], carry)
        kept_variance = carry**2 * spread[month - 1] * before + carry * (1 - carry) * before
        new_mean = np.maximum(now - carry * before, 0)
        counts[month] = kept + _draw(rng, new_mean, spread[month] * now - kept_variance)
    return counts


def _draw(rng: np.random.Generator, mean: Floats, variance: Floats) -> Counts:
    """Draw from a negative binomial, or from a Poisson where nothing is over-dispersed."""
    wider = np.maximum(variance, mean * 1.0001)
    safe_mean = np.maximum(mean, 1e-12)
    safe_wider = np.maximum(wider, safe_mean * 1.0001)
    size = safe_mean**2 / (safe_wider - safe_mean)
    drawn = rng.negative_binomial(size, safe_mean / safe_wider)
    return np.where(mean > 0, drawn, 0)
