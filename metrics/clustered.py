"""Errors of a regression whose rows belong together, when there are few such clusters.

The usual clustered error (Liang and Zeger 1986) is too small with fewer than forty clusters. Here
residuals are first set free of what the fit took of them, and the t distribution has the degrees of
freedom that the clusters give (CR2: Bell and McCaffrey 2002; Imbens and Kolesar 2016; with a level
for each cluster: Pustejovsky and Tipton 2018).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from metrics._arrays import Floats, Ints

TINY = 1e-9


def error_by_cluster(x: Floats, bread: Floats, left: Floats, cluster: Ints) -> tuple[float, float]:
    """Give the standard error of the first coefficient, and its degrees of freedom.

    x and left: design and residuals, each row scaled so that all have the same variance.
    """
    reach = x @ bread[0]  # how each row pulls on the coefficient
    pulls = []
    for number in range(int(cluster.max()) + 1):
        own = cluster == number
        shares, ways = np.linalg.eigh(np.eye(int(own.sum())) - x[own] @ bread @ x[own].T)
        # A cluster's own level takes one direction up whole: nothing is left of it to weigh.
        root = np.divide(1, np.sqrt(shares.clip(0)), out=np.zeros_like(shares), where=shares > TINY)
        pull = np.zeros(len(cluster))
        pull[own] = ways @ (root * (ways.T @ reach[own]))
        pulls.append(pull)
    weights = np.stack(pulls)
    # What a row's error does to each cluster's part, now that the fit has taken its share of it.
    spread = weights - (weights @ x) @ bread @ x.T
    products = spread @ spread.T
    variance = float(((weights @ left) ** 2).sum())
    return math.sqrt(variance), float(np.trace(products) ** 2 / (products**2).sum())
