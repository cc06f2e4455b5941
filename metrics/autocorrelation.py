"""How sure we are of one coefficient when neighbouring months resemble each other.

With 18 to 60 months the lag-1 autocorrelation itself is known to about 0.2, and putting one
estimate of it in place makes intervals too narrow. So every value on a grid is tried: generalised
least squares at each (Prais-Winsten, with gaps in the months allowed for), weighted by how well it
explains the series (restricted likelihood) and by what is known of monthly hospital series (the
prior). What comes out is a mixture of t distributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.regression import invert

if TYPE_CHECKING:
    from metrics.regression import Bools, Fit, Floats

GRID = np.linspace(0.0, 0.9, 10)
# Monthly series: mostly a little, seldom much.
PRIOR_CENTRE, PRIOR_WIDTH = 0.2, 0.15
HALVINGS = 45


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One coefficient a series: a mixture over autocorrelations (R) of shifted, scaled t.

    centre, scale, weight (S, R); freedom (S, 1).
    """

    centre: Floats
    scale: Floats
    weight: Floats
    freedom: Floats

    @property
    def value(self) -> Floats:
        answer: Floats = (self.weight * self.centre).sum(axis=1)
        return answer

    @property
    def correlation(self) -> Floats:
        """The lag-1 autocorrelation that the series suggests, after the prior."""
        answer: Floats = (self.weight * GRID).sum(axis=1)
        return answer

    @property
    def p(self) -> Floats:
        """Two-sided: how often chance alone would give as much."""
        below = self.below(np.zeros(len(self.centre)))
        answer: Floats = 2 * np.minimum(below, 1 - below)
        return answer

    def take(self, rows: Bools) -> Estimate:
        return Estimate(
            centre=self.centre[rows],
            scale=self.scale[rows],
            weight=self.weight[rows],
            freedom=self.freedom[rows],
        )

    def below(self, value: Floats) -> Floats:
        """Give the probability that the coefficient lies below a value (S,)."""
        from scipy.special import stdtr

        t = (value[:, None] - self.centre) / self.scale
        answer: Floats = (self.weight * stdtr(self.freedom, t)).sum(axis=1)
        return answer

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Give the central interval, by halving."""
        ends = []
        reach = 60 * self.scale.max(axis=1)
        for tail in ((1 - level) / 2, (1 + level) / 2):
            low = self.centre.min(axis=1) - reach
            high = self.centre.max(axis=1) + reach
            for _ in range(HALVINGS):
                middle = (low + high) / 2
                under = self.below(middle) < tail
                low, high = np.where(under, middle, low), np.where(under, high, middle)
            ends.append((low + high) / 2)
        return ends[0], ends[1]


def estimate(fitted: Fit, which: int, *, least_dispersion: float) -> Estimate:
    """Weigh the coefficient in column `which` of the design."""
    gaps, steps = _steps_since_last(fitted.observed)
    centre, scale, chance = [], [], []
    for rho in GRID:
        carry = np.where(gaps > 0, rho ** np.maximum(gaps, 1), 0.0)
        spread = np.sqrt(1 - carry**2)
        x = _whiten(fitted.design, steps, carry[..., None], spread[..., None])
        y = _whiten(fitted.response, steps, carry, spread)
        product = np.matmul(x.swapaxes(1, 2), x)
        inverse = invert(product)
        beta = np.einsum("spq,stq,st->sp", inverse, x, y, optimize=True)
        left = ((y - np.einsum("stp,sp->st", x, beta)) ** 2).sum(axis=1)
        left = np.maximum(left, 1e-18 * (y**2).sum(axis=1) + 1e-300)
        dispersion = np.maximum(left / fitted.freedom, least_dispersion)
        centre.append(beta[:, which])
        scale.append(np.sqrt(dispersion * inverse[:, which, which]))
        chance.append(
            -np.log(np.where(fitted.observed, spread, 1.0)).sum(axis=1)
            - np.linalg.slogdet(product)[1] / 2
            - fitted.freedom / 2 * np.log(left)
            - (rho - PRIOR_CENTRE) ** 2 / (2 * PRIOR_WIDTH**2)
        )
    log_weight = np.stack(chance, axis=1)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    return Estimate(
        centre=np.stack(centre, axis=1),
        scale=np.stack(scale, axis=1),
        weight=weight / weight.sum(axis=1, keepdims=True),
        freedom=fitted.freedom[:, None],
    )


def _steps_since_last(observed: Bools) -> tuple[Floats, Floats]:
    """Months since the last observed one (0: none before), and where that one stands."""
    position = np.arange(observed.shape[1])
    seen = np.where(observed, position, -1)
    last = np.maximum.accumulate(seen, axis=1)
    before = np.concatenate([np.full((len(last), 1), -1), last[:, :-1]], axis=1)
    gaps = np.where(observed & (before >= 0), position - before, 0)
    return gaps.astype(float), before.clip(0)


def _whiten(values: Floats, before: Floats, carry: Floats, spread: Floats) -> Floats:
    rows = np.arange(len(values))[:, None]
    answer: Floats = (values - carry * values[rows, before]) / spread
    return answer
