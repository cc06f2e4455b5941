"""The web application: see docs/ARCHITECTURE.md for the map."""

import gc
import warnings
from importlib import import_module
from typing import Any

# Pyramid 2.1 says this at each start, and the release that needs no pkg_resources is not out.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated as an API")

#: What the outcome report stands on; pandas alone takes half a second.
SLOW_TO_LOAD = (
    "metrics.change",
    "metrics.control_charts",
    "metrics.disclosure",
    "metrics.effects",
    "metrics.funnel",
    "metrics.spc",
    "scipy.special",
)
SLOW_TO_COMPILE = (
    "outcomes/show.jinja2",
    "outcomes/body.jinja2",
    "macros/charts.jinja2",
    "layout.jinja2",
    "macros/frame.jinja2",
    "nhsuk/components/skip-link/macro.jinja",
    "nhsuk/components/skip-link/template.jinja",
    "nhsuk/components/header/macro.jinja",
    "nhsuk/components/header/template.jinja",
    "nhsuk/components/footer/macro.jinja",
    "nhsuk/components/footer/template.jinja",
    "nhsuk/components/heading/macro.jinja",
    "nhsuk/macros/attributes.jinja",
    "nhsuk/macros/icon.jinja",
)


def main(global_config: dict[str, str] | None, **settings: str) -> Any:  # noqa: ANN401 - WSGI
    """Build the WSGI app. Every include below is one reason to start up.

    :raises tracker.settings.SettingsError: for a setting that is missing or unsafe.
    """
    from pyramid.config import Configurator

    from tracker.request import TrackerRequest

    with Configurator(settings=settings, request_factory=TrackerRequest) as config:
        config.include("tracker.settings")
        config.include("tracker.logging")
        config.include("tracker.db")
        config.include("tracker.security")
        config.include("tracker.templating")
        config.include("tracker.tweens")
        config.include("tracker.routes")
        config.scan("tracker.views")
    app = config.make_wsgi_app()
    if global_config is not None:
        # A server, no test: what takes seconds to load must not keep the first caller waiting.
        for name in SLOW_TO_LOAD:
            import_module(name)
        for name in SLOW_TO_COMPILE:
            config.get_jinja2_environment().get_template(name)
        # All of this stays: the collector of unused memory need not go through it again.
        gc.collect()
        gc.freeze()
        # A report makes hundreds of thousands of small things; to look through them each 700 is a
        # tenth of its time.
        gc.set_threshold(50_000, 20, 20)
    return app
