"""What is measured: the dictionary, a trust's own measures, and the rules of each chart."""

import csv
import io

import pytest
from sqlalchemy import select

from tests.support.outcomes import MONTHS, observe, shares
from tracker.models import AuditEvent, AuditKind, MeasureVersion, OutcomeMeasure, Rebase
from tracker.security.identity import Role
from tracker.services.outcome_data import load_data
from tracker.services.outcome_feed import numbers_table, said_of


@pytest.fixture
def lead(factories, sign_in):
    return sign_in(factories.StaffMember(), Role.QUALITY_LEAD)


def measure(db, key):
    return db.scalar(select(OutcomeMeasure).where(OutcomeMeasure.key == key))


@pytest.fixture
def own_measure(browser, lead):
    del lead
    form = browser.get("/measures").click("Add a measure of our own").forms[1]
    form["key"] = "late_discharges"
    form["name"] = "Late discharges"
    form["numerator"] = "Discharges after noon"
    form["denominator"] = "All discharges"
    form["unit"] = "percent"
    form["direction"] = "decrease"
    form["chart_kind"] = "c"
    form = form.submit(status=200).forms[1]
    assert "Choose one of: XmR chart, Run chart, I chart, P chart, P-prime chart" in form.text
    form["chart_kind"] = "pp"
    return form.submit(status=303).follow()


def test_a_lead_adds_a_measure_and_a_new_definition_breaks_its_chart(
    browser, db, organisation, own_measure
):
    assert "All discharges" in own_measure.text
    observe(db, organisation, "late_discharges", shares(0.4, 0.3))
    form = own_measure.click("Change this measure").forms[1]
    form["numerator"] = "Discharges after two in the afternoon"
    form["reason"] = "Noon was too early"

    refused = form.submit(status=200)
    assert "Choose the first month that is counted in the new way" in refused.text

    form = refused.forms[1]
    form["from_month"] = MONTHS[20].isoformat()[:7]
    page = form.submit(status=303).follow()

    assert "it was “Discharges after noon”" in page.text
    versions = db.scalars(select(MeasureVersion).order_by(MeasureVersion.number)).all()
    assert [one.number for one in versions] == [1, 2]
    report = browser.get("/outcomes")
    assert "The lines start anew in July 2025. What is counted changed (version 2)" in report.text
    # Earlier months are another thing, and sixteen are too few to compare.
    assert "Late discharges: too few to tell." in report.text
    assert "Take it back" not in page.text
    # And so it stands in each file, at the first point that is counted in the new way.
    written = list(csv.DictReader(io.StringIO(browser.get("/outcomes/report.csv").text[1:])))
    broken = [row["begins_on"] for row in written if "version 2" in row["lines_start_anew"]]
    assert broken == [MONTHS[20].isoformat()]
    data = load_data(db, organisation.id)
    rows = numbers_table(data, said_of(db, data)).rows
    assert [row[6] for row in rows if "version 2" in (row[-2] or "")] == [MONTHS[20]]


def test_words_alone_make_a_version_and_no_break(db, browser, lead):
    del lead
    browser.get("/measures")
    form = browser.get("/measures/harm_share/change").forms[1]
    assert "numerator" not in form.fields  # the product counts it
    form["owner"] = "Chief nurse"
    form["reason"] = "She asked for it"
    page = form.submit(status=303).follow()

    assert "it was “Patient safety lead”, and is “Chief nurse”" in page.text
    assert db.scalars(select(Rebase)).all() == []


def test_a_chart_keeps_its_rules_with_reason_and_author(browser, db, organisation, lead):
    observe(db, organisation, "confidence", shares(0.4, 0.6, of=100, staff=100))
    form = browser.get("/measures/confidence/chart").forms[1]
    form["shift_length"] = "2"
    form["reason"] = "As in our other charts"
    assert "Write a whole number from 3 to 50." in form.submit(status=200).text
    form["shift_length"] = "8"
    form["baseline_points"] = "12"
    page = form.submit(status=303).follow()

    assert f"{lead.name}: XmR chart; 8 on one side" in page.text
    report = browser.get("/outcomes")
    assert "8 on one side; 7 in a row up or down" in report.text
    assert "lines from the first 12 points" in report.text


def test_what_happened_is_on_the_chart_and_can_be_taken_back(browser, db, organisation, lead):
    del lead
    numbers = shares(0.4, 0.6, of=100, staff=100)
    observe(db, organisation, "confidence", [*numbers[:30], None, *numbers[31:]])
    for place, words in ((30, "The clocks stood still"), (24, "Champions began")):
        form = browser.get("/measures/confidence/note").forms[1]
        form["month"] = MONTHS[place].isoformat()[:7]
        form["words"] = words
        page = form.submit(status=303).follow()
    assert "May 2026, which has no point here: The clocks stood still" in page.text
    chart = page.html.find("figure")
    assert "Champions began" in chart.find("desc").get_text()
    assert "Champions began" in chart.find("details").get_text()
    written = csv.DictReader(io.StringIO(browser.get("/outcomes/report.csv").text[1:]))
    noted = {row["begins_on"]: row["what_happened"] for row in written if row["what_happened"]}
    assert noted == {MONTHS[24].isoformat(): "Champions began"}

    data = load_data(db, organisation.id)
    rows = numbers_table(data, said_of(db, data)).rows
    assert {(row[6], row[-1]) for row in rows if row[-1]} == {(MONTHS[24], "Champions began")}

    for form in list(page.forms.values())[1:3]:
        form.submit(status=303)

    assert "Champions began" not in browser.get("/outcomes").text
    of_notes = AuditEvent.kind == AuditKind.MEASURE_DEFINED
    kinds = db.scalars(select(AuditEvent.details).where(of_notes).order_by(AuditEvent.id))
    assert [one["what"] for one in kinds] == ["note"] * 2 + ["note taken back"] * 2


def test_others_read_what_is_measured_and_change_nothing(browser, factories, sign_in):
    sign_in(factories.StaffMember())
    page = browser.get("/measures").click("Alerts recognised")

    assert "Change" not in page.html.find(id="maincontent").get_text()
    browser.get("/measures/alert_recognition/change", status=404)
    browser.get("/measures/add", status=404)


def test_one_month_unlike_the_rest_does_not_put_every_point_outside(
    browser, db, organisation, lead
):
    del lead
    same = [(60, 100, 30)] * len(MONTHS)
    observe(db, organisation, "confidence", [*same[:9], (50, 100, 30), *same[10:]])

    page = browser.get("/measures/confidence")

    assert "Nearly all values are the same." in page.text
    assert "1 of the points stands out." in page.html.find("desc").get_text()
