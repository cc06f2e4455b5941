"""Days and times as a mail says them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_in_words(day: date) -> str:
    """Say 3 December 2026."""
    return f"{day.day} {day:%B %Y}"


def weekday_in_words(day: date) -> str:
    """Say Thursday 3 December 2026."""
    return f"{day:%A} {day_in_words(day)}"


def time_in_words(moment: datetime) -> str:
    """Say 10:30am or 2pm, on the ward's clock."""
    local = moment.astimezone(LONDON)
    hour, half = (local.hour % 12 or 12), ("am" if local.hour < 12 else "pm")  # noqa: PLR2004
    return f"{hour}{half}" if local.minute == 0 else f"{hour}:{local.minute:02}{half}"
