"""The web application: see docs/ARCHITECTURE.md for the map."""

import warnings
from importlib import import_module
from typing import Any

# Pyramid 2.1 says this at each start, and the release that needs no pkg_resources is not out.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated as an API")

from tracker.request import TrackerRequest  # noqa: E402 - after the filter, or it comes too late


def main(global_config: dict[str, str] | None, **settings: str) -> Any:  # noqa: ANN401 - WSGI
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
    if global_config is not None:
        # A server, no test: what takes seconds to load must not keep the first caller waiting.
        import_module("tracker.services.scim")
    return config.make_wsgi_app()
