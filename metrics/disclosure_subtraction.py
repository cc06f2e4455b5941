"""Keeps hidden numbers from being worked out by taking shown parts from a shown whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from metrics.disclosure_grid import Bools, Floats, Grid, Level, Tree

FEWEST = 8
# Sums of decimals may miss a whole number by this much.
CLOSE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What makes a number safe to show."""

    enough_staff: bool
    """At least 8 different staff took part."""
    no_small_counts: bool
    """The numerator is 0 or at least 8."""
    whole_series: bool
    """All of a series is shown or none; otherwise single periods are left out."""

    def safe(self, level: Level) -> Bools:
        safe = np.ones_like(level.present)
        if self.enough_staff:
            safe &= level.contributors >= FEWEST
        if self.no_small_counts:
            safe &= none_or_enough(level.numerator)
        return safe


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What is shown by month (0) and by quarter (1); `protect` takes away from it."""

    grid: Grid
    rule: Rule
    safe: tuple[Bools, Bools]
    shown: tuple[Bools, Bools]

    def known(self, step: int) -> Bools:
        """Tell what a reader knows, adding shown months up to quarters."""
        if step == 0:
            return self.shown[0]
        whole: Bools = np.asarray(self.shown[0].reshape(len(self.grid.keys), -1, 3).all(axis=2))
        return self.shown[1] | whole

    def protect(self, trees: list[Tree]) -> None:
        """Hide more until no whole minus its shown parts is a small number."""
        changed = bool(trees)
        while changed:
            changed = False
            for tree in trees:
                for whole, parts in tree.items():
                    for step in (0, 1):
                        changed |= self._follow(whole, parts, step)
                        unsafe = self._unsafe_rest(whole, parts, step)
                        if unsafe.any():
                            changed = True
                            self._hide_smallest(parts, step, unsafe)

    def _follow(self, whole: int, parts: list[int], step: int) -> bool:
        """Show a part only where its whole is known, in the same step or a finer one."""
        beyond = self.shown[step][parts] & ~self.known(step)[whole]
        for part, cells in zip(parts, beyond, strict=True):
            if cells.any() and self.rule.whole_series:
                self.coarsen(part)
            else:
                self.shown[step][part] &= ~cells
        return bool(beyond.any())

    def _unsafe_rest(self, whole: int, parts: list[int], step: int) -> Bools:
        """Find where the whole and some part are known, and what is left is small."""
        known = self.known(step)
        level = self.grid.levels[step]
        taken = known[parts]
        events, base, staff = (
            values[whole] - (values[parts] * taken).sum(axis=0)
            for values in (level.numerator, level.denominator, level.contributors)
        )
        safe = np.ones_like(known[whole])
        if self.rule.no_small_counts:
            safe &= none_or_enough(events)
        if self.rule.enough_staff:
            safe &= staff >= FEWEST
        nothing = (np.abs(events) <= CLOSE) & (np.abs(base) <= CLOSE)
        unsafe: Bools = known[whole] & taken.any(axis=0) & ~(nothing | safe)
        return unsafe

    def _hide_smallest(self, parts: list[int], step: int, unsafe: Bools) -> None:
        level = self.grid.levels[step]
        known = self.known(step)[parts]
        size = level.numerator[parts] + level.contributors[parts]
        if self.rule.whole_series:
            able = (known & unsafe).any(axis=1)
            part = parts[int(np.argmin(np.where(able, size.sum(axis=1), np.inf)))]
            self.coarsen(part)
            return
        picks = np.argmin(np.where(known, size, np.inf), axis=0)
        for column in np.nonzero(unsafe)[0]:
            part = parts[int(picks[column])]
            self.shown[step][part, column] = False
            if step == 1:
                self.shown[0][part, 3 * column : 3 * column + 3] = False

    def coarsen(self, part: int) -> None:
        """Turn a series of months into one of quarters, or hide it."""
        quarters = self.grid.quarter.present[part]
        by_month = bool(self.shown[0][part].any())
        by_quarter = by_month and bool((self.safe[1][part] | ~quarters).all())
        self.shown[0][part] = False
        self.shown[1][part] = quarters & by_quarter


def none_or_enough(count: Floats) -> Bools:
    answer: Bools = (count <= CLOSE) | (count >= FEWEST - CLOSE)
    return answer
