"""XmR charts in the manner of NHS England's Making Data Count.

The arithmetic and the rules follow NHSRplotthedots 0.2.2, which NHS trusts use: limits at
2.66 average moving ranges either side of the mean (Shewhart; Wheeler, Understanding
Variation), and four rules that tell a real change from chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from metrics import _xmr_input as source
from metrics import _xmr_rules as rules
from metrics import _xmr_tables as tables
from metrics._arrays import Bools, Floats, Small, means_by
from metrics.errors import MeasureError

Direction = Literal["increase", "decrease", "neutral"]

LIMIT = 2.66  # 3 / 1.128: three standard deviations in average moving ranges of two
NEAR_LIMIT = 2 * (LIMIT / 3)
SCREEN = 3.267  # upper limit of a moving range of two, in average moving ranges
SHORTEST_BASELINE = 12
SHORT_GROUP = 13


@dataclass(frozen=True, slots=True)
class XmrChart:
    """A calculated chart: `points` (one row a reading), `summary` and `icons`."""

    points: pd.DataFrame
    summary: pd.DataFrame
    icons: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    direction: Direction
    screen_outliers: bool
    baseline: float
    shift_length: int
    trend_length: int
    two_in_three: rules.TwoInThree


def xmr(  # noqa: PLR0913 - the settings of a chart, each by name
    observations: pd.DataFrame,
    *,
    improvement_direction: Direction,
    screen_outliers: bool = True,
    fix_after_n_points: float | None = None,
    rebase: source.Rebase | None = None,
    target: source.Target | None = None,
    shift_length: int = 7,
    trend_length: int = 7,
    two_in_three: rules.TwoInThree = "near_limits",
) -> XmrChart:
    """Calculate an XmR chart for each facet.

    observations: one row a facet and date, in any order: `date` (dates), `value` (numbers in
    the measure's own unit, NaN or None where missing), optionally `facet` (the chart that the
    row belongs to) and `trajectory` (numbers, passed through).
    improvement_direction: which way is better: "increase", "decrease" or "neutral".
    screen_outliers: leave moving ranges of 3.267 times their mean or more out of the limits.
    fix_after_n_points: 12 or more; only so many first points of a group make its lines.
    rebase: dates at which a new group starts, as a list for every facet or a dict by facet.
    target: a number for every facet, or a dict by facet.
    shift_length, trend_length: how many points make a shift or a trend.
    two_in_three: "near_limits" counts points between two and three sigma, as the reference
    does; "beyond_two_sigma" also counts points outside the limits, as NHS England announced.

    Returns frames `points` (by facet and date), `summary` (by facet and rebase group) and
    `icons` (by facet). Lines are in the unit of `value`. A rule that a missing value or a
    missing limit leaves undecided is None in its column, and never a special cause.

    Raises MeasureError when the observations or settings cannot be used, and when a missing
    value stands in a window whose other points only rise or only fall (the trend rule cannot
    decide: leave months without data out first).

    Source: NHSRplotthedots 0.2.2 (NHS-R Community); screening after Nelson 1982.
    """
    settings = _settings(
        improvement_direction,
        screen_outliers,
        fix_after_n_points,
        (shift_length, trend_length),
        two_in_three,
    )
    readings = source.read(observations, rebase)
    targets = _targets(target, readings)
    lines = _lines(readings, settings)
    verdicts = _judge(readings, lines, settings)
    codes = rules.label_codes(verdicts, lines.side)
    words = np.array(rules.labels(shift_length, trend_length), dtype=object)
    group_targets = targets[readings.facet[readings.starts]]
    calculated = tables.Calculated(
        readings=readings,
        lines=lines,
        verdicts=verdicts,
        codes=codes,
        labels=words,
        types=np.array(tables.POINT_TYPES[settings.direction], dtype=object),
        targets=group_targets,
        short=readings.lengths < SHORT_GROUP,
    )
    has_target = target is not None and target != {}
    assured = has_target and settings.direction != "neutral"
    assurance = tables.assurance(calculated, settings.direction) if assured else None
    return XmrChart(
        points=tables.points(calculated),
        summary=tables.summary(calculated, assurance),
        icons=tables.icons(calculated, assurance, settings.direction),
    )


def _settings(
    direction: Direction,
    screen_outliers: bool,  # noqa: FBT001 - passed on from a keyword
    fix_after_n_points: float | None,
    lengths: tuple[int, int],
    two_in_three: rules.TwoInThree,
) -> _Settings:
    if direction not in get_args(Direction):
        raise MeasureError('The improvement direction must be "increase", "decrease" or "neutral".')
    if not isinstance(screen_outliers, (bool, np.bool_)):
        raise MeasureError("The setting screen_outliers must be True or False.")
    if fix_after_n_points is not None and not (
        source.is_number(fix_after_n_points) and fix_after_n_points >= SHORTEST_BASELINE
    ):
        raise MeasureError(
            f"The setting fix_after_n_points must be one number, {SHORTEST_BASELINE} or more."
        )
    for name, length in zip(("shift_length", "trend_length"), lengths, strict=True):
        if not isinstance(length, int) or isinstance(length, bool) or not 3 <= length <= 50:  # noqa: PLR2004
            raise MeasureError(f"The setting {name} must be a whole number from 3 to 50.")
    if two_in_three not in get_args(rules.TwoInThree):
        raise MeasureError('The setting two_in_three must be "near_limits" or "beyond_two_sigma".')
    return _Settings(
        direction=direction,
        screen_outliers=bool(screen_outliers),
        baseline=np.inf if fix_after_n_points is None else float(fix_after_n_points),
        shift_length=lengths[0],
        trend_length=lengths[1],
        two_in_three=two_in_three,
    )


def _targets(target: source.Target | None, readings: source.Readings) -> Floats:
    """Return the target of each facet, NaN where it has none."""
    names = readings.names
    if target is None:
        return np.full(len(names), np.nan)
    if not isinstance(target, Mapping):
        return np.full(len(names), _target(target))
    source.refuse_unknown(target, readings, "target")
    return np.array([_target(target[name]) if name in target else np.nan for name in names])


def _target(value: object) -> float:
    if not source.is_number(value):
        raise MeasureError("A target must be one number.")
    return float(value)  # type: ignore[arg-type]  # checked just above


def _lines(readings: source.Readings, settings: _Settings) -> tables.Lines:
    """Mean and limits of each group, from its baseline; side of the mean of each row."""
    groups = len(readings.starts)
    baseline = readings.position < settings.baseline
    base = np.where(baseline, readings.value, np.nan)
    means = means_by(base, readings.group, groups)
    ranges = np.abs(np.diff(base, prepend=np.nan))
    ranges[readings.starts] = np.nan
    spread = means_by(ranges, readings.group, groups)
    if settings.screen_outliers:
        ranges[~(ranges < SCREEN * spread[readings.group])] = np.nan
        spread = means_by(ranges, readings.group, groups)
    return tables.Lines(
        in_baseline=baseline,
        mean=means,
        lpl=means - LIMIT * spread,
        upl=means + LIMIT * spread,
        near_lpl=means - NEAR_LIMIT * spread,
        near_upl=means + NEAR_LIMIT * spread,
        side=np.sign(readings.value - means[readings.group]),
    )


def _judge(readings: source.Readings, lines: tables.Lines, settings: _Settings) -> rules.Verdicts:
    group, value = readings.group, readings.value
    undecided = np.isnan(value) | np.isnan(lines.lpl)[group]
    beyond = (value > lines.upl[group]) | (value < lines.lpl[group])
    past_near = (value > lines.near_upl[group]) | (value < lines.near_lpl[group])
    outside = rules.verdict(beyond, undecided)
    close = rules.verdict(past_near & ~beyond, undecided)
    counted = close
    if settings.two_in_three == "beyond_two_sigma":
        counted = rules.verdict(past_near | beyond, undecided)

    gap = max(settings.shift_length, settings.trend_length, 3)
    padding = rules.Padding(group, len(readings.starts), gap)
    no_side = np.isnan(lines.side)
    side = padding.pad(np.where(no_side, 0, lines.side).astype(np.int8))
    missing = padding.pad(no_side.astype(np.int8)).astype(np.bool_)
    trend, rising = _trend(readings, padding, settings)
    return rules.Verdicts(
        outside=outside,
        close=close,
        trend=trend,
        two_in_three=padding.rows(rules.two_in_three_rule(padding.pad(counted), side, missing)),
        shift=padding.rows(rules.shift_rule(side, missing, settings.shift_length)),
        rising=rising,
    )


def _trend(
    readings: source.Readings, padding: rules.Padding, settings: _Settings
) -> tuple[Small, Bools]:
    values = padding.pad_values(readings.value)
    complete = readings.position >= settings.trend_length - 1
    trend, stuck = rules.trend_rule(
        values, padding.pad(complete.astype(np.int8)).astype(np.bool_), settings.trend_length
    )
    if stuck.any():
        row = int(np.argmax(padding.rows(stuck.astype(np.int8))))
        raise MeasureError(
            f"A missing value in the {settings.trend_length} points up to "
            f"{readings.place(row)} leaves the trend rule undecided: leave dates without a "
            "value out."
        )
    step = np.sign(np.diff(values, prepend=np.nan))
    step = np.where(np.isnan(step), 0, step).astype(np.int8)
    rising = rules.rising(trend, step)
    return padding.rows(trend), padding.rows(rising.astype(np.int8)).astype(np.bool_)
