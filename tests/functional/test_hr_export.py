"""Back to HR: dates and agreed achievements, each once, by the trust's own columns."""

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from integrations.hr.competences import HeldCompetenceRecord, read_held
from tracker.models import (
    AppraisalStage,
    AuditEvent,
    AuditKind,
    Competence,
    HRExportKind,
    HRExportLine,
    ReturnState,
    SelfAssessment,
    SelfAssessmentAnswer,
    Verification,
    VerificationOutcome,
    VerificationStep,
)
from tracker.security.identity import Role, System
from tracker.services.framework_seed import seed_framework
from tracker.services.hr_export import make_export
from tracker.services.hr_export_back import reconcile

YEAR = timedelta(days=365)
TODAY = date(2026, 11, 22)
SEEN, NOT_YET = VerificationOutcome.VERIFIED, VerificationOutcome.NOT_YET
FOR_HR, NOT_FOR_HR = VerificationOutcome.FOR_HR, VerificationOutcome.NOT_FOR_HR


@pytest.fixture
def competence(db, organisation):
    seed_framework(db, organisation)
    return db.scalars(select(Competence).where(Competence.key == "find-information")).one()


@pytest.fixture
def verified(db, factories, competence, now):
    """Have something verified of somebody; with what they said about HR."""

    def verified(person, *outcomes, level=3, seen=3):
        ours = {"organisation_id": person.organisation_id}
        sitting = SelfAssessment(**ours, staff_member_id=person.id, occasion="own", started_at=now)
        answer = SelfAssessmentAnswer(
            **ours,
            competence_id=competence.id,
            current_level=level,
            needed_level=3,
            confidence=level,
            answered_at=now,
        )
        sitting.answers.append(answer)
        manager = factories.StaffMember()
        record = Verification(
            **ours,
            staff_member=person,
            verifier=manager,
            competence=competence,
            answer=answer,
            asked_at=now,
        )
        db.add_all([sitting, record])
        db.flush()
        for outcome in outcomes:
            step = VerificationStep(
                **ours, verification=record, outcome=outcome, level=seen, by_id=manager.id, at=now
            )
            db.add(step)
            db.flush()
        return record

    return verified


def rows(answer):
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))


def files(page):
    return {link["href"].rpartition("/")[2]: link["href"] for link in page.html.select("td a")}


def test_dates_and_agreed_achievements_go_to_hr_once(
    browser, db, factories, sign_in, verified, today
):
    person = factories.StaffMember(employee_number="007", family_name="=cmd()", given_name="A")
    signed = {"appraisee": person, "stage": AppraisalStage.SIGNED, "next_due_on": today + YEAR}
    factories.Appraisal(**signed, held_on=today - YEAR)
    factories.Appraisal(**signed, held_on=today)
    factories.Appraisal(**signed, held_on=today, is_goals_only=True)
    factories.Appraisal(appraisee=person)
    verified(person, SEEN, FOR_HR)
    for outcomes in ((SEEN,), (SEEN, FOR_HR, NOT_FOR_HR), (NOT_YET, FOR_HR), ()):
        verified(factories.StaffMember(), *outcomes)
    sign_in(factories.StaffMember(), Role.HR_OFFICER)
    page = browser.get("/to-hr")
    assert "Appraisals: 2" in page
    assert "Competences: 1" in page
    made = next(form for form in page.forms.values() if form.action.endswith("/to-hr"))
    page = made.submit().follow()
    assert "HR has had all there is" in page
    assert "nothing that HR has not had" in made.submit().follow()

    dates = rows(browser.get(files(page)["appraisals.csv"]))
    assert dates[0][5:] == [
        "Review Type", "Period Start", "Period End", "Appraisal Date", "Next Appraisal Date",
    ]  # fmt: skip
    assert dates[2][0] == "007"
    assert dates[2][2] == "'=cmd()"
    assert dates[2][5:9] == [
        "Review",
        f"{today - YEAR + timedelta(days=1):%d/%m/%Y}",
        f"{today:%d/%m/%Y}",
        f"{today:%d/%m/%Y}",
    ]
    assert len(dates) == 3
    achieved = rows(browser.get(files(page)["achievements.csv"]))
    assert [row[0] for row in achieved] == ["Employee Number", "007"]
    assert achieved[1][-1] == "3"
    assert handed(db, person) == 3  # they can read that it was handed over
    sign_in(factories.StaffMember(), Role.ADMINISTRATOR, Role.QUALITY_LEAD)
    browser.get("/to-hr", status=404)
    browser.get(files(page)["appraisals.csv"], status=404)


def handed(db, person):
    about = select(AuditEvent.subject_id).where(
        AuditEvent.kind == AuditKind.HR_EXPORTED, AuditEvent.subject_id == person.id
    )
    return len(db.scalars(about).all())


def test_a_trust_has_its_own_columns_and_names(browser, factories, sign_in, verified):
    verified(factories.StaffMember(), SEEN, FOR_HR)
    sign_in(factories.StaffMember(), Role.HR_OFFICER)
    page = browser.get("/to-hr/columns")
    form = next(form for form in page.forms.values() if "achievements" in form.fields)
    for wrong, words in (
        ("Number", "on each side"),
        ("Number = birthday", "no such fact"),
        ("A = level\na = level", "begin with the same name"),
    ):
        form["achievements"] = wrong
        assert words in form.submit()
    form["achievements"] = 'Competence = hr_competence_name\nFrom = date_from\nType = "=X"'
    form["competences"] = "find-information = NHS|Digital|Finding things|"
    form["dates"] = "oracle"
    page = form.submit().follow()
    made = next(form for form in page.forms.values() if form.action.endswith("/to-hr"))
    page = made.submit().follow()
    assert rows(browser.get(files(page)["achievements.csv"])) == [
        ["Competence", "From", "Type"],
        ["NHS|Digital|Finding things|", "22-Nov-2026", "'=X"],
    ]


def test_what_comes_back_is_told_apart(browser, db, factories, organisation, sign_in, verified):
    people = [factories.StaffMember() for _ in range(4)]
    for person in people:
        verified(person, SEEN, FOR_HR)
    sign_in(factories.StaffMember(), Role.HR_OFFICER)
    page = browser.get("/to-hr")
    next(form for form in page.forms.values() if form.action.endswith("/to-hr")).submit()
    lines = db.scalars(select(HRExportLine).order_by(HRExportLine.id)).all()
    day = lines[0].facts["date_from"]
    name = lines[0].facts["hr_competence_name"].upper() + "|"

    def held(n, since=day, level="3 - Level 3"):
        return HeldCompetenceRecord(
            key=f"row{n}",
            person_key=people[n].source_key,
            name=name,
            since=date.fromisoformat(since),
            level=level,
        )

    back = [held(0), held(1, since="2020-01-01"), held(2, level="1 - Level 1")]
    found = reconcile(db, organisation, back, today=TODAY)
    assert {state: number for state, number in found.items() if number} == {
        ReturnState.WAITING: 1,
        ReturnState.CAME_BACK: 1,
        ReturnState.DIFFERS: 2,
    }
    gone = HeldCompetenceRecord(key="row0", is_deleted=True)
    assert reconcile(db, organisation, [gone, held(1)], today=TODAY)[ReturnState.GONE] == 1
    # a full file without competences says nothing of them; one with others says they are gone
    assert reconcile(db, organisation, [], today=TODAY, is_full=True)[ReturnState.GONE] == 1
    full = [held(0)]
    assert reconcile(db, organisation, full, today=TODAY, is_full=True)[ReturnState.GONE] == 2
    page = browser.get("/to-hr")
    assert "2 taken away again by HR" in page
    assert "1 came back as they were" in page


def test_what_is_handed_over_anew_takes_the_place_of_what_went_before(
    db, factories, organisation, verified, now
):
    person = factories.StaffMember()
    made = {"by": System(organisation_id=organisation.id), "now": now, "today": TODAY}
    verified(person, SEEN, FOR_HR)
    make_export(db, organisation, **made)
    old = db.scalars(select(HRExportLine)).one()
    same = {"person_key": person.source_key, "name": old.facts["hr_competence_name"]}
    first = HeldCompetenceRecord(**same, key="row", since=now.date(), level="3 - Level 3")
    reconcile(db, organisation, [first], today=TODAY)
    verified(person, SEEN, FOR_HR, seen=4)
    make_export(db, organisation, **made)
    second = HeldCompetenceRecord(**same, key="row", since=now.date(), level="4 - Level 4")

    found = reconcile(db, organisation, [second], today=TODAY)

    assert (found[ReturnState.CAME_BACK], found[ReturnState.DIFFERS]) == (2, 0)


def test_competence_rows_are_read_out_of_an_esr_file(tmp_path):
    file = tmp_path / "GO_900_TRK_GOC_20261122_00000002.DAT"
    spare = "~" * 13
    file.write_text(
        "HDR~x\nCDA~7~NHS|Finding|\n"
        f"CMA~11~501~PERSONAL~ACHIEVED~~20261122~~3 - Level 3~900~~~~7{spare}\n"
        "CMA~11~502~PERSONAL~ACHIEVED~Own name~notaday~~\nCMA~short\nCMD~501\nTRL~6\n",
        encoding="latin-1",
    )
    held = list(read_held(file, organisation_vpd=None))
    assert [one.name for one in held] == ["NHS|Finding|", "Own name", ""]
    assert [one.since for one in held] == [TODAY, None, None]
    assert held[2] == HeldCompetenceRecord(key="501", is_deleted=True)


@pytest.fixture
def says(browser, sign_in):
    """Have somebody say whether HR may know; give what they read then, and later."""

    def says(record, *, is_agreed):
        sign_in(record.staff_member)
        page = browser.get(f"/seen-by-others/{record.public_id}")
        form = next(form for form in page.forms.values() if form.action.endswith("/hr"))
        said = form.submit("agreed", value="yes" if is_agreed else "no").follow()
        return said, browser.get(f"/seen-by-others/{record.public_id}")

    return says


@pytest.fixture
def export(browser, factories, sign_in):
    def export():
        sign_in(factories.StaffMember(), Role.HR_OFFICER)
        page = browser.get("/to-hr")
        made = next(form for form in page.forms.values() if form.action.endswith("/to-hr"))
        return made.submit().follow()

    return export


@pytest.fixture
def seen_in_hr(db, organisation):
    """Look for what was handed over in a full file; give the states of all of it."""
    all_lines = select(HRExportLine).where(HRExportLine.kind == HRExportKind.ACHIEVEMENTS)

    def seen_in_hr(*records):
        reconcile(db, organisation, records, today=TODAY, is_full=True)
        return [line.state.value for line in db.scalars(all_lines.order_by(HRExportLine.id))]

    return seen_in_hr


def held_row(person, key="row", name="Find information"):
    since = {"since": TODAY, "level": "3"}
    return HeldCompetenceRecord(key=key, person_key=person.source_key, name=name, **since)


def test_who_agrees_no_longer_is_taken_away_again(
    browser, factories, verified, says, export, seen_in_hr
):
    person = factories.StaffMember()
    record = verified(person, SEEN, FOR_HR)
    export()
    row = held_row(person, name=record.competence.name)
    assert seen_in_hr(row) == ["came_back"]

    said, page = says(record, is_agreed=False)

    assert "is asked to take it away" in said
    assert "asked to take it away with the next files" in page
    page = export()
    (taken,) = [link for link in page.html.select("td a") if "withdrawals" in link["href"]]
    wanted = rows(browser.get(taken["href"]))
    assert wanted[0][-2:] == ["What To Do", "Withdrawn On"]
    assert wanted[1][0] == person.employee_number
    assert wanted[1][-2:] == ["Remove", "22/11/2026"]
    assert "HR has had all there is" in browser.get("/to-hr")
    assert seen_in_hr(row) == ["still_there"]
    assert "still in HR" in browser.get("/to-hr")
    assert seen_in_hr(held_row(factories.StaffMember(), "x")) == ["taken_away"]


def test_who_agrees_anew_is_handed_over_anew(factories, verified, says, export, seen_in_hr):
    person = factories.StaffMember()
    record = verified(person, SEEN, FOR_HR)
    export()
    says(record, is_agreed=False)
    export()
    seen_in_hr(held_row(factories.StaffMember(), "x"))
    _, page = says(record, is_agreed=True)
    assert "They do not have it any more" in page
    export()
    row = held_row(person, name=record.competence.name)
    assert seen_in_hr(row) == ["taken_away", "came_back"]
