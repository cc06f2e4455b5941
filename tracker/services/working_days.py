"""Dates that fall on working days."""

from datetime import date, timedelta

SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Say whether offices are open: Monday to Friday. Bank holidays are not known here yet."""
    return day.weekday() < SATURDAY


def on_working_day(day: date, *, forward: bool = True) -> date:
    """Give the day itself, or the nearest working day after it (or before it)."""
    step = timedelta(days=1 if forward else -1)
    while not is_working_day(day):
        day += step
    return day
