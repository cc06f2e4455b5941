"""HR finds who is late, who has no manager, and who is managed in a circle; and takes the dates."""

import csv
import io
from datetime import date

import pytest

from tracker.models import AppraisalStage, AuditEvent, AuditKind
from tracker.security.identity import Role
from tracker.services.dates_filters import in_a_circle

TODAY = date(2026, 11, 22)


@pytest.fixture
def officer(factories, sign_in):
    person = factories.StaffMember(family_name="Officer")
    factories.ReportingLine(staff_member=person, manager=factories.StaffMember(left_on=TODAY))
    return sign_in(person, Role.HR_OFFICER)


def names_on(page):
    return {row.find("th").get_text().split(",")[0] for row in page.html.select("main tbody tr")}


@pytest.mark.usefixtures("officer")
class TestFilters:
    @pytest.mark.parametrize(
        ("state", "names"),
        [
            ("open", {"Open", "Late"}),
            ("late", {"Late"}),
            ("never", {"Officer", "Open", "Late", "Alone", "Chief"}),
            ("no_manager", {"Alone", "Chief"}),
            ("circle", set()),
            ("<script>", {"Officer", "Open", "Late", "Alone", "Chief", "Done"}),
        ],
    )
    def test_each_state_finds_its_people(self, browser, factories, state, names):
        chief = factories.StaffMember(family_name="Chief")
        for name, of_it in {
            "Open": {},
            "Late": {"due_on": date(2026, 11, 1)},
            "Done": {"stage": AppraisalStage.SIGNED},
        }.items():
            person = factories.StaffMember(family_name=name)
            factories.Appraisal(appraisee=person, appraiser=chief, **of_it)
        factories.ReportingLine(
            staff_member=factories.StaffMember(family_name="Alone"),
            manager=factories.StaffMember(left_on=date(2026, 10, 1)),
        )

        page = browser.get("/dates", {"state": state})
        assert {name for name in names_on(page) if not name.startswith("Person")} == names

    def test_a_unit_shows_who_works_there(self, browser, factories):
        there = factories.Assignment()
        factories.Assignment()

        page = browser.get("/dates", {"unit": there.organisation_unit.public_id})
        assert names_on(page) == {there.staff_member.family_name}

    def test_a_unit_of_another_trust_shows_nobody(self, browser, factories):
        other = factories.Organisation()
        unit = factories.OrganisationUnit(organisation_id=other.id)

        assert names_on(browser.get("/dates", {"unit": unit.public_id})) == set()


@pytest.mark.usefixtures("officer")
class TestTheFile:
    def test_it_holds_dates_and_states_and_no_formula_and_no_content(self, browser, factories, db):
        person = factories.StaffMember(family_name="=cmd|' /C calc'!A0", given_name="+1")
        unit = factories.OrganisationUnit(name="@SUM(A1)")
        factories.Assignment(staff_member=person, organisation_unit=unit)
        factories.Appraisal(
            appraisee=person,
            stage=AppraisalStage.SIGNED,
            held_on=date(2026, 5, 4),
            summary="Between us",
        )

        answer = browser.get("/dates").click("Save as a file")
        rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
        cells = [cell for row in rows for cell in row]

        assert answer.content_type == "text/csv"
        assert [
            cell
            for row in rows
            if row[1] == person.employee_number
            for cell in (row[0], row[2], row[3])
        ] == ["'=cmd|' /C calc'!A0, +1", "'@SUM(A1)", "2026-05-04"]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        assert "Between us" not in answer.text
        assert db.query(AuditEvent).filter_by(kind=AuditKind.DATES_READ).count() == 1

    def test_it_holds_what_was_asked_for(self, browser, factories):
        factories.Appraisal(appraisee=factories.StaffMember(family_name="Open"))

        answer = browser.get("/dates", {"state": "open"}).click("Save as a file")

        assert len(answer.text.strip().splitlines()) == 2


@pytest.mark.parametrize("roles", [(), (Role.ADMINISTRATOR,), (Role.QUALITY_LEAD,)])
def test_nobody_else_gets_the_file(browser, factories, sign_in, roles):
    sign_in(factories.StaffMember(), *roles)

    browser.get("/dates.csv", status=404)


def test_a_circle_is_found_and_who_stands_beside_it_is_not(db, factories):
    first, second, third, below, above = (factories.StaffMember() for _ in range(5))
    for person, manager in (
        (first, second),
        (second, third),
        (third, first),
        (below, first),
        (second, above),
    ):
        factories.ReportingLine(staff_member=person, manager=manager)

    found = in_a_circle(db, first.organisation_id, today=TODAY)

    assert found == sorted([first.id, second.id, third.id])
