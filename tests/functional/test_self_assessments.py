"""A self-assessment of one's own, through the pages: short, private, left and resumed."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from tests.conftest import NOW
from tests.support.queries import count_queries
from tracker.models import SelfAssessment, SelfAssessmentAnswer
from tracker.services.framework_seed import seed_framework
from tracker.services.self_assessments import latest_answers

START, QUESTION, END = "/self-assessment", "/self-assessment/question", "/self-assessment/end"
HISTORY = "/self-assessment/then-and-now"


@pytest.fixture(autouse=True)
def framework(db, organisation):
    return seed_framework(db, organisation)


@pytest.fixture
def sam(factories, sign_in):
    sam = factories.StaffMember(given_name="Sam")
    factories.Assignment(staff_member=sam)
    return sign_in(sam)


def start(browser):
    return browser.get(START).forms[1].submit(status=303).follow()


def the_question(page):
    return next(form for form in page.forms.values() if "about" in form.fields)


def answer(page, now="3", needed="3", sure="3", comment=""):
    form = the_question(page)
    form["now"] = now
    if now != "0":
        form["needed"], form["sure"] = needed, sure
    form["comment"] = comment
    return form.submit(status=303).maybe_follow()


def go_through(page, **said):
    pages = 0
    while "Thank you for taking the time" not in page:
        page, pages = answer(page, **said), pages + 1
    return page, pages


def say_some(page, **said):
    """Answer two questions and stop there: enough where the rest of a sitting says no more."""
    page = answer(answer(page, **said), **said)
    finish = next(f for f in page.forms.values() if f.action.endswith("/finish"))
    return finish.submit(status=303).follow()


def said_by(db, person):
    return latest_answers(db, person.organisation_id, [person.id]).get(person.id, {})


def rows(db):
    return db.scalar(select(func.count()).select_from(SelfAssessmentAnswer))


class TestASitting:
    def test_from_the_first_page_to_the_end(self, browser, db, sam):
        page = browser.get("/").click("How digital work feels to you")
        assert "for you" in page

        page, pages = go_through(start(browser))

        assert pages <= 12
        assert rows(db) == pages
        assert "questions that your work needs" in page or "enough for today" in page
        assert {a.level for a in said_by(db, sam).values()} == {3}

    def test_each_answer_is_kept_at_once(self, browser, db, sam):
        answer(start(browser), now="2", needed="4", sure="1", comment="On nights it is hard")

        kept = db.scalars(select(SelfAssessmentAnswer)).one()
        assert (kept.current_level, kept.needed_level, kept.confidence) == (2, 4, 1)
        assert kept.comment == "On nights it is hard"
        assert said_by(db, sam)

    def test_it_goes_on_after_signing_in_on_another_device(self, browser, db, sam, sign_in):
        second = answer(start(browser)).html.h1.get_text()
        sign_in(sam)

        page = browser.get(START)
        assert "Go on where you stopped" in page
        assert page.forms[1].submit().follow().html.h1.get_text() == second
        assert rows(db) == 1

    def test_back_shows_what_was_said_and_lets_it_be_said_anew(self, browser, db, sam):
        page = answer(start(browser), now="2").click("Back")
        form = the_question(page)
        assert form["now"].value == "2"

        answer(page, now="2")
        assert rows(db) == 1, "the same answer is no new answer"
        answer(browser.get(f"{QUESTION}?n=1"), now="4")

        assert rows(db) == 2, "another answer is added, and the first stays"
        (last,) = said_by(db, sam).values()
        assert last.level == 4
        assert not last.has_before, "a correction is no history"

    def test_not_understanding_the_question_is_an_answer(self, browser, db, sam):
        page = answer(start(browser), now="0")

        (last,) = said_by(db, sam).values()
        assert last.is_not_understood
        assert "Question 2" in page

    def test_stopping_early(self, browser, db, sam):
        page = answer(start(browser))
        form = next(f for f in page.forms.values() if f.action.endswith("/finish"))

        end = form.submit(status=303).follow()

        assert "1 of" in end
        assert "Start" in browser.get(START).forms[1].text
        assert rows(db) == 1
        assert said_by(db, sam)

    def test_the_role_profile_is_offered_as_what_the_job_needs(self, browser, sam):
        assert sam
        assert the_question(start(browser))["needed"].value in {"2", "3"}

    def test_the_pages_ask_the_database_the_same_however_long_the_history(self, browser, db, sam):
        assert sam
        go_through(start(browser))
        start(browser)
        db.flush()
        db.expunge_all()
        with count_queries(db) as queries:
            browser.get(f"{QUESTION}?n=1", status=200)

        assert queries.number <= 12


@pytest.mark.usefixtures("sam")
class TestBadInput:
    def test_nothing_chosen_is_asked_for_again(self, browser, db):
        form = the_question(start(browser))
        form["needed"].force_value(None)

        page = form.submit(status=200)

        assert "Choose the sentence that fits you best" in page
        assert "Choose how confident you feel" in page
        assert rows(db) == 0

    @pytest.mark.parametrize(
        ("name", "value"), [("now", "9"), ("needed", "9"), ("sure", "x"), ("comment", "x" * 301)]
    )
    def test_what_the_page_does_not_offer_is_not_kept(self, browser, db, name, value):
        form = the_question(start(browser))
        form["now"], form["sure"] = "3", "3"
        form[name].force_value(value)

        form.submit(status="*")

        assert rows(db) == 0

    @pytest.mark.parametrize("number", ["7", "99", "x", "-1", "0", ""])
    def test_a_number_that_is_not_there_leads_to_where_one_is(self, browser, number):
        start(browser)

        answer = browser.get(f"{QUESTION}?n={number}", status="*")

        assert answer.status_int in {303, 404}

    def test_an_old_page_does_not_answer_another_question(self, browser, db):
        form = the_question(start(browser))
        form["now"], form["sure"] = "3", "3"
        form["about"].force_value("999999")

        assert "Question 1" in form.submit(status=303).follow()
        assert rows(db) == 0

    def test_without_a_sitting_the_question_leads_to_the_start(self, browser):
        assert browser.get(f"{QUESTION}?n=1", status=303).location.endswith(START)
        assert browser.get(END, status=303).location.endswith(START)

    def test_a_script_in_a_comment_is_only_text(self, browser):
        answer(start(browser), comment="<script>alert(1)</script>")

        page = browser.get(f"{QUESTION}?n=1")

        assert "<script>alert" not in page
        assert the_question(page)["comment"].value == "<script>alert(1)</script>"


class TestWhatWasSaidStays:
    def test_the_database_refuses_to_change_or_delete_an_answer(self, browser, db, sam):
        assert sam
        answer(start(browser))
        for change in (
            update(SelfAssessmentAnswer).values(current_level=4),
            delete(SelfAssessmentAnswer),
        ):
            with pytest.raises(DatabaseError, match="kept as it was"), db.begin_nested():
                db.execute(change)

    def test_then_and_now(self, browser, db, sam):
        go_through(start(browser), now="2")
        db.execute(update(SelfAssessment).values(started_at=NOW - timedelta(days=180)))
        go_through(start(browser), now="3")

        page = browser.get(HISTORY)

        assert all(a.level_before == 2 for a in said_by(db, sam).values() if a.level == 3)
        assert "you said that you are further on" in page
        text = page.html.select_one("table").get_text(" ")
        assert "Getting there, 22 November 2026" in text
        assert "Confident, 22 November 2026" in text
        assert "Before: getting there." in page.html.select_one("svg desc").get_text()
        assert "Where you are further on" in browser.get(END)


class TestWhoSeesIt:
    def test_the_answers_come_to_the_preparation_and_nowhere_else(
        self, browser, factories, sign_in
    ):
        appraisal = factories.Appraisal(appraisee__given_name="Sam")
        factories.Assignment(staff_member=appraisal.appraisee)
        sign_in(appraisal.appraisee)
        say_some(start(browser), now="2", sure="4")

        own = browser.get(f"/appraisals/{appraisal.public_id}/prepare")
        assert own.html.select('input[name^="confidence-"][value="4"][checked]')
        sign_in(appraisal.appraiser)
        meeting = browser.get(f"/appraisals/{appraisal.public_id}/meeting")
        assert "I help others" not in meeting.html.main.get_text()

    def test_brought_to_the_appraisal_they_show_with_the_shared_notes(
        self, browser, factories, sign_in
    ):
        appraisal = factories.Appraisal()
        factories.Assignment(staff_member=appraisal.appraisee)
        sign_in(appraisal.appraisee)
        page = say_some(start(browser), sure="4")
        bring = next(f for f in page.forms.values() if f.action.endswith("/bring"))
        assert "with your notes" in bring.submit(status=303).follow()
        sign_in(appraisal.appraiser)
        meeting = f"/appraisals/{appraisal.public_id}/meeting"
        assert "I help others" not in browser.get(meeting).html.main.get_text()

        factories.AppraisalPreparation(
            appraisal_id=appraisal.id, shared_at=NOW, saved_at=NOW, version=1
        )

        assert "I help others" in browser.get(meeting).html.main.get_text()

    def test_they_can_be_taken_back_until_the_notes_are_shared(
        self, browser, db, factories, sign_in
    ):
        appraisal = factories.Appraisal()
        factories.Assignment(staff_member=appraisal.appraisee)
        sign_in(appraisal.appraisee)
        page = say_some(start(browser))
        page = next(f for f in page.forms.values() if f.action.endswith("/bring")).submit().follow()
        back = next(f for f in page.forms.values() if f.action.endswith("/bring"))

        back.submit("keep", value="private", status=303)
        assert db.scalars(select(SelfAssessment.appraisal_id)).all() == [None]

        again = browser.get(END)
        next(f for f in again.forms.values() if f.action.endswith("/bring")).submit()
        factories.AppraisalPreparation(
            appraisal_id=appraisal.id, shared_at=NOW, saved_at=NOW, version=1
        )
        back.submit("keep", value="private", status=409)
        assert db.scalars(select(SelfAssessment.appraisal_id)).all() == [appraisal.id]

    def test_one_sees_ones_own_only(self, browser, factories, sam, sign_in):
        assert sam
        say_some(start(browser))
        sign_in(factories.StaffMember(), "quality_lead", "hr_officer", "administrator")

        assert "nothing to see yet" in browser.get(HISTORY)
        assert "Go on where you stopped" not in browser.get(START)


class TestHowPagesLook:
    def test_a_device_keeps_its_text_size_and_contrast(self, browser, sam):
        assert sam
        page = browser.get("/display")
        assert page.html.html.get("class") is None
        form = page.forms[1]
        form["large"], form["contrast"] = True, True

        form.submit(status=303)

        assert browser.get("/").html.html["class"] == ["app-large", "app-contrast"]

    def test_a_made_up_cookie_draws_nothing(self, browser):
        browser.set_cookie("display", "large-x<script>")

        assert browser.get("/display").html.html["class"] == ["app-large"]
