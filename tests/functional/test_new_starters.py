"""Who starts when and what waits on whom: for the manager and for HR. Dates and states only."""

import csv
import io
from datetime import timedelta

import pytest

from tracker.models import EntryKind, TaskOwner
from tracker.security.identity import Role


@pytest.fixture
def late(factories, today):
    """An induction in which IT is late, and the starter has something to do too."""
    unit = factories.OrganisationUnit(name="Kestrel Ward")
    induction = factories.Induction(
        staff_member__family_name="=cmd()", organisation_unit=unit, kind=EntryKind.BANK
    )
    past = today - timedelta(days=3)
    factories.InductionTask(induction=induction, owner=TaskOwner.IT, due_on=past)
    factories.InductionTask(induction=induction, owner=TaskOwner.STARTER, due_on=past)
    return induction


@pytest.fixture
def on_time(factories, today):
    task = factories.InductionTask(due_on=today, owner=TaskOwner.MANAGER)
    return task.induction


@pytest.fixture
def hr(browser, factories, sign_in):
    def get(**asked):
        sign_in(factories.StaffMember(), Role.HR_OFFICER)
        return browser.get("/new-starters", asked)

    return get


def test_hr_sees_what_is_late_on_our_side_and_never_the_starter(hr, late, on_time):
    page = hr()

    assert "Something is late on our side for 1" in page
    cells = [cell.get_text(" ", strip=True) for cell in page.html.select("tbody td")]
    assert "Late on our side IT (1)" in cells
    assert not any("Late on our side the starter" in cell for cell in cells)
    assert late.alone == on_time.alone == ""


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"state": "late"}, {"late"}),
        ({"kind": "bank"}, {"late"}),
        ({"kind": "new"}, {"on_time"}),
        ({"state": "coming"}, set()),
        ({"state": "no_buddy"}, {"late", "on_time"}),
        ({"unit": "2222222222222222"}, set()),
        ({"state": "<script>", "kind": "nonsense"}, {"late", "on_time"}),
    ],
)
def test_hr_picks_whom_to_see(hr, late, on_time, asked, shown):
    page = hr(**asked)

    names = {"late": late.staff_member.family_name, "on_time": on_time.staff_member.family_name}
    assert {key for key, name in names.items() if name in page} == shown


def test_the_file_runs_no_formula_and_the_look_is_told(browser, hr, late, sign_in):
    late.staff_member.given_name = "\uff1d1+1"  # wide letters run too
    answer = hr().click("Take these as a file")

    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert rows[1][0].startswith("'\uff1d1+1")
    assert rows[1][rows[0].index("Late on our side")] == "IT 1"
    sign_in(late.staff_member)
    assert "Looked at your first months plan" in browser.get("/who-looked")


def test_the_manager_sees_what_waits_on_whom(browser, late, sign_in):
    sign_in(late.manager)

    page = browser.get("/inductions")

    assert "IT (1)" in page
    assert "the starter (1), IT (1)" in page


def test_a_buddy_counts_only_what_the_buddy_does(browser, factories, late, sign_in):
    late.buddy = factories.StaffMember()
    sign_in(late.buddy)

    page = browser.get("/inductions")

    assert "0 of 0" in page
    assert "IT (1)" not in page


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR, Role.QUALITY_LEAD])
def test_nobody_but_hr_sees_everybody(browser, factories, sign_in, role):
    sign_in(factories.StaffMember(), *([role] if role else []))

    browser.get("/new-starters", status=404)
    browser.get("/new-starters.csv", status=404)
