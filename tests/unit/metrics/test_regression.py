import numpy as np
import pytest
import statsmodels.api as sm

from metrics import autocorrelation
from metrics.autocorrelation import gather
from metrics.regression import Kind, fit

MONTHS = 36
FAMILIES = {
    Kind.RATE: sm.families.Poisson(),
    Kind.PROPORTION: sm.families.Binomial(),
    Kind.MEAN: sm.families.Gaussian(),
}


def design():
    time = np.arange(MONTHS)
    angle = 2 * np.pi * time / 12
    return np.stack([np.ones(MONTHS), time >= 24, np.cos(angle), np.sin(angle)], axis=1).astype(
        float
    )


def data(kind, rng, series=4):
    base = rng.integers(50, 150, (series, MONTHS)).astype(float)
    if kind is Kind.RATE:
        return rng.poisson(0.1 * base).astype(float), base
    if kind is Kind.PROPORTION:
        return rng.binomial(base.astype(int), 0.4).astype(float), base
    return rng.normal(10, 1, (series, MONTHS)), base


def by_statsmodels(kind, x, y, n, seen):
    x, y, n = x[seen], y[seen], n[seen]
    if kind is Kind.RATE:
        return sm.GLM(y, x, family=FAMILIES[kind], exposure=n).fit(scale="X2", tol=1e-12)
    if kind is Kind.PROPORTION:
        return sm.GLM(y / n, x, family=FAMILIES[kind], var_weights=n).fit(scale="X2", tol=1e-12)
    return sm.GLM(y, x, family=FAMILIES[kind], var_weights=n).fit(scale="X2")


@pytest.mark.parametrize("kind", list(Kind))
def test_many_series_at_once_agree_with_statsmodels_one_by_one(kind):
    rng = np.random.default_rng(3)
    x = design()
    y, n = data(kind, rng)
    seen = rng.random(y.shape) > 0.1  # a tenth of the months is missing
    ours = fit(kind, x, y, n, seen)
    for row in range(len(y)):
        theirs = by_statsmodels(kind, x, y[row], n[row], seen[row])
        assert ours.coefficients[row] == pytest.approx(theirs.params, abs=1e-6)
        assert ours.dispersion[row] == pytest.approx(theirs.scale, rel=1e-6)
        assert ours.deviance[row] == pytest.approx(theirs.deviance, rel=1e-6)
        errors = np.sqrt(ours.dispersion[row] * np.diag(ours.covariance[row]))
        assert errors == pytest.approx(theirs.bse, rel=1e-6)


def test_no_events_after_leave_a_finite_estimate():
    y = np.concatenate([np.full(24, 2.0), np.zeros(12)])[None, :]
    x = design()[:, :2]
    step = fit(
        Kind.RATE, x, y, np.ones_like(y), np.ones_like(y, dtype=bool), reduce_bias=True
    ).coefficients[0, 1]
    # Half an event is added to each side: log((0.5 / 12) / (48.5 / 24)).
    assert step == pytest.approx(np.log((0.5 / 12) / (48.5 / 24)), abs=1e-6)


def test_firth_takes_the_bias_out_of_a_proportion():
    # One level and no covariate: Firth's estimate is (y + 1/2) / (n + 1).
    y = np.zeros((1, 12))
    y[0, 0] = 3
    ones = np.ones((12, 1))
    seen = np.ones_like(y, dtype=bool)
    fitted = fit(Kind.PROPORTION, ones, y, np.full_like(y, 10.0), seen, reduce_bias=True)
    share = 1 / (1 + np.exp(-fitted.coefficients[0, 0]))
    assert share == pytest.approx(3.5 / 121)


def test_without_autocorrelation_the_estimate_is_the_plain_one(monkeypatch):
    monkeypatch.setattr(autocorrelation, "GRID", np.array([0.0]))
    y, n = data(Kind.MEAN, np.random.default_rng(5))
    seen = np.ones_like(y, dtype=bool)
    fitted = fit(Kind.MEAN, design(), y, n, seen)
    found = gather(fitted, 1, least_dispersion=0).weigh()
    for row in range(len(y)):
        theirs = sm.WLS(y[row], design(), weights=n[row]).fit()
        assert found.value[row] == pytest.approx(theirs.params[1])
        assert found.p[row] == pytest.approx(theirs.pvalues[1])
        low, high = found.interval()
        assert (low[row], high[row]) == pytest.approx(tuple(theirs.conf_int()[1]))


def test_at_a_given_autocorrelation_the_estimate_is_generalised_least_squares(monkeypatch):
    monkeypatch.setattr(autocorrelation, "GRID", np.array([0.4]))
    y, _ = data(Kind.MEAN, np.random.default_rng(6), series=2)
    seen = np.ones_like(y, dtype=bool)
    seen[1, [3, 4, 20]] = False
    found = gather(
        fit(Kind.MEAN, design(), y, np.ones_like(y), seen), 1, least_dispersion=0
    ).weigh()
    month = np.arange(MONTHS)
    sigma = 0.4 ** np.abs(month[:, None] - month)
    for row in range(2):
        at = seen[row]
        theirs = sm.GLS(y[row, at], design()[at], sigma=sigma[np.ix_(at, at)]).fit()
        assert found.value[row] == pytest.approx(theirs.params[1])
        assert found.p[row] == pytest.approx(theirs.pvalues[1])


def test_autocorrelation_makes_us_less_sure():
    rng = np.random.default_rng(7)
    noise = rng.standard_normal((1, MONTHS))
    walk = noise.copy()
    for month in range(1, MONTHS):
        walk[0, month] = 0.8 * walk[0, month - 1] + 0.6 * noise[0, month]
    ones, seen = np.ones_like(walk), np.ones_like(walk, dtype=bool)
    calm = gather(fit(Kind.MEAN, design(), noise, ones, seen), 1, least_dispersion=0).weigh()
    wild = gather(fit(Kind.MEAN, design(), walk, ones, seen), 1, least_dispersion=0).weigh()
    assert wild.correlation[0] > calm.correlation[0]
