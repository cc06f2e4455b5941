"""Reads and checks what an XmR chart is made from; sorts it and cuts it into groups."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Real

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics._arrays import Bools, Floats, Ints
from metrics.errors import MeasureError

NO_FACET = "no facet"
LARGEST_VALUE = 1e300

Dates = npt.NDArray[np.datetime64]
RebaseDates = Iterable[object]
Rebase = RebaseDates | Mapping[Hashable, RebaseDates]
Target = float | Mapping[Hashable, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Readings sorted by facet and date, with their groups (facet x rebase group).

    One entry a row in ``facet`` (number of the facet), ``date``, ``value``, ``trajectory``,
    ``rebase_group``, ``group`` (number of the group) and ``position`` (0 for the first row of
    a group); one entry a group in ``starts`` (its first row) and ``lengths``.
    """

    names: pd.Index
    faceted: bool
    facet: Ints
    date: Dates
    value: Floats
    trajectory: Floats
    rebase_group: Ints
    group: Ints
    position: Ints
    starts: Ints
    lengths: Ints

    def place(self, row: int) -> str:
        """Name a row for a message: its date, and its facet when there are facets."""
        day = str(self.date[row].astype("datetime64[D]"))
        return f"{day} of {self.names[self.facet[row]]}" if self.faceted else day

    @property
    def last_groups(self) -> Ints:
        """Number of the last group of each facet."""
        facet_of_group = self.facet[self.starts]
        last = np.append(facet_of_group[1:] != facet_of_group[:-1], True)
        return np.flatnonzero(last)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The observations' columns, sorted by facet and date."""

    names: pd.Index
    faceted: bool
    facet: Ints
    date: Dates
    value: Floats
    trajectory: Floats


def read(observations: pd.DataFrame, rebase: Rebase | None) -> Readings:
    """Check the observations, sort them and number their groups.

    Raises MeasureError when a column is missing or of the wrong kind, a date is missing or
    stands twice in one facet, or ``rebase`` names a facet that is not there.
    """
    rows = _sorted(observations)
    rebased = _rebased(rows, rebase)
    first_of_facet = np.append(True, rows.facet[1:] != rows.facet[:-1])
    first_of_group = first_of_facet | rebased
    group = np.cumsum(first_of_group) - 1
    starts = np.flatnonzero(first_of_group)
    so_far: Ints = np.cumsum(rebased, dtype=np.int64)
    before_facet: Ints = (so_far - rebased)[first_of_facet]
    readings = Readings(
        names=rows.names,
        faceted=rows.faceted,
        facet=rows.facet,
        date=rows.date,
        value=rows.value,
        trajectory=rows.trajectory,
        rebase_group=so_far - before_facet[rows.facet],
        group=group,
        position=np.arange(len(group)) - starts[group],
        starts=starts,
        lengths=np.diff(np.append(starts, len(group))),
    )
    _refuse_duplicates(readings)
    return readings


def _sorted(observations: pd.DataFrame) -> _Sorted:
    for column in ("date", "value"):
        if column not in observations.columns:
            raise MeasureError(f"The observations have no column called {column}.")
    if observations.empty:
        raise MeasureError("There are no observations to chart.")
    facet, names = _facets(observations)
    dates = _dates(observations["date"])
    values = numbers(observations["value"], "value")
    trajectory = np.full(len(values), np.nan)
    if "trajectory" in observations.columns:
        trajectory = numbers(observations["trajectory"], "trajectory")
    order = np.lexsort((dates, facet))
    return _Sorted(
        names=names,
        faceted="facet" in observations.columns,
        facet=facet[order],
        date=dates[order],
        value=values[order],
        trajectory=trajectory[order],
    )


def _facets(observations: pd.DataFrame) -> tuple[Ints, pd.Index]:
    if "facet" not in observations.columns:
        return np.zeros(len(observations), dtype=np.int64), pd.Index([NO_FACET])
    facets = observations["facet"]
    try:
        codes, names = pd.factorize(facets, sort=True)
    except TypeError as error:
        raise MeasureError("The column facet must hold names.") from error
    if (codes < 0).any():
        raise MeasureError("Every observation needs a facet, and some have none.")
    return codes.astype(np.int64), pd.Index(names)


def _dates(column: "pd.Series[pd.Timestamp]") -> Dates:
    if isinstance(column.dtype, pd.PeriodDtype):
        column = pd.PeriodIndex(column).to_timestamp().to_series()
    elif column.dtype == object and all(isinstance(day, date) for day in column):
        column = pd.to_datetime(column)
    if not pd.api.types.is_datetime64_dtype(column.dtype):
        raise MeasureError(
            "The column date must hold plain dates: turn text, numbers and times with a "
            "time zone into dates first."
        )
    if column.isna().any():
        raise MeasureError("Every observation needs a date, and some have none.")
    return column.to_numpy()


def numbers(column: "pd.Series[float]", name: str) -> Floats:
    """Return the column as floats, NaN where missing. Raises MeasureError for anything else."""
    if pd.api.types.is_bool_dtype(column.dtype) and not column.isna().all():
        raise MeasureError(f"The column {name} must hold numbers, not yes and no.")
    if column.dtype == object and not all(map(_is_number_or_missing, column)):
        raise MeasureError(f"The column {name} must hold numbers only.")
    if column.dtype != object and not pd.api.types.is_numeric_dtype(column.dtype):
        raise MeasureError(f"The column {name} must hold numbers only.")
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if (np.abs(values) > LARGEST_VALUE).any():
        raise MeasureError(f"The column {name} holds numbers too large to chart.")
    return values


def _is_number_or_missing(value: object) -> bool:
    if value is None or value is pd.NA:
        return True
    return not isinstance(value, bool) and is_number(value)


def is_number(value: object) -> bool:
    """Tell whether the value is a real number (also Decimal and NumPy's), but not yes or no."""
    if isinstance(value, (bool, np.bool_)):
        return False
    return isinstance(value, Real) or type(value).__name__ == "Decimal"


def _refuse_duplicates(readings: Readings) -> None:
    facet, date = readings.facet, readings.date
    twice = (facet[1:] == facet[:-1]) & (date[1:] == date[:-1])
    if twice.any():
        raise MeasureError(
            f"{readings.place(int(np.argmax(twice)))} stands in the observations more than "
            "once: give one value for each date."
        )


def _rebased(rows: _Sorted, rebase: Rebase | None) -> Bools:
    """Tell for each row whether a new group starts there."""
    rebased = np.zeros(len(rows.facet), dtype=np.bool_)
    if rebase is None:
        return rebased
    if not isinstance(rebase, Mapping):
        return np.isin(rows.date, _rebase_dates(rebase))
    refuse_unknown(rebase, rows, "rebase")
    begins = np.searchsorted(rows.facet, np.arange(len(rows.names) + 1))
    numbers_of = {name: number for number, name in enumerate(rows.names)}
    dates = rows.date.astype("datetime64[us]")
    for name, days in rebase.items():
        number = numbers_of[name]
        own = slice(begins[number], begins[number + 1])
        rebased[own] = np.isin(dates[own], _rebase_dates(days))
    return rebased


def _rebase_dates(days: object) -> Dates:
    if isinstance(days, (str, date, np.datetime64)):
        days = [days]
    if not isinstance(days, Iterable):
        raise MeasureError("The rebase setting must be a list of dates.")
    listed = list(days)
    if not all(isinstance(day, (str, date, np.datetime64)) for day in listed):
        raise MeasureError("The rebase setting must hold dates only.")
    try:
        days = [datetime.fromisoformat(day) if isinstance(day, str) else day for day in listed]
        return np.array([pd.Timestamp(day).to_datetime64() for day in days], "datetime64[us]")
    except (ValueError, TypeError) as error:
        raise MeasureError("The rebase setting must hold dates only.") from error


def refuse_unknown(
    by_facet: Mapping[Hashable, object], rows: Readings | _Sorted, setting: str
) -> None:
    """Raise MeasureError when a setting names a facet that the observations do not have."""
    known = set(rows.names) if rows.faceted else set()
    unknown = [str(name) for name in by_facet if name not in known]
    if unknown:
        raise MeasureError(
            f"The {setting} setting names {', '.join(unknown)}, which the observations do not have."
        )
