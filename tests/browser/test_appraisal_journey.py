"""An appraisal, from the first note to the sealed record."""

import re

from playwright.sync_api import expect

from tests.support.pdfs import poppler

WENT_WELL = "I use the new drug charts every day."
AGREED = "Sam checks allergies on the screen by heart, and asks when it is slow."
GOAL = "I check the allergy list on the screen before every drug round"
BARRIER = "One computer for eleven of us"


def test_two_people_go_through_an_appraisal(open_browser, screen):
    sam, mo = open_browser(screen), open_browser(screen)

    sam.sign_in("sam.staff")
    sam.follow("Your appraisal")
    sam.follow(re.compile("(Start|Change) your notes"))
    sam.type_in("What has gone well with computers and systems at work?", WENT_WELL)
    sam.press("Save and share with Mo")
    sam.is_told("shared")

    mo.sign_in("mo.manager")
    mo.follow("Your team", within=mo.page.locator("main"))
    assert mo.page.locator("main tbody tr").count() >= 12
    mo.follow(re.compile("Meet and agree goals with Sam Whitfield"))
    mo.sees(WENT_WELL)
    the_two_agree_a_goal(mo)
    the_two_write_down_what_they_agreed(mo)
    both_sign_on_one_screen(mo)

    sam.follow("Appraisals")
    sam.follow(re.compile("22 November 2026"))
    sam.sees("Nobody can change it")
    sam.sees(GOAL)
    the_pdf_is_tagged(sam.download("Download as PDF"))


def the_two_agree_a_goal(mo):
    mo.follow("Add a goal of your own")
    mo.press("Add the goal")
    mo.sees("There is a problem")
    mo.sees("Say what will be different at work")

    mo.type_in("What will be different at work?", GOAL)
    type_date(mo, "By when?", "31", "3", "2027")
    mo.choose("What help will the trust give?", re.compile("champion", re.IGNORECASE))
    mo.choose("What stands in the way?", re.compile("device|computer|hardware", re.IGNORECASE))
    mo.type_in("Say a little more about it (optional)", BARRIER)
    mo.press("Add the goal")

    mo.sees(GOAL)
    mo.sees(BARRIER)


def the_two_write_down_what_they_agreed(mo):
    type_date(mo, "When did you meet?", "22", "11", "2026")
    mo.type_in("What do you both want to remember?", AGREED)
    mo.press("Save and go to sign")
    assert mo.heading() == "Read and sign"


def both_sign_on_one_screen(mo):
    sign(mo, "mo.manager", "not the password")
    mo.sees("There is a problem")

    sign(mo, "mo.manager", "demo")
    mo.is_told("Signed. Thank you")

    sign(mo, "sam.staff", "demo")
    mo.is_told("Both of you have signed")
    mo.sees("Nobody can change it")


def sign(visitor, username, password):
    visitor.type_in("User name of the one who signs", username)
    visitor.type_in("Password of the one who signs", password)
    visitor.press(re.compile("^Sign$"))


def type_date(visitor, question, *day_month_year):
    group = visitor.page.get_by_role("group", name=question)
    for part, number in zip(("Day", "Month", "Year"), day_month_year, strict=True):
        group.get_by_label(part, exact=True).fill(number)


def the_pdf_is_tagged(content):
    assert content.startswith(b"%PDF")
    assert re.search(r"^Tagged: +yes$", poppler("pdfinfo", content), re.MULTILINE)
    assert GOAL in re.sub(r"\s+", " ", poppler("pdftotext", content))


def test_words_typed_while_the_connection_is_lost_are_saved_when_it_is_back(open_browser):
    sam = open_browser("desktop")
    sam.sign_in("sam.staff")
    sam.follow("Your appraisal")
    sam.follow(re.compile("(Start|Change) your notes"))
    sam.expected = ("ERR_INTERNET_DISCONNECTED",)
    status = sam.page.locator("[data-autosave-status]")

    sam.page.context.set_offline(True)
    sam.type_in("What would help you?", "A quiet hour with the new system.")
    expect(status).to_contain_text("Not saved yet")
    sam.page.context.set_offline(False)

    expect(status).to_contain_text("Saved", timeout=30_000)
    sam.page.reload()
    expect(sam.field("What would help you?")).to_have_value("A quiet hour with the new system.")


def test_the_second_of_two_tabs_sees_both_texts(open_browser):
    """Nothing is lost and nobody is overwritten: what is saved and what was typed both show."""
    sam = open_browser("scripts blocked")
    sam.sign_in("sam.staff")
    sam.follow("Your appraisal")
    sam.follow(re.compile("(Start|Change) your notes"))
    first, second = sam, sam.another_tab()

    second.go(first.page.url)
    first.type_in("What got in the way?", "The first tab.")
    first.press("Save", exact=True)
    second.type_in("What got in the way?", "The second tab.")
    second.expected = ("409",)
    second.press("Save", exact=True)

    second.sees("The first tab.")
    expect(second.field("What got in the way?")).to_have_value("The second tab.")
    second.press("Save", exact=True)
    second.is_told("Your notes are saved")
