"""Axe finds nothing on any page that one can come to, and each fits the narrowest screen."""

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.visitor import AXE, FITS, NARROWEST, look_with_axe

STATIC = Path(__file__).parents[2] / "tracker" / "static"
SITE = "http://pages.test"

pytestmark = pytest.mark.enable_socket


def one_of_each_kind(pages):
    """Give the longest page of each route: what the others show, it shows too."""
    longest = {}
    for seen in pages:
        kept = longest.get(seen.route)
        if kept is None or len(seen.answer.body) > len(kept.answer.body):
            longest[seen.route] = seen
    return list(longest.values())


@pytest.fixture
def page(chromium, walk):
    """A browser that gets each page as it was seen on the walk, with its styles and scripts."""
    pages = {seen.path: seen.answer.body for seen in walk.pages}

    def answer(route):
        parts = urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            file = STATIC.joinpath(*parts.path.split("/")[3:])  # /static/<version>/...
            kind = mimetypes.guess_type(file.name)[0]
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            route.fulfill(body=pages.get(path, b""), content_type="text/html; charset=utf-8")

    context = chromium.new_context(viewport={"width": NARROWEST, "height": 800})
    context.route("**/*", answer)
    context.add_init_script(AXE)  # sent once, and not with each page
    yield context.new_page()
    context.close()


def test_axe_finds_nothing_on_any_page(page, walk):
    wrong = {}
    for seen in one_of_each_kind(walk.pages):
        page.goto(SITE + seen.path)
        found = look_with_axe(page)
        if found.violations_count:
            wrong[str(seen)] = found.generate_report()
        if not page.evaluate(FITS, NARROWEST):
            wrong[f"{seen} is too wide"] = page.evaluate("document.documentElement.scrollWidth")

    assert wrong == {}
