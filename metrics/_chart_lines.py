"""Centre lines and limits of each kind of control chart, for all parts of all charts at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from metrics._arrays import Bools, Floats, Ints, means_by, medians_by, sums_by

SIGMA_PER_RANGE = 1.128  # d2 of two: average moving range to standard deviation
SCREEN = 3.267  # D4 of two: upper limit of a moving range, in average moving ranges
PRIME_SCREEN = 3.2665  # the same constant as the I prime chart takes it
T_POWER = 3.6  # turns times between events into near enough a normal spread
G_CENTRE = 0.693  # ln 2: median of a geometric spread, in means


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The points of one part of a chart after the other, and which of them make the lines.

    part: the number of the point's part from 0, never falling; parts: how many there are.
    """

    y: Floats
    y_sum: Floats
    n: Floats
    base: Bools
    part: Ints
    parts: int
    centre: float | None
    screened: bool
    categorical: bool

    def of_base(self, values: Floats) -> tuple[Floats, Ints]:
        """Give the values that make the lines, and the part of each."""
        return values[self.base], self.part[self.base]

    def mean(self, values: Floats) -> Floats:
        return means_by(*self.of_base(values), self.parts)

    def given_or(self, computed: Floats) -> Floats:
        return computed if self.centre is None else np.full(self.parts, self.centre)

    def ratio(self, over: Floats) -> Floats:
        """Sum of a column over the sum of n, of the points that make the lines."""
        known = self.base & ~np.isnan(self.y)
        part, parts = self.part[known], self.parts
        total = sums_by(self.n[known], part, parts)
        ratios: Floats = np.full(parts, np.nan)
        np.divide(sums_by(over[known], part, parts), total, out=ratios, where=total > 0)
        return ratios


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


def moving_ranges(y: Floats, part: Ints) -> Floats:
    """Return the distance of each value from the one before; NaN for the first of a part."""
    ranges: Floats = np.abs(np.diff(y, prepend=np.nan))
    ranges[1:][part[1:] != part[:-1]] = np.nan
    return ranges


def _screened_mean(points: Parts, ranges: Floats, part: Ints, screen: float) -> Floats:
    """Mean of the ranges; if screened, once more without those at or above screen x mean."""
    means = means_by(ranges, part, points.parts)
    if not points.screened:
        return means
    few = np.where(ranges < screen * means[part], ranges, np.nan)
    return means_by(few, part, points.parts)


def _range_sigma(points: Parts, y: Floats) -> Floats:
    based, part = points.of_base(y)
    ranges = moving_ranges(based, part)
    return _screened_mean(points, ranges, part, SCREEN) / SIGMA_PER_RANGE


def _around(
    points: Parts,
    centre: Floats,
    sigma: Floats,
    *,
    floor: float = -np.inf,
    ceiling: float = np.inf,
) -> Lines:
    """Lines at two and three sigma (one a point) either side, kept between floor and ceiling.

    A line that has no finite place is NaN.
    """
    cl = centre[points.part]
    spread = cl * 0 + sigma
    spread[~np.isfinite(spread)] = np.nan
    twice, thrice = 2 * spread, 3 * spread
    lines = np.array([cl - thrice, cl - twice, cl + twice, cl + thrice])
    if floor > -np.inf or ceiling < np.inf:
        lines = np.minimum(np.maximum(lines, floor), ceiling)
    return Lines(
        y=points.y,
        side=np.sign(points.y - cl),
        cl=cl,
        lcl=lines[0],
        lcl_95=lines[1],
        ucl_95=lines[2],
        ucl=lines[3],
    )


def _median(points: Parts) -> Floats:
    return medians_by(*points.of_base(points.y), points.parts)


def run(points: Parts) -> Lines:
    """Median, no limits."""
    return _around(points, points.given_or(_median(points)), np.full(len(points.y), np.nan))


def i(points: Parts) -> Lines:
    """Individual values: mean, and sigma from moving ranges of two (Shewhart; Wheeler)."""
    sigma = _range_sigma(points, points.y)[points.part]
    return _around(points, points.given_or(points.mean(points.y)), sigma)


def mr(points: Parts) -> Lines:
    """Draw moving ranges: their mean, upper limit at D4 = 3.267 of it, lower limit 0."""
    ranges = moving_ranges(points.y, points.part)
    based, part = points.of_base(ranges)
    centre = points.given_or(_screened_mean(points, based, part, SCREEN))
    drawn = replace(points, y=ranges)
    return _around(drawn, centre, centre[points.part] * (SCREEN - 1) / 3, floor=0)


def _p_sigma(points: Parts, centre: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma: Floats = np.sqrt((centre * (1 - centre))[points.part] / points.n)
    return sigma


def _u_sigma(points: Parts, centre: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma: Floats = np.sqrt(centre[points.part] / points.n)
    return sigma


def p(points: Parts) -> Lines:
    """Shares: binomial sigma, kept between 0 and 1 (Montgomery)."""
    centre = points.given_or(points.ratio(points.y_sum))
    return _around(points, centre, _p_sigma(points, centre), floor=0, ceiling=1)


def u(points: Parts) -> Lines:
    """Rates: Poisson sigma over the exposure, not below 0 (Montgomery)."""
    centre = points.given_or(points.ratio(points.y_sum))
    return _around(points, centre, _u_sigma(points, centre), floor=0)


def _laney(points: Parts, centre: Floats, sigma: Floats) -> Floats:
    """Sigma widened by the spread between points (Laney 2002)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (points.y - centre[points.part]) / sigma
        between = _spread_of_names(points, z) if points.categorical else _range_sigma(points, z)
        # A point without n has no sigma: endless times nought is no number, and is not drawn.
        widened: Floats = sigma * between[points.part]
    return widened


def _spread_of_names(points: Parts, z: Floats) -> Floats:
    """Names have no order, and so no moving ranges: the standard deviation stands in."""
    known = points.base & np.isfinite(z)
    apart = [z[known & (points.part == number)] for number in range(points.parts)]
    return np.array([np.std(some, ddof=1) if len(some) > 1 else np.nan for some in apart])


def pp(points: Parts) -> Lines:
    """Shares with spread between points: P prime."""
    centre = points.given_or(points.ratio(points.y_sum))
    sigma = _laney(points, centre, _p_sigma(points, centre))
    return _around(points, centre, sigma, floor=0, ceiling=1)


def up(points: Parts) -> Lines:
    """Rates with spread between points: U prime."""
    centre = points.given_or(points.ratio(points.y_sum))
    return _around(points, centre, _laney(points, centre, _u_sigma(points, centre)), floor=0)


def c(points: Parts) -> Lines:
    """Draw counts: Poisson sigma, not below 0 (Montgomery)."""
    centre = points.given_or(points.mean(points.y))
    return _around(points, centre, np.sqrt(centre)[points.part], floor=0)


def g(points: Parts) -> Lines:
    """Cases between events: geometric sigma; the median is drawn (Provost and Murray)."""
    mean = points.given_or(points.mean(points.y))
    lines = _around(points, mean, np.sqrt(mean * (mean + 1))[points.part], floor=0)
    drawn = _median(points) if points.centre is None else G_CENTRE * mean
    cl = drawn[points.part]
    return replace(lines, cl=cl, side=np.sign(points.y - cl))


def t(points: Parts) -> Lines:
    """Time between events: an I chart of y^(1/3.6), drawn in the unit of y (Nelson 1994)."""
    y = points.y ** (1 / T_POWER)
    centre = None if points.centre is None else points.centre ** (1 / T_POWER)
    lines = i(replace(points, y=y, centre=centre))

    def back(line: Floats) -> Floats:
        drawn: Floats = np.maximum(line, 0.0) ** T_POWER
        return drawn

    return Lines(
        y=points.y,
        side=lines.side,
        cl=back(lines.cl),
        lcl=back(lines.lcl),
        lcl_95=back(lines.lcl_95),
        ucl_95=back(lines.ucl_95),
        ucl=back(lines.ucl),
    )


def ip(points: Parts) -> Lines:
    """Individual values of unequal size: I prime (Taylor 2017).

    Sigma comes from all points of the part, also those outside the baseline.
    """
    centre = points.given_or(points.ratio(points.y * points.n))
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / points.n
        spans = np.sqrt(weight + np.concatenate(([np.nan], weight[:-1])))
        ranges = np.sqrt(np.pi / 2) * moving_ranges(points.y, points.part) / spans
        mean = _screened_mean(points, ranges, points.part, PRIME_SCREEN)
        sigma = mean[points.part] / np.sqrt(points.n)
    return _around(points, centre, sigma)


LINES: dict[str, Callable[[Parts], Lines]] = {
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
