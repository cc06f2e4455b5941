"""What may be shown: the one place where small numbers are held back.

Two audiences (Audience) and three sorts of number (Counted). Every outlet (page, PDF, workbook,
feed, mail) shows what `disclose` gives back and computes charts, limits and rates from that alone,
so that nothing hidden can be read from a limit, a coordinate or a rate times a known denominator.

- Inside, for a named quality lead: what staff did appears only where at least 8 different staff
  took part in the period; else by quarter, else not at all (then see the parent unit).
  Incidents are events, not people: true counts.
- Published: counts of people follow NHS Digital's rule (0 shown, 1 to 7 hidden, the rest rounded
  to the nearest 5). Series of events appear from true counts, and only where every plotted
  numerator is 0 or at least 8; else by quarter, else not at all (then see the parent unit, or the
  time between events).

Subtraction: a part is shown only while its whole is, never in finer steps than its whole, and what
is left of the whole after every shown part must itself be safe; if not, the smallest shown part
goes too. Then all sums are solved together (`disclosure_algebra`): where a small number follows
from several wholes at once, the smallest of what gives it away goes as well.
Hand in the whole history and crop afterwards: a rule decided on a window can be undone
by a second window.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from metrics.disclosure_algebra import hide_what_follows
from metrics.disclosure_grid import MONTHS, read_grid, read_keys
from metrics.disclosure_subtraction import FEWEST, Rule, Screen, none_or_enough
from metrics.errors import MeasureError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from metrics.disclosure_grid import Bools, Grid, Level

ROUND_TO = 5
# Inside, a series keeps its months (with gaps) while at least this share of them may be shown.
MOST = 0.75
# series, step, left out, instead, reason
Told = tuple[str, str, int, str, str]


class Audience(StrEnum):
    INSIDE = "inside"
    PUBLISHED = "published"


class Counted(StrEnum):
    """What the numerator counts."""

    EVENTS = "events"  # incidents: things that happened, not people
    STAFF_ACTIONS = "staff_actions"  # alerts acted on, practice answers: events that staff did
    PEOPLE = "people"  # staff who completed, staff who feel confident


class Step(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HIDDEN = "hidden"


@dataclass(frozen=True, kw_only=True)
class Disclosed:
    """What may be shown, and what was done to it.

    points: series, period (first day of the month or quarter), months (1 or 3), numerator,
    denominator; a hidden period has no row.
    steps: series, step (month, quarter, hidden), left_out (periods with data that are not shown),
    instead ("" or parent or time_between_events), reason ("" or a sentence for the reader).
    """

    points: pd.DataFrame
    steps: pd.DataFrame

    def step(self, series: str) -> Step:
        return Step(str(self._of(series)["step"]))

    def reason(self, series: str) -> str:
        return str(self._of(series)["reason"])

    def _of(self, series: str) -> pd.Series:
        found = self.steps[self.steps["series"] == series]
        if found.empty:
            raise MeasureError(f"There is no series {series!r}.")
        return found.iloc[0]


def people_count(count: int) -> int | None:
    """Give a published count: 0 as it is, 1 to 7 hidden (None), the rest to the nearest 5."""
    if count < 0 or count != int(count):
        raise MeasureError("A count of people must be a whole number, 0 or more.")
    if 0 < count < FEWEST:
        return None
    return ROUND_TO * ((int(count) + ROUND_TO // 2) // ROUND_TO)


def people_share(count: int, out_of: int) -> float | None:
    """Give a published share from the rounded parts; None where either part is hidden."""
    if count > out_of:
        raise MeasureError("More people are counted than there are.")
    part, whole = people_count(count), people_count(out_of)
    if part is None or not whole:
        return None
    return part / whole


def disclose(  # noqa: PLR0913 - one decision, all its grounds by name
    observations: pd.DataFrame,
    *,
    audience: Audience | str,
    counted: Counted | str,
    parents: Mapping[str, str | None] | None = None,
    wholes: Mapping[str, str | None] | None = None,
    also_wholes: Mapping[str, str | None] | None = None,
    quarters: pd.DataFrame | None = None,
    already_shown: pd.DataFrame | None = None,
) -> Disclosed:
    """Decide for each series what may be shown to this audience.

    observations: series, month, numerator, and denominator and contributors where there are any;
    one row a series and month, the whole history. contributors = how many different staff took
    part that month; unknown counts as too few (for people, the denominator stands in for it).
    parents: series -> the series of the unit above. wholes: series -> the series it is a part of
    (use-related -> all digital incidents); its parts must not overlap. also_wholes: the same for
    parts that overlap with those. All guard against subtraction; a key that is not among the
    series is ignored.
    quarters: series, quarter (its first month), contributors: different staff over the quarter;
    without it the largest month stands in.
    already_shown: series, month: what an earlier published report gave by month.
    Raises MeasureError for bad frames.
    """
    audience, counted = Audience(audience), Counted(counted)
    grid = read_grid(observations, quarters, people=counted is Counted.PEOPLE)
    if audience is Audience.INSIDE and counted is Counted.EVENTS:
        return _everything(grid)
    if audience is Audience.PUBLISHED and counted is Counted.PEOPLE:
        return _rounded(grid)
    rule = Rule(
        enough_staff=counted is not Counted.EVENTS,
        no_small_counts=audience is Audience.PUBLISHED,
        whole_series=audience is Audience.PUBLISHED,
    )
    safe = rule.safe(grid.month), rule.safe(grid.quarter)
    already = read_keys(already_shown, grid)
    whole = rule.whole_series
    shown = _all_or_none(grid, rule, safe, already) if whole else _with_gaps(grid, safe)
    screen = Screen(grid=grid, rule=rule, safe=safe, shown=shown)
    before = tuple(flags.copy() for flags in shown)
    trees = [grid.tree(tree) for tree in (parents, wholes, also_wholes) if tree]
    screen.protect(trees)
    if counted is Counted.EVENTS:  # inside they are shown as they are: here it is published
        while hide_what_follows(screen, trees, already):
            screen.protect(trees)
    taken = [
        any((b[row] & ~a[row]).any() for b, a in zip(before, shown, strict=True))
        for row in range(len(grid.keys))
    ]
    has_parent = {key for key, above in (parents or {}).items() if above in grid.index}
    steps = [
        _told(screen, row, taken=taken[row], has_parent=key in has_parent)
        for row, key in enumerate(grid.keys)
    ]
    points = [
        _rows(grid, level, flags, months)
        for level, flags, months in zip(grid.levels, shown, (1, 3), strict=True)
    ]
    return _pack(points, steps)


def _with_gaps(grid: Grid, safe: tuple[Bools, Bools]) -> tuple[Bools, Bools]:
    """Give months with gaps where most are safe, else quarters likewise, else nothing."""
    month, quarter = grid.month.present & safe[0], grid.quarter.present & safe[1]
    by_month = month.sum(axis=1) >= MOST * grid.month.present.sum(axis=1)
    by_quarter = ~by_month & (quarter.sum(axis=1) >= MOST * grid.quarter.present.sum(axis=1))
    return month & by_month[:, None], quarter & by_quarter[:, None]


def _all_or_none(
    grid: Grid, rule: Rule, safe: tuple[Bools, Bools], already: Bools
) -> tuple[Bools, Bools]:
    """Give all months or none, else all whole quarters or none."""
    import numpy as np

    month, quarter = grid.levels
    by_month: Bools = np.asarray((safe[0] | ~month.present).all(axis=1))
    # A quarter of which single months are known must leave a safe rest.
    rest = quarter.numerator - grid.by_quarter(month.numerator * already)
    some = grid.by_quarter(already.astype(float)) > 0
    safe[1][some & ~none_or_enough(rest)] = False
    if rule.enough_staff:
        # Different staff of the months that are left: at least as many as in the busiest.
        left = np.where(already, 0, month.contributors)
        staff = left.reshape(len(grid.keys), -1, MONTHS).max(axis=2)
        all_known = grid.by_quarter(already.astype(float)) == MONTHS
        safe[1][some & ~all_known & (staff < FEWEST)] = False
    by_quarter: Bools = np.asarray(~by_month & (safe[1] | ~quarter.present).all(axis=1))
    return month.present & by_month[:, None], quarter.present & by_quarter[:, None]


def _told(screen: Screen, row: int, *, taken: bool, has_parent: bool) -> Told:
    """Say what was done to one series, in words for its reader."""
    step, at = Step.HIDDEN, 0
    if screen.shown[0][row].any():
        step = Step.MONTH
    elif screen.shown[1][row].any():
        step, at = Step.QUARTER, 1
    left_out = int((screen.grid.levels[at].present[row] & ~screen.shown[at][row]).sum())
    instead = ""
    if step is Step.HIDDEN:
        events = not screen.rule.enough_staff
        instead = "parent" if has_parent else "time_between_events" if events else ""
    few = (
        f"some numbers were between 1 and {FEWEST - 1}"
        if screen.rule.no_small_counts
        else f"fewer than {FEWEST} staff took part in some months"
    )
    if taken:
        few += ", or would let a reader work out those of a smaller team"
    return screen.grid.keys[row], step.value, left_out, instead, _reason(step, left_out, few)


def _reason(step: Step, left_out: int, few: str) -> str:
    if step is Step.HIDDEN:
        return f"Not shown here, because {few}."
    if step is Step.QUARTER:
        rest = f" Of the quarters, {left_out} cannot be shown." if left_out else ""
        return f"Shown by quarter, because {few}.{rest}"
    noun = "month is" if left_out == 1 else "months are"
    return f"{left_out} {noun} left out, because {few}." if left_out else ""


def _rows(grid: Grid, level: Level, flags: Bools, months: int) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    row, column = np.nonzero(flags)
    return pd.DataFrame(
        {
            "series": np.asarray(grid.keys, dtype=object)[row],
            "period": level.periods[column],
            "months": months,
            "numerator": level.numerator[row, column],
            "denominator": level.denominator[row, column],
        }
    )


def _everything(grid: Grid) -> Disclosed:
    rows = [(key, Step.MONTH.value, 0, "", "") for key in grid.keys]
    return _pack([_rows(grid, grid.month, grid.month.present, 1)], rows)


def _rounded(grid: Grid) -> Disclosed:
    """Round or hide each count of people by itself: rounding leaves nothing to subtract."""
    import numpy as np

    level = grid.month
    hidden = np.zeros_like(level.present)
    for part in (level.numerator, level.denominator):
        hidden |= (part > 0) & (part < FEWEST)
        part[:] = ROUND_TO * np.floor((part + ROUND_TO // 2) / ROUND_TO)
    flags = level.present & ~hidden
    few = f"counts of people from 1 to {FEWEST - 1} are not published"
    steps: list[Told] = []
    for row, key in enumerate(grid.keys):
        left_out = int((level.present[row] & hidden[row]).sum())
        step = Step.MONTH if flags[row].any() else Step.HIDDEN
        reason = _reason(step, left_out, few)
        if step is Step.MONTH:
            reason = f"Counts are rounded to the nearest {ROUND_TO}. {reason}".strip()
        steps.append((key, step.value, left_out, "", reason))
    return _pack([_rows(grid, level, flags, 1)], steps)


def _pack(points: list[pd.DataFrame], rows: list[Told]) -> Disclosed:
    import pandas as pd

    columns = ["series", "step", "left_out", "instead", "reason"]
    filled = [frame for frame in points if len(frame)] or points[:1]
    return Disclosed(
        points=pd.concat(filled, ignore_index=True)
        .sort_values(["series", "period"], kind="stable")
        .reset_index(drop=True),
        steps=pd.DataFrame(rows, columns=pd.Index(columns)),
    )
