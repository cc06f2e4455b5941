"""Says months and lists in words."""

import calendar
from collections.abc import Iterable
from datetime import date


def month_words(month: date) -> str:
    return f"{calendar.month_name[month.month]} {month.year}"


def short_month(month: date) -> str:
    return f"{calendar.month_abbr[month.month]} {month.year}"


def quarter_words(month: date) -> str:
    return f"Q{(month.month - 1) // 3 + 1} {month.year}"


def period_words(first: date, last: date) -> str:
    if first == last:
        return month_words(first)
    if first.year == last.year:
        return f"{calendar.month_name[first.month]} to {month_words(last)}"
    return f"{month_words(first)} to {month_words(last)}"


def day_words(day: date) -> str:
    return f"{day.day} {month_words(day)}"


def listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
