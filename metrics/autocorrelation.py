"""How sure we are of one coefficient when neighbouring months resemble each other.

With 18 to 60 months the lag-1 autocorrelation itself is known to about 0.2, and putting one
estimate of it in place makes intervals too narrow. So every value on a grid is tried: generalised
least squares at each (Prais-Winsten, with gaps in the months allowed for), weighted by how well it
explains the series (restricted likelihood) and by how autocorrelated the series of the same report
are (the prior). What comes out is a mixture of t distributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.regression import invert

if TYPE_CHECKING:
    from metrics.regression import Bools, Fit, Floats

GRID = np.linspace(0.0, 0.85, 18)
# Before any series has spoken: mostly a little, seldom much, and how sure we are of that.
CENTRES, CENTRE, CENTRE_SD = np.linspace(0.0, 0.5, 11), 0.2, 0.08
WIDTHS, WIDTH, WIDTH_SD = np.array([0.05, 0.08, 0.12, 0.16, 0.2]), 0.12, 0.35
HALVINGS = 26
# Autocorrelations that no series gives more weight than this are left out.
NEGLIGIBLE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What each series says of one coefficient at each autocorrelation of the grid.

    centre, scale, log_likelihood (S, R); freedom (S,).
    """

    centre: Floats
    scale: Floats
    log_likelihood: Floats
    freedom: Floats

    def weigh(self, prior: Floats | None = None) -> Estimate:
        """Weigh the autocorrelations by likelihood and prior (R,); without one, by the default."""
        before = learn_prior([]) if prior is None else prior
        log_weight = self.log_likelihood + np.log(before)
        weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        kept = weight.max(axis=0) > NEGLIGIBLE
        return Estimate(
            centre=self.centre[:, kept],
            scale=self.scale[:, kept],
            weight=weight[:, kept] / weight[:, kept].sum(axis=1, keepdims=True),
            grid=GRID[kept],
            freedom=self.freedom[:, None],
        )


def learn_prior(evidence: list[Evidence]) -> Floats:
    """Learn how autocorrelated the series of one report are (empirical Bayes); gives (R,).

    One series hardly moves the default; a hundred speak for themselves, as the series of one
    trust resemble each other in this.
    """
    shapes = np.exp(-((GRID - CENTRES[:, None, None]) ** 2) / (2 * WIDTHS[None, :, None] ** 2))
    shapes /= shapes.sum(axis=2, keepdims=True)
    log_chance = (
        -(((CENTRES[:, None] - CENTRE) / CENTRE_SD) ** 2)
        - (np.log(WIDTHS[None, :] / WIDTH) / WIDTH_SD) ** 2
    ) / 2
    for each in evidence:
        likelihood = np.exp(each.log_likelihood - each.log_likelihood.max(axis=1, keepdims=True))
        log_chance = log_chance + np.log(shapes @ likelihood.T).sum(axis=2)
    chance = np.exp(log_chance - log_chance.max())
    prior: Floats = np.einsum("cw,cwr->r", chance / chance.sum(), shapes)
    return prior


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One coefficient a series: a mixture over autocorrelations (R) of shifted, scaled t.

    centre, scale, weight (S, R); grid (R,); freedom (S, 1).
    """

    centre: Floats
    scale: Floats
    weight: Floats
    grid: Floats
    freedom: Floats

    @property
    def value(self) -> Floats:
        answer: Floats = (self.weight * self.centre).sum(axis=1)
        return answer

    @property
    def correlation(self) -> Floats:
        """The lag-1 autocorrelation that the series suggests, after the prior."""
        answer: Floats = (self.weight * self.grid).sum(axis=1)
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
            grid=self.grid,
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
        middle = self.value
        spread = np.sqrt(
            (self.weight * (self.scale**2 + (self.centre - middle[:, None]) ** 2)).sum(axis=1)
        )
        for tail in ((1 - level) / 2, (1 + level) / 2):
            low, high = middle - 12 * spread, middle + 12 * spread
            for _ in range(HALVINGS):
                half = (low + high) / 2
                under = self.below(half) < tail
                low, high = np.where(under, half, low), np.where(under, high, half)
            ends.append((low + high) / 2)
        return ends[0], ends[1]


def gather(fitted: Fit, which: int, *, least_dispersion: float) -> Evidence:
    """Gather the evidence on the coefficient in column `which` of the design.

    At each autocorrelation the months are set free of the one before (Prais-Winsten). All that
    needs is three sums of products for each length of gap, so the grid costs next to nothing.
    """
    sums = _sums(np.concatenate([fitted.design, fitted.response[..., None]], axis=2), fitted)
    gaps, many = sums.gaps, sums.many
    centre, scale, chance = [], [], []
    for rho in GRID:
        carry = rho**gaps
        spare = 1 - carry**2
        products = sums.first + np.einsum("g,gspq->spq", 1 / spare, sums.now)
        products = products - np.einsum("g,gspq->spq", carry / spare, sums.across)
        products = products + np.einsum("g,gspq->spq", carry**2 / spare, sums.before)
        inverse = invert(products[:, :-1, :-1])
        beta = np.matmul(inverse, products[:, :-1, -1:])[..., 0]
        total = products[:, -1, -1]
        left = total - (beta * products[:, :-1, -1]).sum(axis=1)
        left = np.maximum(left, 1e-13 * total + 1e-300)
        dispersion = np.maximum(left / fitted.freedom, least_dispersion)
        centre.append(beta[:, which])
        scale.append(np.sqrt(dispersion * inverse[:, which, which]))
        chance.append(
            -(many * np.log(spare)).sum(axis=1) / 2
            - np.linalg.slogdet(products[:, :-1, :-1])[1] / 2
            - fitted.freedom / 2 * np.log(left)
        )
    return Evidence(
        centre=np.stack(centre, axis=1),
        scale=np.stack(scale, axis=1),
        log_likelihood=np.stack(chance, axis=1),
        freedom=fitted.freedom,
    )


@dataclass(frozen=True, kw_only=True)
class _Sums:
    """Sums of products over months by the gap to the month before: now, across, before."""

    gaps: Floats
    many: Floats
    first: Floats
    now: Floats
    across: Floats
    before: Floats


def _sums(table: Floats, fitted: Fit) -> _Sums:
    """Add up products of design and response (S, T, p + 1) for each length of gap (G)."""
    observed = fitted.observed
    position = np.arange(observed.shape[1])
    seen = np.maximum.accumulate(np.where(observed, position, -1), axis=1)
    last = np.concatenate([np.full((len(seen), 1), -1), seen[:, :-1]], axis=1)
    gap = np.where(observed & (last >= 0), position - last, 0)
    earlier = table[np.arange(len(table))[:, None], last.clip(0)]
    lengths = np.unique(gap[gap > 0])
    now, across, before, many = [], [], [], []
    for length in lengths:
        here = (gap == length)[..., None]
        x, z = table * here, earlier * here
        now.append(_product(x, x))
        cross = _product(x, z)
        across.append(cross + cross.swapaxes(1, 2))
        before.append(_product(z, z))
        many.append(here.sum(axis=(1, 2)))
    start = table * (observed & (last < 0))[..., None]
    return _Sums(
        gaps=lengths.astype(float),
        many=np.stack(many, axis=1).astype(float),
        first=_product(start, start),
        now=np.stack(now),
        across=np.stack(across),
        before=np.stack(before),
    )


def _product(left: Floats, right: Floats) -> Floats:
    answer: Floats = np.matmul(left.swapaxes(1, 2), right)
    return answer
