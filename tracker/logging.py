"""Event-style log lines: JSON in production, readable at a desk. Never a name in them."""

import logging
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from pyramid.config import Configurator


def set_up(*, as_json: bool) -> None:
    last: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # The place and kind of an error, not its values: those may hold a name.
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def includeme(config: "Configurator") -> None:
    if config.registry["tracker.settings"].is_production:
        set_up(as_json=True)
