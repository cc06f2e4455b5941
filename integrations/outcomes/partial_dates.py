"""Reads the dates of incidents: whole, with a time, or only the month."""

import re
from datetime import date, datetime

from integrations.outcomes import cells as read
from integrations.outcomes.errors import BadValueError

YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})([ T].*)?", re.ASCII)
NAMED_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{2}|\d{4})([ T].*)?", re.ASCII)
MONTH_LAST = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
EXCEL_DAY = re.compile(r"([345]\d{4})(\.\d+)?", re.ASCII)
EXCEL_BEGINS = date(1899, 12, 30).toordinal()


def read_partial_date(text: str, what: str, today: date) -> tuple[date, bool]:
    """Give the day, and whether only its month is known."""
    text = text.strip()
    if not text:
        raise BadValueError(f"The {what} is missing.")
    if YEAR.fullmatch(text):
        raise BadValueError(f"The {what} has only a year. At least the month is needed.")
    if (day := _day(text)) is not None:
        return read.read_date(day.isoformat(), what, today), False
    if found := MONTH_LAST.fullmatch(text):
        text = f"{found[2]}-{found[1]}"
    if read.MONTH.fullmatch(text) or read.NAMED_MONTH.fullmatch(text):
        return read.read_month(text, what, today), True
    return read.read_date(text, what, today), False


def _day(text: str) -> date | None:
    """Give the day of the ways to write one that carry a time or come from a spreadsheet."""
    try:
        if found := DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := NAMED_DAY.fullmatch(text):
            month = read.MONTH_NAMES.index(found[2].casefold()[:3]) + 1
            year = int(found[3])
            return date(year if year > 99 else 2000 + year, month, int(found[1]))  # noqa: PLR2004
        if found := EXCEL_DAY.fullmatch(text):
            return date.fromordinal(EXCEL_BEGINS + int(found[1]))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(read.WARD_CLOCK)
    return moment.date()
