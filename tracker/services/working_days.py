"""Dates that fall on working days: Monday to Friday, without the bank holidays of a nation."""

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from tracker.errors import InvalidInputError

if TYPE_CHECKING:
    from tracker.models import Organisation

SATURDAY = 5

#: The nations, as an organisation's setting names them, and as people do.
NATIONS = {
    "ENG": "England",
    "SCT": "Scotland",
    "WLS": "Wales",
    "NIR": "Northern Ireland",
}
DEFAULT_NATION = "ENG"
#: the name of the setting in Organisation.settings
NATION_SETTING = "nation"


def nation_of(organisation: "Organisation") -> str:
    """Say whose bank holidays the organisation keeps."""
    nation = (organisation.settings or {}).get(NATION_SETTING, DEFAULT_NATION)
    return nation if nation in NATIONS else DEFAULT_NATION


def set_nation(organisation: "Organisation", nation: str) -> None:
    """Say whose bank holidays count from now on.

    :raises InvalidInputError: for a nation that is not one of the four.
    """
    if nation not in NATIONS:
        raise InvalidInputError("Choose one of the four nations.", field="nation")
    organisation.settings = {**(organisation.settings or {}), NATION_SETTING: nation}


@lru_cache(maxsize=64)
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """Give the bank holidays of one year."""
    from holidays import country_holidays  # heavy: only where a date is set

    return frozenset(country_holidays("GB", subdiv=nation, years=year))


def is_working_day(day: date, nation: str = DEFAULT_NATION) -> bool:
    """Say whether offices are open."""
    return day.weekday() < SATURDAY and day not in bank_holidays(nation, day.year)


def on_working_day(day: date, *, forward: bool = True, nation: str = DEFAULT_NATION) -> date:
    """Give the day itself, or the nearest working day after it (or before it)."""
    step = timedelta(days=1 if forward else -1)
    while not is_working_day(day, nation):
        day += step
    return day
