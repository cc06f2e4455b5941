"""The drawn series have the properties that the truth file claims for them."""

import numpy as np
import pytest

from tracker.demo.counts import AUTOCORRELATION, DISPERSION, monthly_counts

REPLICATES = 4_000
MONTHS = 36


@pytest.fixture(scope="module")
def season():
    return 1 + 0.1 * np.cos(2 * np.pi * np.arange(MONTHS) / 12)


def draw(means):
    rng = np.random.default_rng(20)
    return monthly_counts(rng, np.repeat(means[:, None], REPLICATES, axis=1))


def lag_one(residuals):
    return (residuals[1:] * residuals[:-1]).mean() / (residuals**2).mean()


@pytest.mark.parametrize("mean", [2.0, 8.0, 40.0, 200.0])
def test_counts_have_the_mean_dispersion_and_autocorrelation_they_claim(mean, season):
    means = mean * season

    counts = draw(means)

    residuals = (counts - means[:, None]) / np.sqrt(means[:, None])
    assert counts.mean() == pytest.approx(means.mean(), rel=0.01)
    assert (residuals**2).mean() == pytest.approx(DISPERSION, abs=0.03)
    assert lag_one(residuals) == pytest.approx(AUTOCORRELATION, abs=0.02)


def test_a_sum_of_wards_behaves_as_each_ward_does(season):
    means = 5.0 * season

    division = draw(means).reshape(MONTHS, -1, 8).sum(axis=2)

    residuals = (division - 8 * means[:, None]) / np.sqrt(8 * means[:, None])
    assert (residuals**2).mean() == pytest.approx(DISPERSION, abs=0.05)
    assert lag_one(residuals) == pytest.approx(AUTOCORRELATION, abs=0.03)


def test_a_share_of_two_series_has_the_same_dispersion_and_autocorrelation():
    share, total = 0.4, 60.0
    hits = draw(np.full(MONTHS, share * total))
    misses = monthly_counts(
        np.random.default_rng(21), np.full((MONTHS, REPLICATES), (1 - share) * total)
    )
    shown = hits + misses

    residuals = (hits - share * shown) / np.sqrt(shown * share * (1 - share))

    assert (residuals**2).mean() == pytest.approx(DISPERSION, abs=0.04)
    assert lag_one(residuals) == pytest.approx(AUTOCORRELATION, abs=0.02)


def test_a_step_shows_at_once_and_in_full():
    means = np.where(np.arange(MONTHS) < 24, 40.0, 28.0)

    counts = draw(means)

    assert counts[24].mean() == pytest.approx(28.0, rel=0.02)
    assert counts[24:].mean() / counts[:24].mean() == pytest.approx(0.7, rel=0.01)


def test_nothing_is_drawn_where_nothing_is_expected():
    counts = monthly_counts(np.random.default_rng(1), np.zeros((MONTHS, 3)))

    assert not counts.any()
