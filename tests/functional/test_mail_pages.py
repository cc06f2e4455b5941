"""The pages about mail, meetings and jobs, as each person sees them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.support import factories as make
from tracker.models import (
    AddressProblem,
    Appointment,
    Job,
    JobState,
    MailText,
    MessageState,
    OutboxMessage,
)
from tracker.security.identity import Role


@pytest.fixture
def admin(factories, sign_in):
    return sign_in(factories.StaffMember(), Role.ADMINISTRATOR)


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


def stopped_mail(db, person, state=MessageState.FAILED):
    message = OutboxMessage(
        organisation_id=person.organisation_id,
        kind="appraisal.opened",
        recipient_id=person.id,
        dedupe_key=f"k{person.id}",
        state=state,
        last_error="The mail server refused the mail. Ask those who run it why.",
    )
    db.add(message)
    db.flush()
    return message


def set_time(browser, appraisal, **typed):
    form = browser.get(f"/appraisals/{appraisal.public_id}/time").forms[1]
    for name, value in {
        "day-day": "3",
        "day-month": "12",
        "day-year": "2026",
        "starts": "2.30pm",
        "place": "Ward office",
        **typed,
    }.items():
        form[name] = value
    return form.submit()


class TestATimeToMeet:
    @pytest.mark.parametrize("who", ["appraisee", "appraiser"])
    def test_either_side_sets_it_and_sees_it(self, db, browser, sign_in, appraisal, who):
        sign_in(getattr(appraisal, who))

        page = set_time(browser, appraisal).follow()

        assert "You meet on" in page
        assert "2:30pm" in page
        assert "Ward office" in page
        kinds = db.scalars(select(OutboxMessage.kind)).all()
        assert kinds == ["appointment.set", "appointment.set"]

    def test_it_is_changed_and_called_off(self, db, browser, sign_in, appraisal):
        sign_in(appraisal.appraiser)
        set_time(browser, appraisal)
        set_time(browser, appraisal, starts="11")

        form = browser.get(f"/appraisals/{appraisal.public_id}/time").forms[1]
        assert form["starts"].value == "11:00"
        page = form.submit("cancel").follow()

        assert "Set a time to meet" in page
        assert db.scalars(select(Appointment)).one().sequence == 2

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"starts": "later"}, "Enter a time, such as 10:30 or 2pm"),
            ({"starts": "25:00"}, "Enter a time, such as 10:30 or 2pm"),
            ({"starts": "13pm"}, "Enter a time, such as 10:30 or 2pm"),
            ({"starts": ""}, "Say at what time"),
            ({"day-year": "2025"}, "That day has passed"),
            ({"day-month": "13"}, "Enter a real date"),
            ({"day-day": "28", "day-month": "3", "day-year": "2027", "starts": "1:30"}, "forward"),
        ],
    )
    def test_what_cannot_be_is_said_beside_the_box(self, browser, sign_in, appraisal, typed, said):
        sign_in(appraisal.appraisee)

        page = set_time(browser, appraisal, **typed)

        assert said in page
        assert "There is a problem" in page

    def test_it_is_nobody_elses(self, browser, factories, sign_in, appraisal):
        sign_in(factories.StaffMember(), Role.HR_OFFICER, Role.ADMINISTRATOR)

        browser.get(f"/appraisals/{appraisal.public_id}/time", status=404)


class TestTalksInTheFirstMonths:
    def test_starter_and_manager_set_one_for_a_milestone(self, db, browser, factories, sign_in):
        task = factories.InductionTask(milestone_key="week_1", milestone_name="Week one")
        sign_in(task.induction.manager)
        path = f"/inductions/{task.induction.public_id}/meetings"

        form = browser.get(path).click("Set a time").forms[1]
        form["day-day"], form["day-month"], form["day-year"] = "3", "12", "2026"
        form["starts"] = "10am"
        page = form.submit().follow()

        assert "10:00am" in page
        assert db.scalars(select(Appointment)).one().milestone_key == "week_1"

    def test_a_milestone_that_is_not_there_changes_nothing(self, db, browser, factories, sign_in):
        task = factories.InductionTask()
        sign_in(task.induction.manager)
        page = browser.get(f"/inductions/{task.induction.public_id}/meetings?milestone=day_1")
        form = page.forms[1]
        form["milestone"].force_value("nothing")

        form.submit()

        assert db.scalars(select(Appointment)).all() == []


class TestOwnMail:
    def test_one_turns_the_weekly_mail_off_and_on(self, browser, factories, sign_in):
        sign_in(factories.StaffMember())

        form = browser.get("/mail").forms[1]
        assert form["reminders"].value == "yes"
        form["reminders"] = "no"
        form.submit()

        assert browser.get("/mail").forms[1]["reminders"].value == "no"

    def test_without_a_mail_server_it_says_so(self, browser, factories, sign_in):
        sign_in(factories.StaffMember())

        assert "Mail is off" in browser.get("/mail")


@pytest.mark.usefixtures("admin")
class TestWordsOfMail:
    def test_the_trusts_own_words_are_looked_at_saved_and_taken_back(self, db, browser):
        form = browser.get("/mail/texts/appraisal.opened").forms[1]
        form["subject"], form["body"] = (
            "Talk time, {first_name}",
            "Meet {manager}.",
        )

        looked = form.submit("look")
        assert "Talk time, Sam" in looked
        assert "Meet Mo." in looked
        assert db.scalars(select(MailText)).all() == []

        assert "Your own" in looked.forms[1].submit("save").follow()
        back = browser.get("/mail/texts/appraisal.opened").forms[1].submit("ours").follow()
        assert "Your own" not in back

    @pytest.mark.parametrize(
        ("subject", "body", "said"),
        [
            ("Hello", "Hello {salary}", "We do not know {salary}"),
            ("Hello", "Hello {first_name", "A brace stands alone"),
            ("", "Hello", "Write a subject"),
            ("Hello", "", "Write what the mail says"),
            ("x" * 121, "Hello", "120 characters or fewer"),
        ],
    )
    def test_words_that_cannot_be_filled_in_are_not_saved(self, db, browser, subject, body, said):
        form = browser.get("/mail/texts/appraisal.opened").forms[1]
        form["subject"], form["body"] = subject, body

        page = form.submit("save")

        assert said in page
        assert db.scalars(select(MailText)).all() == []

    def test_a_script_is_shown_as_text(self, browser):
        form = browser.get("/mail/texts/appraisal.opened").forms[1]
        form["body"] = "<script>alert(1)</script>"

        assert "<script>alert" not in form.submit("look")

    def test_the_time_of_the_weekly_mail_is_picked(self, browser):
        form = browser.get("/mail/texts").forms[1]
        form["day"], form["hour"] = "3", "15"
        form.submit().follow()

        assert "Thursday at 15:00" in browser.get("/mail")

    def test_a_mail_that_there_is_not_is_missing(self, browser):
        browser.get("/mail/texts/nothing", status=404)


class TestJobs:
    @pytest.fixture
    def job(self, db, organisation):
        job = Job(
            organisation_id=organisation.id,
            name="nightly",
            dedupe_key="nightly:x",
            state=JobState.FAILED,
            due_at=NOW - timedelta(hours=6),
            ended_at=NOW - timedelta(hours=5),
            tries=4,
            counts={},
            message="The database was busy or away. It is tried again by itself.",
        )
        db.add(job)
        db.flush()
        return job

    @pytest.mark.parametrize(
        ("button", "state"), [("again", JobState.QUEUED), ("aside", JobState.DISCARDED)]
    )
    def test_one_that_stopped_is_tried_again_or_put_aside(self, browser, admin, job, button, state):
        page = browser.get("/jobs")
        assert "The database was busy" in page
        assert admin.family_name not in page.html.main.get_text()
        form = next(form for form in page.forms.values() if f"/jobs/{job.public_id}" in form.action)

        form.submit("action", value=f"job.{button}").follow()

        assert job.state is state

    @pytest.mark.usefixtures("admin")
    def test_mail_that_stopped_says_why_but_not_to_whom(self, db, browser):
        person = make.StaffMember(family_name="Nobodysname")
        message = stopped_mail(db, person)

        page = browser.get("/jobs")
        form = next(f for f in page.forms.values() if f"/jobs/{message.public_id}" in f.action)
        assert "refused the mail" in page
        assert "Nobodysname" not in page
        assert person.email not in page
        form.submit("action", value="mail.again")

        assert message.state is MessageState.WAITING

    @pytest.mark.usefixtures("admin")
    def test_another_organisations_are_missing(self, db, browser, factories):
        elsewhere = factories.Organisation()
        message = stopped_mail(db, factories.StaffMember(organisation_id=elsewhere.id))

        page = browser.get("/jobs")
        assert message.public_id not in page
        token = page.forms[0]["csrf_token"].value
        browser.post(
            f"/jobs/{message.public_id}",
            {"csrf_token": token, "action": "mail.again"},
            status=404,
        )
        assert message.state is MessageState.FAILED


class TestWhomMailDoesNotReach:
    def test_hr_sees_who_and_why(self, db, browser, factories, sign_in):
        person = factories.StaffMember()
        db.add(
            AddressProblem(
                organisation_id=person.organisation_id,
                staff_member_id=person.id,
                address="old@trust.example",
                reply_code=550,
            )
        )
        sign_in(factories.StaffMember(), Role.HR_OFFICER)

        page = browser.get("/mail/not-reached")

        assert person.employee_number in page
        assert "old@trust.example" in page
        assert "knows no such address" in page
        assert "does not reach you" not in browser.get("/mail")
        sign_in(person)
        assert "does not reach you" in browser.get("/mail")


@pytest.mark.parametrize("path", ["/jobs", "/mail/texts", "/mail/not-reached"])
def test_these_pages_are_missing_for_others(browser, factories, sign_in, path):
    sign_in(factories.StaffMember(), Role.QUALITY_LEAD)

    browser.get(path, status=404)


def test_where_mail_is_off_nobody_is_promised_a_calendar(browser, sign_in, appraisal):
    sign_in(appraisal.appraisee)

    page = set_time(browser, appraisal).follow()

    assert "Mail is off: please tell each other" in page
