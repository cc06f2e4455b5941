"""Finds small numbers that follow from the sums over units and months that comparisons rest upon.

A comparison gives out ratios and intervals, in whole percents. With small numbers that is as good
as giving out the sums behind them: events before and after, on either side. So these are taken as
known, beside all that is shown by month and quarter. What is then known of hidden numbers must be
0 or at least 8 (and of at least 8 staff, where staff did it): each hidden number that the sums
settle, what they leave of hidden numbers, the difference of two of them, and what a whole leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from metrics.disclosure_algebra import SETTLED, TINY
from metrics.disclosure_subtraction import CLOSE, FEWEST, none_or_enough
from metrics.months import read_month, read_months

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from metrics.disclosure_grid import Bools, Floats, Ints

YEAR, QUARTER = 12, 3
#: Numbers further from the sums than these first ones tell next to nothing, and cost much.
MOST_NUMBERS = 1000


@dataclass(frozen=True, kw_only=True)
class Sum:
    """Series added up from the month `first` up to, and without, the month `ends`."""

    series: tuple[str, ...]
    first: object
    ends: object


def withheld(
    observations: pd.DataFrame,
    *,
    shown: pd.DataFrame,
    wholes: Sequence[Mapping[str, str]],
    asked: Sequence[Sequence[Sum]],
    staff_did_it: bool,
) -> list[bool]:
    """Tell for each comparison, first come first served, whether it must be held back.

    observations: series, month, numerator, contributors: the whole history. shown: series, period,
    months (1 or 3): what is shown beside. wholes: series -> the series it is a part of.
    asked: the sums of each comparison.
    """
    sums = [one for own in asked for one in own]
    if not sums or observations.empty:
        return [False] * len(asked)
    world = _lay_out(observations, shown, wholes, sums, staff_did_it=staff_did_it)
    rows = [[world.row(one) for one in own] for own in asked]
    every = [row for own in rows for row in own]
    if not _gives_away(world, every):
        return [False] * len(asked)
    told: list[bool] = []
    kept: list[Floats] = []
    for own in rows:
        bad = _gives_away(world, [*kept, *own])
        told.append(bad)
        kept += [] if bad else own
    return told


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Sums of hidden numbers, laid out as entries: which sum, which number, with which sign."""

    row: Ints
    number: Ints
    sign: Floats
    whole: Ints
    """Of which whole each sum is; below 0 it is of a quarter."""
    stretch: Ints
    """Of which months each sum is."""

    def dense(self, rows: Ints, numbers: Ints, many: int) -> Floats:
        """Lay some of the sums out over some of the numbers."""
        matrix = np.zeros((len(rows), len(numbers)))
        at_row, at_number = np.full(len(self.whole), -1), np.full(many, -1)
        at_row[rows], at_number[numbers] = np.arange(len(rows)), np.arange(len(numbers))
        is_in = (at_row[self.row] >= 0) & (at_number[self.number] >= 0)
        matrix[at_row[self.row[is_in]], at_number[self.number[is_in]]] = self.sign[is_in]
        return matrix


@dataclass(frozen=True, kw_only=True)
class _World:
    """What is hidden: numbers by series and stretch of months, then what wholes have besides.

    known: sums over hidden numbers that a reader knows already.
    """

    place: dict[str, int]
    bounds: Ints
    amount: Floats
    staff: Floats
    known: _Known
    staff_did_it: bool

    @property
    def stretches(self) -> int:
        return len(self.bounds) - 1

    def row(self, one: Sum) -> Floats:
        """Lay a sum out over the hidden numbers."""
        row = np.zeros(len(self.amount))
        ends = [
            min(int(np.searchsorted(self.bounds, _month(end))), self.stretches)
            for end in (one.first, one.ends)
        ]
        for key in one.series:
            if key in self.place:
                begin = self.place[key] * self.stretches
                row[begin + ends[0] : begin + ends[1]] = 1
        row[np.abs(self.amount) + self.staff <= CLOSE] = 0
        return row

    def is_small(self, amount: Floats, staff: Floats) -> Bools:
        small = ~none_or_enough(np.asarray(amount))
        if self.staff_did_it:
            small |= (np.asarray(amount) > CLOSE) & (np.asarray(staff) < FEWEST)
        return small


def _month(when: object) -> int:
    month = when if isinstance(when, date) else read_month(when)
    return int(month.year * YEAR + month.month - 1)


def _lay_out(
    observations: pd.DataFrame,
    shown: pd.DataFrame,
    wholes: Sequence[Mapping[str, str]],
    sums: Sequence[Sum],
    *,
    staff_did_it: bool,
) -> _World:
    months = read_months(observations["month"])
    number = np.asarray(months.year * YEAR + months.month - 1, dtype=np.int64)
    bounds = _bounds(number, sums)
    keys = list(dict.fromkeys(observations["series"].astype(str)))
    place = {key: at for at, key in enumerate(keys)}
    first, size = int(bounds[0]), int(bounds[-1] - bounds[0])
    values, staff = np.zeros((2, len(keys), size))
    row = np.array([place[str(key)] for key in observations["series"]])
    values[row, number - first] = observations["numerator"].astype(float)
    staff[row, number - first] = np.nan_to_num(observations["contributors"].astype(float))
    hidden, quarters = _hidden(shown, place, bounds, (len(keys), size))
    starts = bounds[:-1] - first
    amounts = np.add.reduceat(values * hidden, starts, axis=1)
    busiest = np.maximum.reduceat(staff * hidden, starts, axis=1)
    everything = np.add.reduceat(values, starts, axis=1)
    trees = [(place[w], [place[p] for p in parts]) for w, parts in _by_whole(wholes, place)]
    left = [everything[w] - everything[parts].sum(axis=0) for w, parts in trees]
    return _World(
        place=place,
        bounds=bounds,
        amount=np.concatenate([amounts.ravel(), *left]),
        staff=np.concatenate([busiest.ravel(), *(busiest[w] for w, _ in trees)]),
        known=_known(amounts, trees, left, quarters),
        staff_did_it=staff_did_it,
    )


def _bounds(number: Ints, sums: Sequence[Sum]) -> Ints:
    """Cut time where a sum begins or ends, and around the quarters that it cuts in two."""
    first, last = int(number.min()), int(number.max()) + 1
    cuts = {min(max(_month(end), first), last) for one in sums for end in (one.first, one.ends)}
    cuts |= {cut // QUARTER * QUARTER for cut in cuts} | {
        -(-cut // QUARTER) * QUARTER for cut in cuts
    }
    outer = {first // QUARTER * QUARTER, -(-last // QUARTER) * QUARTER}
    return np.array(sorted(cuts | outer), dtype=np.int64)


def _by_whole(
    wholes: Sequence[Mapping[str, str]], place: Mapping[str, int]
) -> Iterator[tuple[str, list[str]]]:
    for tree in wholes:
        parts: dict[str, list[str]] = {}
        for part, whole in tree.items():
            if part in place and whole in place:
                parts.setdefault(whole, []).append(part)
        yield from parts.items()


def _hidden(
    shown: pd.DataFrame, place: Mapping[str, int], bounds: Ints, shape: tuple[int, int]
) -> tuple[Bools, list[tuple[int, int, int]]]:
    """Mark hidden months; name the shown quarters that a bound cuts: series, and two stretches."""
    hidden = np.ones(shape, dtype=bool)
    cut = []
    periods = read_months(shown["period"]) if len(shown) else ()
    for key, period, months in zip(shown["series"], periods, shown["months"], strict=True):
        if str(key) not in place:
            continue
        begin = period.year * YEAR + period.month - 1
        at = [int(np.searchsorted(bounds, begin + n, side="right")) - 1 for n in range(int(months))]
        if at[0] == at[-1]:
            hidden[place[str(key)], begin - bounds[0] : begin - bounds[0] + int(months)] = False
        else:
            cut += [(place[str(key)], at[0], at[-1])]
    return hidden, cut


def _known(
    amounts: Floats,
    trees: list[tuple[int, list[int]]],
    left: list[Floats],
    quarters: list[tuple[int, int, int]],
) -> _Known:
    """Write down what a reader knows of the hidden numbers: wholes and cut quarters."""
    series, stretches = amounts.shape
    there = np.abs(amounts) > CLOSE
    entries: list[tuple[int, int, float]] = []
    of: list[tuple[int, int]] = []
    for tree, (whole, parts) in enumerate(trees):
        # Nothing left anywhere: a reader who knows that there are no others knows it too.
        rest = [(series + tree, -1.0)] if (np.abs(left[tree]) > CLOSE).any() else []
        members = [(whole, 1.0), *((part, -1.0) for part in parts)]
        for stretch in range(stretches):
            now = [(one, sign) for one, sign in members if there[one, stretch]] + rest
            entries += [(len(of), one * stretches + stretch, sign) for one, sign in now]
            of.append((tree, stretch))
    for one, begin, end in quarters:
        both = [stretch for stretch in range(begin, end + 1) if there[one, stretch]]
        entries += [(len(of), one * stretches + stretch, 1.0) for stretch in both]
        of.append((-1, begin))
    row, number = np.array([(r, n) for r, n, _ in entries], dtype=np.int64).reshape(-1, 2).T
    whole_of, stretch_of = np.array(of, dtype=np.int64).reshape(-1, 2).T
    sign = np.array([entry[2] for entry in entries], dtype=np.float64)
    return _Known(row=row, number=number, sign=sign, whole=whole_of, stretch=stretch_of)


def _gives_away(world: _World, rows: list[Floats]) -> bool:
    if not rows:
        return False
    given = np.array(rows)
    near, touched = _near(world.known, given)
    known = world.known.dense(touched, near, len(world.amount))
    given = given[:, near]
    settled = _settled(np.vstack([known, given]))
    amount, staff = world.amount[near], world.staff[near]
    small = settled & world.is_small(amount, staff)
    if small.any() and (small & ~_settled(known)).any():
        return True
    of = world.known.whole[touched], world.known.stretch[touched]
    for target in _targets(known, of, given, near % world.stretches):
        target[settled] = 0
        if target.min(initial=0) >= 0 and world.is_small(target @ amount, target @ staff):
            return True
    return False


def _near(known: _Known, given: Floats) -> tuple[Ints, Ints]:
    """Find the numbers that the sums are about, and those tied to them by what is known."""
    near: Bools = np.asarray((given != 0).any(axis=0))
    touched: Bools = np.zeros(len(known.whole), dtype=bool)
    while near.sum() < MOST_NUMBERS:
        before = int(touched.sum())
        touched[known.row[near[known.number]]] = True
        if touched.sum() == before:
            break
        near[known.number[touched[known.row]]] = True
    return np.flatnonzero(near), np.flatnonzero(touched)


def _settled(sums: Floats) -> Bools:
    """Tell which numbers lie wholly in what the sums span."""
    if not len(sums):
        return np.zeros(sums.shape[1], dtype=bool)
    weights, vectors = np.linalg.eigh(sums @ sums.T)
    kept = weights > TINY
    basis = (vectors[:, kept] / np.sqrt(weights[kept])).T @ sums
    answer: Bools = (basis**2).sum(axis=0) > SETTLED
    return answer


def _targets(known: Floats, of: tuple[Ints, Ints], given: Floats, when: Ints) -> Iterator[Floats]:
    """Give the sums themselves, their differences, and what they leave of wholes.

    of: of which whole and which months each known sum is; when: of which months each number is.
    """
    for one in given:
        yield one.copy()
        yield from (one - other for other in given if one is not other)
        now = np.isin(of[1], np.unique(when[one != 0]))
        for whole in np.unique(of[0][of[0] >= 0]):
            yield -known[now & (of[0] == whole)].sum(axis=0) - one
