"""Reads and checks the settings at start. The only reader; docs/how-to/settings.md lists them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyramid.config import Configurator

MINIMUM_SECRET = 32


class SettingsError(Exception):
    """Raised at start, with a sentence that says which line of the .ini file to mend, and how."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that an .ini file can say, checked."""

    is_production: bool
    database_url: str
    #: signs cookies, and keys the hashes of account names, addresses and staff pseudonyms
    secret: str
    #: cookies are only sent over TLS
    secure_cookies: bool
    idle_limit: timedelta
    absolute_limit: timedelta
    workers: int


#: What a line in the .ini means when it is left out.
DEFAULTS = {
    "tracker.mode": "development",
    "tracker.secret": "",
    "tracker.secure_cookies": "true",
    "tracker.idle_minutes": "30",
    "tracker.absolute_hours": "8",
    "tracker.workers": "1",
}


def read_settings(lines: Mapping[str, str]) -> Settings:
    """Read the .ini's lines.

    :raises SettingsError: for a line that is missing or unsafe.
    """
    values = {**DEFAULTS, **{key: value for key, value in lines.items() if key in DEFAULTS}}
    settings = Settings(
        is_production=values["tracker.mode"] == "production",
        database_url=lines.get("sqlalchemy.url", ""),
        secret=values["tracker.secret"],
        secure_cookies=_yes(values, "tracker.secure_cookies"),
        idle_limit=timedelta(minutes=_number(values, "tracker.idle_minutes")),
        absolute_limit=timedelta(hours=_number(values, "tracker.absolute_hours")),
        workers=_number(values, "tracker.workers"),
    )
    _check(settings, mode=values["tracker.mode"])
    return settings


def _check(settings: Settings, *, mode: str) -> None:
    if mode not in {"development", "production"}:
        raise SettingsError("Set tracker.mode to development or production.")
    if not settings.database_url:
        raise SettingsError("Set sqlalchemy.url to where the database is.")
    if len(settings.secret) < MINIMUM_SECRET:
        raise SettingsError(
            f"Set tracker.secret to a random text of at least {MINIMUM_SECRET} characters. "
            "This makes one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if not settings.is_production:
        return
    if "not-a-secret" in settings.secret:
        raise SettingsError("Set tracker.secret to a random text of your own in production.")
    if not settings.secure_cookies:
        raise SettingsError("Set tracker.secure_cookies to true: production is served over TLS.")
    if settings.database_url.startswith("sqlite") and settings.workers > 1:
        raise SettingsError(
            "SQLite serves one worker. Set tracker.workers to 1, or sqlalchemy.url to PostgreSQL."
        )


def _number(values: Mapping[str, str], key: str) -> int:
    try:
        number = int(values[key])
    except ValueError:
        raise SettingsError(f"Set {key} to a whole number.") from None
    if number < 1:
        raise SettingsError(f"Set {key} to 1 or more.")
    return number


def _yes(values: Mapping[str, str], key: str) -> bool:
    value = values[key].lower()
    if value not in {"true", "false"}:
        raise SettingsError(f"Set {key} to true or false.")
    return value == "true"


def includeme(config: "Configurator") -> None:
    config.registry["tracker.settings"] = read_settings(config.get_settings())
