import math

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from metrics.errors import MeasureError
from metrics.waiting import time_to_acknowledge


def test_it_agrees_with_statsmodels():
    rng = np.random.default_rng(1)
    waits = np.ceil(rng.exponential(20, 300))
    limit = rng.uniform(10, 60, 300).round()
    seen = waits <= limit
    told = time_to_acknowledge(np.minimum(waits, limit), seen)
    theirs = SurvfuncRight(np.minimum(waits, limit), seen.astype(int))
    assert told.median == theirs.quantile(0.5)
    assert told.ninetieth == pytest.approx(theirs.quantile(0.9), nan_ok=True)
    at = [1.0, 7.0, 20.0]
    expected = [theirs.surv_prob[np.searchsorted(theirs.surv_times, t, "right") - 1] for t in at]
    assert [told.waiting_after(t) for t in at] == pytest.approx(expected)
    assert told.waiting_after(0) == 1


def test_those_still_waiting_are_not_forgotten():
    # By hand: ten alerts; five seen after 1 to 5 minutes, five still waiting after 60.
    told = time_to_acknowledge(np.array([1, 2, 3, 4, 5] + [60] * 5), np.array([1] * 5 + [0] * 5))
    assert told.waiting_after(5) == pytest.approx(0.5)
    assert math.isnan(told.median)  # exactly half never came below half
    assert (told.alerts, told.still_waiting) == (10, 5)


def test_few_alerts_have_no_centile():
    told = time_to_acknowledge(np.arange(9.0), np.ones(9))
    assert math.isnan(told.median)
    empty = time_to_acknowledge(np.array([]), np.array([]))
    assert (empty.alerts, empty.waiting_after(5)) == (0, 1.0)


@pytest.mark.parametrize(
    ("waited", "seen"), [([-1.0], [1]), ([math.nan], [1]), ([1.0, 2.0], [1]), ([[1.0]], [[1]])]
)
def test_clocks_that_disagree_are_refused(waited, seen):
    with pytest.raises(MeasureError):
        time_to_acknowledge(np.array(waited), np.array(seen))
