"""From the invitation to the end of the first practice, on a phone, by somebody new to it all."""

from tracker.services.first_practice import SCREENS

#: A slow reader of plain text, and somebody who looks for each button before they press it.
WORDS_A_MINUTE = 130
SECONDS_A_TAP = 12
MINUTES = 10


class Starter:
    """Counts what somebody has to read and to tap."""

    def __init__(self, visitor):
        self.visitor = visitor
        self.taps = self.words = 0
        self.read()

    def read(self):
        """Read what is new: after an answer that is what was there, not the screen again."""
        feedback = self.visitor.page.locator("#feedback")
        place = feedback if feedback.count() else self.visitor.page.locator("main")
        self.words += len(place.inner_text().split())

    def tick(self, label):
        self.taps += 1
        self.visitor.tick(label)

    def then(self, do, name):
        self.taps += 1
        do(name)
        self.read()

    @property
    def minutes(self):
        return self.words / WORDS_A_MINUTE + self.taps * SECONDS_A_TAP / 60


def test_from_the_invitation_to_the_end_of_the_first_practice(open_browser):
    mo = open_browser("desktop")
    mo.sign_in("mo.manager")
    mo.go("/inductions")
    row = mo.page.locator("tr", has_text="Came back")
    name = row.get_by_role("link").inner_text()
    mo.follow(name)
    mo.follow("Show the code or send the welcome")
    link = mo.page.locator("main a[href^='http'][href*='/welcome/']").get_attribute("href")

    phone = open_browser("phone")
    phone.go(link)
    phone.does_not_see(name)
    phone.does_not_see("Kestrel")
    starter = Starter(phone)
    starter.then(phone.follow, "Try three screens")
    for number in range(1, SCREENS + 1):
        phone.sees(f"Screen {number} of {SCREENS}")
        starter.tick("Nothing does")
        starter.then(phone.press, "See what was there")
        phone.sees("Next time:")
        starter.then(phone.follow, "Finish" if number == SCREENS else "Next screen")
    phone.sees("That was it")

    said = f"{starter.taps} taps, {starter.words} words, {starter.minutes:.1f} minutes"
    assert starter.taps <= 1 + 3 * SCREENS, said
    assert starter.minutes < MINUTES, said
