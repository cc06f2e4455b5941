"""Calculates charts point by point, and puts one or many of them into frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from metrics import _runs
from metrics._arrays import Bools, Floats, Ints
from metrics._chart_lines import LINES, Lines, Part
from metrics._chart_points import Points

DRAWN = ("y", "cl", "lcl", "lcl_95", "ucl_95", "ucl")
MEANS = {"aLCL": "lcl", "aLCL_95": "lcl_95", "CL": "cl", "aUCL_95": "ucl_95", "aUCL": "ucl"}


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A calculated chart: `points` (one row a point) and `summary` (one row a part)."""

    points: pd.DataFrame
    summary: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a chart is made: which points belong to which part, which make lines, and the rest."""

    kind: str
    part: Ints
    baseline: Bools
    include: Bools
    centre: float | None
    screened: bool
    multiply: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One part of a chart: its lines, and what its runs say."""

    lines: Lines
    included: int
    runs: _runs.Runs
    runs_signal: bool


def calculate(points: Points, design: Design) -> list[Drawn]:
    """Calculate the lines and signals of each part."""
    base = design.baseline & design.include
    parts = int(design.part[-1])
    ends = [0, *np.searchsorted(design.part, np.arange(2, parts + 1)).tolist(), len(points.y)]
    found = []
    for number in range(parts):
        own = slice(ends[number], ends[number + 1])
        lines = LINES[design.kind](
            Part(
                y=points.y[own],
                y_sum=points.y_sum[own],
                n=points.n[own],
                base=base[own],
                centre=design.centre,
                screened=design.screened,
                categorical=points.categorical,
            )
        )
        include = design.include[own]
        runs = _runs.analyse(lines.side[include])
        found.append(
            Drawn(
                lines=lines,
                included=int(np.count_nonzero(include)),
                runs=runs,
                runs_signal=runs.signal and design.kind != "mr" and not points.categorical,
            )
        )
    return found


def as_frames(
    charts: Sequence[Points],
    calculated: Sequence[Sequence[Drawn]],
    designs: Sequence[Design],
    names: Sequence[Any],
) -> ControlChart:
    """Put charts one below the other; with names, under a column of their names."""
    drawn = [part for parts in calculated for part in parts]
    lines = {name: np.concatenate([getattr(part.lines, name) for part in drawn]) for name in DRAWN}
    outside = (lines["y"] > lines["ucl"]) | (lines["y"] < lines["lcl"])
    multiply = designs[0].multiply
    lines = {name: line * multiply for name, line in lines.items()}
    sizes = [len(part.lines.y) for part in drawn]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
    lengths = [len(points.y) for points in charts]
    heading = {"facet": np.repeat(np.asarray(names, dtype=object), lengths)} if names else {}
    frame = pd.DataFrame(
        heading
        | {
            "index": np.concatenate([np.arange(1, length + 1) for length in lengths]),
            "x": _joined([points.x for points in charts]),
            "part": np.concatenate([design.part for design in designs]),
            "baseline": np.concatenate([design.baseline for design in designs]),
            "include": np.concatenate([design.include for design in designs]),
            "y": lines["y"],
            "y_sum": np.concatenate([points.y_sum for points in charts]),
            "y_length": np.concatenate([points.y_length for points in charts]),
            "y_sd": np.concatenate([points.y_sd for points in charts]),
            "n": np.concatenate(
                [points.n if points.has_n else np.full(len(points.y), np.nan) for points in charts]
            ),
            **{name: lines[name] for name in DRAWN if name != "y"},
            "sigma_signal": outside,
            "runs_signal": np.repeat([part.runs_signal for part in drawn], sizes),
        },
        copy=False,
    )
    means = {name: _means(lines[line], starts) for name, line in MEANS.items()}
    beyond = np.add.reduceat(outside.astype(np.int64), starts)
    return ControlChart(points=frame, summary=_summary(calculated, names, means, beyond))


def _joined(indexes: Sequence[pd.Index]) -> pd.Index:
    first = indexes[0]
    return first.append(list(indexes[1:])) if len(indexes) > 1 else first


def _means(line: Floats, starts: Ints) -> Floats:
    """Mean of each part's line where it has a place; NaN where it has none."""
    known = ~np.isnan(line)
    totals = np.add.reduceat(np.where(known, line, 0.0), starts)
    counts = np.add.reduceat(known.astype(np.int64), starts)
    means: Floats = np.full(len(starts), np.nan)
    np.divide(totals, counts, out=means, where=counts > 0)
    return means


def _summary(
    calculated: Sequence[Sequence[Drawn]],
    names: Sequence[Any],
    means: dict[str, Floats],
    beyond: Ints,
) -> pd.DataFrame:
    rows = [
        (names[at] if names else None, number, part)
        for at, parts in enumerate(calculated)
        for number, part in enumerate(parts, start=1)
    ]
    heading = {"facet": [name for name, _, _ in rows]} if names else {}
    runs = ("n_useful", "longest_run", "longest_run_max", "n_crossings", "n_crossings_min")
    return pd.DataFrame(
        heading
        | {
            "part": [number for _, number, _ in rows],
            "n_obs": [part.included for _, _, part in rows],
            **{name: [getattr(part.runs, name) for _, _, part in rows] for name in runs},
            "runs_signal": [int(part.runs_signal) for _, _, part in rows],
            **means,
            "sigma_signal": beyond,
        }
    )
