"""Reads one cell: months, dates, times, numbers, short codes. Refuses what is not plainly one."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from integrations.outcomes.errors import BadValueError
from integrations.tables.guard import is_nhs_number, without_nhs_numbers

Choice = TypeVar("Choice", bound=StrEnum)

# Times without an offset are what a clock on a ward in England shows.
WARD_CLOCK = ZoneInfo("Europe/London")
EARLIEST = date(1990, 1, 1)
LONGEST_CODE = 200
LARGEST_NUMBER = Decimal(10) ** 12
PLAIN_NUMBER = re.compile(
    r"\d{1,15}(\.\d{1,10})?|\d{1,3}((,\d{3})+|([ \u00a0\u202f]\d{3})+)(\.\d{1,10})?", re.ASCII
)
THOUSANDS = re.compile("[, \u00a0\u202f]")
MONTH = re.compile(r"(\d{4})[-/](\d{1,2})", re.ASCII)
CLOSE_MONTH = re.compile(r"(20\d\d)(\d\d)", re.ASCII)
MONTH_FIRST = re.compile(r"(\d{1,2})[/-](\d{4})", re.ASCII)
NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})[ -](\d{2}|\d{4})", re.ASCII)
TIME_OF_DAY = r"([ T].*)?"
DAY_FIRST = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}|\d{{2}}){TIME_OF_DAY}", re.ASCII)
YEAR_FIRST = re.compile(rf"(\d{{4}})/(\d{{1,2}})/(\d{{1,2}}){TIME_OF_DAY}", re.ASCII)
NAMED_DAY = re.compile(
    rf"(\d{{1,2}})[ -]([A-Za-z]{{3,9}})[ -](\d{{4}}|\d{{2}}){TIME_OF_DAY}", re.ASCII
)
EXCEL_DAY = re.compile(r"([345]\d{4})(\.\d+)?", re.ASCII)
EXCEL_BEGINS = date(1899, 12, 30).toordinal()
LONGER = re.compile(r"q[1-4]\b|\dq[1-4]|quarter|week|^fy", re.IGNORECASE)
#: from April to March
TWO_YEARS = re.compile(r"(?:FY ?)?(?:20)?(\d\d) ?[/-] ?(?:20)?(\d\d)", re.ASCII)
#: what those who publish numbers write where they hold a small one back
HELD_BACK = re.compile(r"\*+|\[?[a-z]\]|[<\u2264] ?\d+|\.\.|:", re.IGNORECASE)
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_month(text: str, what: str, today: date) -> date:
    """Read a month that is over or running, and return its first day."""
    text = text.strip()
    month = _month(text)
    if month is None:
        years = TWO_YEARS.fullmatch(text)
        if LONGER.search(text) or (years and int(years[2]) == int(years[1]) + 1):
            raise BadValueError(f"The {what} is not one month. Give the numbers month by month.")
        raise BadValueError(f"The {what} is not a month. Write it as 2026-09.")
    if month > today.replace(day=1):
        raise BadValueError(f"The {what} is in the future.")
    if month < EARLIEST:
        raise BadValueError(f"The {what} is too long ago to be right.")
    return month


def is_month_alone(text: str) -> bool:
    """Tell a month that is written without a day."""
    return any(way.fullmatch(text) for way in (MONTH, CLOSE_MONTH, MONTH_FIRST, NAMED_MONTH))


def _month(text: str) -> date | None:
    if found := MONTH.fullmatch(text) or CLOSE_MONTH.fullmatch(text):
        return _date(int(found[1]), int(found[2]), 1)
    if found := MONTH_FIRST.fullmatch(text):
        return _date(int(found[2]), int(found[1]), 1)
    if found := NAMED_MONTH.fullmatch(text):
        return _date(_year(found[2]), _number_of(found[1]), 1)
    day = _day(text)
    if day is None:
        return None
    # A month written as a day is its first or its last day. Any other day is a different thing.
    is_last = (day + timedelta(days=1)).day == 1
    return day.replace(day=1) if day.day == 1 or is_last else None


def read_date(text: str, what: str, today: date) -> date:
    day = _day(text.strip())
    if day is None:
        raise BadValueError(f"The {what} is not a date. Write it as 2026-09-30.")
    _check_day(day, what, today)
    return day


def read_time(text: str, what: str, today: date) -> datetime:
    """Read a moment; one without an offset is taken as the time on a ward clock."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadValueError(
            f"The {what} is not a date and time. Write it as 2026-09-30T14:05."
        ) from None
    if moment.tzinfo is None:
        _check_day(moment.date(), what, today)
        return from_ward_clock(moment).replace(tzinfo=UTC)
    _check_day(moment.date(), what, today)
    return moment.astimezone(UTC)


def spreadsheet_moment(days: str) -> datetime:
    """Give the moment that a spreadsheet means by a number of days, to the minute."""
    number = Decimal(days)
    day = datetime.combine(date.fromordinal(EXCEL_BEGINS + int(number)), time())
    return day + timedelta(minutes=round((number % 1) * 24 * 60))


def from_ward_clock(moment: datetime) -> datetime:
    """Give UTC, without saying so. In the hour that comes twice or never, winter time is meant.

    That is how PostgreSQL reads such a time too.
    """
    offsets = [WARD_CLOCK.utcoffset(moment.replace(fold=fold)) for fold in (0, 1)]
    return moment - min(offset or timedelta() for offset in offsets)


def read_number(text: str, what: str) -> Decimal:
    text = text.strip()
    if not text:
        raise BadValueError(f"The {what} is missing.")
    if text.startswith("="):
        raise BadValueError(f"The {what} is a formula. Save the file with values, not formulas.")
    if not PLAIN_NUMBER.fullmatch(text):
        raise BadValueError(f"The {what} {_what_is_wrong(text)}.")
    number = Decimal(THOUSANDS.sub("", text))
    if number > LARGEST_NUMBER:
        raise BadValueError(f"The {what} is too large to be right.")
    return number


def _what_is_wrong(text: str) -> str:
    """Say what stands there instead of a number."""
    if text.startswith("-") and PLAIN_NUMBER.fullmatch(text[1:]):
        return "is below zero"
    if text.endswith("%") and PLAIN_NUMBER.fullmatch(text[:-1].strip()):
        return "is a percentage. Give how many there were, out of how many"
    if HELD_BACK.fullmatch(text):
        return "was held back by whoever made the file"
    return "is not a number"


def read_whole_number(text: str, what: str) -> int:
    number = read_number(text, what)
    if number != number.to_integral_value():
        raise BadValueError(f"The {what} is not a whole number.")
    return int(number)


def read_code(text: str, what: str) -> str:
    """Read a short code or name; what a spreadsheet would run as a formula is refused."""
    text = text.strip()
    if text.startswith(("=", "+", "-", "@")):
        raise BadValueError(f"The {what} looks like a formula. Write it as plain text.")
    if len(text) > LONGEST_CODE:
        raise BadValueError(f"The {what} is longer than {LONGEST_CODE} characters.")
    if not text.isprintable():
        raise BadValueError(f"The {what} has characters in it that cannot be shown.")
    return text


def read_required_code(text: str, what: str) -> str:
    code = read_code(text, what)
    if not code:
        raise BadValueError(f"The {what} is missing.")
    if not code.isdigit() and is_nhs_number(code):  # bare digits may be anything
        raise BadValueError(f"The {what} looks like an NHS number. Those are never kept.")
    return code


def read_words(text: str, what: str) -> str:
    """Read what somebody calls a thing: kept as it is, but for an NHS number in it."""
    return without_nhs_numbers(read_code(text, what))


def read_choice(text: str, what: str, choices: type[Choice], others: dict[str, Choice]) -> Choice:
    word = text.strip().casefold().replace("-", "_").replace(" ", "_")
    if word in others:
        return others[word]
    try:
        return choices(word)
    except ValueError:
        allowed = ", ".join(choices)
        raise BadValueError(f"The {what} must be one of: {allowed}.") from None


def _day(text: str) -> date | None:
    """Read a day in any of the ways that systems and spreadsheets write it, also with a time."""
    if found := DAY_FIRST.fullmatch(text):
        return _date(_year(found[3]), int(found[2]), int(found[1]))
    if found := YEAR_FIRST.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := NAMED_DAY.fullmatch(text):
        return _date(_year(found[3]), _number_of(found[2]), int(found[1]))
    if found := EXCEL_DAY.fullmatch(text):
        return date.fromordinal(EXCEL_BEGINS + int(found[1]))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment.astimezone(WARD_CLOCK) if moment.tzinfo else moment).date()


def _number_of(name: str) -> int:
    """Give the number of a month; none has the number nought."""
    name = name.casefold()[:3]
    return MONTH_NAMES.index(name) + 1 if name in MONTH_NAMES else 0


def _year(digits: str) -> int:
    return int(digits) if len(digits) > len("26") else 2000 + int(digits)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _check_day(day: date, what: str, today: date) -> None:
    if day > today:
        raise BadValueError(f"The {what} is in the future.")
    if day < EARLIEST:
        raise BadValueError(f"The {what} is too long ago to be right.")
