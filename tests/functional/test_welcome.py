"""Before day one, through the pages: no account, nothing kept, nothing that names anybody."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tracker.models import Invitation, PracticeAnswer, PracticeForm, SignInAttempt
from tracker.practice import the_bank
from tracker.services.first_practice import SCREENS, first_screen
from tracker.services.invitations import MOST_TRIES


@pytest.fixture
def coming(factories, today):
    return factories.Induction(
        starts_on=today + timedelta(days=10), staff_member__family_name="Prys-Jones"
    )


@pytest.fixture
def invite_page(browser, coming, sign_in):
    sign_in(coming.manager)
    return browser.get(f"/inductions/{coming.public_id}").click("Show the code")


def link_in(page):
    return page.html.select_one("a[href*='/welcome/']")["href"]


def test_from_the_code_to_the_end_of_the_first_practice(browser, db, coming, invite_page):
    code = invite_page.html.select_one(".app-code").get_text()
    browser.reset()
    form = browser.get("/sign-in").click("Use the code").forms[0]
    form["code"] = code

    page = form.submit(status=303).follow()
    assert "Your first day" in page
    for word in ("Prys-Jones", coming.manager.family_name, coming.staff_member.employee_number):
        assert word not in page
    page = page.click("Try three screens")
    for _ in range(SCREENS):
        question = page.forms[0]
        question["says"] = "action"
        page = question.submit()
        assert "What was there" in page
        page = page.click("Next screen|Finish")

    assert "That was it" in page
    assert db.scalar(select(func.count(PracticeForm.id))) == 0
    assert db.scalar(select(func.count(PracticeAnswer.id))) == 0


def test_an_answer_that_was_left_out_is_asked_for(browser, invite_page):
    link = link_in(invite_page)
    browser.reset()

    page = browser.get(f"{link}/practice/1").forms[0].submit()

    assert "Choose what you say about this screen" in page


def test_the_same_link_shows_the_same_screens(browser, invite_page):
    link = link_in(invite_page)
    browser.reset()

    first, again = (browser.get(f"{link}/practice/2").html.select_one(".app-mock") for _ in "ab")

    assert str(first) == str(again)


def test_a_link_that_was_never_made_is_told_from_none_that_ended(browser, invite_page, db):
    link = link_in(invite_page)
    browser.reset()
    browser.get(link, status=200)
    db.scalars(select(Invitation)).one().expires_on -= timedelta(days=60)
    db.flush()
    db.expire_all()

    ended = browser.get(link, status=404)
    never = browser.get("/welcome/2222222222222222", status=404)

    assert "This link does not work" in ended
    assert ended.text == never.text


def test_wrong_codes_are_counted_and_stopped(browser, db):
    def try_code():
        form = browser.get("/welcome").forms[0]
        form["code"] = "2222 2222"
        return form.submit(status="*")

    for _ in range(MOST_TRIES):
        assert "That code does not work" in try_code()

    assert "Wait ten minutes" in try_code()
    assert db.scalar(select(func.count(SignInAttempt.id))) == MOST_TRIES


def test_the_manager_has_it_sent(invite_page):
    form = invite_page.forms[1]
    form["address"] = "nia@home.example"

    page = form.submit(status=303).follow()

    assert "The welcome is on its way" in page
    assert "nia@home.example" not in page


def test_a_mistyped_address_is_told_at_its_box(invite_page):
    form = invite_page.forms[1]
    form["address"] = "nia at home"

    assert "Type the whole email address" in form.submit(status=200)


def test_only_the_manager_may_invite(browser, coming, factories, sign_in):
    for person in (coming.staff_member, factories.StaffMember()):
        sign_in(person)
        browser.get(f"/inductions/{coming.public_id}/welcome", status=404)


def test_the_first_screens_are_gentle_ones_of_several_sorts():
    """Nobody knows the work of who looks: no insulin chart for a porter."""
    seen = {first_screen(f"link{n}", at).screen.system for n in range(60) for at in (1, 2, 3)}
    hard = {one.system for one in the_bank().values() if one.difficulty > 1 and one.professions}

    assert len(seen) >= 8
    assert seen.isdisjoint(hard)


def test_a_welcome_that_comes_too_late_says_so_and_leads_back(
    browser, db, coming, invite_page, today
):
    """The page was open since before day one: no address is taken then, and no link made."""
    form = next(form for form in invite_page.forms.values() if "address" in form.fields)
    form["address"] = "nia@home.example"
    coming.starts_on = today
    db.flush()
    assert form.submit(status=200).html.select(".nhsuk-error-summary")
    assert db.scalars(select(Invitation.private_address)).all() == [None]

    coming.starts_on = today - timedelta(days=60)
    db.flush()
    page = browser.get(f"/inductions/{coming.public_id}/welcome", status=303).follow()
    assert page.request.path == f"/inductions/{coming.public_id}"
    assert page.html.select(".nhsuk-notification-banner")
