"""Many short monthly series fitted at once: quasi-likelihood models and lag-1 autocorrelation.

Arrays are series by month (S, T); the design is (T, p), or (S, T, p) where it differs by series. A
month without data is marked in `observed`. The fit agrees with statsmodels' GLM to 1e-6 (there is
a test); it exists because fitting a report's series one at a time takes a hundred times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MOST_ROUNDS = 50
CLOSE = 1e-10
# On the log or logit scale no fitted value goes beyond this.
FARTHEST = 30.0


class Kind(StrEnum):
    """What sort of number a series holds."""

    PROPORTION = "proportion"  # numerator of denominator: logit
    RATE = "rate"  # numerator per denominator, or a plain count: log
    MEAN = "mean"  # a total over how many (or a plain value): identity


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A fitted model.

    coefficients (S, p); covariance (S, p, p) before the dispersion; dispersion (S,): Pearson's
    chi-squared over its degrees of freedom; deviance (S,); freedom (S,). response (S, T) and
    design (S, T, p) are the working regression, each month scaled so that all have the same
    variance; 0 where unobserved.
    """

    coefficients: Floats
    covariance: Floats
    dispersion: Floats
    deviance: Floats
    freedom: Floats
    response: Floats
    design: Floats
    observed: Bools


def fit(  # noqa: PLR0913 - one regression, all its parts
    kind: Kind,
    design: Floats,
    count: Floats,
    base: Floats,
    observed: Bools,
    *,
    reduce_bias: bool = False,
) -> Fit:
    """Fit by iterated weighted least squares.

    count: numerators, or values for Kind.MEAN; base: trials, exposure or weight, above 0.
    reduce_bias: Firth's penalty (half of each month's leverage is added to its count), which keeps
    estimates finite where one side has no events at all.
    """
    x = np.broadcast_to(design, (*count.shape, design.shape[-1]))
    y = np.where(observed, count, 0.0)
    n = np.where(observed, base, 1.0)
    line = _start(kind, y, n)
    leverage = np.zeros_like(y)
    beta = np.zeros((len(y), x.shape[-1]))
    for _ in range(MOST_ROUNDS):
        weight, response = _work(kind, line, y, n, leverage)
        weight = weight * observed
        covariance = invert(np.matmul((x * weight[..., None]).swapaxes(1, 2), x))
        pull = np.einsum("stp,st->sp", x, weight * response)
        moved, beta = beta, np.einsum("spq,sq->sp", covariance, pull)
        line = np.einsum("stp,sp->st", x, beta)
        if kind is not Kind.MEAN:
            line = np.clip(line, -FARTHEST, FARTHEST)
            if reduce_bias:
                leverage = weight * np.einsum("stp,stp->st", np.matmul(x, covariance), x)
        if np.abs(moved - beta).max(initial=0.0) < CLOSE:
            break
    weight, response = _work(kind, line, y, n, leverage)
    root = np.sqrt(weight * observed)
    plain = _work(kind, line, y, n, np.zeros_like(y))[1]
    freedom = observed.sum(axis=1) - float(x.shape[-1])
    residual = root * (plain - line)
    return Fit(
        coefficients=beta,
        covariance=covariance,
        dispersion=(residual**2).sum(axis=1) / freedom,
        deviance=(_deviance(kind, line, y, n) * observed).sum(axis=1),
        freedom=freedom,
        response=root * response,
        design=root[..., None] * x,
        observed=observed,
    )


def invert(matrices: Floats) -> Floats:
    """Invert a stack of small symmetric matrices, where one may be close to singular."""
    scale = np.sqrt(np.einsum("...pp->...p", matrices)).clip(1e-150)
    outer = scale[..., :, None] * scale[..., None, :]
    ridge = 1e-13 * np.eye(matrices.shape[-1])
    answer: Floats = np.linalg.inv(matrices / outer + ridge) / outer
    return answer


def _start(kind: Kind, y: Floats, n: Floats) -> Floats:
    if kind is Kind.RATE:
        line: Floats = np.log((y + 0.5) / n)
    elif kind is Kind.PROPORTION:
        line = np.log((y + 0.5) / (n - y + 0.5))
    else:
        line = y
    return line


def _work(
    kind: Kind, line: Floats, y: Floats, n: Floats, leverage: Floats
) -> tuple[Floats, Floats]:
    """Weights and working response of one round."""
    if kind is Kind.MEAN:
        return n, y
    if kind is Kind.RATE:
        weight = n * np.exp(line)
        return weight, line + (y - weight + leverage / 2) / weight
    share = 1 / (1 + np.exp(-line))
    weight = n * share * (1 - share)
    return weight, line + (y - n * share + leverage * (0.5 - share)) / weight


def _deviance(kind: Kind, line: Floats, y: Floats, n: Floats) -> Floats:
    """Give each month's part of the deviance."""
    if kind is Kind.MEAN:
        squared: Floats = n * (y - line) ** 2
        return squared
    expected = n * np.exp(line) if kind is Kind.RATE else n / (1 + np.exp(-line))
    lost = 2 * _times_log(y, y / expected)
    if kind is Kind.RATE:
        lost = lost - 2 * (y - expected)
    else:
        lost = lost + 2 * _times_log(n - y, (n - y) / (n - expected))
    return lost


def _times_log(count: Floats, ratio: Floats) -> Floats:
    """Give count times log(ratio), which is 0 where the count is."""
    answer: Floats = count * np.log(np.where(count > 0, ratio, 1.0))
    return answer
