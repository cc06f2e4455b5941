"""Files of outcome data, brought on the page by a quality lead."""

import csv
import io

import pytest
from sqlalchemy import select
from webtest import Upload

from tests.support.sign_in import form_token
from tracker.models import Base, ImportRun, Incident, IncidentCandidate, RunState
from tracker.security.identity import Role

SECRETS = ("Jones", "9434765919", "bed 4", "j.doe@example.org", "P-778899")


@pytest.fixture
def lead(sign_in, factories):
    return sign_in(factories.StaffMember(), Role.QUALITY_LEAD)


@pytest.fixture
def bring(browser):
    def bring_file(content, kind, name="export.csv", status=303, **more):
        return browser.post(
            "/outcome-data",
            {
                "csrf_token": form_token(browser),
                "kind": kind,
                "file": Upload(name, content.encode()),
                **more,
            },
            status=status,
        )

    return bring_file


def last_form(page):
    return page.forms[max(name for name in page.forms if isinstance(name, int))]


def export(**more):
    row = {
        "Reference": "EV-1",
        "Revision": "1",
        "EntityId": "1",
        "T005": "2026-09-03",
        "A001": "4",
        "CL001": "1",
        "OT001": "3",
        "F001": "Mrs Jones (9434765919) in bed 4: the computer froze",
        "R010 contact": "j.doe@example.org",
    } | more
    out = io.StringIO()
    writer = csv.DictWriter(out, row)
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue()


@pytest.mark.usefixtures("lead")
def test_a_story_is_checked_by_a_person_and_counted_then(db, bring):
    page = bring(export(), "incidents").follow()
    assert "Some stories speak of IT" in page.text

    form = last_form(page.click("Incidents for somebody to look at"))
    assert "EV-1" in form.text
    answer = form.submit("answer", value="technical").follow()

    assert "Nothing waits" in answer.text
    assert db.scalars(select(Incident.cause)).one() == "technical"
    again = bring(export(), "incidents").follow()
    assert "Nothing new" in again.text

    # A slip of the hand can be put right.
    waits = last_form(answer).submit("answer", value="ask_again").follow()
    assert "EV-1 waits again" in waits.text
    assert db.scalars(select(Incident)).all() == []
    form = last_form(waits)
    assert "Nothing waits" in form.submit("answer", value="decline").follow().text
    form.submit("answer", value="decline", status=404)


@pytest.mark.usefixtures("lead")
def test_patients_stories_and_reporters_are_nowhere_afterwards(
    db, bring, capfd, tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bring(export(), "incidents")
    bring(
        "alert_id,unit,fired_at,staff,alert_type,response,true_alert,patient,comment\n"
        "A1,,2026-08-03T09:00,S-55443322,dose,accepted,,P-778899,Mrs Jones\n"
        "A2,,never,S-55443322,dose,accepted,,P-778899,Mrs Jones\n",
        "alerts",
    )

    kept = "\n".join(
        str(tuple(row))
        for table in Base.metadata.sorted_tables
        if table.name != "staff_member"
        for row in db.execute(select(table))
    )
    said = "".join(capfd.readouterr())
    assert "EV-1" in kept
    assert list(tmp_path.iterdir()) == []
    for secret in (*SECRETS, "S-55443322"):
        assert secret not in kept + said


@pytest.mark.usefixtures("lead")
def test_a_file_that_cannot_be_read_says_why_on_its_page(db, bring):
    page = bring("a,b\n1,2\n", "alerts").follow()

    assert "must name these columns" in page.text
    assert db.scalars(select(ImportRun.state)).one() is RunState.REFUSED


@pytest.mark.usefixtures("lead")
def test_a_measure_under_other_names_says_what_was_taken_for_what_and_which_months_it_restates(
    bring,
):
    text = "Month,Ward,Count,Out of\n2025-10,,{0},50\n2025-11,,9,50\n2025-12,,{0},50\n"
    bring(text.format(40), "measure", measure="training_completion")
    page = bring(text.format(45), "measure", measure="training_completion").follow()

    assert "\u201cmonth\u201d for the period, \u201cward\u201d for the unit" in page.text
    assert "other numbers than before: 10/2025, 12/2025." in page.text
    two = bring("Month,Count,Number\n2025-10,1,2\n", "measure", measure="bed_days").follow()
    assert "Two columns of the file could be the numerator" in two.text


@pytest.mark.usefixtures("lead")
def test_what_is_left_out_of_the_form_is_asked_for(browser, bring):
    token = form_token(browser)
    assert "Choose a file" in browser.post("/outcome-data", {"csrf_token": token}, status=422).text
    for kind, words in (("", "Say what the file holds"), ("measure", "Choose which measure")):
        assert words in bring("x\n", kind, status=422).text


def test_others_see_none_of_it(browser, sign_in, factories):
    sign_in(factories.StaffMember(), Role.HR_OFFICER)

    for path in ("/outcome-data", "/outcome-data/to-check", "/outcome-data/systems"):
        browser.get(path, status=404)


def test_an_administrator_adds_a_system_and_sees_its_key_once(browser, sign_in, factories):
    sign_in(factories.StaffMember(), Role.ADMINISTRATOR)
    form = last_form(browser.get("/outcome-data/systems"))
    form["name"], form["service"] = "Sepsis watch", "sepsis-watch"

    page = form.submit()

    assert "tracker_feed_" in page.text
    page = browser.get("/outcome-data/systems")
    assert "tracker_feed_" not in page.text
    assert "/cds-services/sepsis-watch/feedback" in page.text


def test_a_declined_story_stays_declined(db, browser, bring, lead):
    assert lead
    bring(export(), "incidents")
    form = last_form(browser.get("/outcome-data/to-check"))
    form.submit("answer", value="decline")

    bring(export(Revision="1"), "incidents")

    assert db.scalars(select(IncidentCandidate.state)).one() == "declined"
    assert db.scalars(select(Incident)).all() == []
