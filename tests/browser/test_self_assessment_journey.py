"""A self-assessment on a phone, left and resumed at a desk; axe looks at each page."""

from playwright.sync_api import expect


def answer(visitor):
    visitor.page.locator("input[name=now]").nth(2).check(force=True)
    visitor.page.locator("input[name=sure]").nth(1).check(force=True)
    visitor.press("Save and go on")


def test_begun_on_a_phone_and_ended_at_a_desk(open_browser):
    nia = open_browser("phone")
    nia.sign_in("nia.starter")
    nia.follow("How digital work feels to you")
    nia.page.get_by_role("button", name="Start").or_(
        nia.page.get_by_role("button", name="Go on where you stopped")
    ).first.wait_for()
    nia.press("Start")
    nia.sees("Question 1")
    answer(nia)
    nia.sees("Question 2")
    nia.follow("Back")
    expect(nia.page.locator("input[name=now]").nth(2)).to_be_checked()

    desk = open_browser("scripts blocked")
    desk.sign_in("nia.starter")
    desk.follow("How digital work feels to you")
    desk.press("Go on where you stopped")
    desk.sees("Question 2")
    while desk.page.locator("input[name=now]").count():
        answer(desk)
    desk.sees("Thank you for taking the time")
    desk.follow("See your answers then and now")
    desk.sees("A filled square is now")


def test_a_survey_round_and_a_device_with_larger_text(open_browser):
    sam = open_browser("phone")
    sam.sign_in("sam.staff")
    sam.follow("Text size and contrast")
    sam.tick("Larger text")
    sam.tick("More contrast")
    sam.press("Save")
    sam.go("/")
    sam.follow("How ready do you feel")
    sam.press("Start")
    while sam.page.get_by_role("button", name="Save").count():
        sam.press("Save and")
    sam.sees("Thank you for taking part")


def test_a_quality_lead_reads_and_compares(open_browser):
    quinn = open_browser("desktop")
    quinn.sign_in("quinn.quality")
    quinn.go("/survey-rounds")
    quinn.follow("How ready do you feel? Spring")
    quinn.sees("never added or mixed")
    quinn.follow("Compare with another round")
    quinn.press("Compare")
    quinn.sees("One of the two is an example")
    quinn.go("/learning-needs")
    quinn.sees("What stood in the way")
