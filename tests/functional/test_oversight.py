"""What HR and administrators see, and nobody else."""

from datetime import UTC, date, datetime

import pytest

from tests.support.queries import count_queries
from tracker.models import AppraisalStage, ImportRun, RejectedRecord, RunState
from tracker.security.identity import Role


@pytest.fixture
def run(db, organisation):
    run = ImportRun(
        organisation_id=organisation.id,
        kind="hr",
        file_name="GO_900_<b>.DAT",
        state=RunState.APPLIED,
        counts={"joined": 3, "left": 1},
    )
    db.add(run)
    db.flush()
    db.add(
        RejectedRecord(
            organisation_id=organisation.id,
            import_run_id=run.id,
            line=7,
            reason="The end is before the start.",
            employee_number="20000007",
        )
    )
    db.flush()
    return run


class TestDates:
    def test_hr_sees_dates_and_states_and_no_content(self, browser, factories, sign_in):
        appraisal = factories.Appraisal(
            stage=AppraisalStage.SIGNED,
            held_on=date(2026, 5, 4),
            next_due_on=date(2026, 11, 4),
            summary="What we said stays between us",
        )
        sign_in(factories.StaffMember(), Role.HR_OFFICER)

        page = browser.get("/dates")

        assert "4 May 2026" in page
        assert "4 November 2026" in page
        assert appraisal.appraisee.employee_number in page
        assert "What we said" not in page

    def test_another_trusts_staff_are_not_listed(self, browser, factories, sign_in):
        elsewhere = factories.Organisation()
        other = factories.StaffMember(organisation_id=elsewhere.id)
        sign_in(factories.StaffMember(), Role.HR_OFFICER)

        assert other.employee_number not in browser.get("/dates")

    @pytest.mark.parametrize("page", ["2", "0", "-1", "x", "99999999999"])
    def test_any_page_number_gives_a_page(self, browser, factories, sign_in, page):
        sign_in(factories.StaffMember(), Role.HR_OFFICER)

        assert "Page 1 of 1" in browser.get("/dates", {"page": page})

    def test_more_staff_need_no_more_queries(self, browser, db, factories, sign_in):
        sign_in(factories.StaffMember(), Role.HR_OFFICER)

        def queries():
            db.expire_all()
            with count_queries(db) as said:
                browser.get("/dates")
            return said.number

        few = queries()
        for _ in range(20):
            factories.Appraisal()
        assert queries() == few

    @pytest.mark.parametrize("roles", [(), (Role.ADMINISTRATOR,), (Role.QUALITY_LEAD,)])
    def test_nobody_else_finds_the_page(self, browser, factories, sign_in, roles):
        sign_in(factories.StaffMember(), *roles)

        browser.get("/dates", status=404)


@pytest.mark.usefixtures("run")
class TestImports:
    def test_an_administrator_sees_what_came_of_a_file(self, browser, factories, sign_in):
        sign_in(factories.StaffMember(), Role.ADMINISTRATOR)

        page = browser.get("/imports").click("GO_900")

        assert "joined 3, left 1" in page
        assert "The end is before the start." in page
        assert "20000007" in page

    def test_where_files_are_missing_the_page_makes_the_request(
        self, browser, db, organisation, factories, sign_in, run
    ):
        organisation.vpd = "900"
        run.state, run.message = RunState.REFUSED, "Changes are missing (files with the number 7)."
        run.covers_to = datetime(2026, 11, 21, tzinfo=UTC)
        db.flush()
        sign_in(factories.StaffMember(), Role.HR_OFFICER)
        browser.post("/imports/fresh-file", status=404)
        assert "Save the request" not in browser.get(f"/imports/{run.public_id}")
        sign_in(factories.StaffMember(), Role.ADMINISTRATOR)

        page = browser.get(f"/imports/{run.public_id}")
        form = next(one for one in page.forms.values() if one.action.endswith("fresh-file"))
        saved = form.submit("how", value="save")

        name = "GO_900_TRK_GDR_20261121_00000001.DAT"
        assert saved.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert saved.body == f"HDR~{name}~20261121 000000\r\n".encode()
        assert "Ask ESR for a full file" not in page  # no hub is set
        mended = {"kind": "hr", "file_name": "GOF.DAT", "covers_to": run.covers_to, "counts": {}}
        db.add(ImportRun(organisation_id=organisation.id, state=RunState.APPLIED, **mended))
        db.flush()
        assert "Save the request" not in browser.get(f"/imports/{run.public_id}")

    def test_another_trusts_administrator_finds_nothing(self, browser, factories, sign_in, run):
        elsewhere = factories.Organisation()
        sign_in(factories.StaffMember(organisation_id=elsewhere.id), Role.ADMINISTRATOR)

        assert "GO_900" not in browser.get("/imports")
        browser.get(f"/imports/{run.public_id}", status=404)

    @pytest.mark.parametrize("roles", [(), (Role.QUALITY_LEAD,)])
    def test_nobody_else_finds_the_pages(self, browser, factories, sign_in, run, roles):
        sign_in(factories.StaffMember(), *roles)

        browser.get("/imports", status=404)
        browser.get(f"/imports/{run.public_id}", status=404)
