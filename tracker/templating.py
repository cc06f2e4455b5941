"""Points Jinja at our templates and at the NHS.UK components; filters for dates and words."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jinja2 import ChainableUndefined, UndefinedError
from pyramid.csrf import get_csrf_token

from tracker.content.help_texts import MANAGER_STARTERS, STARTERS
from tracker.documents.words import without_stop
from tracker.request import LONDON
from tracker.security.permissions import Permission, permits
from tracker.security.writers import device_key_for, stamp_for

if TYPE_CHECKING:
    from pyramid.config import Configurator

STATIC = "tracker:static/"


class NoSuchName(ChainableUndefined):
    """Lets a component leave its options out, but never prints a misspelt name."""

    def __str__(self) -> str:
        if self._undefined_name == "undefined":  # the components' own word for it
            return ""
        raise UndefinedError(self._undefined_message)

    __html__ = __str__


def say_date(day: date | None) -> str:
    """Say a date as people write it: 3 December 2026."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(LONDON).date()
    return f"{day.day} {day:%B %Y}"


def say_day(text: str) -> str:
    """Say a date that a signed text holds as 2026-12-03."""
    return say_date(date.fromisoformat(text)) if text else ""


def say_time(moment: datetime) -> str:
    """Say a moment on the ward's clock: 3 December 2026 at 2:05pm."""
    local = moment.astimezone(LONDON)
    hour = local.hour % 12 or 12
    return f"{say_date(local)} at {hour}:{local:%M}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004


def say_month(day: date) -> str:
    return f"{day:%B %Y}"


def _more_names(event: dict[str, Any]) -> None:
    request = event.get("request")
    if request is None:
        return

    def static(path: str) -> str:
        url: str = request.static_path(STATIC + path)
        return url

    def may(permission: str, subject: object = None) -> bool:
        return permits(request.identity, Permission(permission), subject)

    event.setdefault("static", static)
    event.setdefault("may", may)


def say_how_long(days: int) -> str:
    """Say a number of days, in years where it is that: 6 years."""
    years = round(days / 365.25)
    if years and abs(days - 365.25 * years) <= 1:
        return "1 year" if years == 1 else f"{years} years"
    return "1 day" if days == 1 else f"{days} days"


def _same_for_every_page(name: str, _parent: str) -> str:
    """Find a template by its full name, whoever asks: none of ours is named from its neighbour."""
    return name


def includeme(config: "Configurator") -> None:
    settings = config.get_settings()
    settings.setdefault("jinja2.trim_blocks", "true")
    settings.setdefault("jinja2.lstrip_blocks", "true")
    config.include("pyramid_jinja2")
    config.add_jinja2_search_path("templates:")
    config.add_jinja2_search_path("nhsuk_frontend_jinja:templates")
    config.add_subscriber(_more_names, "pyramid.events.BeforeRender")

    def finish_environment() -> None:
        # pyramid_jinja2 has no setting for this kind of undefined.
        environment = config.get_jinja2_environment()
        environment.undefined = NoSuchName
        # Nor for this: it would keep a copy of every macro for each page that draws with it.
        environment.join_path = _same_for_every_page
        environment.globals["csrf_token_for"] = get_csrf_token
        environment.globals["writer_stamp_for"] = stamp_for
        environment.globals["device_key_for"] = device_key_for
        environment.globals["STARTERS"] = STARTERS
        environment.globals["MANAGER_STARTERS"] = {**STARTERS, **MANAGER_STARTERS}
        environment.filters.update(
            date=say_date,
            day=say_day,
            bare=without_stop,
            time=say_time,
            month=say_month,
            how_long=say_how_long,
        )

    config.action(None, finish_environment, order=1)
