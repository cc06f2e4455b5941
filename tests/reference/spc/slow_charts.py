"""Second control charts, straight from the description of qicharts2, one number at a time.

Slow and plain on purpose: lists, None for what is missing, no arrays. One row an x.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import comb, log2, pi, sqrt
from statistics import mean, median

WEIGHED = {"p", "pp", "u", "up", "ip"}


def known(values):
    return [value for value in values if value is not None]


def of(function, values):
    return function(known(values)) if known(values) else None


def ranges(values):
    return [None if a is None or b is None else abs(b - a) for a, b in pairwise(values)]


def screened(moving, limit, is_on):
    average = of(mean, moving)
    if is_on and average is not None:
        average = of(mean, [r for r in known(moving) if r < limit * average])
    return average


def range_sigma(values, is_on):
    average = screened(ranges(values), 3.267, is_on)
    return None if average is None else average / 1.128


@dataclass
class Asked:
    """One part of a chart: its readings and settings, and the first points that make its lines.

    left_out: places, from 0, of points that are in no line and no run.
    """

    kind: str
    y: list
    n: list | None
    freeze: int | None
    screen: bool
    multiply: float
    left_out: frozenset = frozenset()

    def __post_init__(self):
        if self.n is not None:
            whole = [(a, b) for a, b in zip(self.y, self.n, strict=True)]
            whole = [(None, 0) if None in pair else pair for pair in whole]
            self.y, self.n = [a for a, _ in whole], [b for _, b in whole]

    @property
    def base(self):
        size = len(self.y) if self.freeze is None else min(self.freeze, len(self.y))
        return [place for place in range(size) if place not in self.left_out]

    @property
    def plotted(self):
        if self.n is None:
            return self.y
        pairs = zip(self.y, self.n, strict=True)
        return [a / b if a is not None and b else None for a, b in pairs]

    def of_base(self, values):
        return [values[i] for i in self.base]

    def beside(self, values, line):
        """Distances from a line of what counts for runs."""
        there = [a for i, a in enumerate(values) if i not in self.left_out and a is not None]
        return [a - line for a in there if a != line]


def slow_chart(asked):
    """Give the centre, lower and upper line of each point, and whether runs give a signal."""
    if asked.kind == "mr":
        return moving_ranges(asked)
    plotted = asked.plotted
    centre = centre_of(asked)
    if centre is None:
        return [(None, None, None)] * len(plotted), False
    if asked.kind == "t":
        return times_between(asked)
    drawn = of(median, asked.of_base(plotted)) if asked.kind == "g" else centre
    lines = []
    for sigma in sigma_of(asked, centre):
        ends = [None if sigma is None else centre + way * 3 * sigma for way in (-1, 1)]
        lines.append((drawn, *kept_within(ends, asked.kind)))
    return scaled(lines, asked), signal(asked.beside(plotted, drawn))


def centre_of(asked):
    values = asked.of_base(asked.plotted)
    if asked.kind in WEIGHED and asked.n is not None:
        there = [i for i in asked.base if asked.plotted[i] is not None]
        total = sum(asked.n[i] for i in there)
        return sum(asked.y[i] for i in there) / total if total else None
    return of(median if asked.kind == "run" else mean, values)


def sigma_of(asked, centre):
    size, n = len(asked.y), asked.n
    if asked.kind == "run":
        return [None] * size
    if asked.kind == "i":
        return [range_sigma(asked.of_base(asked.y), asked.screen)] * size
    if asked.kind == "c":
        return [sqrt(centre)] * size
    if asked.kind == "g":
        return [sqrt(centre * (centre + 1))] * size
    if asked.kind == "ip":
        return of_unequal_size(asked)
    spread = centre * (1 - centre) if asked.kind in {"p", "pp"} else centre
    sigma = [sqrt(spread / m) if m else None for m in n]
    return sigma if asked.kind in {"p", "u"} else widened(asked, centre, sigma)


def widened(asked, centre, sigma):
    pairs = zip(asked.plotted, sigma, strict=True)
    z = [(a - centre) / s if a is not None and s else None for a, s in pairs]
    between = range_sigma(asked.of_base(z), asked.screen)
    return [None if s is None or between is None else s * between for s in sigma]


def of_unequal_size(asked):
    """Sigma of an I prime chart: from all points, whatever makes the centre."""
    weight, plotted = asked.n or [1] * len(asked.y), asked.plotted
    moving = [
        sqrt(pi / 2) * abs(plotted[i] - plotted[i - 1]) / sqrt(1 / weight[i] + 1 / weight[i - 1])
        for i in range(1, len(plotted))
        if plotted[i] is not None and plotted[i - 1] is not None
    ]
    average = screened(moving, 3.2665, asked.screen)
    return [average / sqrt(m) if average is not None and m else None for m in weight]


def times_between(asked):
    power = [None if a is None else a ** (1 / 3.6) for a in asked.y]
    values = asked.of_base(power)
    middle, step = of(mean, values), range_sigma(values, asked.screen)
    ends = [None if step is None else middle + way * 3 * step for way in (-1, 1)]
    back = [None if end is None else max(end, 0) ** 3.6 for end in ends]
    sides = signal(asked.beside(power, middle))
    return scaled([(middle**3.6, *back)] * len(power), asked), sides


def moving_ranges(asked):
    average = screened(asked.of_base([None, *ranges(asked.plotted)]), 3.267, asked.screen)
    end = None if average is None else 3.267 * average
    return scaled([(average, 0 if average is not None else None, end)] * len(asked.y), asked), False


def kept_within(ends, kind):
    """No line below nought, save of single values; none of a share above one."""
    if kind not in {"run", "i", "ip"}:
        ends = [None if end is None else max(end, 0) for end in ends]
    if kind in {"p", "pp"}:
        ends = [None if end is None else min(end, 1) for end in ends]
    return ends


def scaled(lines, asked):
    return [tuple(None if a is None else a * asked.multiply for a in line) for line in lines]


def signal(distances):
    """Anhoej: too long a run on one side, or too few crossings."""
    many = len(distances)
    if not many:
        return False
    longest = run = 1
    crossings = 0
    for a, b in pairwise(distances):
        run = run + 1 if (a > 0) == (b > 0) else 1
        crossings += (a > 0) != (b > 0)
        longest = max(longest, run)
    chances = [comb(many - 1, k) / 2 ** (many - 1) for k in range(many)]
    fewest = next(k for k in range(many) if sum(chances[: k + 1]) >= 0.05)
    return longest > round(log2(many)) + 3 or crossings < fewest
