"""A starter practises spotting alerts: screen by screen, with an answer to each answer."""

import pytest

SCREENS = 8


@pytest.mark.parametrize(
    ("screen", "looked_at"), [("desktop", 1), ("phone", SCREENS), ("scripts blocked", 1)]
)
def test_a_starter_practises(open_browser, screen, looked_at):
    nia = open_browser(screen)
    nia.sign_in("nia.starter")
    nia.follow("Your first months")
    nia.follow("Practise spotting alerts")
    nia.press("Start")

    nothing_chosen_is_asked_for_again(nia)
    for number in range(1, looked_at + 1):
        nia.sees(f"Screen {number} of {SCREENS}")
        nia.tick("Something needs action here")
        nia.tick("Fairly")
        nia.press("See what was there")
        nia.sees("Next time:")
        nia.follow("Finish" if number == SCREENS else "Next screen")

    nia.sees("The end of this round" if looked_at == SCREENS else "Screen 2 of 8")


def nothing_chosen_is_asked_for_again(nia):
    nia.press("See what was there")
    nia.sees("There is a problem")
    nia.sees("Choose what you say about this screen")
