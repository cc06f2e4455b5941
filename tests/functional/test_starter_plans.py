"""Writing what new starters get: draft, preview, in force, offered; helpers; settings."""

from datetime import timedelta

import pytest

from tracker.models import InductionTask, TaskOwner
from tracker.security.identity import Role
from tracker.services.induction_begin import begin_inductions
from tracker.services.induction_templates import seed_templates


@pytest.fixture
def plans(browser, db, factories, organisation, sign_in):
    seed_templates(db, organisation)
    sign_in(factories.StaffMember(), Role.ADMINISTRATOR)
    return browser.get("/starter-plans")


def press(page, value, line=None):
    button = f'type="submit" value="{value}"'
    form = next(
        form
        for form in page.forms.values()
        if button in form.text and (line is None or form["line"].value == line)
    )
    return form.submit("do", value=value, status=303).follow()


def add_step(page, **fields):
    form = page.click("Add a step").forms[1]
    values = {"wording": "Fit your mask", "purpose": "So that it holds.", "owner": "starter"}
    for name, value in {**values, "milestone": "week_1", **fields}.items():
        form[name] = value
    return form.submit()


class TestWritingAPlan:
    @pytest.fixture
    def ward_plan(self, plans, factories):
        ward = factories.OrganisationUnit(code="W7", name="Kestrel Ward")
        form = plans.click("Add a plan").forms[1]
        form["name"], form["unit_code"] = "Kestrel", ward.code
        return form.submit(status=303).follow()

    def test_a_draft_touches_nobody_until_it_is_in_force(self, browser, ward_plan):
        page = add_step(ward_plan).follow()
        assert "It touches nobody yet" in page
        preview = "/starter-plans/preview?kind=new&unit_code=W7"
        assert "Fit your mask" not in browser.get(preview)

        assert "Version 1 is in force" in press(page, "publish")

        page = browser.get(preview)
        assert "Fit your mask" in page
        assert "From: Kestrel" in page
        assert "Fit your mask" not in browser.get("/starter-plans/preview?kind=new")

    def test_a_step_said_another_way_and_one_left_out(self, browser, ward_plan):
        form = ward_plan.click("Say it another way<span[^>]*>: Sign in to a work computer").forms[1]
        form["wording"] = "Sign in at the nurses' station"
        page = form.submit(status=303).follow()
        page = press(page, "leave_out", line="hello")
        page = press(page, "publish")

        page = browser.get("/starter-plans/preview?kind=new&unit_code=W7")
        assert "Sign in at the nurses&#39; station" in page
        assert "in place of: Everyone who starts" in page
        assert "left out by Kestrel" in page

    def test_what_is_left_out_can_be_taken_back(self, ward_plan):
        page = press(ward_plan, "leave_out", line="hello")
        assert "Left out by Kestrel" in page

        assert "Left out by Kestrel" not in press(page, "bring_back", line="hello")

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"link": "javascript:alert(1)"}, "Give the whole address"),
            ({"link": "//evil.example"}, "Give the whole address"),
            ({"kind": "read"}, "Say where it can be read"),
            ({"wording": ""}, "Say what there is to do"),
        ],
    )
    def test_a_step_that_nobody_could_do_is_told_at_its_box(self, ward_plan, fields, told):
        assert told in add_step(ward_plan, **fields)

    @pytest.mark.parametrize("typed", ["soon", "9999", "1e3", "\N{SUPERSCRIPT TWO}"])
    def test_a_day_that_is_no_day_is_told_at_its_box(self, ward_plan, typed):
        form = ward_plan.click("Add or move a milestone").forms[1]
        form["name"], form["days"] = "Week two", typed

        assert "Type a number of days" in form.submit(status=200)

    def test_a_milestone_of_its_own_shows_once_it_has_a_step(self, ward_plan):
        form = ward_plan.click("Add or move a milestone").forms[1]
        form["name"], form["days"] = "Week two", "14"
        page = form.submit(status=303).follow()
        form = page.click("Add a step").forms[1]
        option = next(value for value, _on, text in form["milestone"].options if "two" in text)

        page = add_step(page, milestone=option).follow()

        assert "14 days after the first day" in page


class TestTheNewIsOffered:
    def test_who_is_under_way_keeps_theirs_and_is_offered_the_new(
        self, browser, db, factories, organisation, plans, sign_in, today
    ):
        starter = factories.StaffMember(hired_on=today - timedelta(days=2))
        begin_inductions(db, organisation, today=today)
        page = add_step(plans.click("Everyone who starts")).follow()
        page = press(page, "publish")
        assert "offered what is new: 1" in page

        sign_in(starter)
        page = browser.get("/inductions").click(starter.name)
        assert "New steps to choose" in page
        form = next(form for form in page.forms.values() if "new-steps" in form.action)
        page = form.submit("answer", value="yes", status=303).follow()

        assert "New steps to choose" not in page
        assert db.query(InductionTask).filter_by(wording="Fit your mask").one().due_on > today


class TestHelpers:
    def test_a_helper_sees_the_task_and_ticks_it(
        self, browser, db, factories, organisation, plans, sign_in, today
    ):
        helper = factories.StaffMember()
        form = plans.click("Who does what").forms[1]
        form["owner"], form["employee_number"] = "it", helper.employee_number
        assert helper.name in form.submit(status=303).follow()
        starter = factories.StaffMember(hired_on=today, family_name="Prys-Jones")
        begin_inductions(db, organisation, today=today)

        sign_in(helper)
        page = browser.get("/").click("Tasks for new starters")
        assert starter.name in page
        assert "readiness" not in page
        page = page.forms[1].submit(status=303).follow()

        assert "Ticked off" in page
        task = db.query(InductionTask).filter_by(owner=TaskOwner.IT).one()
        assert task.done_by_id == helper.id
        assert "a task for you that is theirs" in (sign_in(starter), browser.get("/who-looked"))[1]

    def test_only_the_task_is_theirs(self, browser, factories, sign_in):
        helper = factories.InductionHelper().staff_member
        task = factories.InductionTask()
        sign_in(helper)

        browser.get(f"/inductions/{task.induction.public_id}", status=404)
        page = browser.get("/given-tasks")
        token = page.forms[0]["csrf_token"].value
        browser.post(f"/given-tasks/{task.public_id}", {"csrf_token": token}, status=404)

    def test_a_number_that_is_nobodys_is_told_at_its_box(self, plans):
        form = plans.click("Who does what").forms[1]
        form["owner"], form["employee_number"] = "it", "99"

        assert "There is nobody with this number" in form.submit(status=200)


def test_the_nation_and_the_welcome_are_the_trusts(plans, organisation):
    form = plans.click("Bank holidays").forms[1]
    form["nation"], form["first_day"] = "SCT", "Tea at nine.\n\nThen a walk."

    assert "Saved" in form.submit(status=303).follow()

    assert organisation.settings["nation"] == "SCT"
    assert organisation.settings["welcome_first_day"] == ["Tea at nine.", "Then a walk."]


@pytest.mark.parametrize("role", [None, Role.HR_OFFICER, Role.QUALITY_LEAD])
def test_nobody_but_the_administrator_writes_plans(browser, factories, sign_in, role):
    sign_in(factories.StaffMember(), *([role] if role else []))

    browser.get("/starter-plans", status=404)
