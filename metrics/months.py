"""Months as every statistic reads them: the first day of each."""

from __future__ import annotations

import pandas as pd

from metrics.errors import MeasureError


def read_months(values: pd.Series) -> pd.DatetimeIndex:
    """Take dates, ISO texts ("2026-04" too) or periods; give the first day of each month."""
    if isinstance(values.dtype, pd.PeriodDtype):
        values = values.dt.to_timestamp()
    try:
        days = pd.DatetimeIndex(pd.to_datetime(values, format="ISO8601"))
    except (ValueError, TypeError) as why:
        raise MeasureError("A month is not a date.") from why
    if days.hasnans:
        raise MeasureError("A month is missing.")
    return pd.DatetimeIndex(days.tz_localize(None).to_period("M").to_timestamp())


def read_month(value: object) -> pd.Timestamp:
    """Take one month, given as a date, an ISO text or a period."""
    return read_months(pd.Series([value]))[0]
