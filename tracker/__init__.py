"""The web application: see docs/ARCHITECTURE.md for the map."""

import warnings
from typing import Any

# Pyramid 2.1 says this at each start, and the release that needs no pkg_resources is not out.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated as an API")

from tracker.request import TrackerRequest  # noqa: E402 - after the filter, or it comes too late


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
