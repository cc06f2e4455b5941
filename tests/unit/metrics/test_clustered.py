import math

import numpy as np
import pytest

from metrics.clustered import error_by_cluster


def test_two_groups_of_single_rows_have_the_error_and_freedom_of_the_textbook():
    """One row a cluster, three in one group and seven in the other, worked out by formula.

    Error: sqrt(s1^2 / n1 + s2^2 / n2), as Welch's. Freedom where all rows vary alike (Imbens and
    Kolesar 2016): (1/n1 + 1/n2)^2 / (1 / (n1^2 (n1 - 1)) + 1 / (n2^2 (n2 - 1))).
    """
    y = np.array([1.0, 4, 2, 9, 8, 5, 7, 6, 9, 3])
    treated = np.repeat([1.0, 0.0], [3, 7])
    x = np.stack([treated, np.ones(10)], axis=1)
    bread = np.linalg.inv(x.T @ x)
    left = y - x @ bread @ x.T @ y
    error, freedom = error_by_cluster(x, bread, left, np.arange(10))
    one, other = y[:3], y[3:]
    assert error == pytest.approx(math.sqrt(one.var(ddof=1) / 3 + other.var(ddof=1) / 7))
    expected = (1 / 3 + 1 / 7) ** 2 / (1 / (9 * 2) + 1 / (49 * 6))
    assert freedom == pytest.approx(expected)


def test_rows_of_one_cluster_count_once():
    """Every row three times over says nothing new: error and freedom stay as they were."""
    rng = np.random.default_rng(3)
    y = rng.normal(size=8)
    x = np.stack([np.repeat([1.0, 0.0], 4), np.ones(8)], axis=1)

    def told(x, y, cluster):
        bread = np.linalg.inv(x.T @ x)
        return error_by_cluster(x, bread, y - x @ bread @ x.T @ y, cluster)

    once = told(x, y, np.arange(8))
    again = told(np.repeat(x, 3, axis=0), np.repeat(y, 3), np.repeat(np.arange(8), 3))
    assert again == pytest.approx(once)
