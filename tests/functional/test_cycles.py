"""An administrator says who is appraised how often; HR reads it; nobody else."""

from datetime import date

import pytest

from tracker.models import AppraisalCycle, AppraisalExclusion, ExclusionKind
from tracker.security.identity import Role
from tracker.services.appraisal_round import open_due_appraisals


@pytest.fixture
def administrator(factories, sign_in):
    return sign_in(factories.StaffMember(), Role.ADMINISTRATOR)


@pytest.fixture
def nurse(factories):
    line = factories.ReportingLine(staff_member=factories.StaffMember(hired_on=date(2020, 6, 1)))
    factories.Assignment(staff_member=line.staff_member, category="Bank")
    return line.staff_member


def form_on(page, part="months"):
    return next(form for form in page.forms.values() if part in form.fields)


@pytest.mark.usefixtures("administrator")
class TestCycles:
    def test_a_change_says_whom_it_touches_before_it_is_kept(self, browser, db, nurse):
        assert nurse
        page = browser.get("/").click("Appraisal rounds").click("Give a staff group")
        form = form_on(page)
        form["staff_group"] = "Nursing and Midwifery Registered"
        form["months"] = "12"

        preview = form.submit()
        assert "1</strong> person gets another date" in preview
        assert "0 appraisals open. Without the change it would be 1" in preview
        assert db.query(AppraisalCycle).count() == 0

        form_on(preview).submit("keep", status=303)
        cycle = db.query(AppraisalCycle).one()
        assert (cycle.staff_group, cycle.months) == ("Nursing and Midwifery Registered", 12)

    def test_one_date_for_all_and_the_days_before_are_kept(self, browser, db, nurse):
        assert nurse
        form = form_on(browser.get("/appraisal-rounds/change"))
        form["fixed_due_on-day"], form["fixed_due_on-month"] = "31", "5"
        form["fixed_due_on-year"], form["opens_days_before"] = "2027", "42"
        form_on(form.submit()).submit("keep", status=303)

        cycle = db.query(AppraisalCycle).one()
        assert (cycle.fixed_due_on, cycle.opens_days_before) == (date(2027, 5, 31), 42)
        assert "one date for all: 31 May 2027" in browser.get("/appraisal-rounds")

    @pytest.mark.parametrize("days", ["", "0", "91", "-1", "x", "1e9", "99999999999"])
    def test_days_that_cannot_be_are_shown_at_their_box(self, browser, db, days):
        form = form_on(browser.get("/appraisal-rounds/change"))
        form["opens_days_before"] = days

        assert "There is a problem" in form.submit("keep", status=200)
        assert db.query(AppraisalCycle).count() == 0

    def test_a_group_that_nobody_is_in_is_refused(self, browser, db):
        form = form_on(browser.get("/appraisal-rounds/change"))
        form["staff_group"].force_value("Robots")

        assert "There is a problem" in form.submit("keep", status=200)
        assert db.query(AppraisalCycle).count() == 0


@pytest.mark.usefixtures("administrator")
class TestWhoIsLeftOut:
    @pytest.mark.parametrize(
        ("kind", "field", "value"),
        [
            ("staff_group", "staff_group", "Nursing and Midwifery Registered"),
            ("category", "category", "Bank"),
            ("person", "email", None),
        ],
    )
    def test_it_is_kept_with_its_reason_and_taken_back(
        self, browser, db, nurse, organisation, today, kind, field, value
    ):
        page = browser.get("/appraisal-rounds").click("Leave somebody out")
        form = form_on(page, "kind")
        form["kind"], form["reason"] = kind, "Agreed with the bank"
        form[field] = value or nurse.email
        preview = form.submit()
        assert "1</strong> person gets another date, or none" in preview
        page = form_on(preview, "kind").submit("keep", status=303).follow()

        assert "Agreed with the bank" in page
        assert open_due_appraisals(db, organisation, today=today).opened == 0
        next(f for f in page.forms.values() if f.action.endswith("/end")).submit(status=303)
        assert open_due_appraisals(db, organisation, today=today).opened == 1
        assert db.query(AppraisalExclusion).one().ends_on == date(2026, 11, 21)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "staff_group"},
            {"kind": "person", "email": "nobody@trust.example"},
            {"kind": "category", "reason": ""},
            {"kind": "category", "category": "Bank", "ends_on-day": "1"},
        ],
    )
    def test_what_cannot_be_is_shown_at_its_box(self, browser, db, nurse, wrong):
        assert nurse
        form = form_on(browser.get("/appraisal-rounds/left-out/add"), "kind")
        for name, text in {"reason": "Agreed", **wrong}.items():
            form[name] = text

        assert "There is a problem" in form.submit("keep", status=200)
        assert db.query(AppraisalExclusion).count() == 0


def test_hr_reads_and_does_not_change(browser, factories, sign_in):
    exclusion = factories.AppraisalExclusion(kind=ExclusionKind.CATEGORY)
    sign_in(factories.StaffMember(), Role.HR_OFFICER)

    page = browser.get("/appraisal-rounds")
    assert exclusion.reason in page
    assert "Take into the round" not in page
    browser.get("/appraisal-rounds/change", status=404)
    browser.get("/appraisal-rounds/left-out/add", status=404)


def test_nobody_else_finds_the_page(browser, factories, sign_in):
    sign_in(factories.StaffMember(), Role.QUALITY_LEAD)

    browser.get("/appraisal-rounds", status=404)
