import csv
import json
import re
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from tests.support.outcomes import TAKEN, observe, shares
from tests.support.queries import count_queries
from tracker.models import AuditEvent, AuditKind, Observation
from tracker.security.identity import Role

MOST_QUERIES = 18


@pytest.fixture
def ward(factories):
    return factories.OrganisationUnit(name="Heron Ward")


@pytest.fixture
def nurse(factories, ward):
    return factories.Assignment(organisation_unit=ward).staff_member


@pytest.fixture
def data(db, organisation, ward):
    observe(db, organisation, "alert_recognition", shares(0.4, 0.55, of=600, staff=90))
    observe(db, organisation, "alert_recognition", shares(0.4, 0.6), unit=ward)
    observe(db, organisation, "training_completion", shares(0.8, 0.95, of=100))


@pytest.fixture
def lead(factories, sign_in):
    return sign_in(factories.StaffMember(), Role.QUALITY_LEAD)


@pytest.mark.usefixtures("data", "lead")
class TestQualityLead:
    def test_the_first_thing_on_the_page_is_what_changed(self, browser):
        page = browser.get("/outcomes")

        main = page.html.find(id="maincontent").get_text(" ", strip=True)
        assert main.index("One got better: Alerts recognised.") < main.index("At a glance")
        assert page.html.find("figure").find("desc").text.startswith("36 points")

    def test_a_feed_that_stopped_is_said_before_anything_else(self, browser, db):
        six_weeks_ago = TAKEN - timedelta(weeks=6)
        later = TAKEN + timedelta(days=9999)
        db.execute(update(Observation).values(extracted_at=six_weeks_ago, recorded_at=later))

        page = browser.get("/outcomes")

        said = page.html.find(attrs={"aria-labelledby": "what-changed"}).find("p").text
        assert said.startswith("Nothing new has come since 11 October 2026 for")

    def test_completion_is_nowhere_alone(self, browser):
        page = browser.get("/outcomes")

        glance = page.html.find("section", attrs={"aria-labelledby": "section-at-a-glance"})
        assert "Training completed" not in glance.get_text()
        pair = page.html.find("section", attrs={"aria-labelledby": "section-target-and-point"})
        assert [figure.figcaption.text for figure in pair.find_all("figure")] == [
            "Training completed",
            "Alerts recognised",
        ]

    def test_one_unit_can_be_picked(self, browser, ward):
        page = browser.get("/outcomes").click("Choose another unit")
        form = page.forms[1]
        form["unit"] = ward.public_id

        shown = form.submit()

        assert "Heron Ward, November 2023 to October 2026" in shown

    def test_a_period_that_cannot_be_is_answered_with_what_to_do(self, browser):
        page = browser.get("/outcomes?first=2026-10&last=2025-01").follow()

        assert "There is a problem" in page
        assert "Choose a last month that is not before the first" in page
        assert page.forms[1]["first"].value == "2026-10"

    def test_a_period_before_anybody_counted_is_answered_with_what_to_do(self, browser):
        page = browser.get("/outcomes?first=0001-01&last=0001-02", status=409)

        assert "Choose a first month in 1948 or later" in page

    @pytest.mark.parametrize("rubbish", ["x", "2026-13", "9999-99", "", "2026-10-01", "0000-01"])
    def test_rubbish_for_a_month_does_no_harm(self, browser, rubbish):
        asked = {"first": rubbish, "last": rubbish, "audience": rubbish}

        page = browser.get("/outcomes", asked).maybe_follow()

        assert page.status_int == 200
        assert browser.get("/outcomes/report.json", asked).status_int == 200

    def test_a_period_without_data_says_so(self, browser):
        page = browser.get("/outcomes?first=2001-01&last=2001-12")

        assert "There is nothing to report for this period yet." in page

    def test_the_same_report_is_a_pdf(self, browser):
        page = browser.get("/outcomes")

        pdf = page.click("Download the report")

        assert pdf.content_type == "application/pdf"
        assert pdf.body.startswith(b"%PDF-")
        assert re.search(r'filename="outcomes-\w+-2023-11-to-2026-10.pdf"', pdf.content_disposition)

    def test_the_same_report_is_json(self, browser):
        answer = browser.get("/outcomes").click("for a program")

        content = json.loads(answer.text)
        assert content["format"] == "competence-tracker/outcome-report/1"
        assert content["changes"][0]["verdict"] == "better"

    def test_the_same_numbers_are_a_workbook_and_a_table(self, browser):
        page = browser.get("/outcomes")

        workbook = CalamineWorkbook.from_filelike(BytesIO(page.click("a workbook").body))
        rows = list(csv.DictReader(StringIO(page.click("as a table").body.decode("utf-8-sig"))))

        numbers = workbook.get_sheet_by_name("Numbers").to_python()[1:]
        assert [row[4] for row in numbers] == pytest.approx([float(row["value"]) for row in rows])
        assert {row["read_with"] for row in rows if row["measure"] == "Training completed"} == {
            "Alerts recognised"
        }

    def test_every_look_is_kept_on_record_with_who_it_was(self, browser, db, lead):
        browser.get("/outcomes")

        (event,) = db.scalars(select(AuditEvent).where(AuditEvent.kind == AuditKind.REPORT_READ))
        assert event.actor_id == lead.id

    def test_a_page_takes_few_queries(self, browser, db):
        browser.get("/outcomes")

        with count_queries(db) as queries:
            browser.get("/outcomes")

        assert queries.number <= MOST_QUERIES

    def test_a_unit_that_is_not_there_is_not_found(self, browser):
        browser.get("/outcomes?unit=nosuchunit", status=404)


@pytest.mark.usefixtures("data")
class TestEverybodyElse:
    def test_staff_see_their_own_unit(self, browser, sign_in, nurse):
        sign_in(nurse)

        assert "Heron Ward, November 2023" in browser.get("/outcomes")

    def test_a_manager_sees_the_units_of_their_team(self, browser, sign_in, nurse, factories):
        manager = factories.StaffMember()
        factories.ReportingLine(staff_member=nurse, manager=manager)
        sign_in(manager)

        assert "Heron Ward, November 2023" in browser.get("/outcomes")

    def test_the_whole_organisation_is_not_in_their_list(self, browser, sign_in, nurse):
        sign_in(nurse)

        page = browser.get("/outcomes/choose")

        assert "Whole organisation" not in page
        assert "Heron Ward" in page

    def test_another_unit_looks_as_if_it_were_not_there(self, browser, sign_in, nurse, factories):
        other = factories.OrganisationUnit()
        sign_in(nurse)

        refused = browser.get(f"/outcomes?unit={other.public_id}", status=404)
        missing = browser.get("/outcomes?unit=nosuchunit", status=404)

        assert refused.text == missing.text

    def test_who_works_nowhere_sees_nothing(self, browser, sign_in, factories):
        sign_in(factories.StaffMember())

        browser.get("/outcomes", status=404)

    def test_an_administrator_has_no_more_than_anybody_else(self, browser, sign_in, factories):
        sign_in(factories.StaffMember(), Role.ADMINISTRATOR)

        browser.get("/outcomes/report.json", status=404)

    def test_a_unit_of_another_organisation_is_not_found(self, browser, lead, factories):
        assert lead
        elsewhere = factories.Organisation()
        unit = factories.OrganisationUnit(organisation_id=elsewhere.id)

        browser.get(f"/outcomes?unit={unit.public_id}", status=404)

    def test_nobody_is_sent_to_sign_in(self, browser):
        assert "/sign-in" in browser.get("/outcomes", status=303).location
