"""Rare events of a trust's own: a measure of them, lists of their dates, and their chart."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from webtest import Upload

from tracker.models import RareEventDay
from tracker.security.identity import Role

START = date(2024, 1, 5)
DAYS = [START + timedelta(20 * n) for n in range(14)]


@pytest.fixture
def measure_page(browser, factories, sign_in):
    """Add a measure of rare events on the page, as a quality lead does."""
    sign_in(factories.StaffMember(), Role.QUALITY_LEAD)
    form = browser.get("/measures").click("Add a measure of our own").forms[1]
    form["key"] = "wrong_record"
    form["name"] = "Notes in the wrong record"
    form["numerator"] = "Notes written for somebody else"
    form["unit"] = "days_between"
    form["direction"] = "decrease"
    refused = form.submit(status=200)
    assert "A long time between events means that they are rare." in refused.text
    form = refused.forms[1]
    form["direction"] = "increase"
    return form.submit(status=303).follow()


@pytest.fixture
def bring(measure_page):
    def bring_list(*rows, header="date,unit,patient"):
        form = measure_page.click("Bring a list of its dates").forms[1]
        assert (form["kind"].value, form["measure"].value) == ("measure", "wrong_record")
        content = "\n".join((header, *rows))
        form["file"] = Upload("list.csv", content.encode())
        return form.submit(status=303).follow()

    return bring_list


def days_kept(db):
    rows = db.execute(select(RareEventDay.day, RareEventDay.events).order_by(RareEventDay.day))
    return {day: events for day, events in rows if events}


def lines(days, unit=""):
    return [f"{day:%d/%m/%Y},{unit},Jones" for day in days]


def test_a_list_of_dates_is_a_chart_of_the_days_between(browser, db, factories, bring):
    ward = factories.OrganisationUnit(name="Oak ward", code="OAK")
    run = bring(*lines([*DAYS, DAYS[3]], "OAK"), "2024-13-40,OAK,Jones", "2024-02,,Jones")
    assert "The day is missing: there is only a month." in run.text
    assert days_kept(db)[DAYS[3]] == 2

    report = browser.get("/outcomes")
    assert "Notes in the wrong record: 15 events in this period." in report.text
    assert "T chart" in report.text
    assert "Two events on one day are drawn half a day apart." in report.text
    assert "Nothing here is counted by month." in report.text
    written = browser.get("/outcomes/report.csv").text
    assert written.count("Notes in the wrong record") == 14
    assert "Jones" not in report.text + written
    for audience, is_shown in (("inside", True), ("published", False)):
        part = browser.get(
            "/outcomes",
            {"unit": ward.public_id, "first": "2024-01", "last": "2026-10", "audience": audience},
        )
        assert ("15 events" in part.text) is is_shown


def test_a_list_says_its_days_anew_and_twice_changes_nothing(db, factories, bring):
    factories.OrganisationUnit(name="Oak ward", code="OAK")
    bring(*lines(DAYS))
    assert "Nothing new" in bring(*lines(DAYS)).text
    mended = [*DAYS[:5], DAYS[5] + timedelta(1), *DAYS[6:]]
    bring(*lines(mended))
    assert sorted(days_kept(db)) == mended
    # A ward's list says nothing of the others; nought takes a day back.
    bring(*lines(DAYS[8:10], "OAK"))
    run = bring(f"{mended[-1]},0", header="Date of incident,events")
    assert "replaced by it" in run.text
    kept = days_kept(db)
    assert (len(kept), max(kept)) == (13, mended[-2])


def test_what_is_no_list_of_dates_is_refused(bring):
    run = bring("2026-01,,3", header="period,unit,numerator")

    assert "Name it “date” in the first line" in run.text
