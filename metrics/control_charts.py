"""Run charts and Shewhart's control charts, as qicharts2 0.8.1 calculates them.

Written from a description of what that package gives, and checked against its numbers.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from metrics._arrays import Bools, Ints
from metrics._chart_frames import ControlChart, Design, as_frames, calculate
from metrics._chart_lines import LINES
from metrics._chart_points import read, read_facets
from metrics._xmr_input import is_number
from metrics.errors import MeasureError

Kind = Literal["run", "i", "mr", "p", "pp", "u", "up", "c", "g", "t", "ip"]


__all__ = ["ControlChart", "Kind", "control_chart", "control_charts"]


def control_chart(  # noqa: PLR0913 - the settings of a chart, each by name
    observations: pd.DataFrame,
    kind: Kind,
    *,
    freeze: int | None = None,
    parts: Sequence[int] | None = None,
    exclude: Iterable[int] = (),
    centre: float | None = None,
    screened: bool = False,
    multiply: float = 1,
) -> ControlChart:
    """Calculate a run chart or control chart.

    observations: `x` (dates, numbers or names), `y` (a value, a count or a time) and, for
    shares and rates, `n` (what y is counted out of). Rows of the same x become one point: with
    n the sum of y over the sum of n, else their mean, on a c chart their sum.
    kind: run (median), i, mr, p and pp (share, and the same with Laney's correction), u and
    up (rate), c (count), g (cases between events), t (time between events), ip (I prime).
    freeze: only the first so many points make the lines; ignored if parts are given.
    parts: number (from 1) of the last point of each part; each part has lines of its own.
    exclude: numbers of points that are left out of lines and of the analysis of runs.
    centre: a known centre line, in the unit of y before `multiply`.
    screened: leave moving ranges of 3.267 times their mean or more out, once.
    multiply: scales y and the lines at the end, for example 1000 for a rate per 1,000.

    Returns `points` (index, x, part, baseline, include, y, y_sum, y_length, y_sd, n, cl, lcl,
    lcl_95, ucl_95, ucl, sigma_signal, runs_signal) and `summary` (a row a part). lcl_95 and
    ucl_95 stand two sigma from the centre. sigma_signal marks a point strictly outside the
    limits; runs_signal a part with too long a run or too few crossings (Anhoej's rules; never
    on an mr chart or where x is a name).

    Raises MeasureError when the observations or settings cannot be used.
    Source: Montgomery, Introduction to Statistical Quality Control; Laney 2002 (pp, up);
    Taylor 2017 (ip); Anhoej and Olesen 2014 (runs).
    """
    _check_kind(kind)
    _check_numbers(centre, multiply, kind)
    points = read(observations, kind)
    size = len(points.y)
    design = Design(
        kind=kind,
        part=_part_numbers(parts, size),
        baseline=_baseline(freeze, parts, np.arange(size)),
        include=_included(exclude, size),
        centre=centre,
        screened=bool(screened),
        multiply=multiply,
    )
    return as_frames(points, calculate(points, design), design, [])


def control_charts(  # noqa: PLR0913 - the settings of a chart, each by name
    observations: pd.DataFrame,
    kind: Kind,
    *,
    freeze: int | None = None,
    centre: float | None = None,
    screened: bool = False,
    multiply: float = 1,
) -> ControlChart:
    """Calculate many charts of one kind at once: one for each `facet` of the observations.

    The same numbers as `control_chart` gives for each facet alone, in one go. The frames begin
    with a column `facet`, in the order of the facets' first rows.
    """
    _check_kind(kind)
    _check_numbers(centre, multiply, kind)
    names, points = read_facets(observations, kind)
    size, lengths = len(points.y), points.lengths
    position = np.arange(size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    design = Design(
        kind=kind,
        part=np.ones(size, dtype=np.int64),
        baseline=_baseline(freeze, None, position),
        include=np.ones(size, dtype=np.bool_),
        centre=centre,
        screened=bool(screened),
        multiply=multiply,
    )
    return as_frames(points, calculate(points, design), design, names)


def _check_kind(kind: str) -> None:
    if kind not in LINES:
        raise MeasureError(f"The kind of chart must be one of {', '.join(LINES)}.")


def _check_numbers(centre: float | None, multiply: float, kind: str) -> None:
    if centre is not None and not (is_number(centre) and np.isfinite(float(centre))):
        raise MeasureError("The centre line must be one number.")
    if centre is not None and kind not in {"run", "i", "ip"} and centre < 0:
        raise MeasureError(f"The centre line of a {kind} chart cannot be below 0.")
    if centre is not None and kind in {"p", "pp"} and centre > 1:
        raise MeasureError(f"The centre line of a {kind} chart is a share, from 0 to 1.")
    if not (is_number(multiply) and np.isfinite(float(multiply)) and multiply > 0):
        raise MeasureError("The setting multiply must be a number above 0.")


def _whole(value: object, setting: str) -> int:
    if not is_number(value) or not float(value).is_integer():  # type: ignore[arg-type]
        raise MeasureError(f"The setting {setting} must hold whole numbers, counted from 1.")
    return int(value)  # type: ignore[call-overload, no-any-return]


def _part_numbers(parts: Sequence[int] | None, size: int) -> Ints:
    """Return the part of each point, from 1."""
    if parts is None:
        return np.ones(size, dtype=np.int64)
    lasts = sorted({_whole(last, "parts") for last in parts})
    if lasts and not 1 <= lasts[0] <= lasts[-1] <= size:
        raise MeasureError(f"The setting parts must name points of the chart, from 1 to {size}.")
    return np.searchsorted(lasts, np.arange(1, size + 1), side="left").astype(np.int64) + 1


def _baseline(freeze: int | None, parts: Sequence[int] | None, position: Ints) -> Bools:
    """Tell which points make the lines. position: each point's place in its chart, from 0."""
    if freeze is None:
        return np.ones(len(position), dtype=np.bool_)
    points = _whole(freeze, "freeze")
    if points < 1:
        raise MeasureError("The setting freeze must be 1 or more.")
    if parts is not None:
        return np.ones(len(position), dtype=np.bool_)
    return position < points


def _included(exclude: Iterable[int], size: int) -> Bools:
    include = np.ones(size, dtype=np.bool_)
    for value in exclude:
        number = _whole(value, "exclude")
        if not 1 <= number <= size:
            raise MeasureError(
                f"The setting exclude must name points of the chart, from 1 to {size}."
            )
        include[number - 1] = False
    return include
