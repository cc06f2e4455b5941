"""Reads single values out of an HR file: text, dates, numbers, yes and no."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

KEY_LENGTH = 80
TEXT_LENGTH = 300

# Oracle writes the last day of the year 4712 for "until further notice", others of 9999.
END_OF_TIME = frozenset({date(4712, 12, 31), date(9999, 12, 31)})
EARLIEST = date(1900, 1, 1)
MOST_FTE = Decimal(3)

_PLAIN_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = r"(?:[T ][0-9:.]+(?: ?[AaPp][Mm]|Z|[+-][0-9:]+)?)?"
_WRITTEN_DATES = tuple(
    re.compile(pattern + _TIME)
    for pattern in (
        r"(?P<y>[0-9]{4})([-/.])(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})",
        r"(?P<d>[0-9]{1,2})([/.-])(?P<m>[0-9]{1,2})\2(?P<y>[0-9]{4}|[0-9]{2})",
        r"(?P<d>[0-9]{1,2})([ -])(?P<name>[A-Za-z]{3,9})\2(?P<y>[0-9]{4}|[0-9]{2})",
        r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
    )
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: A year of two digits is in this century up to here: nobody is hired so far ahead.
_LAST_SHORT_YEAR = 49
#: Excel counts days, and shows the number where a cell lost its look of a date.
_EXCEL_DAY = re.compile(r"[1-7][0-9]{4}")
_EXCEL_START = date(1899, 12, 30)
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{1,5})?")


class FieldError(Exception):
    """A value that cannot be used; the reason names the field and never quotes the value."""


def read_text(value: str, name: str, *, longest: int = TEXT_LENGTH) -> str:
    """Return the value without spaces around it; it may be markup, and stays plain text."""
    if not value:
        return value
    text = value.strip()
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text  # nearly all of them
    text = text.replace("\xa0", " ").strip()
    if "\ufffd" in text:
        raise FieldError(f"The {name} holds a letter that cannot be read. Save the file as UTF-8")
    if not text.isprintable() and any(unicodedata.category(c) in _UNPRINTABLE for c in text):
        raise FieldError(f"The {name} holds a character that is not text. Type it again in HR")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if len(text) > longest:
        raise FieldError(f"The {name} is longer than {longest} characters. Shorten it in HR")
    return text


def read_needed(value: str, name: str, *, longest: int = TEXT_LENGTH) -> str:
    text = read_text(value, name, longest=longest)
    if not text:
        raise FieldError(f"The {name} is missing. Add it in HR")
    return text


def read_optional(value: str, name: str, *, longest: int = TEXT_LENGTH) -> str | None:
    return read_text(value, name, longest=longest) or None


def read_key(value: str, name: str) -> str:
    return read_needed(value, name, longest=KEY_LENGTH)


def read_optional_key(value: str, name: str) -> str | None:
    return read_optional(value, name, longest=KEY_LENGTH)


def read_plain_date(value: str, name: str) -> date | None:
    """Read YYYYMMDD, as ESR writes it; blank and the end of time are both no date."""
    value = value.strip()
    if not value:
        return None
    found = _plain_date(value)
    if found is None:
        raise FieldError(f"The {name} is not a date written as YYYYMMDD. Correct it in HR")
    return None if found in END_OF_TIME else found


def read_needed_plain_date(value: str, name: str) -> date:
    return _needed(read_plain_date(value, name), name)


def read_written_date(value: str, name: str) -> date | None:
    """Read a date as spreadsheets and reports write it: 2021-03-04, 04/03/2021, 04-Mar-2021."""
    value = value.strip()
    if not value:
        return None
    found = _written_date(value)
    if found is None:
        raise FieldError(
            f"The {name} is not a date written as 2021-03-04 or 04/03/2021. Correct it in HR"
        )
    return None if found in END_OF_TIME else found


def read_needed_written_date(value: str, name: str) -> date:
    return _needed(read_written_date(value, name), name)


def read_fte(value: str) -> Decimal | None:
    """Read a full-time equivalent such as 1, 0.6 or 0.53333."""
    value = value.strip()
    if not value:
        return None
    value = value.replace(",", ".", 1)  # as half of Europe writes it
    if value.startswith("."):  # Oracle leaves out the nought
        value = f"0{value}"
    share = value.removesuffix("%").rstrip()
    fte = Decimal(share) if _NUMBER.fullmatch(share) else None
    if fte is not None and share != value:
        fte /= 100
    if fte is None or fte > MOST_FTE:
        raise FieldError("The full-time equivalent is not a number from 0 to 3. Correct it in HR")
    return fte


def read_yes(value: str) -> bool:
    return value.strip().casefold() in {"yes", "y", "true", "1", "primary"}


def check_order(first: date | None, last: date | None, *, what: str) -> None:
    if first is not None and last is not None and last < first:
        raise FieldError(f"The {what} ends before it starts. Correct the dates in HR")


def _needed(found: date | None, name: str) -> date:
    if found is None:
        raise FieldError(f"The {name} is missing. Add it in HR")
    return found


@lru_cache(maxsize=50_000)
def _plain_date(value: str) -> date | None:
    return _to_date(*parts.groups()) if (parts := _PLAIN_DATE.fullmatch(value)) else None


@lru_cache(maxsize=50_000)
def _written_date(value: str) -> date | None:
    if _EXCEL_DAY.fullmatch(value):
        return _EXCEL_START + timedelta(days=int(value))
    for pattern in _WRITTEN_DATES:
        if parts := pattern.fullmatch(value):
            named = parts.groupdict()
            month = named.get("m") or _month_number(named["name"] or "")
            return _to_date(_whole_year(parts["y"]), month, parts["d"])
    return None


def _month_number(name: str) -> str:
    short = name[:3].casefold()
    return str(_MONTHS.index(short) + 1) if short in _MONTHS else ""


def _whole_year(year: str) -> str:
    if len(year) > 2:  # noqa: PLR2004
        return year
    return f"{20 if int(year) <= _LAST_SHORT_YEAR else 19}{year}"


def _to_date(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found >= EARLIEST else None
