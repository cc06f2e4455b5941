"""Centre lines and limits of each kind of control chart, for one part of a chart."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from metrics._arrays import Bools, Floats, exact_mean
from metrics._chart_points import moving_ranges, screened_mean

SIGMA_PER_RANGE = 1.128  # d2 of two: average moving range to standard deviation
SCREEN = 3.267  # D4 of two: upper limit of a moving range, in average moving ranges
PRIME_SCREEN = 3.2665  # the same constant as the I prime chart takes it
T_POWER = 3.6  # turns times between events into near enough a normal spread
G_CENTRE = 0.693  # ln 2: median of a geometric spread, in means


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a chart: its points, and which of them make the lines."""

    y: Floats
    y_sum: Floats
    n: Floats
    base: Bools
    centre: float | None
    screened: bool
    categorical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Plotted y and lines, one entry a point; side of the centre line, NaN where y is missing."""

    y: Floats
    side: Floats
    cl: Floats
    lcl: Floats
    lcl_95: Floats
    ucl_95: Floats
    ucl: Floats


def _around(
    part: Part,
    centre: float,
    sigma: Floats | float,
    *,
    floor: float = -np.inf,
    ceiling: float = np.inf,
) -> Lines:
    """Lines at two and three sigma either side, kept between floor and ceiling.

    A line that has no finite place is NaN.
    """
    cl = np.full(part.y.shape, centre)
    spread = cl * 0 + sigma
    spread[~np.isfinite(spread)] = np.nan
    twice, thrice = 2 * spread, 3 * spread
    lines = np.array([cl - thrice, cl - twice, cl + twice, cl + thrice])
    if floor > -np.inf or ceiling < np.inf:
        lines = np.minimum(np.maximum(lines, floor), ceiling)
    return Lines(
        y=part.y,
        side=np.sign(part.y - cl),
        cl=cl,
        lcl=lines[0],
        lcl_95=lines[1],
        ucl_95=lines[2],
        ucl=lines[3],
    )


def _mean(part: Part, y: Floats) -> float:
    based = y[part.base]
    return exact_mean(based[~np.isnan(based)].tolist())


def _ratio(part: Part, over: Floats, under: Floats) -> float:
    """Sum of one column over sum of the other, of the points that make the lines."""
    known = part.base & ~np.isnan(part.y)
    total = float(under[known].sum())
    return float(over[known].sum()) / total if total > 0 else np.nan


def _given_or(part: Part, computed: float) -> float:
    return computed if part.centre is None else part.centre


def run(part: Part) -> Lines:
    """Median, no limits."""
    based = part.y[part.base]
    known = based[~np.isnan(based)]
    centre = float(np.median(known)) if len(known) else np.nan
    return _around(part, _given_or(part, centre), np.nan)


def _range_sigma(part: Part, y: Floats) -> float:
    ranges = moving_ranges(y[part.base])
    return screened_mean(ranges, SCREEN, screened=part.screened) / SIGMA_PER_RANGE


def i(part: Part) -> Lines:
    """Individual values: mean, and sigma from moving ranges of two (Shewhart; Wheeler)."""
    return _around(part, _given_or(part, _mean(part, part.y)), _range_sigma(part, part.y))


def mr(part: Part) -> Lines:
    """Draw moving ranges: their mean, upper limit at D4 = 3.267 of it, lower limit 0."""
    ranges = moving_ranges(part.y)
    centre = _given_or(part, screened_mean(ranges[part.base], SCREEN, screened=part.screened))
    drawn = Part(
        y=ranges,
        y_sum=part.y_sum,
        n=part.n,
        base=part.base,
        centre=centre,
        screened=part.screened,
        categorical=part.categorical,
    )
    return _around(drawn, centre, centre * (SCREEN - 1) / 3, floor=0)


def _p_sigma(part: Part, centre: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(centre * (1 - centre) / part.n)


def _u_sigma(part: Part, centre: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(centre / part.n)


def p(part: Part) -> Lines:
    """Shares: binomial sigma, kept between 0 and 1 (Montgomery)."""
    centre = _given_or(part, _ratio(part, part.y_sum, part.n))
    return _around(part, centre, _p_sigma(part, centre), floor=0, ceiling=1)


def u(part: Part) -> Lines:
    """Rates: Poisson sigma over the exposure, not below 0 (Montgomery)."""
    centre = _given_or(part, _ratio(part, part.y_sum, part.n))
    return _around(part, centre, _u_sigma(part, centre), floor=0)


def _laney(part: Part, centre: float, sigma: Floats) -> Floats:
    """Sigma widened by the spread between points (Laney 2002)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (part.y - centre) / sigma
        if not part.categorical:
            # A point without n has no sigma: endless times nought is no number, and is not drawn.
            return sigma * _range_sigma(part, z)
    known = z[part.base & np.isfinite(z)]
    between = float(np.std(known, ddof=1)) if len(known) > 1 else np.nan
    return sigma * between


def pp(part: Part) -> Lines:
    """Shares with spread between points: P prime."""
    centre = _given_or(part, _ratio(part, part.y_sum, part.n))
    sigma = _laney(part, centre, _p_sigma(part, centre))
    return _around(part, centre, sigma, floor=0, ceiling=1)


def up(part: Part) -> Lines:
    """Rates with spread between points: U prime."""
    centre = _given_or(part, _ratio(part, part.y_sum, part.n))
    return _around(part, centre, _laney(part, centre, _u_sigma(part, centre)), floor=0)


def c(part: Part) -> Lines:
    """Draw counts: Poisson sigma, not below 0 (Montgomery)."""
    centre = _given_or(part, _mean(part, part.y))
    return _around(part, centre, np.sqrt(centre), floor=0)


def g(part: Part) -> Lines:
    """Cases between events: geometric sigma; the median is drawn (Provost and Murray)."""
    mean = _given_or(part, _mean(part, part.y))
    drawn = run(part).cl if part.centre is None else np.full(part.y.shape, G_CENTRE * mean)
    lines = _around(part, mean, np.sqrt(mean * (mean + 1)), floor=0)
    return Lines(
        y=part.y,
        side=np.sign(part.y - drawn),
        cl=drawn,
        lcl=lines.lcl,
        lcl_95=lines.lcl_95,
        ucl_95=lines.ucl_95,
        ucl=lines.ucl,
    )


def t(part: Part) -> Lines:
    """Time between events: an I chart of y^(1/3.6), drawn in the unit of y (Nelson 1994)."""
    y = part.y ** (1 / T_POWER)
    mean = _mean(part, y) if part.centre is None else part.centre ** (1 / T_POWER)
    sigma = _range_sigma(part, y)

    def back(line: float) -> Floats:
        return np.full(part.y.shape, np.maximum(line, 0.0) ** T_POWER)

    return Lines(
        y=part.y,
        side=np.sign(y - mean),
        cl=back(mean),
        lcl=back(mean - 3 * sigma),
        lcl_95=back(mean - 2 * sigma),
        ucl_95=back(mean + 2 * sigma),
        ucl=back(mean + 3 * sigma),
    )


def ip(part: Part) -> Lines:
    """Individual values of unequal size: I prime (Taylor 2017).

    Sigma comes from all points of the part, also those outside the baseline.
    """
    centre = _given_or(part, _ratio(part, part.y * part.n, part.n))
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / part.n
        spans = np.sqrt(weight + np.concatenate(([np.nan], weight[:-1])))
        ranges = np.sqrt(np.pi / 2) * moving_ranges(part.y) / spans
        mean = screened_mean(ranges, PRIME_SCREEN, screened=part.screened)
        sigma = mean / np.sqrt(part.n)
    return _around(part, centre, sigma)


LINES: dict[str, Callable[[Part], Lines]] = {
    "run": run,
    "i": i,
    "mr": mr,
    "p": p,
    "pp": pp,
    "u": u,
    "up": up,
    "c": c,
    "g": g,
    "t": t,
    "ip": ip,
}
