"""The app behind a real server, and people at real browsers.

Each test has the demo trust to itself: a copy of one that is loaded once.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import NOW
from tests.support.live import serve
from tests.support.visitor import Visitor

expect.set_options(timeout=30_000)  # three browsers at a time share two cores

SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 375, "height": 740}, "has_touch": True},
    "scripts blocked": {"viewport": {"width": 1280, "height": 900}},
}


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def working_copy(demo_trust, tmp_path_factory):
    return demo_trust.copy_to(tmp_path_factory.mktemp("site") / "trust.sqlite")


@pytest.fixture(scope="session")
def running_site(working_copy):
    with serve(working_copy.settings, now=NOW) as site:
        yield site


@pytest.fixture
def site(running_site, demo_trust, working_copy):
    """Give the running app, with the trust as it was on the first day."""
    running_site.engine.dispose()
    demo_trust.copy_to(working_copy.database)
    return running_site


@pytest.fixture(params=SCREENS)
def screen(request):
    """Run the test at a desk, on a phone, and where our own scripts do not arrive."""
    return request.param


@pytest.fixture
def open_browser(chromium, site):
    """Open a browser of one's own: nobody is signed in."""
    opened = []

    def open_browser(screen="desktop"):
        context = chromium.new_context(
            locale="en-GB", timezone_id="Europe/London", **SCREENS[screen]
        )
        context.set_default_timeout(60_000)  # a report that is drawn, on a busy machine
        scripts = screen != "scripts blocked"
        if not scripts:
            context.route("**/static/**/*.js*", lambda route: route.abort())
        opened.append(context)
        return Visitor(
            context.new_page(), site.address, is_phone=screen == "phone", scripts=scripts
        )

    yield open_browser
    for context in opened:
        context.close()


@pytest.fixture
def visitor(open_browser, screen):
    return open_browser(screen)
