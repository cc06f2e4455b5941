"""Practice in spotting alerts, through the pages."""

import pytest
from sqlalchemy import func, select

from tracker.models import PracticeAnswer, PracticeForm
from tracker.practice import SLIPS, Facts, Lines, make_screen, the_bank
from tracker.services.practice import SCREENS


@pytest.fixture
def induction(factories):
    return factories.Induction(staff_member__given_name="Nia")


@pytest.fixture
def nia(induction, sign_in):
    return sign_in(induction.staff_member)


def start(browser):
    return browser.get("/practice").forms[1].submit(status=303).follow()


def the_question(page):
    return next(form for form in page.forms.values() if "says" in form.fields)


def answer(page, says="action", sure="3", part="", slip=""):
    form = the_question(page)
    form["says"], form["how_sure"], form["part"], form["slip"] = says, sure, part, slip
    return form.submit(status=303).follow()


def drawn(db):
    return db.scalars(select(PracticeForm)).one()


def answers(db):
    return db.scalar(select(func.count()).select_from(PracticeAnswer))


@pytest.mark.usefixtures("nia")
class TestARound:
    def test_from_the_induction_to_the_end(self, browser, db, induction):
        page = browser.get(f"/inductions/{induction.public_id}")
        page.click("Practise spotting alerts")

        page = start(browser)
        for number in range(1, SCREENS + 1):
            assert f"Screen {number} of {SCREENS}" in page
            page = answer(page)
            assert "Next time:" in page
            page = page.click("Finish" if number == SCREENS else "Next screen")

        assert "The end of this round" in page
        assert "You said that each screen needs action" in page
        assert answers(db) == SCREENS
        assert "The end of this round" in browser.get("/practice").click("Read again")

    def test_the_screen_says_in_text_all_that_there_is(self, browser, db):
        page = start(browser)
        key, seed, with_signal = drawn(db).items[0]
        screen = make_screen(the_bank()[key], seed, with_signal=with_signal)

        text = " ".join(page.html.select_one(".app-mock").get_text(" ").split())
        for part in screen.parts:
            assert part.name in text
            cells = (
                [cell for pair in part.pairs for cell in pair]
                if isinstance(part, Facts)
                else part.lines
                if isinstance(part, Lines)
                else [*part.columns, *(cell for row in part.rows for cell in row)]
            )
            assert all(cell in text for cell in cells)
        assert not page.html.select("main img, main svg, main canvas")

    def test_the_feedback_says_what_was_there(self, browser, db):
        page = start(browser)
        key, seed, with_signal = drawn(db).items[0]
        screen = make_screen(the_bank()[key], seed, with_signal=with_signal)
        for words in (screen.feedback.what, screen.feedback.next_time):
            assert words not in page.html.get_text()

        page = answer(page)

        text = page.html.select_one("#feedback").get_text()
        for words in (screen.feedback.what, screen.feedback.why, screen.feedback.next_time):
            assert words in text

    @pytest.mark.parametrize("is_right", [True, False])
    def test_where_and_what_are_said_and_answered(self, browser, db, is_right):
        page = start(browser)
        screens = [
            make_screen(the_bank()[k], seed, with_signal=w) for k, seed, w in drawn(db).items
        ]
        at = next(n for n, one in enumerate(screens) if one.has_signal and len(one.parts) > 1)
        for _ in range(at):
            page = answer(page, says="nothing").click("Next screen")
        screen = screens[at]
        others = [part.key for part in screen.parts if part.key != screen.where]

        part = screen.where if is_right else others[0]
        slip = screen.slip if is_right else "other"
        text = answer(page, part=part, slip=slip).html.select_one("#feedback").get_text()

        assert ("right place" in text) is is_right
        assert ("You saw what it is." in text) is is_right
        assert (f"We call it: {SLIPS[screen.slip]}." in text) is not is_right
        kept = db.scalars(select(PracticeAnswer).order_by(PracticeAnswer.position.desc())).first()
        assert (kept.part, kept.slip) == (part, slip)

    def test_stopping_and_going_on_later(self, browser):
        answer(start(browser))

        page = browser.get("/practice")
        assert "Go on where you stopped" in page
        assert "Screen 2 of" in page.forms[1].submit(status=303).follow()


@pytest.mark.usefixtures("nia")
class TestBadInput:
    def test_nothing_chosen_is_asked_for_again(self, browser, db):
        page = the_question(start(browser)).submit(status=200)

        assert "Choose what you say about this screen" in page
        assert "Choose how sure you are" in page
        assert answers(db) == 0

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("says", "perhaps"), ("how_sure", "9"), ("how_sure", "x"), ("part", "elsewhere"),
            ("slip", "a slip of the tongue"),
        ],
    )  # fmt: skip
    def test_what_the_page_does_not_offer_is_not_kept(self, browser, db, name, value):
        form = the_question(start(browser))
        form["says"], form["how_sure"] = "action", "3"
        form[name].force_value(value)

        form.submit(status=200)

        assert answers(db) == 0

    def test_an_answer_sent_twice_shows_the_first(self, browser, db):
        form = the_question(start(browser))
        form["says"], form["how_sure"] = "action", "3"
        first = form.submit(status=303).follow().html.select_one("#feedback").get_text()
        form["says"] = "nothing"

        second = form.submit(status=303).follow().html.select_one("#feedback").get_text()

        assert second == first
        assert answers(db) == 1

    def test_an_answer_out_of_order_changes_nothing(self, browser, db):
        page = start(browser)
        form = the_question(page)
        form.action = form.action.rpartition("/")[0] + "/5"
        form["says"], form["how_sure"] = "action", "3"

        assert "Screen 1 of" in form.submit(status=303).follow()
        assert answers(db) == 0

    @pytest.mark.parametrize("rest", ["0", "99", "end/1", "x", "1x"])
    def test_a_screen_that_is_not_there_is_not_found(self, browser, db, rest):
        start(browser)

        browser.get(f"/practice/{drawn(db).public_id}/{rest}", status=404)

    def test_the_end_comes_after_the_last_screen(self, browser, db):
        start(browser)

        page = browser.get(f"/practice/{drawn(db).public_id}/end", status=303).follow()

        assert "Screen 1 of" in page


class TestWhoSeesIt:
    def test_nobody_else_finds_it(self, browser, db, factories, induction, sign_in):
        sign_in(induction.staff_member)
        form = the_question(start(browser))
        own = drawn(db).public_id
        elsewhere = factories.Organisation()
        others = [
            (induction.manager,),
            (factories.StaffMember(), "quality_lead", "hr_officer", "administrator"),
            (factories.StaffMember(organisation_id=elsewhere.id),),
        ]
        for person, *roles in others:
            sign_in(person, *roles)
            missing = browser.get("/practice/nothing/1", status=404).text
            for path in ("1", "end"):
                assert browser.get(f"/practice/{own}/{path}", status=404).text == missing
            token = browser.get("/practice").forms[1]["csrf_token"].value
            fields = {"csrf_token": token, "says": "action", "how_sure": "3", "part": ""}
            browser.post(form.action, fields, status=404)

        assert answers(db) == 0

    def test_the_managers_page_does_not_speak_of_it(self, browser, induction, sign_in):
        sign_in(induction.staff_member)
        answer(start(browser))
        sign_in(induction.manager)

        assert "spotting" not in browser.get(f"/inductions/{induction.public_id}")

    def test_the_other_persons_start_is_their_own(self, browser, db, induction, sign_in):
        sign_in(induction.staff_member)
        start(browser)
        sign_in(induction.manager)
        start(browser)

        owners = set(db.scalars(select(PracticeForm.staff_member_id)))
        assert owners == {induction.staff_member_id, induction.manager_id}
