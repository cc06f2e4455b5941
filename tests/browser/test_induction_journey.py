"""A starter's first months, from the first tick to the signed readiness talk."""

import re

from playwright.sync_api import expect

ALONE = "I can find a patient's results and see who acted on them."
TALK = {
    "What goes well alone": ALONE,
    "Where somebody should be near": "When a drug alert comes up, I want to ask first.",
    "The next help we give": "Twenty minutes with Sam each Tuesday.",
}


def test_a_starter_and_a_manager_go_through_the_first_months(open_browser, screen):
    nia, mo = open_browser(screen), open_browser(screen)

    nia.sign_in("nia.starter")
    nia.follow("Your first months")
    the_starter_ticks_a_task(nia)
    nia.press("A smartcard")
    nia.is_told("Ada Fenwick can now see what is missing")

    mo.sign_in("mo.manager")
    mo.follow("New starters")
    mo.follow("Nia Prosser")
    mo.sees("A smartcard")
    the_manager_chooses_a_buddy(mo)

    mo.follow("Go to the readiness talk")
    the_two_write_down_what_they_agreed(mo)
    both_sign_on_one_screen(mo)

    nia.follow("Inductions")
    nia.follow("Nia Prosser")
    nia.sees("This induction is complete")


def the_starter_ticks_a_task(nia):
    first = nia.page.locator(".app-steps li").first
    task = first.locator("strong").inner_text()
    nia.press(re.compile("^Done"), within=first)

    nia.is_told(f"Ticked off: {task}")


def the_manager_chooses_a_buddy(mo):
    mo.choose("Somebody who works close by", "Sam Whitfield")
    mo.press("Save the buddy")
    mo.is_told("Sam Whitfield is now the buddy")


def the_two_write_down_what_they_agreed(mo):
    for question, answer in TALK.items():
        mo.type_in(question, answer)
    for part in ("Day", "Month", "Year"):  # this is their last talk
        mo.type_in(part, "")
    mo.press("Save")
    mo.is_told("Saved")
    expect(mo.field("What goes well alone")).to_have_value(ALONE)


def both_sign_on_one_screen(mo):
    sign(mo, "mo.manager", "not the password")
    mo.sees("There is a problem")
    mo.sees("not signed yet")

    sign(mo, "mo.manager", "demo")
    mo.is_told("Signed. Thank you")
    assert mo.page.get_by_role("textbox", name="What goes well alone").count() == 0

    sign(mo, "nia.starter", "demo")
    mo.is_told("Both of you have signed")
    mo.sees("Nobody can change it")


def sign(visitor, username, password):
    visitor.type_in("User name of the one who signs", username)
    visitor.type_in("Password", password)
    visitor.press("Sign the readiness talk")
