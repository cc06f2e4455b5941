"""Calculates charts and puts one or many of them into frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from metrics import _runs
from metrics._arrays import Bools, Floats, Ints
from metrics._chart_lines import LINES, Lines, Parts
from metrics._chart_points import Points

DRAWN = ("cl", "lcl", "lcl_95", "ucl_95", "ucl")
MEANS = {"aLCL": "lcl", "aLCL_95": "lcl_95", "CL": "cl", "aUCL_95": "ucl_95", "aUCL": "ucl"}
RUNS = ("n_useful", "longest_run", "longest_run_max", "n_crossings", "n_crossings_min")


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A calculated chart: `points` (one row a point) and `summary` (one row a part)."""

    points: pd.DataFrame
    summary: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How charts are made: which points belong to which part, which make lines, and the rest.

    part: the number of each point's part in its chart, from 1.
    """

    kind: str
    part: Ints
    baseline: Bools
    include: Bools
    centre: float | None
    screened: bool
    multiply: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The lines and runs of all parts, one part after the other, and where each begins."""

    lines: Lines
    starts: Ints
    lengths: Ints
    included: Ints
    runs: _runs.Runs
    runs_signal: Bools


def calculate(points: Points, design: Design) -> Drawn:
    """Calculate the lines and signals of every part of every chart."""
    chart = np.repeat(np.arange(len(points.lengths)), points.lengths)
    begins = np.ones(len(chart), dtype=np.bool_)
    begins[1:] = (chart[1:] != chart[:-1]) | (design.part[1:] != design.part[:-1])
    starts, part = np.flatnonzero(begins), np.cumsum(begins) - 1
    lines = LINES[design.kind](
        Parts(
            y=points.y,
            y_sum=points.y_sum,
            n=points.n,
            base=design.baseline & design.include,
            part=part,
            parts=len(starts),
            centre=design.centre,
            screened=design.screened,
            categorical=points.categorical,
        )
    )
    include = design.include
    runs = _runs.analyse(lines.side[include], part[include], len(starts))
    has_runs = design.kind != "mr" and not points.categorical
    return Drawn(
        lines=lines,
        starts=starts,
        lengths=np.diff(np.append(starts, len(part))),
        included=np.bincount(part[include], minlength=len(starts)),
        runs=runs,
        runs_signal=runs.signal & has_runs,
    )


def as_frames(points: Points, drawn: Drawn, design: Design, names: Sequence[Any]) -> ControlChart:
    """Put charts one below the other; with names, under a column of their names."""
    lines, multiply = drawn.lines, design.multiply
    outside = (lines.y > lines.ucl) | (lines.y < lines.lcl)
    scaled = {name: getattr(lines, name) * multiply for name in DRAWN}
    lengths = points.lengths
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    heading = {"facet": np.repeat(np.asarray(names, dtype=object), lengths)} if names else {}
    frame = pd.DataFrame(
        heading
        | {
            "index": np.arange(1, len(points.y) + 1) - first,
            "x": points.x,
            "part": design.part,
            "baseline": design.baseline,
            "include": design.include,
            "y": lines.y * multiply,
            "y_sum": points.y_sum,
            "y_length": points.y_length,
            "y_sd": points.y_sd,
            "n": points.n if points.has_n else np.full(len(points.y), np.nan),
            **scaled,
            "sigma_signal": outside,
            "runs_signal": np.repeat(drawn.runs_signal, drawn.lengths),
        },
        copy=False,
    )
    summary = {"facet": frame["facet"].to_numpy()[drawn.starts]} if names else {}
    summary |= {"part": design.part[drawn.starts], "n_obs": drawn.included}
    summary |= {name: _whole(getattr(drawn.runs, name)) for name in RUNS}
    summary |= {"runs_signal": drawn.runs_signal.astype(np.int64)}
    summary |= {name: _means(scaled[line], drawn.starts) for name, line in MEANS.items()}
    summary |= {"sigma_signal": np.add.reduceat(outside.astype(np.int64), drawn.starts)}
    return ControlChart(points=frame, summary=pd.DataFrame(summary))


def _means(line: Floats, starts: Ints) -> Floats:
    """Mean of each part's line where it has a place; NaN where it has none."""
    known = ~np.isnan(line)
    totals = np.add.reduceat(np.where(known, line, 0.0), starts)
    counts = np.add.reduceat(known.astype(np.int64), starts)
    means: Floats = np.full(len(starts), np.nan)
    np.divide(totals, counts, out=means, where=counts > 0)
    return means


def _whole(counts: Floats | Ints) -> Floats | Ints:
    """Give counts as whole numbers, unless one of them is not known."""
    return counts if np.isnan(counts).any() else counts.astype(np.int64)
