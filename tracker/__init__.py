"""The web application: see docs/ARCHITECTURE.md for the map."""

from typing import Any

from tracker.request import TrackerRequest


def main(_global_config: dict[str, str] | None, **settings: str) -> Any:  # noqa: ANN401 - WSGI
    """Build the WSGI app. Every include below is one reason to start up.

    :raises tracker.settings.SettingsError: for a setting that is missing or unsafe.
    """
    from pyramid.config import Configurator

    with Configurator(settings=settings, request_factory=TrackerRequest) as config:
        config.include("tracker.settings")
        config.include("tracker.logging")
        config.include("tracker.db")
        config.include("tracker.security")
        config.include("tracker.templating")
        config.include("tracker.tweens")
        config.include("tracker.routes")
        config.scan("tracker.views")
    return config.make_wsgi_app()
