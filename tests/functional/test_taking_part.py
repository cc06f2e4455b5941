"""A second appraiser by agreement, and who stands in for a manager: what they see, until when."""

from datetime import date

import pytest

from tests.support.signing import sign_with
from tracker.models import (
    AppraisalStage,
    OutboxMessage,
    ReportingLine,
    SecondAppraiser,
    Signature,
    StandIn,
)
from tracker.security.identity import Role

TODAY = date(2026, 11, 22)


def page_of(appraisal, name=""):
    return f"/appraisals/{appraisal.public_id}{name}"


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


@pytest.fixture
def colleague(factories):
    return factories.StaffMember(email="Lead.Nurse@trust.example", given_name="Robin")


class TestSecondAppraiser:
    def test_named_by_the_manager_they_see_nothing_until_the_person_says_yes(
        self, browser, sign_in, appraisal, colleague
    ):
        sign_in(appraisal.appraiser)
        form = last_form(browser.get(page_of(appraisal)).click("who takes part"))
        form["email"] = "lead.nurse@trust.example "
        form.submit(status=303)
        sign_in(colleague)
        browser.get(page_of(appraisal), status=404)

        sign_in(appraisal.appraisee)
        page = browser.get(page_of(appraisal, "/people"))
        agree = next(f for f in page.forms.values() if f.action.endswith("/agree"))
        agree.submit(status=303)

        sign_in(colleague)
        assert "is second appraiser" in browser.get(page_of(appraisal))
        browser.get(page_of(appraisal, "/meeting"), status=200)

    def test_named_by_the_person_they_can_join_at_once(
        self, browser, sign_in, appraisal, colleague
    ):
        sign_in(appraisal.appraisee)
        form = last_form(browser.get(page_of(appraisal, "/people")))
        form["email"] = colleague.email
        form.submit(status=303)

        sign_in(colleague)
        browser.get(page_of(appraisal, "/meeting"), status=200)

    def test_the_manager_cannot_say_yes_for_the_person(
        self, browser, sign_in, appraisal, colleague, factories, db
    ):
        second = factories.SecondAppraiser(
            appraisal_id=appraisal.id, staff_member=colleague, agreed_at=None
        )
        sign_in(appraisal.appraiser)
        token = last_form(browser.get(page_of(appraisal, "/people")))["csrf_token"].value

        browser.post(page_of(appraisal, "/people/agree"), {"csrf_token": token}, status=404)

        db.refresh(second)
        assert second.agreed_at is None

    @pytest.mark.parametrize("name", ["/prepare", "/sign", "/record"])
    def test_they_have_no_notes_no_signature_and_no_record(
        self, browser, sign_in, appraisal, colleague, factories, name
    ):
        factories.SecondAppraiser(appraisal_id=appraisal.id, staff_member=colleague)
        sign_in(colleague)

        browser.get(page_of(appraisal, name), status=404)

    def test_it_ends_with_the_appraisal(self, browser, sign_in, appraisal, colleague, factories):
        factories.SecondAppraiser(appraisal_id=appraisal.id, staff_member=colleague)
        appraisal.stage = AppraisalStage.SIGNED
        sign_in(colleague)

        browser.get(page_of(appraisal), status=404)
        browser.get(page_of(appraisal, "/meeting"), status=404)

    def test_the_person_can_end_it_at_any_time(
        self, browser, sign_in, appraisal, colleague, factories
    ):
        factories.SecondAppraiser(appraisal_id=appraisal.id, staff_member=colleague)
        sign_in(appraisal.appraisee)
        page = browser.get(page_of(appraisal, "/people"))
        next(f for f in page.forms.values() if f.action.endswith("/end")).submit(status=303)

        sign_in(colleague)
        browser.get(page_of(appraisal), status=404)

    def test_they_can_step_out_themselves_and_the_person_reads_that_they_did(
        self, browser, sign_in, appraisal, colleague, factories
    ):
        factories.SecondAppraiser(appraisal_id=appraisal.id, staff_member=colleague)
        sign_in(colleague)
        page = browser.get(page_of(appraisal)).click("who takes part")
        assert "Name a second appraiser" not in page
        step_out = next(f for f in page.forms.values() if f.action.endswith("/end"))

        assert "You stepped out" in step_out.submit(status=303).follow()

        browser.get(page_of(appraisal), status=404)
        sign_in(appraisal.appraisee)
        assert "Ended the part of the second appraiser" in browser.get("/who-looked")

    @pytest.mark.parametrize("email", ["", "nobody@trust.example", "<b>@x", "the manager"])
    def test_an_email_that_cannot_be_is_shown_at_its_box(
        self, browser, sign_in, appraisal, db, email
    ):
        sign_in(appraisal.appraisee)
        form = last_form(browser.get(page_of(appraisal, "/people")))
        form["email"] = appraisal.appraiser.email if email == "the manager" else email

        assert "There is a problem" in form.submit(status=200)
        assert db.query(SecondAppraiser).count() == 0

    def test_somebody_of_another_trust_cannot_be_named(
        self, browser, sign_in, appraisal, factories
    ):
        other = factories.StaffMember(organisation_id=factories.Organisation().id)
        sign_in(appraisal.appraisee)
        form = last_form(browser.get(page_of(appraisal, "/people")))
        form["email"] = other.email

        assert "We know nobody" in form.submit(status=200)

    def test_their_look_is_told_to_the_person(
        self, browser, sign_in, appraisal, colleague, factories
    ):
        factories.SecondAppraiser(appraisal_id=appraisal.id, staff_member=colleague)
        sign_in(colleague)
        browser.get(page_of(appraisal))
        goal = factories.Goal(staff_member=appraisal.appraisee)
        factories.AppraisalGoal(appraisal_id=appraisal.id, goal=goal)
        browser.get(f"/goals/{goal.public_id}")

        sign_in(appraisal.appraisee)
        told = browser.get("/who-looked")
        assert "Looked at your goals" in told
        assert "You agreed to them as second appraiser" in told
        assert "They are your manager" not in told


class TestStandIn:
    def test_a_manager_names_one_and_the_person_sees_who_it_is(
        self, browser, sign_in, appraisal, colleague
    ):
        sign_in(appraisal.appraiser)
        form = last_form(browser.get("/team").click("Say who stands in"))
        fill(form, delegate_email=colleague.email, ends_on=date(2026, 12, 6))
        form.submit(status=303)

        sign_in(appraisal.appraisee)
        seen = browser.get(page_of(appraisal))
        assert f"{colleague.name} stands in for {appraisal.appraiser.first_name}" in seen
        assert "6 December 2026" in seen
        sign_in(colleague)
        browser.get(page_of(appraisal, "/meeting"), status=200)

    def test_they_see_no_private_notes_and_no_earlier_appraisal(
        self, browser, sign_in, appraisal, colleague, factories
    ):
        earlier = factories.Appraisal(
            appraisee=appraisal.appraisee,
            appraiser=appraisal.appraiser,
            stage=AppraisalStage.SIGNED,
            line=False,
        )
        factories.AppraisalPreparation(
            appraisal_id=appraisal.id, side="appraiser", went_well="A private thought"
        )
        factories.StandIn(manager=appraisal.appraiser, delegate=colleague)
        sign_in(colleague)

        assert "A private thought" not in browser.get(page_of(appraisal, "/meeting"))
        browser.get(page_of(appraisal, "/prepare"), status=404)
        for name in ("", "/record", "/record.pdf"):
            browser.get(page_of(earlier, name), status=404)
        browser.get(f"/people/{appraisal.appraisee.public_id}/goals", status=404)

    @pytest.mark.parametrize("is_manager_too", [False, True])
    def test_who_looked_says_manager_or_stand_in(
        self, browser, sign_in, appraisal, colleague, factories, is_manager_too
    ):
        person = appraisal.appraisee
        if is_manager_too:
            factories.ReportingLine(staff_member=person, manager=colleague)
        factories.StandIn(manager=appraisal.appraiser, delegate=colleague)
        goal = factories.Goal(staff_member=person)
        factories.AppraisalGoal(appraisal_id=appraisal.id, goal=goal)
        barrier = factories.Barrier(staff_member=person, goal_id=goal.id)
        sign_in(colleague)
        browser.get(f"/goals/{goal.public_id}", status="*")
        browser.get(f"/barriers/{barrier.public_id}", status="*")

        sign_in(person)
        looks = [row.text for row in browser.get("/who-looked").html.select("tbody tr")]
        why = "They are your manager" if is_manager_too else "They stand in for your manager"
        assert [why in row for row in looks] == [True, True]

    @pytest.mark.parametrize(
        "when",
        [
            {"starts_on": date(2026, 11, 23)},
            {"ends_on": date(2026, 11, 21)},
        ],
    )
    def test_before_the_first_day_and_after_the_last_they_see_nothing(
        self, browser, sign_in, appraisal, colleague, factories, when
    ):
        factories.StandIn(manager=appraisal.appraiser, delegate=colleague, **when)
        sign_in(colleague)

        browser.get(page_of(appraisal), status=404)

    def test_nobody_stands_in_at_their_own_appraisal(self, browser, sign_in, appraisal, factories):
        factories.StandIn(manager=appraisal.appraiser, delegate=appraisal.appraisee)
        sign_in(appraisal.appraisee)
        page = browser.get(page_of(appraisal))

        assert "stands in" not in page
        browser.get(page_of(appraisal, "/prepare"), status=200)

    def test_for_a_manager_of_before_nobody_stands_in(
        self, browser, sign_in, appraisal, colleague, factories, db
    ):
        factories.StandIn(manager=appraisal.appraiser, delegate=colleague)
        db.query(ReportingLine).filter_by(staff_member_id=appraisal.appraisee_id).update(
            {"ends_on": date(2026, 11, 1)}
        )
        sign_in(colleague)

        browser.get(page_of(appraisal), status=404)

    def test_they_sign_in_their_own_name(
        self, browser, sign_in, appraisal, colleague, factories, directory, db
    ):
        factories.StandIn(manager=appraisal.appraiser, delegate=colleague)
        appraisal.held_on, appraisal.summary = TODAY, "We agreed."
        sign_in(colleague)
        sign_with(browser.get(page_of(appraisal, "/sign")), directory.add(colleague))

        (signature,) = db.query(Signature).filter_by(appraisal_id=appraisal.id)
        assert (signature.signer_id, signature.side) == (colleague.id, "appraiser")

    def test_a_manager_of_before_cannot_sign_on_the_persons_screen(
        self, browser, sign_in, appraisal, directory, db
    ):
        former = directory.add(appraisal.appraiser)
        db.query(ReportingLine).filter_by(staff_member_id=appraisal.appraisee_id).update(
            {"ends_on": date(2026, 11, 1)}
        )
        appraisal.held_on, appraisal.summary = TODAY, "We agreed."
        sign_in(appraisal.appraisee)
        page = browser.get(page_of(appraisal, "/sign"))
        refused = sign_with(page, former, status=200)

        assert "Only the two people" in refused
        assert db.query(Signature).filter_by(appraisal_id=appraisal.id).count() == 0

    @pytest.mark.parametrize("role", [Role.HR_OFFICER, Role.ADMINISTRATOR])
    def test_hr_or_an_administrator_names_one_and_ends_it(
        self, browser, sign_in, appraisal, colleague, factories, db, role
    ):
        sign_in(factories.StaffMember(), role)
        form = last_form(browser.get("/").click("Who stands in"))
        fill(
            form,
            manager_email=appraisal.appraiser.email,
            delegate_email=colleague.email,
            ends_on=date(2026, 12, 6),
        )
        page = form.submit(status=303).follow()
        assert db.query(StandIn).one().manager_id == appraisal.appraiser_id
        told = {one.recipient_id: one.kind for one in db.query(OutboxMessage)}
        assert told[colleague.id] == "stand_in.named"
        assert told[appraisal.appraiser_id] == "stand_in.for_you"

        next(f for f in page.forms.values() if f.action.endswith("/end")).submit(status=303)
        assert db.query(StandIn).one().ended_at is not None

    @pytest.mark.parametrize("role", [Role.HR_OFFICER, Role.ADMINISTRATOR])
    def test_hr_or_an_administrator_cannot_name_themselves_and_so_read_what_people_said(
        self, browser, sign_in, appraisal, colleague, db, role
    ):
        sign_in(colleague, role)
        form = last_form(browser.get("/stand-ins"))
        fill(
            form,
            manager_email=appraisal.appraiser.email,
            delegate_email=colleague.email,
            starts_on=TODAY,
            ends_on=date(2026, 12, 6),
        )

        assert "You cannot name yourself" in form.submit(status=200)
        assert db.query(StandIn).count() == 0
        browser.get(page_of(appraisal, "/meeting"), status=404)

    def test_nobody_else_finds_that_page(self, browser, sign_in, factories):
        sign_in(factories.StaffMember(), Role.QUALITY_LEAD)

        browser.get("/stand-ins", status=404)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"delegate_email": "nobody@trust.example"},
            {"delegate_email": "self"},
            {"starts_on": date(2026, 11, 21)},
            {"starts_on": date(2026, 12, 7)},
            {"ends_on": date(2028, 1, 1)},
        ],
    )
    def test_what_cannot_be_is_shown_at_its_box(
        self, browser, sign_in, appraisal, colleague, db, wrong
    ):
        sign_in(appraisal.appraiser)
        form = last_form(browser.get("/team/stand-ins"))
        values = {"delegate_email": colleague.email, "ends_on": date(2026, 12, 6), **wrong}
        if values["delegate_email"] == "self":
            values["delegate_email"] = appraisal.appraiser.email
        fill(form, **values)

        assert "There is a problem" in form.submit(status=200)
        assert db.query(StandIn).count() == 0

    def test_two_at_one_time_are_refused(
        self, browser, sign_in, appraisal, colleague, factories, db
    ):
        factories.StandIn(manager=appraisal.appraiser)
        sign_in(appraisal.appraiser)
        form = last_form(browser.get("/team/stand-ins"))
        fill(form, delegate_email=colleague.email, ends_on=date(2026, 12, 6))

        assert "stands in during that time already" in form.submit(status=200)
        assert db.query(StandIn).count() == 1


def last_form(page):
    return list(page.forms.values())[-1]


def fill(form, **values):
    for name, value in values.items():
        if isinstance(value, date):
            for part in ("day", "month", "year"):
                form[f"{name}-{part}"] = str(getattr(value, part))
        else:
            form[name] = value


def test_a_talk_about_goals_alone_says_so(browser, sign_in, factories):
    talk = factories.Appraisal(is_goals_only=True)
    sign_in(talk.appraisee)

    assert "Your appraisal takes place elsewhere" in browser.get(page_of(talk))


def test_an_appraisal_closed_for_leaving_says_why_and_what_to_do(browser, sign_in, factories):
    closed = factories.Appraisal(stage=AppraisalStage.WITHDRAWN, closed_because="left")
    sign_in(closed.appraisee)

    assert "the staff record says that you left" in browser.get(page_of(closed))
