"""The four rules of an XmR chart, and the one label that each point gets.

Every rule looks at windows of neighbouring rows inside one group. A missing value makes a
window undecided rather than quiet, so the rules speak three-valued logic: FALSE < UNKNOWN <
TRUE, where "and" is the smaller and "or" the larger of two verdicts (Kleene).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from metrics._arrays import Bools, Floats, Ints, Small

FALSE, UNKNOWN, TRUE = np.int8(0), np.int8(1), np.int8(2)

TwoInThree = Literal["near_limits", "beyond_two_sigma"]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One three-valued verdict a row for each rule, and which way a trend goes at the row."""

    outside: Small
    close: Small
    trend: Small
    two_in_three: Small
    shift: Small
    rising: Bools


class Padding:
    """Lays the groups out with empty rows between them, so that no window spans two groups."""

    def __init__(self, group: Ints, groups: int, gap: int) -> None:
        self._place = np.arange(len(group)) + (group + 1) * gap
        self._size = len(group) + (groups + 1) * gap

    def pad(self, rows: Small) -> Small:
        padded = np.zeros(self._size, dtype=np.int8)
        padded[self._place] = rows
        return padded

    def pad_values(self, rows: Floats) -> Floats:
        padded = np.full(self._size, np.nan)
        padded[self._place] = rows
        return padded

    def rows(self, padded: Small) -> Small:
        unpadded: Small = padded[self._place]
        return unpadded


def verdict(condition: Bools, unknown: Bools) -> Small:
    """Give TRUE where the condition holds, UNKNOWN where it cannot be known, else FALSE."""
    answer = condition.astype(np.int8) * TRUE
    answer[unknown] = UNKNOWN
    return answer


def shift_rule(side: Small, missing: Bools, length: int) -> Small:
    """Tell for each padded row whether it is one of `length` in a row on one side of the mean.

    side: -1, 0 or 1 (0 also where missing); missing: whether the side is unknown.
    """
    ends_here = verdict(side != 0, missing)
    for lag in range(1, length):
        same = verdict(side == np.roll(side, lag), missing | np.roll(missing, lag))
        np.minimum(ends_here, same, out=ends_here)
    return _part_of(ends_here, length)


def trend_rule(values: Floats, complete: Bools, length: int) -> tuple[Small, Bools]:
    """Tell for each padded row whether it is part of `length` points that all rise or all fall.

    values: padded, NaN where missing; complete: rows that end a window of `length` rows inside
    their group. Also returns the rows that end a window which a missing value leaves
    undecided: there the reference stops, and so must the caller.
    """
    before = np.roll(values, 1)
    unknown = np.isnan(values) | np.isnan(before)
    rise, fall = verdict(values > before, unknown), verdict(values < before, unknown)
    all_rise, all_fall = rise.copy(), fall.copy()
    for lag in range(1, length - 1):
        np.minimum(all_rise, np.roll(rise, lag), out=all_rise)
        np.minimum(all_fall, np.roll(fall, lag), out=all_fall)
    ends_here = np.where(complete, np.maximum(all_rise, all_fall), FALSE)
    return _part_of(ends_here, length), ends_here == UNKNOWN


def _part_of(ends_here: Small, length: int) -> Small:
    """Spread the verdict on a window's last row over all rows of the window."""
    part = ends_here.copy()
    for lead in range(1, length):
        np.maximum(part, np.roll(ends_here, -lead), out=part)
    return part


def two_in_three_rule(near: Small, side: Small, missing: Bools) -> Small:
    """Tell for each padded row whether it is a near point in a two-in-three pattern.

    near: verdict whether the point counts as near its limit. The pattern is three rows on the
    same side of the mean of which at least two are near; only its near points are flagged.
    """
    ends_here = np.minimum(
        verdict(_sum_of_three((near == TRUE).astype(np.int8)) >= 2, _any_of_three(near == UNKNOWN)),  # noqa: PLR2004
        verdict(np.abs(_sum_of_three(side)) == 3, _any_of_three(missing)),  # noqa: PLR2004
    )
    return np.minimum(_part_of(ends_here, 3), near)


def _sum_of_three(rows: Small) -> Small:
    return rows + np.roll(rows, 1) + np.roll(rows, 2)


def _any_of_three(rows: Bools) -> Bools:
    return rows | np.roll(rows, 1) | np.roll(rows, 2)


def rising(trend: Small, step: Small) -> Bools:
    """Tell for each padded row of a trend whether the trend counts as increasing there.

    step: sign of the value less the one before. A point whose next row is also in a trend
    takes the direction of the step to it, any other point that of the step to itself.
    """
    next_too = (trend == TRUE) & (np.roll(trend, -1) == TRUE)
    direction: Small = np.where(next_too, np.roll(step, -1), step)
    increasing: Bools = direction == 1
    return increasing


def label_codes(verdicts: Verdicts, side: Floats) -> Ints:
    """Return the one label of each row, by priority, as an index into `labels()`."""
    above = side > 0
    return np.select(
        [
            verdicts.outside == TRUE,
            verdicts.trend == TRUE,
            verdicts.two_in_three == TRUE,
            verdicts.shift == TRUE,
        ],
        [
            np.where(above, 1, 2),
            np.where(verdicts.rising, 3, 4),
            np.where(above, 5, 6),
            np.where(above, 7, 8),
        ],
        default=0,
    )


def labels(shift_length: int, trend_length: int) -> list[str]:
    """Return the words for each label: common cause first, then high and low in turn."""
    return [
        "Common Cause",
        "Above UCL",
        "Below LCL",
        f"{trend_length} Point Trend (Increasing)",
        f"{trend_length} Point Trend (Decreasing)",
        "2 in 3 Above CL",
        "2 in 3 Below CL",
        f"{shift_length} Points Above CL",
        f"{shift_length} Points Below CL",
    ]
