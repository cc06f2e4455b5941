"""Run charts and Shewhart's control charts, as qicharts2 0.8.1 calculates them.

Written from a description of what that package gives, and checked against its numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from metrics import _runs
from metrics._arrays import Bools, Ints
from metrics._chart_lines import LINES, Lines, Part
from metrics._chart_points import Points, read
from metrics._xmr_input import is_number
from metrics.errors import MeasureError

Kind = Literal["run", "i", "mr", "p", "pp", "u", "up", "c", "g", "t", "ip"]


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A calculated chart: `points` (one row a point) and `summary` (one row a part)."""

    points: pd.DataFrame
    summary: pd.DataFrame


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
    if kind not in LINES:
        raise MeasureError(f"The kind of chart must be one of {', '.join(LINES)}.")
    _check_numbers(centre, multiply, kind)
    points = read(observations, kind)
    size = len(points.y)
    part = _part_numbers(parts, size)
    baseline = _baseline(freeze, parts, size)
    include = _included(exclude, size)
    drawn: list[pd.DataFrame] = []
    rows: list[dict[str, float | int | None]] = []
    for number in range(1, int(part[-1]) + 1):
        own = part == number
        lines = LINES[kind](
            Part(
                y=points.y[own],
                y_sum=points.y_sum[own],
                n=points.n[own],
                base=(baseline & include)[own],
                centre=centre,
                screened=bool(screened),
                categorical=points.categorical,
            )
        )
        runs = _runs.analyse(lines.side[include[own]])
        signal = runs.signal and kind != "mr" and not points.categorical
        frame = _drawn(lines, multiply).assign(runs_signal=signal)
        drawn.append(frame)
        rows.append(_summary_row(number, int(include[own].sum()), frame, runs))
    return ControlChart(
        points=_points_frame(points, part, baseline, include, pd.concat(drawn, ignore_index=True)),
        summary=pd.DataFrame(rows),
    )


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


def _baseline(freeze: int | None, parts: Sequence[int] | None, size: int) -> Bools:
    if freeze is None:
        return np.ones(size, dtype=np.bool_)
    points = _whole(freeze, "freeze")
    if points < 1:
        raise MeasureError("The setting freeze must be 1 or more.")
    if parts is not None:
        return np.ones(size, dtype=np.bool_)
    return np.arange(size) < points


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


def _drawn(lines: Lines, multiply: float) -> pd.DataFrame:
    """One part's plotted values and lines, scaled, with the points outside the limits."""
    return pd.DataFrame(
        {
            "y": lines.y * multiply,
            "cl": lines.cl * multiply,
            "lcl": lines.lcl * multiply,
            "lcl_95": lines.lcl_95 * multiply,
            "ucl_95": lines.ucl_95 * multiply,
            "ucl": lines.ucl * multiply,
            "sigma_signal": (lines.y > lines.ucl) | (lines.y < lines.lcl),
        }
    )


def _points_frame(
    points: Points, part: Ints, baseline: Bools, include: Bools, drawn: pd.DataFrame
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "index": np.arange(1, len(part) + 1),
            "x": points.x,
            "part": part,
            "baseline": baseline,
            "include": include,
            "y": drawn["y"],
            "y_sum": points.y_sum,
            "y_length": points.y_length,
            "y_sd": points.y_sd,
            "n": points.n if points.has_n else np.full(len(part), np.nan),
            **{
                name: drawn[name]
                for name in ("cl", "lcl", "lcl_95", "ucl_95", "ucl", "sigma_signal", "runs_signal")
            },
        }
    )


def _summary_row(
    number: int, included: int, frame: pd.DataFrame, runs: _runs.Runs
) -> dict[str, float | int | None]:
    return {
        "part": number,
        "n_obs": included,
        "n_useful": runs.n_useful,
        "longest_run": runs.longest_run,
        "longest_run_max": runs.longest_run_max,
        "n_crossings": runs.n_crossings,
        "n_crossings_min": runs.n_crossings_min,
        "runs_signal": int(frame["runs_signal"].iloc[0]),
        "aLCL": float(frame["lcl"].mean()),
        "aLCL_95": float(frame["lcl_95"].mean()),
        "CL": float(frame["cl"].mean()),
        "aUCL_95": float(frame["ucl_95"].mean()),
        "aUCL": float(frame["ucl"].mean()),
        "sigma_signal": int(frame["sigma_signal"].sum()),
    }
