"""How well alerts are told apart from everything else: d-prime and its uncertainty.

Sources: Stanislaw & Todorov 1999 (Behav Res Methods 31:137-149); Hautus 1995 (27:46-51) for the
log-linear correction; Miller 1996 for the exact variance, as recommended by Suero, Privado &
Botella 2017 (Psicologica 38:149-175).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, SupportsIndex

from metrics.errors import MeasureError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Beyond this many standard deviations a binomial holds less than 1e-30 of its probability.
TAIL_SDS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognition:
    """What was seen for what it was. Rates carry the log-linear correction (add a half)."""

    hit_rate: float
    false_alarm_rate: float
    d_prime: float
    criterion: float
    """Above 0: cautious, more misses than false alarms. Below 0: says yes too readily."""
    d_prime_se: float
    items: int

    @property
    def d_prime_interval(self) -> tuple[float, float]:
        """The 95% interval of d-prime. With ten items of each kind it is about 1.2 either way."""
        half = 1.959963984540054 * self.d_prime_se
        return self.d_prime - half, self.d_prime + half

    @property
    def area(self) -> float:
        """How often a true alert would be told from a false one, set side by side (0.5 to 1)."""
        return 0.5 * math.erfc(-self.d_prime / 2)


def recognition(hits: int, misses: int, false_alarms: int, correct_rejections: int) -> Recognition:
    """Say how well true alerts (hits, misses) were told from the rest.

    The four counts are whole numbers, 0 or more, with at least one item of each kind; otherwise
    MeasureError. The correction is applied to everyone, not only where a rate is 0 or 1.
    """
    from scipy.special import ndtri

    h = _count("hits", hits)
    m = _count("misses", misses)
    f = _count("false alarms", false_alarms)
    r = _count("correct rejections", correct_rejections)
    if h + m == 0:
        raise MeasureError("No true alerts were shown, so nobody can say how many were seen.")
    if f + r == 0:
        raise MeasureError("Only true alerts were shown, so false alarms cannot be counted.")
    hit_rate = (h + 0.5) / (h + m + 1)
    false_alarm_rate = (f + 0.5) / (f + r + 1)
    z_hit, z_false = float(ndtri(hit_rate)), float(ndtri(false_alarm_rate))
    variance = z_variance(h + m, hit_rate) + z_variance(f + r, false_alarm_rate)
    return Recognition(
        hit_rate=hit_rate,
        false_alarm_rate=false_alarm_rate,
        d_prime=z_hit - z_false,
        criterion=-(z_hit + z_false) / 2,
        d_prime_se=math.sqrt(variance),
        items=h + m + f + r,
    )


def recognitions(hits: Ints, with_: Ints, false_alarms: Ints, without: Ints) -> tuple[Floats, ...]:
    """Give d-prime and its standard error of many groups at once, as `recognition` does of one.

    hits out of with_, false_alarms out of without; each at least one item of each kind.
    """
    import numpy as np
    from scipy.special import ndtri

    rates = [(seen + 0.5) / (of + 1) for seen, of in ((hits, with_), (false_alarms, without))]
    variance = _z_variances(with_, rates[0]) + _z_variances(without, rates[1])
    return ndtri(rates[0]) - ndtri(rates[1]), np.sqrt(variance)


def _z_variances(items: Ints, rate: Floats) -> Floats:
    """Give `z_variance` of many at once; what lies beyond a binomial's tails weighs nothing."""
    import numpy as np
    from scipy.special import gammaln, ndtri

    middle = items * rate
    spread = TAIL_SDS * np.sqrt(middle * (1 - rate)) + TAIL_SDS
    first = np.floor(middle - spread).clip(0)
    last = np.minimum(items, np.ceil(middle + spread))
    k = first[:, None] + np.arange(int((last - first).max()) + 1)
    n, p = items[:, None], rate[:, None]
    inside = k <= last[:, None]
    k = np.minimum(k, last[:, None])
    log_weight = (
        gammaln(n + 1)
        - gammaln(k + 1)
        - gammaln(n - k + 1)
        + k * np.log(p)
        + (n - k) * np.log1p(-p)
    )
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True)) * inside
    weight /= weight.sum(axis=1, keepdims=True)
    z = ndtri((k + 0.5) / (n + 1))
    mean = (weight * z).sum(axis=1, keepdims=True)
    answer: Floats = (weight * (z - mean) ** 2).sum(axis=1)
    return answer


def z_variance(items: int, rate: float) -> float:
    """Miller's exact variance of z((k + 0.5) / (items + 1)), where k is binomial(items, rate)."""
    import numpy as np
    from scipy.special import gammaln, ndtri

    middle, spread = items * rate, TAIL_SDS * math.sqrt(items * rate * (1 - rate)) + TAIL_SDS
    k = np.arange(max(0, math.floor(middle - spread)), min(items, math.ceil(middle + spread)) + 1)
    log_weight = (
        gammaln(items + 1)
        - gammaln(k + 1)
        - gammaln(items - k + 1)
        + k * math.log(rate)
        + (items - k) * math.log1p(-rate)
    )
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    z = ndtri((k + 0.5) / (items + 1))
    mean = float(weight @ z)
    return float(weight @ (z - mean) ** 2)


def _count(name: str, value: SupportsIndex) -> int:
    """Take a whole number that counts something, from Python, NumPy or a frame."""
    if isinstance(value, bool):
        raise MeasureError(f"The number of {name} must be a whole number, not yes or no.")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise MeasureError(f"The number of {name} must be a whole number.") from None
    if not math.isfinite(number) or number != math.floor(number):
        raise MeasureError(f"The number of {name} must be a whole number.")
    if number < 0:
        raise MeasureError(f"The number of {name} cannot be below 0.")
    return int(number)
