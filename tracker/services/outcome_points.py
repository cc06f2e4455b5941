"""Calculates the points, lines and icon of one chart, by the rules that its measure has."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from tracker.services.outcome_data import Shown, ShownCell
from tracker.services.outcome_series import Series
from tracker.services.outcome_values import USUAL_RULES, ChartRules, Phase
from tracker.services.period_words import month_words

if TYPE_CHECKING:
    import pandas as pd

    from metrics._xmr_rules import TwoInThree
    from metrics.control_charts import ControlChart, Kind
    from metrics.spc import Direction

#: What a signal is called, by how the rule's label ends; the numbers in it are the setting's.
SHORT_PHASE = 13
#: A step of more than so many times the mean step is left out of the limits.
SCREEN = 3.267
#: Charts of counts over something, whose limits differ from point to point.
OVER = frozenset({"p", "pp", "u", "up", "ip"})


class Mark(NamedTuple):
    """Something that is marked on charts: a new start of their lines, or what happened."""

    month: date
    words: str
    #: before and after cannot be compared
    is_break: bool = False


@dataclass(frozen=True, kw_only=True)
class ToChart:
    """A series, what may be shown of it in the period, and what happened meanwhile."""

    series: Series
    shown: Shown
    cells: tuple[ShownCell, ...]
    rebases: tuple[Mark, ...] = ()
    annotations: tuple[Mark, ...] = ()
    rules: ChartRules = USUAL_RULES
    #: the last month of the report: none where it ends with the last point
    last_month: date | None = None

    @property
    def numbers(self) -> list[float]:
        return [value_of(self.series, cell) for cell in self.cells]


def value_of(series: Series, cell: ShownCell) -> float:
    if series.is_plain_count or not cell.denominator:
        return cell.numerator
    return series.measure.multiplier * cell.numerator / cell.denominator


class Row(NamedTuple):
    """What is drawn of one point."""

    value: float
    kind: str
    signal: str
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, kw_only=True)
class Calculated:
    """A chart's rows and phases, its icon, and what the runs of each phase say."""

    rows: tuple[Row, ...]
    phases: tuple[Phase, ...]
    icon: str
    remarks: tuple[str, ...] = ()


def kind_of(one: ToChart) -> str:
    """Give the kind of chart that these numbers can have: without a base, single values."""
    kind = one.rules.kind
    if kind in OVER and not all(cell.denominator for cell in one.cells):
        return "xmr"
    if kind == "t" and min(one.numbers) <= 0:
        return "xmr"
    if kind == "c" and not one.series.is_plain_count:
        return "xmr"
    return kind


def rules_for(one: ToChart) -> ChartRules:
    """Give the rules that these numbers can be drawn by.

    Where nearly all values are the same, screening leaves out each step that there is: the limits
    would fall together on the mean, and every point would lie outside or on one side of it.
    """
    rules = replace(one.rules, kind=kind_of(one))
    if rules.kind not in {"xmr", "i"} or not rules.is_screened:
        return rules
    starts = [0, *sorted(starts_of(one)), len(one.cells)]
    if any(_is_screened_away(one.numbers[a:b], rules) for a, b in pairwise(starts)):
        return replace(rules, kind="i", is_screened=False)
    return rules


def _is_screened_away(values: Sequence[float], rules: ChartRules) -> bool:
    if rules.kind not in {"xmr", "i"} or not rules.is_screened:
        return False
    steps = [abs(b - a) for a, b in pairwise(values[: rules.baseline_points])]
    mean = sum(steps) / len(steps) if steps else 0.0
    return mean > 0 and not any(0 < step < SCREEN * mean for step in steps)


def starts_of(one: ToChart) -> dict[int, Mark]:
    """Put each rebase on the first point on or after it: a month without data loses none."""
    periods = [cell.period for cell in one.cells]
    found: dict[int, Mark] = {}
    for mark in one.rebases:
        place = next((n for n, period in enumerate(periods) if period >= mark.month), None)
        if place:  # nothing starts anew at the first point
            found[place] = mark
    return found


def xmr_points(
    group: Sequence[ToChart], direction: str, rules: ChartRules
) -> dict[str, Calculated]:
    """Calculate XmR charts of the same direction and rules in one call."""
    import pandas as pd

    from metrics.spc import xmr

    frame = pd.DataFrame(
        {
            "facet": [one.series.key for one in group for _ in one.cells],
            "date": pd.to_datetime([cell.period for one in group for cell in one.cells]),
            "value": [value for one in group for value in one.numbers],
        }
    )
    rebase = {
        one.series.key: [pd.Timestamp(one.cells[place].period) for place in starts]
        for one in group
        if (starts := starts_of(one))
    }
    calculated = xmr(
        frame,
        improvement_direction=cast("Direction", direction),
        rebase=rebase or None,
        screen_outliers=rules.is_screened,
        fix_after_n_points=rules.baseline_points,
        shift_length=rules.shift_length,
        trend_length=rules.trend_length,
        two_in_three=cast("TwoInThree", rules.two_in_three),
    )
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in calculated.points.to_dict("records"):
        rows[str(record["facet"])].append({str(name): value for name, value in record.items()})
    variation = calculated.icons[calculated.icons["type"] == "variation"]
    icons = dict(zip(variation["facet"].astype(str), variation["icon"], strict=True))
    return {
        one.series.key: _of_xmr(rows[one.series.key], icons[one.series.key], rules) for one in group
    }


def _of_xmr(rows: list[dict[str, Any]], icon: str, rules: ChartRules) -> Calculated:
    signals = _signals(rules)
    groups: dict[Any, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[row["rebase_group"]].append(place)
    return Calculated(
        rows=tuple(
            Row(
                row["value"],
                str(row["point_type"]),
                signals.get(str(row["special_cause_type"]), ""),
            )
            for row in rows
        ),
        phases=tuple(
            Phase(
                first=places[0],
                last=places[-1],
                mean=_number(rows[places[0]]["mean"]),
                lower=_number(rows[places[0]]["lpl"]),
                upper=_number(rows[places[0]]["upl"]),
                is_short=bool(rows[places[0]]["short_group_warning"]),
            )
            for places in groups.values()
        ),
        icon=icon,
    )


def _signals(rules: ChartRules) -> dict[str, str]:
    """Give the rule's own label of each signal, and what a reader is told."""
    shift, trend = rules.shift_length, rules.trend_length
    in_a_row, up_or_down = (_number_word(length) for length in (shift, trend))
    return {
        "Above UCL": "above the upper limit",
        "Below LCL": "below the lower limit",
        f"{trend} Point Trend (Increasing)": f"part of {up_or_down} months that rise in a row",
        f"{trend} Point Trend (Decreasing)": f"part of {up_or_down} months that fall in a row",
        "2 in 3 Above CL": "two of three months close to the upper limit",
        "2 in 3 Below CL": "two of three months close to the lower limit",
        f"{shift} Points Above CL": f"part of {in_a_row} months in a row above the mean",
        f"{shift} Points Below CL": f"part of {in_a_row} months in a row below the mean",
    }


def _number_word(length: int) -> str:
    words = {5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}
    return words.get(length, str(length))


def control_points(one: ToChart) -> Calculated:
    """Calculate any other chart, each phase with its own lines."""
    starts = [0, *sorted(starts_of(one))]
    ends = [*(start - 1 for start in starts[1:]), len(one.cells) - 1]
    rows: list[Row] = []
    phases: list[Phase] = []
    remarks: list[str] = []
    icon = "common_cause"
    for first, last in zip(starts, ends, strict=True):
        chart = _phase_chart(one, first, last)
        frame, runs = chart.points, chart.summary.iloc[0]
        rows += _rows(frame, one.series.measure.direction)
        phases.append(_phase(frame, first, last))
        if runs["runs_signal"]:
            months = one.cells[first].period, one.cells[last].period
            remarks.append(_runs_words(runs, *months))
        icon = _icon(frame, runs, one.series.measure.direction)
    return Calculated(rows=tuple(rows), phases=tuple(phases), icon=icon, remarks=tuple(remarks))


def _phase_chart(one: ToChart, first: int, last: int) -> "ControlChart":
    import pandas as pd

    from metrics.control_charts import control_chart

    kind = rules_for(one).kind
    cells, size = one.cells[first : last + 1], last - first + 1
    values = one.numbers[first : last + 1]
    is_same = _is_screened_away(values, one.rules)
    columns: dict[str, Any] = {"x": range(size)}
    if kind in OVER:
        columns["y"] = [cell.numerator for cell in cells]
        columns["n"] = [cell.denominator for cell in cells]
    else:
        columns["y"] = values
    baseline = one.rules.baseline_points
    return control_chart(
        pd.DataFrame(columns),
        cast("Kind", kind),
        freeze=min(baseline, size) if baseline else None,
        screened=one.rules.is_screened and not is_same,
        centre=median(values[:baseline]) if is_same else None,
        multiply=one.series.measure.multiplier if kind in OVER else 1,
    )


def _rows(frame: "pd.DataFrame", direction: str) -> list[Row]:
    is_level = _is_level(frame)
    found = []
    for value, lower, upper in zip(frame["y"], frame["lcl"], frame["ucl"], strict=True):
        side = 1 if value > upper else -1 if value < lower else 0
        found.append(
            Row(
                float(value),
                point_type(side, direction),
                {1: "above the upper limit", -1: "below the lower limit"}.get(side, ""),
                None if is_level else _number(lower),
                None if is_level else _number(upper),
            )
        )
    return found


def _phase(frame: "pd.DataFrame", first: int, last: int) -> Phase:
    is_level = _is_level(frame)
    return Phase(
        first=first,
        last=last,
        mean=_number(frame["cl"].iloc[0]),
        lower=_number(frame["lcl"].iloc[0]) if is_level else None,
        upper=_number(frame["ucl"].iloc[0]) if is_level else None,
        is_short=last - first + 1 < SHORT_PHASE,
    )


def _is_level(frame: "pd.DataFrame") -> bool:
    """Whether the limits are the same at every point."""
    return all(frame[line].isin([frame[line].iloc[0]]).all() for line in ("lcl", "ucl"))


def _icon(frame: "pd.DataFrame", runs: "pd.Series", direction: str) -> str:
    """Give the icon of the last point: beyond a limit, or in a run along one side too long."""
    last = frame.iloc[-1]
    side = 1 if last["y"] > last["ucl"] else -1 if last["y"] < last["lcl"] else 0
    if not side and runs["runs_signal"]:
        side = _side_of_last_run(frame, longest=runs["longest_run_max"])
    if not side:
        return "common_cause"
    words = point_type(side, direction).removeprefix("special_cause_")
    return words if words.startswith("neutral") else f"{words}_{'high' if side > 0 else 'low'}"


def _side_of_last_run(frame: "pd.DataFrame", *, longest: float) -> int:
    """Say on which side the last points lie, if more of them do than chance allows.

    A run that ended years ago is told beside the chart; it says nothing of today.
    """
    beside = [
        1 if value > middle else -1
        for value, middle in zip(frame["y"], frame["cl"], strict=True)
        if value != middle and not math.isnan(value)
    ]
    length = next((n for n, side in enumerate(reversed(beside)) if side != beside[-1]), len(beside))
    return beside[-1] if length > longest else 0


def point_type(side: int, direction: str) -> str:
    if not side:
        return "common_cause"
    if direction == "neutral":
        return f"special_cause_neutral_{'high' if side > 0 else 'low'}"
    better = (side > 0) == (direction == "increase")
    return f"special_cause_{'improvement' if better else 'concern'}"


def _runs_words(runs: "pd.Series", first: date, last: date) -> str:
    """Say which of Anhoej's two rules speaks: a run that is too long, or too few crossings."""
    when = f"From {month_words(first)} to {month_words(last)}"
    if runs["longest_run"] > runs["longest_run_max"]:
        return (
            f"{when}, {runs['longest_run']:.0f} points in a row lie on one side of the middle "
            f"line. By chance alone it is hardly ever more than {runs['longest_run_max']:.0f}."
        )
    crossed = {0: "never", 1: "once", 2: "twice"}.get(
        int(runs["n_crossings"]), f"{runs['n_crossings']:.0f} times"
    )
    return (
        f"{when}, the points crossed the middle line {crossed}. By chance alone it is hardly ever "
        f"less than {runs['n_crossings_min']:.0f} times."
    )


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
