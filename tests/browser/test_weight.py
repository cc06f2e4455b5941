"""How much comes over the wire: ward computers are old, and so are their networks."""

import pytest

FIRST_KILOBYTES, LATER_KILOBYTES = 120, 25
#: each chart of the outcome report, with its table, beside the page itself
CHART_KILOBYTES = 2


class Wire:
    """Weighs what a page brings with it: packed as it came, headers and all."""

    def __init__(self, page):
        self.bytes = 0
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._session.on("Network.loadingFinished", self._weigh)

    def _weigh(self, loaded):
        self.bytes += loaded["encodedDataLength"]

    def kilobytes_of(self, visit):
        before = self.bytes
        visit()
        return (self.bytes - before) / 1000


def load(visitor, path):
    def visit():
        visitor.page.goto(visitor.address + path, wait_until="networkidle")

    return visit


def test_the_first_page_and_all_it_needs_is_light(open_browser):
    visitor = open_browser()
    wire = Wire(visitor.page)

    assert 0 < wire.kilobytes_of(load(visitor, "/sign-in")) < FIRST_KILOBYTES


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("mo.manager", ["/", "/team", "/appraisals", "/inductions"]),
        ("quinn.quality", ["/", "/measures"]),
        ("harri.hr", ["/dates"]),
    ],
)
def test_later_pages_are_lighter_still(open_browser, who, paths):
    visitor = open_browser()
    visitor.sign_in(who)
    wire = Wire(visitor.page)

    weights = {path: wire.kilobytes_of(load(visitor, path)) for path in paths}

    assert min(weights.values()) > 0
    assert {path: kb for path, kb in weights.items() if kb >= LATER_KILOBYTES} == {}


def test_the_report_grows_with_its_charts_and_with_nothing_else(open_browser):
    quinn = open_browser()
    quinn.sign_in("quinn.quality")
    wire = Wire(quinn.page)

    weight = wire.kilobytes_of(load(quinn, "/outcomes"))

    charts = quinn.page.locator("main svg[role=img]").count()
    assert charts >= 12
    assert weight < LATER_KILOBYTES / 2 + CHART_KILOBYTES * charts


def test_the_meeting_page_is_light(open_browser):
    mo = open_browser()
    mo.sign_in("mo.manager")
    mo.go("/team")
    meeting = mo.page.get_by_role("link", name="Meet and agree goals").first.get_attribute("href")

    assert 0 < Wire(mo.page).kilobytes_of(load(mo, meeting)) < LATER_KILOBYTES
