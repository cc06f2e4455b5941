"""Two tabs, a lost line, a session that ends, a keyboard alone, a very small screen."""

import re

from playwright.sync_api import expect
from sqlalchemy import update

from tests.conftest import NOW
from tracker.models import SignInSession

SUMMARY = "What do you both want to remember?"


def to_meeting(visitor):
    visitor.sign_in("mo.manager")
    visitor.go("/team")
    links = visitor.page.locator("main a[href*='/appraisals/']")
    (appraisal,) = re.findall("/appraisals/[0-9a-z]{16}", links.first.get_attribute("href"))
    visitor.go(f"{appraisal}/meeting")
    return visitor


def test_the_second_of_two_on_one_summary_sees_both_side_by_side(open_browser):
    first = to_meeting(open_browser("scripts blocked"))
    second = first.another_tab()
    second.go(first.page.url)
    first.type_in(SUMMARY, "The first text.")
    first.press("Save", exact=True)
    second.type_in(SUMMARY, "The second text.")
    second.expected = ("409",)
    second.press("Save", exact=True)

    second.sees("What is saved now")
    second.sees("The first text.")
    expect(second.field(SUMMARY)).to_have_value("The second text.")
    second.press("Save", exact=True)
    second.is_told("Saved.")


def test_a_session_that_ends_in_mid_sentence_loses_no_word(open_browser, site):
    mo = to_meeting(open_browser("scripts blocked"))
    mo.type_in(SUMMARY, "We agreed that the tr")
    with site.engine.begin() as connection:
        connection.execute(update(SignInSession).values(ended_at=NOW))
    mo.expected = ("403",)
    mo.press("Save", exact=True)
    mo.sees("Your text is safe")

    mo.follow("Sign in and go on")
    mo.type_in("User name", "mo.manager")
    mo.type_in("Password", "demo")
    mo.press("Sign in")

    expect(mo.field(SUMMARY)).to_have_value("We agreed that the tr")
    mo.press("Save", exact=True)
    mo.is_told("Saved.")


def test_text_kept_on_the_device_is_offered_after_the_line_comes_back(open_browser):
    """Also when the page itself was lost; and the device holds no word that can be read."""
    mo = to_meeting(open_browser("desktop"))
    mo.expected = ("ERR_INTERNET_DISCONNECTED",)
    address = mo.page.url
    mo.page.context.set_offline(True)
    mo.type_in(SUMMARY, "Written in the lift.")
    expect(mo.page.locator("[data-autosave-status]")).to_contain_text("kept on this device")
    held = mo.page.evaluate("JSON.stringify({...localStorage})")
    assert "text-" in held
    assert "lift" not in held

    late = mo.another_tab()
    mo.page.close()
    late.page.context.set_offline(False)
    mo = late.go(address)
    mo.sees("There is text of yours on this device")
    mo.page.get_by_role("button", name="Put it in the boxes").click()

    expect(mo.field(SUMMARY)).to_have_value("Written in the lift.")
    expect(mo.page.locator("[data-autosave-status]")).to_contain_text("Saved", timeout=30_000)


def test_words_to_begin_with_are_put_in_by_keyboard(open_browser):
    mo = to_meeting(open_browser("desktop"))
    details = mo.page.locator("details.app-starters summary").first
    details.focus()
    mo.page.keyboard.press("Enter")
    mo.page.keyboard.press("Tab")
    mo.page.keyboard.press("Enter")

    expect(mo.field(SUMMARY)).to_be_focused()
    expect(mo.field(SUMMARY)).to_have_value(re.compile("^We are glad that"))


def test_everything_fits_at_four_times_the_size(open_browser):
    """A desk of 1280 by 1024 at 400% is a window of 320 by 256."""
    mo = open_browser("desktop")
    mo.page.set_viewport_size({"width": 320, "height": 256})
    to_meeting(mo)
    mo.follow("Add a goal of your own")
    sam = open_browser("desktop")
    sam.page.set_viewport_size({"width": 320, "height": 256})
    sam.sign_in("sam.staff")
    for path in ("/goal-offers", "/resources", "/guide/appraisal", "/kept-text"):
        sam.go(path)
    sam.go("/appraisals")
    sam.follow("Your goals, and how they are going")
    sam.page.locator("main h3 a").first.click()
    sam.check()
