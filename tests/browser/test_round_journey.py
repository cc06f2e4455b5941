"""A round, from who is appraised how often to what is still to do: each page sound at each size."""

import re

import pytest


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_manager_an_administrator_and_hr_see_the_round(open_browser, screen):
    mo = open_browser(screen)
    mo.sign_in("mo.manager")
    mo.follow("What to do next", within=mo.page.locator("main"))
    assert mo.heading() == "What to do next"
    mo.follow(re.compile("Open the meeting page with Sam Whitfield|Write your notes with Sam"))
    mo.go("/team/stand-ins")
    mo.press("Save")
    mo.sees("There is a problem")

    ada = open_browser(screen)
    ada.sign_in("ada.admin")
    ada.follow("Appraisal rounds", within=ada.page.locator("main"))
    ada.follow("Give a staff group a round of its own")
    ada.page.get_by_label("Every twelve months").check()
    ada.press("See whom it touches")
    ada.sees("Before you keep it")
    ada.press("Keep it")
    ada.is_told("Saved")
    ada.follow("Leave somebody out")

    harri = open_browser(screen)
    harri.sign_in("harri.hr")
    harri.follow("Dates for HR", within=harri.page.locator("main"))
    harri.page.get_by_label("State").select_option("no_manager")
    harri.press("Show")
    harri.sees("Put their manager right")
