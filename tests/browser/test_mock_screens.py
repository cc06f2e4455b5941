"""Every mock screen, with and without something to spot, on one page: axe finds nothing wrong."""

from pathlib import Path

import jinja2
import pytest

from tests.support.visitor import FITS, IDS_GIVEN_TWICE, look_with_axe
from tracker.practice import make_screen, the_bank

STATIC = Path("tracker/static")
PAGE = """\
{% from "practice/parts.jinja2" import mock %}<!doctype html>
<html lang="en" class="nhsuk-template"><head><meta charset="utf-8"><title>Mock screens</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{{ nhsuk }}</style><style>{{ ours }}</style></head>
<body class="nhsuk-template__body"><main class="nhsuk-width-container"><h1>Mock screens</h1>
{% for key, screen in screens %}{{ mock(screen, key ~ "-") }}{% endfor %}</main></body></html>
"""


def page_of(screens):
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"), autoescape=True)
    styles = {
        "nhsuk": (STATIC / "nhsuk" / "nhsuk-frontend.min.css").read_text(),
        "ours": (STATIC / "tracker.css").read_text(),
    }
    safe = {name: jinja2.filters.Markup(text) for name, text in styles.items()}
    return pages.from_string(PAGE).render(screens=screens, **safe)


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_wrong_with_any_mock_screen(chromium, width):
    screens = [
        (f"{key}-{side}", make_screen(template, 11, with_signal=side == "with"))
        for key, template in the_bank().items()
        for side in ("with", "without")
    ]
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.set_content(page_of(screens), wait_until="domcontentloaded")

    found = look_with_axe(page).response["violations"]

    assert page.locator(".app-mock").count() == 2 * len(the_bank())
    # Two screens of one sort carry the same name here; on a page of their own they do not.
    assert [one["id"] for one in found if one["id"] != "landmark-unique"] == []
    assert page.evaluate(IDS_GIVEN_TWICE) == []
    assert page.evaluate(FITS, width)
    page.close()
