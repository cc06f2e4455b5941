"""A round of practice in spotting alerts, as a starter sees it; axe looks at each page."""

from playwright.sync_api import expect

from tracker.services.practice import SCREENS


def test_a_starter_goes_through_a_round_of_practice(open_browser, screen):
    nia = open_browser(screen)
    nia.sign_in("nia.starter")
    nia.follow("Your first months")
    nia.follow("Practise spotting alerts")
    nia.press("Start")

    for number in range(1, SCREENS + 1):
        nia.sees(f"Screen {number} of {SCREENS}")
        nia.tick("Nothing does")
        nia.tick("Fairly")
        nia.press("See what was there")
        expect(nia.page.locator("#feedback")).to_contain_text("Next time:")
        nia.follow("Finish" if number == SCREENS else "Next screen")

    nia.sees("You said that no screen needs action")
    nia.sees("there is no mark")


def test_an_answer_with_nothing_chosen_says_what_to_choose(open_browser):
    nia = open_browser()
    nia.sign_in("nia.starter")
    nia.go("/practice")
    nia.press("Start")
    nia.press("See what was there")

    nia.sees("Choose how sure you are")
