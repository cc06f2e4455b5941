"""Finds hidden numbers that follow from all shown ones together, and hides what gives them away.

`disclosure_subtraction` looks at one whole and its parts at a time. Where series are parts of two
wholes (a ward's technical incidents are part of the trust's, and of all that the ward reports), a
number that is hidden can follow from several sums: the ward's technical ones from those of the
trust and the other wards, and then its use-related ones from all that it reports. So all sums are
solved together: a hidden number is known where nothing of it is left open by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.disclosure_subtraction import CLOSE, none_or_enough

if TYPE_CHECKING:
    from metrics.disclosure_grid import Bools, Floats, Ints, Tree
    from metrics.disclosure_subtraction import Screen

#: Of a squared share: this much or more of a number is settled by the sums, so it is known.
SETTLED = 1 - 1e-6
TINY = 1e-9


def hide_what_follows(screen: Screen, trees: list[Tree], already: Bools) -> bool:
    """Hide series by which small numbers of others can be worked out; say whether any was.

    already: what an earlier report gave by month; it is known for good.
    """
    changed = False
    for step in (0, 1):
        sums = _sums(screen, trees, step)
        small = ~none_or_enough(sums.values)
        now = _any(screen.known(step))
        changed |= _hide(screen, sums, _any(small), (now, now))
        if step == 0 and already.any():
            now = _any(screen.known(step))
            then = _any(small[:, already.any(axis=0)])
            changed |= _hide(screen, sums, then, (now | _any(already), now))
    return changed


def _any(flags: Bools) -> Bools:
    answer: Bools = np.asarray(flags.any(axis=1))
    return answer


@dataclass(frozen=True, kw_only=True)
class _Sums:
    """Wholes less their parts: `matrix` (sums, numbers) times the numbers is 0.

    values (numbers, periods); the first of them are the series `rows`, then what is left of wholes.
    """

    matrix: Floats
    values: Floats
    rows: Ints


def _sums(screen: Screen, trees: list[Tree], step: int) -> _Sums:
    numerator = screen.grid.levels[step].numerator
    each = [(whole, parts) for tree in trees for whole, parts in tree.items()]
    rows = np.unique([row for whole, parts in each for row in (whole, *parts)]).astype(np.int64)
    place = {int(row): number for number, row in enumerate(rows)}
    matrix = np.zeros((len(each), len(rows) + len(each)))
    left = np.zeros((len(each), numerator.shape[1]))
    for number, (whole, parts) in enumerate(each):
        matrix[number, place[whole]] = 1
        matrix[number, [place[part] for part in parts]] = -1
        left[number] = numerator[whole] - numerator[parts].sum(axis=0)
        # Nothing left in any period: a reader who knows that there are no others knows it too.
        matrix[number, len(rows) + number] = -1 if (np.abs(left[number]) > CLOSE).any() else 0
    return _Sums(matrix=matrix, values=np.vstack([numerator[rows], left]), rows=rows)


def _hide(screen: Screen, sums: _Sums, small: Bools, known: tuple[Bools, Bools]) -> bool:
    """Hide the smallest shown series of each way to a small number, until there is none."""
    changed = False
    is_known, may_hide = known[0].copy(), known[1].copy()
    size = screen.grid.month.numerator.sum(axis=1)
    while True:
        picked = _gives_away(sums, small, is_known, may_hide, size)
        if not picked:
            return changed
        for row in picked:
            screen.coarsen(row)
            is_known[row] = may_hide[row] = False
        changed = True


def _gives_away(sums: _Sums, small: Bools, known: Bools, may_hide: Bools, size: Floats) -> set[int]:
    """Name the series to hide: for each small number that follows, the smallest of its sums."""
    series = len(sums.rows)
    told = np.zeros(sums.matrix.shape[1], dtype=bool)
    told[:series] = known[sums.rows]
    is_there = np.abs(sums.matrix).sum(axis=0) > 0
    open_ = np.flatnonzero(~told & is_there)
    unknown = sums.matrix[:, open_]
    # How much of each unknown number lies in what the sums span.
    weights, vectors = np.linalg.eigh(unknown @ unknown.T)
    kept = weights > TINY
    inverse = (vectors[:, kept] / weights[kept]) @ vectors[:, kept].T
    shares = np.einsum("sn,st,tn->n", unknown, inverse, unknown, optimize=True)
    picked = set()
    for number in np.flatnonzero((shares > SETTLED) & small[open_]):
        way = np.abs((inverse @ unknown[:, number]) @ sums.matrix)[:series] > CLOSE
        rows = sums.rows[way & told[:series]]
        rows = rows[may_hide[rows]]
        if len(rows):
            picked.add(int(rows[np.argmin(size[rows])]))
    return picked
