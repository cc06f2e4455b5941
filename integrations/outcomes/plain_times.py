"""Reads a column of dates and times at once: those that are written in one of the usual ways."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np

from integrations.outcomes.cells import EARLIEST, WARD_CLOCK, from_ward_clock
from integrations.outcomes.plain_cells import Bytes, Column, Mask, Numbers, once_each

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
FIRST_DAY = date(1970, 1, 1)
#: no time at all, and the day of none
NEVER = -(1 << 62)
NO_DAY = -(10**6)
#: what a time looks like with a d for every digit
AS_SHAPE = bytes.maketrans(b"0123456789", b"dddddddddd")
TIME = r"(?P<hour>dd):(?P<minute>dd)(?::(?P<second>dd)"
ISO = re.compile(
    rf"(?P<year>dddd)-(?P<month>dd)-(?P<day>dd)[T ]{TIME}(?:\.(?P<part>d{{1,6}}))?)?"
    r"(?P<offset>Z|[+-](?P<hours>dd):(?P<minutes>dd))?"
)
UK = re.compile(rf"(?P<day>dd)/(?P<month>dd)/(?P<year>dddd) {TIME})?")


@dataclass(frozen=True, slots=True)
class Times:
    """Moments in microseconds since 1970, and their days in England since then."""

    moments: Numbers
    days: Numbers

    def take(self, rows: Mask) -> "Times":
        return Times(self.moments[rows], self.days[rows])


def read_times(column: Column, today: date) -> tuple[Times, Mask]:
    """Read all that are plain, and say which are not: those are to be read one by one."""
    size = len(column.lengths)
    moments, days = np.full(size, NEVER), np.full(size, NO_DAY)
    is_odd = column.is_cut
    for width in np.flatnonzero(np.bincount(column.lengths[~is_odd])):
        if width:
            rows = column.lengths == width
            moments[rows], days[rows], is_odd[rows] = _read(column.padded[rows, :width], today)
    return Times(moments, days), is_odd


def minutes_between(fired: Times, responded: Times) -> Numbers:
    """Count whole minutes; -1 where there is no answer, or it stands before its alert."""
    is_known = (fired.moments != NEVER) & (responded.moments >= fired.moments)
    return np.where(is_known, (responded.moments - fired.moments) // MINUTE, -1)


def _read(cells: Bytes, today: date) -> tuple[Numbers, Numbers, Mask]:
    """Read times that are all as long as the first, and written as it is."""
    written = cells[0].tobytes().translate(AS_SHAPE)
    text = written.decode("ascii", "replace")
    shape = ISO.fullmatch(text) or UK.fullmatch(text)
    if shape is None:
        return np.full(len(cells), NEVER), np.full(len(cells), NO_DAY), np.ones(len(cells), bool)
    across = np.ascontiguousarray(cells.T)
    digits = across - np.uint8(ord("0"))
    is_digit = np.frombuffer(written, np.uint8) == ord("d")
    is_odd = (digits[is_digit] > 9).any(axis=0)  # noqa: PLR2004 - the last digit
    is_odd |= (across[~is_digit] != across[~is_digit, :1]).any(axis=0)

    def number(name: str) -> Numbers:
        begin, end = shape.span(name) if name in shape.re.groupindex else (0, 0)
        total = np.zeros(len(cells), np.int64)
        for digit in digits[begin:end]:
            total = total * 10 + digit
        return total

    days = once_each(number("year") * 10_000 + number("month") * 100 + number("day"), _day)
    clock = [number(name) for name in ("hour", "minute", "second")]
    offset = [number(name) for name in ("hours", "minutes")]
    for limit, parts in ((23, (clock[0], offset[0])), (59, (*clock[1:], offset[1]))):
        for part in parts:
            is_odd |= part > limit
    is_odd |= (days < (EARLIEST - FIRST_DAY).days) | (days > (today - FIRST_DAY).days)
    wall = np.where(is_odd, 0, days * DAY + clock[0] * HOUR + clock[1] * MINUTE + clock[2] * SECOND)
    wall += number("part") * 10 ** (6 - len(shape.groupdict().get("part") or "dddddd"))
    if sign := shape.groupdict().get("offset"):
        utc = wall - (offset[0] * HOUR + offset[1] * MINUTE) * (-1 if sign[0] == "-" else 1)
        return utc, once_each(utc // HOUR, _london_day), is_odd
    return wall - once_each(wall // HOUR, _ahead) * SECOND, days, is_odd


def _day(number: int) -> int:
    """Count the days from 1970 to one that is written as a number: 20260703."""
    try:
        return (date(number // 10_000, number // 100 % 100, number % 100) - FIRST_DAY).days
    except ValueError:
        return NO_DAY


@lru_cache(maxsize=500_000)
def _ahead(hour: int) -> int:
    """Say by how many seconds a ward clock that shows this hour is ahead of UTC."""
    begin = hour // 24 * 24
    at_first = _worked_out(begin)
    return at_first if at_first == _worked_out(begin + 23) else _worked_out(hour)


@lru_cache(maxsize=50_000)
def _worked_out(hour: int) -> int:
    shown = datetime(1970, 1, 1) + timedelta(hours=hour)  # noqa: DTZ001 - a ward clock
    return (shown - from_ward_clock(shown)) // timedelta(seconds=1)


@lru_cache(maxsize=500_000)
def _london_day(hour: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    return (moment.astimezone(WARD_CLOCK).date() - FIRST_DAY).days
