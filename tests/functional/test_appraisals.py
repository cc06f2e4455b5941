"""The appraisal, from opening to the signed record, as two people go through it."""

import re
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.support.signing import sign_with
from tracker.models import Appraisal, AppraisalStage, Goal
from tracker.services.framework_seed import seed_framework


@pytest.fixture
def appraisal(db, factories, organisation):
    seed_framework(db, organisation)
    appraisal = factories.Appraisal(
        appraisee=factories.StaffMember(given_name="Zoë", family_name="O'Neill <script>x</script>")
    )
    factories.Assignment(staff_member=appraisal.appraisee)
    return appraisal


def page_of(browser, appraisal, page=""):
    return browser.get(f"/appraisals/{appraisal.public_id}{page}")


def form_to(page, ending):
    return next(form for form in page.forms.values() if form.action.endswith(ending))


def write_summary(browser, appraisal, text="We talked about alerts."):
    form = form_to(page_of(browser, appraisal, "/meeting"), "/meeting")
    form["summary"] = text
    form["held_on-day"], form["held_on-month"], form["held_on-year"] = "20", "11", "2026"
    return form.submit("sign")


def add_goal(browser, appraisal, **values):
    form = page_of(browser, appraisal, "/goals/add").forms[1]
    form["wording"] = "I answer drug alerts by myself"
    for name, value in values.items():
        form[name.replace("__", "-")] = value
    return form.submit()


def prepare_and_share(browser, appraisal):
    form = form_to(page_of(browser, appraisal, "/prepare"), "/prepare")
    form["went_well"] = "The new charts save me time."
    form["wellbeing"] = "A bit tired of slow computers."
    form[next(name for name in form.fields if name and name.startswith("confidence-"))] = "1"
    assert "You shared your notes" in form.submit("share").follow()


def meet_and_take_a_suggestion(browser):
    meeting = browser.get("/team").click("Meet and agree goals")
    assert "The new charts save me time." in meeting
    assert "A bit tired of slow computers." in meeting
    suggested = meeting.click("Use this")
    assert "one step up" in suggested
    form = suggested.forms[1]
    form["support_kind"], form["support"] = "champion", "Ade, half an hour on Tuesdays"
    form["barrier_kind"], form["barrier"] = "hardware", "One computer for eleven of us"
    meeting = form.submit().follow()
    assert "I can spot the main alerts, and I ask what to do." in meeting
    assert "A digital champion: Ade, half an hour on Tuesdays" in meeting


class TestTheWholeJourney:
    def test_two_people_prepare_meet_agree_and_sign(
        self, browser, db, appraisal, sign_in, directory
    ):
        sign_in(appraisal.appraisee)
        prepare_and_share(browser, appraisal)
        sign_in(appraisal.appraiser)
        meet_and_take_a_suggestion(browser)
        page = write_summary(browser, appraisal).follow()
        assert "We talked about alerts." in page
        sign_with(page, directory.add(appraisal.appraiser))
        # The same tablet, the same session: the other one signs with their own password.
        done = sign_with(page_of(browser, appraisal, "/sign"), directory.add(appraisal.appraisee))

        assert "Both of you have signed. Well done." in done.follow()
        db.refresh(appraisal)
        assert appraisal.stage is AppraisalStage.SIGNED
        assert appraisal.next_due_on == date(2027, 5, 20)
        record = page_of(browser, appraisal, "/record")
        assert "It fits the text." in record
        assert "Zoë O&#39;Neill &lt;script&gt;x&lt;/script&gt;" in record
        assert "<script>x" not in record
        pdf = record.click("Download as PDF")
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.body)).pages)
        assert "We talked about alerts." in text
        assert "Zoë O'Neill <script>x</script>" in text

    def test_a_name_of_any_kind_is_shown_as_it_is(self, browser, appraisal, sign_in):
        appraisal.appraisee.family_name = "Æ" * 200 + "<b>"
        sign_in(appraisal.appraiser)

        for path in ("/team", f"/appraisals/{appraisal.public_id}/meeting"):
            assert "Æ" * 200 + "&lt;b&gt;" in browser.get(path)


class TestNotes:
    def test_they_are_kept_without_a_script(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        form = form_to(page_of(browser, appraisal, "/prepare"), "/prepare")
        form["went_well"] = "Text"

        page = form.submit().follow()

        assert "Only you can see them until you share them" in page
        assert form_to(page, "/prepare")["went_well"].value == "Text"

    def test_they_save_themselves(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        form = form_to(page_of(browser, appraisal, "/prepare"), "/prepare")

        answer = autosave(browser, form, went_well="Half a sen")

        assert answer.json == {"version": 1, "saved": "Saved just now."}

    def test_two_tabs_see_both_texts_and_lose_nothing(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        form = form_to(page_of(browser, appraisal, "/prepare"), "/prepare")
        autosave(browser, form, went_well="From the tablet")

        refused = autosave(browser, form, status=409, went_well="From the desk")
        form["went_well"] = "From the desk"
        page = form.submit(status=409)

        assert "Press Save to see both" in refused.json["message"]
        assert "From the tablet" in page
        again = form_to(page, "/prepare")
        assert again["went_well"].value == "From the desk"
        again["went_well"] = "From both"
        assert form_to(again.submit().follow(), "/prepare")["went_well"].value == "From both"

    def test_a_text_that_is_too_long_says_so(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        form = form_to(page_of(browser, appraisal, "/prepare"), "/prepare")
        form["went_well"] = "x" * 10_001

        assert "Use 10,000 characters or fewer" in form.submit()

    def test_a_nul_byte_does_no_harm(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        form = form_to(page_of(browser, appraisal, "/prepare"), "/prepare")
        form["went_well"] = "a\x00b"

        assert form_to(form.submit().follow(), "/prepare")["went_well"].value == "ab"


def autosave(browser, form, *, status=200, **values):
    fields = dict(form.submit_fields()) | values
    return browser.post(form.action, fields, headers={"Accept": "application/json"}, status=status)


class TestGoals:
    @pytest.mark.parametrize(
        ("values", "said"),
        [
            (
                {"due_on__day": "21", "due_on__month": "11", "due_on__year": "2026"},
                "That date has passed. Choose a day that is still to come",
            ),
            ({"due_on__day": "31", "due_on__month": "2"}, "Enter a real date"),
            ({"due_on__year": "9999"}, "within the next two years"),
            ({"due_on__day": ""}, "The date must include a day"),
            ({"wording": " "}, "Say what will be different at work"),
            ({"wording": "x" * 301}, "Use 300 characters or fewer"),
            ({"barrier": "x"}, "Choose above what kind of thing stands in the way"),
            (
                {"barrier_kind": "time", "barrier_owner_email": "nobody@nowhere.example"},
                "We know nobody with that work email",
            ),
        ],
    )
    def test_what_cannot_be_used_is_said_kindly_and_kept(
        self, browser, db, appraisal, sign_in, values, said
    ):
        sign_in(appraisal.appraiser)

        page = add_goal(browser, appraisal, **values)

        assert page.status_int == 200
        assert said in page
        assert "There is a problem" in page
        assert db.scalars(select(Goal)).all() == []

    def test_a_form_sent_twice_makes_one_goal(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        form = page_of(browser, appraisal, "/goals/add").forms[1]
        form["wording"] = "One goal"
        for _ in range(2):
            form.submit(status=303)

        assert len(db.scalars(select(Goal)).all()) == 1

    def test_another_form_with_the_same_words_is_refused(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        add_goal(browser, appraisal)

        assert "on the list already" in add_goal(browser, appraisal)

    def test_changing_and_taking_out(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        meeting = add_goal(browser, appraisal).follow()
        form = meeting.click(href="/change").forms[1]
        form["wording"] = "Other words"
        meeting = form.submit().follow()
        assert "Other words" in meeting

        meeting = form_to(meeting, "/drop").submit().follow()

        assert "Other words" not in meeting

    def test_how_it_is_going_is_noted_with_its_story(self, browser, appraisal, factories, sign_in):
        goal = factories.Goal(staff_member=appraisal.appraisee)
        factories.AppraisalGoal(appraisal_id=appraisal.id, goal=goal, is_carried_over=True)
        sign_in(appraisal.appraiser)
        form = page_of(browser, appraisal, "/meeting").click("Say how it is going").forms[1]
        form["progress"] = "confident"
        form["note"] = "Did it alone twice"

        meeting = form.submit().follow()

        assert (
            f"22 November 2026, {appraisal.appraiser.name}: confident. Did it alone twice"
            in meeting
        )


class TestBarriers:
    def test_the_one_who_is_to_sort_it_out_sees_only_that(
        self, browser, appraisal, factories, sign_in
    ):
        owner = factories.StaffMember()
        barrier = factories.Barrier(staff_member=appraisal.appraisee, owner_id=owner.id)
        system = factories.DigitalSystem()
        sign_in(owner)
        form = browser.get("/team").click(barrier.description).forms[1]
        form["outcome"] = "Two tablets came on Friday"
        form["is_sorted"] = "yes"
        form["about_system"] = system.public_id
        form.submit().follow()

        page_of_appraisal = browser.get(f"/appraisals/{appraisal.public_id}", status=404)
        assert "There is no page here that you can see" in page_of_appraisal
        assert barrier.outcome == "Two tablets came on Friday"
        assert barrier.system == system


class TestSigning:
    def test_a_wrong_password_signs_nothing(self, browser, appraisal, sign_in, directory):
        sign_in(appraisal.appraiser)
        page = write_summary(browser, appraisal).follow()
        username, _right = directory.add(appraisal.appraiser)

        page = sign_with(page, (username, "wrong"), status=200)

        assert "The user name or password is not right" in page

    def test_somebody_elses_password_signs_nothing(
        self, browser, appraisal, factories, sign_in, directory
    ):
        sign_in(appraisal.appraiser)
        page = write_summary(browser, appraisal).follow()

        page = sign_with(page, directory.add(factories.StaffMember()), status=200)

        assert "Only the two people of this appraisal can sign it" in page

    def test_text_that_changed_while_it_was_read_is_not_signed(
        self, browser, appraisal, sign_in, directory
    ):
        sign_in(appraisal.appraiser)
        page = write_summary(browser, appraisal).follow()
        write_summary(browser, appraisal, "Other words")

        page = sign_with(page, directory.add(appraisal.appraiser), status=200)

        assert "The text changed after you opened this page" in page
        assert "Other words" in page

    def test_nothing_is_signed_before_there_is_something(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraiser)

        page = page_of(browser, appraisal, "/sign").follow()

        assert "Before you sign, say on which day you met" in page

    def test_a_signature_can_be_taken_back_to_change_the_text(
        self, browser, appraisal, sign_in, directory
    ):
        sign_in(appraisal.appraiser)
        page = write_summary(browser, appraisal).follow()
        sign_with(page, directory.add(appraisal.appraiser))
        locked = page_of(browser, appraisal, "/meeting")
        assert "the text stands still" in locked

        page = form_to(page_of(browser, appraisal, "/sign"), "/take-back").submit().follow()

        assert "You can change the text" in page

    def test_a_day_to_come_is_refused(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        form = form_to(page_of(browser, appraisal, "/meeting"), "/meeting")
        form["held_on-year"] = "2027"

        assert "That day is still to come" in form.submit()


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        "page", ["", "/prepare", "/meeting", "/goals/add", "/sign", "/record", "/record.pdf"]
    )
    def test_for_others_it_is_not_there(self, browser, appraisal, factories, sign_in, page):
        sign_in(factories.StaffMember())
        refused = browser.get(f"/appraisals/{appraisal.public_id}{page}", status=404)
        missing = browser.get(f"/appraisals/2222222222222222{page}", status=404)

        assert strip_token(refused) == strip_token(missing)

    def test_another_trusts_manager_finds_nothing(self, browser, appraisal, factories, sign_in):
        sign_in(factories.StaffMember(organisation_id=factories.Organisation().id))

        browser.get(f"/appraisals/{appraisal.public_id}", status=404)
        browser.get(f"/people/{appraisal.appraisee.public_id}/goals", status=404)

    def test_a_new_manager_sees_signed_goals_and_not_the_appraisal(
        self, browser, appraisal, factories, sign_in
    ):
        appraisal.stage = AppraisalStage.SIGNED
        goal = factories.Goal(staff_member=appraisal.appraisee)
        factories.AppraisalGoal(appraisal_id=appraisal.id, goal=goal)
        new = factories.ReportingLine(staff_member=appraisal.appraisee).manager
        sign_in(new)

        browser.get(f"/appraisals/{appraisal.public_id}/record", status=404)
        assert goal.wording in browser.get(f"/people/{appraisal.appraisee.public_id}/goals")

    def test_the_person_sees_who_looked_and_why(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        browser.get("/team")
        page_of(browser, appraisal, "/meeting")
        sign_in(appraisal.appraisee)

        looks = browser.get("/who-looked")

        assert "Looked at your appraisal" in looks
        assert "They do your appraisal" in looks
        assert "Saw your name and next date on their team page" in looks


def strip_token(page):
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page.text)


class TestStarting:
    def test_somebody_starts_their_own(self, browser, db, factories, sign_in):
        line = factories.ReportingLine()
        sign_in(line.staff_member)

        page = browser.get("/appraisals").forms[1].submit().follow()

        assert "The appraisal is open" in page
        assert db.scalar(select(Appraisal)).appraiser_id == line.manager_id

    def test_without_a_manager_the_page_says_whom_to_ask(self, browser, factories, sign_in):
        sign_in(factories.StaffMember())

        assert "Ask your manager or HR" in browser.get("/appraisals")
