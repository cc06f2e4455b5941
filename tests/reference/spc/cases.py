"""Reads the reference cases of this folder and lays results out to be compared with them."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
RELATIVE = 1e-9


def load(name: str) -> Any:
    return json.loads((HERE / name).read_text())


def named(prefix: str) -> list[str]:
    return sorted(path.name for path in HERE.glob(f"{prefix}_*.json") if "table" not in path.name)


def plain(value: Any) -> Any:
    """A cell of a frame as JSON would hold it: missing is None, a date is its ISO text."""
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): plain(value) for key, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]


def differences(
    got: list[dict[str, Any]], expected: list[dict[str, Any]], columns: set[str] | None = None
) -> list[str]:
    """Every cell in which two lists of rows differ, in words."""
    if len(got) != len(expected):
        return [f"{len(got)} rows where {len(expected)} were expected"]
    return [
        f"row {number} {column}: {mine[column]!r} not {theirs[column]!r}"
        for number, (mine, theirs) in enumerate(zip(got, expected, strict=True))
        for column in columns or set(theirs)
        if not same(mine[column], theirs[column])
    ]


def same(mine: Any, theirs: Any) -> bool:
    if mine is None or theirs is None or isinstance(theirs, (str, bool)):
        return mine == theirs and (mine is None) == (theirs is None)
    return math.isclose(mine, theirs, rel_tol=RELATIVE, abs_tol=1e-12)
