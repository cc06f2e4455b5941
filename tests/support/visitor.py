"""A person at a browser. Every page that they come to must be sound: see check()."""

import hashlib
import re
from contextlib import suppress

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError, expect  # noqa: A004 - Playwright's own

from tests.support.once import once

NARROWEST = 320
#: what differs between two drawings of one page: tokens, public ids, the server's port
CHANGING = re.compile(r'value="[^"]{20,}"|\b[2-9a-z]{16}\b|127\.0\.0\.1:\d+')
AXE = Axe().axe_script
LOOK = "async (options) => (await axe.run(options)).violations"
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    # no rule of these asks for the styles by themselves, and to fetch them takes long
    "preload": {"assets": ["media"]},
    "runOnly": {
        "type": "tag",
        "values": [
            *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
            "best-practice",
        ],
    },
    "rules": {"target-size": {"enabled": True}},  # WCAG 2.2 AA; axe leaves it out by default
}
IDS_GIVEN_TWICE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
  return ids.filter((id, place) => ids.indexOf(id) !== place)
}"""

FITS = "(room) => document.documentElement.scrollWidth <= room"


def look_with_axe(page):
    """Give what axe has against a page, and nothing of the much that is in order."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    return AxeResults({"violations": page.evaluate(LOOK, AXE_OPTIONS)})


def sound_page(content):
    """Give where it is noted, for all workers, that axe found nothing on a page."""
    return once("sound", lambda _folder: None) / hashlib.sha256(content.encode()).hexdigest()


class Visitor:
    """One person, one browser, one screen."""

    def __init__(self, page, address, *, is_phone=False, scripts=True):
        self.page = page
        self.address = address
        self.is_phone = is_phone
        self.has_scripts = scripts
        self.complaints = []
        self.expected = ()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())

    def _hear(self, message):
        if message.type not in {"error", "warning"}:
            return
        blocked_by_us = not self.has_scripts and "ERR_FAILED" in message.text
        if not blocked_by_us and not any(part in message.text for part in self.expected):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def another_tab(self):
        return Visitor(
            self.page.context.new_page(),
            self.address,
            is_phone=self.is_phone,
            scripts=self.has_scripts,
        )

    # Where to go

    def go(self, path):
        self.page.goto(path if path.startswith("http") else self.address + path)
        self.check()
        return self

    def sign_in(self, username, password="demo"):  # noqa: S107 - the demo trust's
        self.go("/sign-in")
        self.type_in("User name", username)
        self.type_in("Password", password)
        self.press("Sign in")
        return self

    # What to do there

    def type_in(self, label, text):
        self.field(label).fill(text)

    def field(self, label):
        return self.page.get_by_label(label, exact=True)

    def choose(self, label, choice):
        """Choose from a list, by its words or by the first that fit a pattern."""
        if not isinstance(choice, str):
            offered = self.field(label).locator("option").all_inner_texts()
            choice = next(words for words in offered if choice.search(words))
        self.field(label).select_option(label=choice)

    def tick(self, label):
        self.page.get_by_label(label, exact=True).check()

    def press(self, name, *, within=None, exact=False):
        """Press a button that leads to a page, and look at that page."""
        button = (within or self.page).get_by_role("button", name=name, exact=exact)
        self._and_wait(button.first)

    def follow(self, name, *, within=None):
        """Follow a link, and look at where it leads."""
        place = within or self.page
        self._and_wait(place.get_by_role("link", name=name).first)

    def _and_wait(self, target):
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        self.check()

    def download(self, name):
        """Follow a link to a file, and give its bytes."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=name).first.click()
        return waiting.value.path().read_bytes()

    # What is there

    def sees(self, text):
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_see(self, text):
        expect(self.page.locator("body")).not_to_contain_text(text)

    def is_told(self, text):
        """Say that a message of success is at the top of the page."""
        expect(self.page.locator(".nhsuk-notification-banner--success").first).to_contain_text(text)

    def heading(self):
        return self.page.locator("h1").inner_text()

    # What holds on every page

    def check(self):
        where = re.sub(r"https?://[^/]+", "", self.page.url)
        assert self.complaints == [], f"{where}: {self.complaints}"
        assert self.page.locator("h1").count() == 1, f"{where} needs one heading of level one"
        twice = self.page.evaluate(IDS_GIVEN_TWICE)
        assert twice == [], f"{where}: {twice}"
        self.find_no_barrier(where)
        if self.is_phone:
            self.fits_the_narrowest_screen(where)

    def find_no_barrier(self, where):
        sound = sound_page(f"{self.is_phone} {CHANGING.sub('', self.page.content())}")
        if sound.exists():
            return
        found = look_with_axe(self.page)
        assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
        sound.touch()

    def fits_the_narrowest_screen(self, where):
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": NARROWEST, "height": size["height"]})
        with suppress(TimeoutError):  # the header's places take a moment to find their new room
            self.page.wait_for_function(FITS, arg=NARROWEST, timeout=20_000)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(size)
        assert width <= NARROWEST, f"{where} is {width} pixels wide on a screen of {NARROWEST}"
