"""Signing an appraisal by single sign-on: two people, one tablet, no password of the directory."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from tracker.models import (
    Addendum,
    AuditEvent,
    AuditKind,
    DirectoryRole,
    HeldProof,
    SealedReadiness,
    Signature,
)

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def appraisal(factories, now):
    appraisal = factories.Appraisal(held_on=now.date(), summary="We talked about alerts.")
    for number, person in (("1", appraisal.appraisee), ("2", appraisal.appraiser)):
        person.employee_number = number
    factories.Assignment(staff_member=appraisal.appraisee)
    factories.StaffMember(employee_number="3")
    return appraisal


@pytest.fixture
def tablet(start, provider, appraisal):
    """Give the browser of the manager, who came in by single sign-on."""
    return signed_in(start(), provider, appraisal.appraiser)


def signed_in(browser, provider, person, **claims):
    provider.claims = {"employee": person.employee_number, **claims}
    there = browser.get("/sign-in/provider", {"next": "/"}, status=303).location
    browser.get(provider.sign_in(there), status=303)
    return browser


def sign_page(tablet, appraisal):
    return tablet.get(f"/appraisals/{appraisal.public_id}/sign")


def form_to(page, end):
    return next(form for form in page.forms.values() if form.action.endswith(end))


def set_out(page):
    """Go by a link: browsers stop a form that is sent on to another site (form-action)."""
    return page.click(href="/prove").location


def prove(tablet, provider, page, employee, **claims):
    """Go to the provider from a page, sign in there as somebody, and come back."""
    provider.claims = {"employee": employee, "sub": f"person-{employee}", **claims}
    return tablet.get(provider.sign_in(set_out(page)), status=303).follow()


def test_both_sign_on_one_tablet_and_nobodys_session_ends(tablet, provider, appraisal, db):
    page = sign_page(tablet, appraisal)
    asked = parse_qs(urlsplit(set_out(page)).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    for employee, person in (("2", appraisal.appraiser), ("1", appraisal.appraisee)):
        page = prove(tablet, provider, sign_page(tablet, appraisal), employee)
        assert f"{person.name} has shown who they are with NHS CIS2" in page.html.main.get_text()
        assert "password" not in form_to(page, "/sign").fields
        form_to(page, "/sign").submit(status=303)
        assert appraisal.appraiser.name in tablet.get("/").text  # still the manager's session

    assert not appraisal.is_open
    signed = {(one.signer_id, one.proof) for one in db.scalars(select(Signature))}
    both = {appraisal.appraisee_id, appraisal.appraiser_id}
    assert signed == {(signer_id, "provider") for signer_id in both}
    assert db.scalar(select(HeldProof)) is None
    came_in = db.scalar(select(AuditEvent).where(AuditEvent.kind == AuditKind.SIGNED_IN))
    assert (came_in.actor_id, came_in.reason) == (appraisal.appraiser_id, "provider")

    page = tablet.get(f"/appraisals/{appraisal.public_id}/record/add")
    page = prove(tablet, provider, page, "1")
    assert f"{appraisal.appraisee.name} has shown who they are" in page.html.main.get_text()
    form_to(page, "/add")["text"] = "I meant the other ward."
    form_to(page, "/add").submit(status=303)
    added = db.scalar(select(Addendum))
    assert (added.author_id, added.text) == (appraisal.appraisee_id, "I meant the other ward.")


def test_a_readiness_talk_is_signed_at_the_provider_by_both(start, provider, factories, db):
    induction = factories.Induction()
    for number, person in (("1", induction.staff_member), ("2", induction.manager)):
        person.employee_number = number
    factories.Assignment(staff_member=induction.staff_member)
    factories.StaffMember(employee_number="3")
    db.flush()
    tablet = signed_in(start(), provider, induction.manager)
    talk = tablet.get(f"/inductions/{induction.public_id}/readiness")
    form = next(form for form in talk.forms.values() if "alone" in form.fields)
    form["alone"] = "The drug chart."
    form.submit(status=303)
    for number in ("3", "2", "1"):
        talk = tablet.get(f"/inductions/{induction.public_id}/readiness")
        said = form_to(prove(tablet, provider, talk, number), "/sign").submit()
        assert (said.status_int == 303) is (number != "3")
    assert db.scalar(select(SealedReadiness)) is not None


def test_a_role_is_given_to_a_group_by_whoever_shows_at_the_provider_that_it_is_them(
    start, provider, factories, db, now
):
    ada = factories.StaffMember(employee_number="7")
    factories.StaffMember(employee_number="8")
    ours = {"organisation_id": ada.organisation_id, "added_at": now}
    db.add(DirectoryRole(**ours, group_name="Admins", role="administrator"))
    db.flush()
    browser = signed_in(start(), provider, ada, groups=["Admins"])
    asked = "/connections/directory/roles?group=helpers&role=trainer&action=add"
    page = prove(browser, provider, browser.get(asked), "8")
    assert "that was somebody else" in form_to(page, "/roles").submit("action", status=400)
    page = prove(browser, provider, browser.get(asked), "7")
    form = form_to(page, "/roles")
    assert "password" not in form.fields
    form["role"] = "administrator"  # the proof was for another change
    assert "show once more who you are" in form.submit("action", status=400).html.main.text
    form["role"] = "trainer"
    form.submit("action", status=303)
    form.submit("action", status=400)  # used up
    given = db.scalars(select(DirectoryRole).where(DirectoryRole.group_name != "Admins")).all()
    assert [one.role for one in given] == ["trainer"]


def test_a_proof_is_good_once_for_one_text_one_browser_and_a_short_while(
    tablet, start, provider, appraisal, db, now
):
    page = prove(tablet, provider, sign_page(tablet, appraisal), "2")
    form = form_to(page, "/sign")
    fields = dict(form.submit_fields())
    other = signed_in(start(), provider, appraisal.appraiser)
    token = form_to(sign_page(other, appraisal), "/sign")["csrf_token"].value
    refused = other.post(form.action, {**fields, "csrf_token": token})
    assert "show once more who you are" in refused  # the same person, in another browser

    appraisal.summary = "Other words."
    db.flush()
    assert "has shown who they are" not in sign_page(tablet, appraisal)
    assert "The text" in form.submit()
    assert db.scalar(select(Signature)) is None

    form = form_to(prove(tablet, provider, sign_page(tablet, appraisal), "2"), "/sign")
    tablet.extra_environ["tracker.now"] = now + timedelta(minutes=6)
    late = form.submit()
    assert "show once more who you are" in late
    assert "password" in form_to(late, "/sign").fields
    tablet.extra_environ["tracker.now"] = now
    assert db.scalar(select(Signature)) is None

    form.submit(status=303)
    assert "show once more who you are" in form.submit()  # a second time: used up
    assert len(db.scalars(select(Signature)).all()) == 1


def test_what_does_not_prove_anything_anew_signs_nothing(tablet, provider, appraisal, db, now):
    stale = int(now.timestamp()) - 600
    for claims, words in (
        ({"auth_time": stale}, "We could not be sure"),
        ({"auth_time": None}, "We could not be sure"),
        ({"nonce": "another"}, "We could not be sure"),
        ({"employee": "99"}, "cannot find you"),
    ):
        page = prove(tablet, provider, sign_page(tablet, appraisal), **{"employee": "2", **claims})
        assert words in page, claims
        assert "has shown who they are" not in page
    third = prove(tablet, provider, sign_page(tablet, appraisal), "3")
    assert "Only the two people" in form_to(third, "/sign").submit()
    back = provider.sign_in(set_out(sign_page(tablet, appraisal)))
    form_to(tablet.get("/"), "/sign-out").submit()
    tablet.get(back, status="*")  # signed out meanwhile: nothing is kept
    assert {one.staff_member_id for one in db.scalars(select(HeldProof))} <= {
        person.id
        for person in db.scalars(select(type(appraisal.appraisee)))
        if person.employee_number == "3"
    }
    assert db.scalar(select(Signature)) is None


def test_a_sentence_that_was_missing_does_not_cost_a_second_proof(tablet, provider, appraisal):
    page = prove(tablet, provider, sign_page(tablet, appraisal), "1")
    form = form_to(page, "/sign")
    form["disagrees"] = True
    again = form.submit(status=200)
    assert "There is a problem" in again
    form = form_to(again, "/sign")
    form["statement"] = "I see the second goal in another way."
    assert form.submit(status=303)
    page = prove(tablet, provider, sign_page(tablet, appraisal), "2")
    assert "password" in form_to(page.click("user name and password instead"), "/sign").fields
