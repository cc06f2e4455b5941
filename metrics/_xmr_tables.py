"""Lays the results of an XmR chart out as the frames `points`, `summary` and `icons`."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics._arrays import Bools, Floats, Ints, Small
from metrics._xmr_input import Readings
from metrics._xmr_rules import TRUE, UNKNOWN, Verdicts

Words = npt.NDArray[np.object_]

# What a common, a high and a low point are called, by the direction that is better.
POINT_TYPES = {
    "increase": ["common_cause", "special_cause_improvement", "special_cause_concern"],
    "decrease": ["common_cause", "special_cause_concern", "special_cause_improvement"],
    "neutral": ["common_cause", "special_cause_neutral_high", "special_cause_neutral_low"],
}
# The icon of a common, a high and a low last point.
VARIATION_ICONS = {
    "increase": ["common_cause", "improvement_high", "concern_low"],
    "decrease": ["common_cause", "concern_high", "improvement_low"],
    "neutral": ["common_cause", "neutral_high", "neutral_low"],
}
ASSURANCE_ICONS = {
    "consistent_fail": "fail",
    "consistent_pass": "pass",
    "inconsistent": "inconsistent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of each group; which rows are in its baseline; each row's side of the mean."""

    in_baseline: Bools
    mean: Floats
    lpl: Floats
    upl: Floats
    near_lpl: Floats
    near_upl: Floats
    side: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculated:
    """Everything worked out for a chart, in arrays by row or by group."""

    readings: Readings
    lines: Lines
    verdicts: Verdicts
    codes: Ints
    labels: Words
    types: Words
    targets: Floats
    short: Bools


def _kinds(codes: Ints) -> Ints:
    """Return 0 for common cause, 1 for high, 2 for low; the labels stand in that order."""
    return np.where(codes == 0, 0, 2 - codes % 2)


def points(calculated: Calculated) -> pd.DataFrame:
    """One row a reading, sorted by facet and date."""
    readings, lines, verdicts = calculated.readings, calculated.lines, calculated.verdicts
    group, codes = readings.group, calculated.codes
    return pd.DataFrame(
        {
            "facet": readings.names.take(readings.facet),
            "date": readings.date,
            "value": readings.value,
            "rebase_group": readings.rebase_group,
            "in_baseline": lines.in_baseline,
            "mean": lines.mean[group],
            "lpl": lines.lpl[group],
            "upl": lines.upl[group],
            "near_lpl": lines.near_lpl[group],
            "near_upl": lines.near_upl[group],
            "relative_to_mean": lines.side,
            "outside_limits": _flags(verdicts.outside),
            "close_to_limits": _flags(verdicts.close),
            "rule_outside": _flags(verdicts.outside),
            "rule_trend": _flags(verdicts.trend),
            "rule_two_in_three": _flags(verdicts.two_in_three),
            "rule_shift": _flags(verdicts.shift),
            "special_cause_type": calculated.labels[codes],
            "special_cause_flag": codes != 0,
            "point_type": calculated.types[_kinds(codes)],
            "short_group_warning": calculated.short[group],
            "target": calculated.targets[group],
            "trajectory": readings.trajectory,
        }
    )


def _flags(verdict: Small) -> Bools | Words:
    """Return True and False, or True, False and None where some row is undecided."""
    if (verdict != UNKNOWN).all():
        flags: Bools = verdict == TRUE
        return flags
    words: Words = np.array([False, None, True], dtype=object)[verdict]
    return words


def assurance(calculated: Calculated, direction: str) -> Words:
    """Tell for each facet whether its last group's limits hold the target, miss or straddle it."""
    last = calculated.readings.last_groups
    target, lines = calculated.targets[last], calculated.lines
    above, below = target > lines.upl[last], target < lines.lpl[last]
    too_high, too_low = (
        ("consistent_fail", "consistent_pass")
        if direction == "increase"
        else ("consistent_pass", "consistent_fail")
    )
    verdicts = np.full(len(last), "inconsistent", dtype=object)
    verdicts[above], verdicts[below] = too_high, too_low
    return verdicts


def summary(calculated: Calculated, assurances: Words | None) -> pd.DataFrame:
    """One row a facet and rebase group; assurance only for the last group of a facet."""
    readings, lines = calculated.readings, calculated.lines
    kinds = _kinds(calculated.codes)
    last_rows = readings.starts + readings.lengths - 1
    assurance_type = np.full(len(readings.starts), None, dtype=object)
    if assurances is not None:
        assurance_type[readings.last_groups] = assurances

    def count(kind: str) -> Ints:
        rows = (calculated.types == kind)[kinds]
        return np.add.reduceat(rows.astype(np.int64), readings.starts)

    return pd.DataFrame(
        {
            "facet": readings.names.take(readings.facet[readings.starts]),
            "rebase_group": readings.rebase_group[readings.starts],
            "mean": lines.mean,
            "lpl": lines.lpl,
            "upl": lines.upl,
            "n": readings.lengths,
            "common_cause": count("common_cause"),
            "special_cause_improvement": count("special_cause_improvement"),
            "special_cause_concern": count("special_cause_concern"),
            "variation_type": calculated.types[kinds[last_rows]],
            "assurance_type": assurance_type,
        }
    )


def icons(calculated: Calculated, assurances: Words | None, direction: str) -> pd.DataFrame:
    """Variation icon of each facet's last point, then the assurance icons if there are any."""
    readings = calculated.readings
    last = readings.last_groups
    last_rows = (readings.starts + readings.lengths - 1)[last]
    drawn = [VARIATION_ICONS[direction][kind] for kind in _kinds(calculated.codes[last_rows])]
    kinds = ["variation"] * len(last)
    facets = readings.names
    if assurances is not None:
        drawn += [ASSURANCE_ICONS[word] for word in assurances]
        kinds += ["assurance"] * len(last)
        facets = facets.append(facets)
    return pd.DataFrame({"facet": facets, "type": kinds, "icon": drawn})
