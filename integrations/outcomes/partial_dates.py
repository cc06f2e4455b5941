"""Reads the dates of incidents: whole, with a time, or only the month."""

import re
from datetime import date

from integrations.outcomes import cells as read
from integrations.outcomes.errors import BadValueError

YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
#: a day that nobody knew
NO_DAY = re.compile(r"(\d{4}-\d{2})-(00|XX)", re.ASCII | re.IGNORECASE)


def read_partial_date(text: str, what: str, today: date) -> tuple[date, bool]:
    """Give the day, and whether only its month is known."""
    text = text.strip()
    if not text:
        raise BadValueError(f"The {what} is missing.")
    if YEAR.fullmatch(text):
        raise BadValueError(f"The {what} has only a year. At least the month is needed.")
    if found := NO_DAY.fullmatch(text):
        text = found[1]
    if read.is_month_alone(text):
        return read.read_month(text, what, today), True
    return read.read_date(text, what, today), False


def read_report_date(text: str, today: date) -> date | None:
    """Give the day of a report, if the day is known."""
    if not text.strip():
        return None
    day, is_month_only = read_partial_date(text, "date of the report", today)
    return None if is_month_only else day
