"""A manager that HR has wrong: said by either side, set right by HR; people who came back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tracker.models import Assignment, LineSource, LineTrouble, LineTroubleKind, ReportingLine
from tracker.security.identity import Role
from tracker.services.reporting import who_manages
from tracker.services.returners import suggestions


@pytest.fixture
def pair(factories):
    line = factories.ReportingLine()
    return line.staff_member, line.manager


def form_to(page, end):
    return next(form for form in page.forms.values() if form.action.endswith(end))


def test_either_side_says_so_and_hr_sets_it_right(browser, db, factories, sign_in, pair, today):
    person, manager = pair
    right = factories.StaffMember(email="right@aldwater.example")
    path = f"/people/{person.public_id}/manager"
    for one in (person, manager):
        sign_in(one)
        form = form_to(browser.get(path), "wrong")
        form["reason"] = ""
        assert "Say why" in form.submit(status=422)
        form["reason"] = "Moved in June"
        form.submit()
        form["reason"] = f"Moved in May, by {one.employee_number}"
        form["right_email"] = "RIGHT@aldwater.example"
        assert "HR will look at it" in form.submit().follow()
        browser.post(f"{path}/set", status=[400, 404])
    hr = factories.StaffMember()
    sign_in(hr, Role.HR_OFFICER)
    page = browser.get("/managers-to-put-right")
    for one in (person, manager):
        assert f"{one.name} says: Moved in May, by {one.employee_number}" in page
    assert "in June" not in page
    page = page.click(person.name, index=0)
    assert page.text.count("It should be") == 2
    form = form_to(page, "/set")
    form["manager_email"] = person.email
    form["why"] = "x"
    assert "their own manager" in form.submit(status=422)
    form["manager_email"] = right.email
    form["why"] = "HR's system is late"
    assert "The manager is set" in form.submit().follow()

    managed = who_manages(db, person.organisation_id, today=today)[person.id]
    assert managed.manager_ids == {right.id}
    assert "Nobody has said" in browser.get("/managers-to-put-right")


@pytest.mark.parametrize("is_begun", [True, False])
def test_hr_gives_the_line_back(browser, db, factories, sign_in, pair, today, is_begun):
    person, manager = pair
    db.add(
        Assignment(
            organisation_id=person.organisation_id, source_key="a", number="1",
            staff_member_id=person.id, staff_group="", job_role="", status="", is_primary=True,
            effective_from=today - timedelta(days=9), supervisor_key=manager.source_key,
        )
    )  # fmt: skip
    line = db.scalars(select(ReportingLine)).one()
    if is_begun:
        line.source = LineSource.BY_HAND
    else:  # HR's holds until the day before
        begins = today + timedelta(days=30)
        line.ends_on = begins - timedelta(days=1)
        factories.ReportingLine(staff_member=person, source=LineSource.BY_HAND, starts_on=begins)
    db.flush()
    sign_in(factories.StaffMember(), Role.HR_OFFICER)

    page = browser.get(f"/people/{person.public_id}/manager")
    form_to(page, "settle").submit("answer", value="give back")

    is_open = ReportingLine.ends_on.is_(None) | (ReportingLine.ends_on >= today)
    lines = db.scalars(select(ReportingLine).where(is_open)).all()
    assert [(one.manager_id, one.source) for one in lines] == [(manager.id, LineSource.HR)]


def test_what_hr_has_to_mend_is_listed(browser, db, factories, sign_in):
    person = factories.StaffMember()
    db.add(
        LineTrouble(
            organisation_id=person.organisation_id,
            staff_member_id=person.id,
            kind=LineTroubleKind.LOOP,
        )
    )
    sign_in(factories.StaffMember(), Role.HR_OFFICER)

    assert "round in a circle" in browser.get("/managers-to-put-right")


def test_a_stranger_finds_none_of_it(browser, factories, sign_in, pair):
    person, _ = pair
    sign_in(factories.StaffMember(), Role.QUALITY_LEAD)

    for path in (
        f"/people/{person.public_id}/manager",
        "/managers-to-put-right",
        "/people-who-came-back",
    ):
        browser.get(path, status=404)


def test_who_came_back_under_a_new_number_is_linked(browser, db, factories, sign_in, today):
    left = today - timedelta(days=30)
    old = factories.StaffMember(nhs_unique_id="U1", left_on=left)
    goal = factories.Goal(staff_member=old)
    new = factories.StaffMember(nhs_unique_id="U1", hired_on=today, employee_number="999")
    line = factories.ReportingLine(staff_member=new)
    sign_in(factories.StaffMember(), Role.ADMINISTRATOR)

    page = browser.get("/people-who-came-back")
    assert "The same NHS Unique ID" in page
    form = next(form for form in page.forms.values() if "old" in form.fields)
    assert "Nobody looks like" in form.submit().follow()

    db.expire_all()
    assert (old.employee_number, old.left_on) == ("999", None)
    assert goal.staff_member_id == old.id
    assert line.staff_member_id == old.id
    assert new.has_left(today)  # nothing is begun for it any more


def test_nobody_sets_their_own_line(browser, factories, sign_in, pair):
    person, manager = pair
    hr = factories.StaffMember(email="hr@aldwater.example")
    sign_in(hr, Role.HR_OFFICER)
    for one, boss in ((person, hr), (hr, manager)):
        form = form_to(browser.get(f"/people/{one.public_id}/manager"), "/set")
        form["manager_email"] = boss.email
        form["why"] = "So that I can read it"
        assert "Nobody sets their own line" in form.submit(status=422)


def test_lines_set_by_hand_are_listed_until_hr_says_the_same(browser, db, factories, sign_in, pair):
    person, _manager = pair
    line = db.scalars(select(ReportingLine)).one()
    line.source, line.reason = LineSource.BY_HAND, "HR is late"
    db.flush()
    sign_in(factories.StaffMember(), Role.HR_OFFICER)

    page = browser.get("/managers-to-put-right")

    assert "Set by hand: 1" in page
    assert "HR is late" in page
    assert "HR set this by hand" in page.click(person.name)


def test_another_person_of_the_same_name_is_not_suggested(db, factories, today):
    left = today - timedelta(days=30)
    names = {"family_name": "Lee", "given_name": "Mo"}
    factories.StaffMember(**names, nhs_unique_id="U1", left_on=left)
    new = factories.StaffMember(**names, nhs_unique_id="U2", hired_on=today)
    same = factories.StaffMember(**names, nhs_unique_id=None, hired_on=today)

    class Admin:
        organisation_id = new.organisation_id

    assert [one.new.id for one in suggestions(db, by=Admin, today=today)] == [same.id]
