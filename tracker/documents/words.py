"""Dates and times as our documents write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


def long_date(day: date) -> str:
    """Write a day: 5 October 2026."""
    return f"{day.day} {day:%B %Y}"


def without_stop(text: str) -> str:
    """Drop the full stop of a sentence that goes on in ours."""
    return text.rstrip(" .")


def date_and_time(moment: datetime) -> str:
    """Write a moment: 5 October 2026 at 14:05 BST."""
    return f"{long_date(moment)} at {moment:%H:%M} {moment:%Z}".rstrip()
