"""A starter's first months, through the pages."""

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.support.signing import sign_with
from tracker.models import Barrier, OutboxMessage, SealedReadiness, TaskOwner
from tracker.services.mail_kinds import KINDS


@pytest.fixture
def induction(factories):
    induction = factories.Induction(
        staff_member__given_name="Nia", staff_member__family_name="Prys-Jones"
    )
    for owner in TaskOwner:
        factories.InductionTask(induction=induction, owner=owner, wording=f"Task of {owner.value}")
    return induction


def address(induction, *rest):
    return "/".join(["/inductions", induction.public_id, *rest])


class TestTheStartersPage:
    def test_it_starts_with_two_or_three_things(self, browser, induction, sign_in):
        sign_in(induction.staff_member)

        page = browser.get(address(induction))

        assert "Welcome, Nia" in page
        assert 1 <= page.text.split("All steps")[0].count("app-tick") <= 3

    def test_ticking_a_task_and_taking_it_back(self, browser, induction, sign_in):
        sign_in(induction.staff_member)

        page = browser.get(address(induction)).forms[1].submit(status=303).follow()
        assert "1 of 5 done" in page

        (form,) = [
            form
            for form in page.forms.values()
            if "done" in form.fields and form["done"].value == "no"
        ]
        assert "0 of 5 done" in form.submit(status=303).follow()

    def test_what_is_missing_reaches_the_manager(self, browser, induction, sign_in):
        sign_in(induction.staff_member)
        page = browser.get(address(induction))
        form = next(form for form in page.forms.values() if "missing" in form.action)

        page = form.submit("item", value="smartcard", status=303).follow()

        assert "Still missing: a smartcard" in page
        sign_in(induction.manager)
        assert "Still missing: a smartcard" in browser.get(address(induction))


def test_what_is_missing_reaches_whoever_can_mend_it(browser, db, factories, induction, sign_in):
    """On their page, and in one mail that does not say what; told twice, it is told once."""
    helper = factories.InductionHelper().staff_member
    for _ in range(2):
        sign_in(induction.staff_member)
        page = browser.get(address(induction))
        form = next(form for form in page.forms.values() if "missing" in form.action)
        form.submit("item", value="smartcard", status=303)
    message = db.scalars(select(OutboxMessage)).one()
    assert (message.kind, message.recipient_id) == ("barrier.raised", helper.id)
    assert "smartcard" not in str(message.payload)
    facts = KINDS[message.kind](db, message, NOW.date())
    assert facts.words == {"person": "Nia"}

    sign_in(helper)
    page = browser.get("/").click("For you to sort out").click("Still missing: a smartcard")
    assert page.request.path == facts.path
    form = page.forms[1]
    form["outcome"], form["is_sorted"] = "The card desk prints it on Friday.", "no"
    assert "Thank you" in form.submit(status=303).follow()
    sign_in(induction.staff_member)
    assert "The card desk prints it on Friday." in browser.get(address(induction))

    db.scalars(select(Barrier)).one().owner_id = induction.manager_id
    assert KINDS[message.kind](db, message, NOW.date()) is None


def test_the_buddy_is_a_colleague_of_the_unit_who_is_no_starter_and_not_the_manager(
    browser, factories, induction, sign_in
):
    ward = factories.OrganisationUnit()
    settled, starter = factories.StaffMember(), factories.Induction().staff_member
    for person in (induction.staff_member, induction.manager, settled, starter):
        factories.Assignment(staff_member=person, organisation_unit=ward)
    sign_in(induction.manager)

    form = next(
        form
        for form in browser.get(address(induction)).forms.values()
        if form.action.endswith("/buddy")
    )
    assert [value for value, *_ in form["buddy"].options] == ["", settled.public_id]
    assert "Choose a colleague from the list" in form.submit(status=303).follow()

    form["buddy"] = settled.public_id
    assert settled.name in form.submit(status=303).follow()


class TestWhoSeesIt:
    def test_a_stranger_and_another_trust_find_nothing(
        self, browser, factories, induction, sign_in
    ):
        elsewhere = factories.Organisation()
        missing = None
        for person in (
            factories.StaffMember(),
            factories.StaffMember(organisation_id=elsewhere.id),
        ):
            sign_in(person)
            refused = browser.get(address(induction), status=404)
            missing = browser.get("/inductions/nothing", status=404)
            assert refused.text == missing.text

    def test_the_buddy_sees_only_the_buddys_part(self, browser, factories, induction, sign_in):
        induction.buddy = factories.StaffMember()
        sign_in(induction.buddy)

        page = browser.get(address(induction))

        assert "Task of buddy" in page
        assert "Task of starter" not in page
        browser.get(address(induction, "readiness"), status=404)

    def test_nobody_is_their_own_manager(self, browser, factories, induction, sign_in):
        factories.ReportingLine(staff_member=induction.staff_member, manager=induction.staff_member)
        sign_in(induction.staff_member)

        browser.post(
            address(induction, "buddy"),
            {"csrf_token": browser.get(address(induction)).forms[0]["csrf_token"].value},
            status=404,
        )

    def test_a_manager_of_before_finds_nothing(self, browser, factories, induction, sign_in):
        sign_in(factories.Induction(line=False).manager)

        browser.get(address(induction), status=404)


class TestTheReadinessTalk:
    def write(self, browser, induction, **texts):
        form = browser.get(address(induction, "readiness")).forms[1]
        for name, text in texts.items():
            form[name] = text
        return form

    def test_both_sign_and_it_is_kept(self, browser, db, induction, sign_in, directory):
        sign_in(induction.manager)
        form = self.write(browser, induction, alone="I find results <b>alone</b>")
        page = form.submit(status=303).follow()
        assert "I find results &lt;b&gt;alone&lt;/b&gt;" in page

        page = sign_with(page, directory.add(induction.manager)).follow()
        assert "Signed. Thank you." in page
        page = sign_with(page, directory.add(induction.staff_member)).follow()

        assert "Both of you have signed" in page
        sealed = db.query(SealedReadiness).one()
        assert "I find results <b>alone</b>" in sealed.content

    def test_a_wrong_password_signs_nothing(self, browser, induction, sign_in, directory):
        sign_in(induction.manager)
        page = self.write(browser, induction, alone="All of it").submit(status=303).follow()
        username, _ = directory.add(induction.manager)

        page = sign_with(page, (username, "wrong"), status=200)

        assert "The user name or password is not right" in page

    def test_somebody_elses_password_signs_nothing(
        self, browser, factories, induction, sign_in, directory
    ):
        sign_in(induction.manager)
        page = self.write(browser, induction, alone="All of it").submit(status=303).follow()

        page = sign_with(page, directory.add(factories.StaffMember()), status=200)

        assert "Only the two of you sign here" in page

    def test_the_second_writer_sees_both_texts(self, browser, induction, sign_in):
        sign_in(induction.manager)
        first = self.write(browser, induction, alone="What I wrote")
        second = self.write(browser, induction, alone="What they wrote")
        first.submit(status=303)

        page = second.submit(status=409)

        assert "What I wrote" in page
        assert "What they wrote" in page

    def test_a_signed_text_is_locked_until_taken_back(self, browser, induction, sign_in, directory):
        sign_in(induction.manager)
        form = self.write(browser, induction, alone="All of it")
        page = form.submit(status=303).follow()
        page = sign_with(page, directory.add(induction.manager)).follow()
        assert "one of you has signed" in form.submit(status=409).text.lower()

        back = next(form for form in page.forms.values() if "take-back" in form.action)
        page = back.submit(status=303).follow()

        assert "You can change the text" in page
