"""Local systems' own exports: a map drawn once on a page, then used for each new file."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import select

from tests.support.personal import stored_text
from tracker.models import (
    AlertEvent,
    ImportRun,
    Incident,
    IncidentCandidate,
    Observation,
    ServiceCallDay,
)
from tracker.security.identity import Role
from tracker.services.column_maps import find_map

#: planted: none of it may be found anywhere afterwards
NHS_NUMBER, PATIENT, STORY, REPORTER = "943 476 5919", "Zebedee Quill", "fell off", "Orla Plimsoll"
SECRETS = (NHS_NUMBER, NHS_NUMBER.replace(" ", ""), PATIENT, STORY, REPORTER, "Plimsoll")

HEADINGS = (
    *("ID", "Exact place", "Incident date", "Opened date", "Severity", "Category", "Details"),
    *("Affected", "Person", "Reported by", "Contact"),
)


def incidents(number=24):
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("Trust incident list",))
    rows.writerow(HEADINGS)
    for n in range(number):
        category = ("IT systems", "Falls", "Other")[n % 3]
        story = f"{PATIENT} {STORY} the bed" + (" as the computer was down" if n % 2 else "")
        month = "2026-08" if n == 0 else f"{n % 28 + 1:02}/08/2026"
        people = (NHS_NUMBER, f"{PATIENT} {n}", REPORTER, f"{REPORTER} {n}")
        harm = ("Minor", "Odd word")[n % 2]
        rows.writerow((f"W{n}", "", month, "29/08/2026", harm, category, story, *people))
    return out.getvalue().encode()


def alerts():
    lines = ["Firing ID,Shown at,Clinician,Rule,Action,Patient MRN,Free comment\n"]
    for n in range(24):
        action = ("Acted on", "Dismissed", "Snoozed")[n % 3]
        # of one the spreadsheet lost its shape: noon on 1 September
        shown = "46266.5" if n == 23 else f"0{n % 9 + 1}/09/2026 10:{n + 10}"
        lines.append(f"F{n},{shown},40{n},Sepsis,{action},{NHS_NUMBER},{PATIENT} {n}\n")
    return "".join(lines).encode()


@pytest.fixture
def lead(factories, sign_in):
    person = factories.StaffMember()
    sign_in(person, Role.QUALITY_LEAD)
    return person


def draw(browser, kind, content, name="local.csv"):
    """Bring a file to the page of maps, and give the form with its columns."""
    form = next(f for f in browser.get(f"/maps/{kind}").forms.values() if "file" in f.fields)
    page = browser.post(
        f"/maps/{kind}",
        {"csrf_token": form["csrf_token"].value},
        upload_files=[("file", name, content)],
    ).follow()
    for secret in SECRETS:
        assert secret not in page
    return next(f for f in page.forms.values() if "do" in f.fields)


def save(form, name):
    checked = form.submit("do", value="check")
    assert "can be read" in checked
    form = next(f for f in checked.forms.values() if "name" in f.fields)
    form["name"] = name
    return form.submit("do", value="save").follow()


def bring(browser, kind, content, map_name):
    form = next(f for f in browser.get("/outcome-data").forms.values() if "file" in f.fields)
    data = {"csrf_token": form["csrf_token"].value, "kind": kind, "map": f"{kind}:{map_name}"}
    done = browser.post("/outcome-data", data, upload_files=[("file", "local.csv", content)])
    return done.follow()


def calls():
    """Give forty calls of two days: of the second day's, six ask how."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("Number", "Opened at", "Ward", "Category", "Short description", "Caller"))
    for n in range(40):
        category = ("Fault", "How-to", "Enquiry")[n % 3] if n < 12 else "Enquiry"
        asked = (f"Screen is blank for {PATIENT}", f"How do  I\nprint? {PATIENT} {NHS_NUMBER}")[
            n == 14
        ]
        day = "02/09/2026 08:15" if n < 20 else "03/09/2026 08:15"
        if n >= 34:
            asked = f"Can\u2019t log on, {PATIENT}"
        rows.writerow((f"C{n}", day, "", category, asked, REPORTER))
    rows.writerow(("C39", "03/09/2026 09:00", "", "How-to", "the same call again", REPORTER))
    rows.writerow(("C40", "Sep-2026", "", "How-to", "", REPORTER))
    return out.getvalue().encode()


def word(form, key, text):
    """Give the field that says what a word of the file means."""
    number = next(
        name.rpartition(".")[2]
        for name in form.fields
        if name and name.startswith(f"word.{key}.") and form[name].value == text
    )
    return form[f"value.{key}.{number}"]


def test_incidents_of_a_local_system_come_in_by_a_map(browser, db, lead):
    form = draw(browser, "incidents", incidents())
    assert form["column.reference"].value == "ID"
    assert form["column.occurred_on"].value == "Incident date"
    assert form["column.story"].value == "Details"
    assert word(form, "harm", "minor").value == "low"
    assert word(form, "is_digital", "it systems").value == "yes"
    word(form, "is_digital", "falls").value = "no"
    assert "is saved" in save(form, "Datix")

    shown = bring(browser, "incidents", incidents(), "Datix")

    assert "24" in shown
    found = db.scalars(select(Incident)).all()
    assert {one.reference for one in found} == {f"W{n}" for n in range(0, 24, 3)}
    assert {str(one.harm) for one in found} == {"low", "unclear"}
    assert [one.reference for one in found if one.is_month_only] == ["W0"]
    waiting = db.scalars(select(IncidentCandidate)).all()
    assert {one.reference for one in waiting} == {"W5", "W11", "W17", "W23"}
    again = bring(browser, "incidents", incidents(), "Datix")
    assert "nothing" in again.text.casefold()
    for secret in SECRETS:
        assert secret not in stored_text(db)
    assert find_map(db, lead.organisation_id, "incidents", "Datix").values["harm"]["odd word"] == ""


@pytest.mark.usefixtures("lead")
def test_alerts_of_a_local_log_come_in_by_a_map(browser, db):
    form = draw(browser, "alerts", alerts())
    assert "400" not in form.text
    assert form["column.staff"].value == "Clinician"
    assert word(form, "response", "acted on").value == "accepted"
    word(form, "response", "snoozed").value = "ignored"
    save(form, "Pop-ups")

    bring(browser, "alerts", alerts(), "Pop-ups")

    run = db.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
    assert (run.counts["added"], run.counts["rejected"]) == (24, 0)
    events = db.scalars(select(AlertEvent).order_by(AlertEvent.source_key)).all()
    assert [str(one.response) for one in events[:2]] == ["accepted", "overridden"]
    assert all(len(one.staff_pseudonym) == 16 for one in events)
    at = next(one.fired_at for one in events if one.source_key == "F23")
    assert at.isoformat() == "2026-09-01T11:00:00+00:00"
    for secret in SECRETS:
        assert secret not in stored_text(db)


@pytest.mark.usefixtures("lead")
def test_a_quality_lead_draws_no_maps_of_staff_and_a_map_reads_its_own_kind(browser):
    browser.get("/maps/hr", status=404)
    form = next(f for f in browser.get("/outcome-data").forms.values() if "file" in f.fields)
    data = {"csrf_token": form["csrf_token"].value, "kind": "alerts", "map": "incidents:Datix"}
    refused = browser.post(
        "/outcome-data", data, upload_files=[("file", "x.csv", b"a,b\n1,2\n")], status=422
    )
    assert "another kind of file" in refused


@pytest.mark.usefixtures("lead")
def test_calls_to_the_desk_are_counted_by_day_and_what_was_asked_is_not_kept(browser, db):
    form = draw(browser, "calls", calls())
    assert form["column.opened_on"].value == "Opened at"
    assert "how do i" in form.text
    form["own_words"] = "How do I\nCan't log on\n"
    word(form, "is_how_to", "enquiry").value = "look"
    save(form, "Desk")

    shown = bring(browser, "calls", calls(), "Desk")

    # Kinds: 4 faults, 4 how-to, 4 enquiries; then 28 enquiries, of which one asks how to print on
    # the first day, and six cannot log on on the second.
    days = db.execute(
        select(ServiceCallDay.day, ServiceCallDay.calls, ServiceCallDay.how_to).order_by(
            ServiceCallDay.day
        )
    ).all()
    assert days == [(date(2026, 9, 2), 20, 5), (date(2026, 9, 3), 20, 6)]
    month = db.scalars(select(Observation)).one()
    assert (month.month, month.numerator) == (date(2026, 9, 1), 11)
    assert "only a month" in shown
    later = calls().replace(b"How-to", b"Fault")
    assert "Said something else before" in bring(browser, "calls", later, "Desk")
    assert db.scalars(select(Observation.numerator)).all() == [7]
    for secret in (*SECRETS, "print", "blank"):
        assert secret not in stored_text(db)
