"""Did the goals help? What is registered is locked, and says no more than its numbers."""

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from tests.support.outcomes import MONTHS, observe
from tracker.models import RegisteredComparison
from tracker.security.identity import Role

PEOPLE = 9


@pytest.fixture
def wards(factories, db, organisation):
    """Eight wards; in the first four recognition rose by half from the 25th month on."""
    rng = random.Random(5)  # noqa: S311 - nothing is secret here
    found = []
    for number in range(8):
        ward = factories.OrganisationUnit(name=f"Ward {number}")
        for key, after in (("alert_recognition", 0.6 if number < 4 else 0.4), ("confidence", 0.5)):
            before = 0.4 if key == "alert_recognition" else 0.5
            rates = [before] * 24 + [after] * 12
            numbers = [(sum(rng.random() < rate for _ in range(60)), 60, 30) for rate in rates]
            observe(db, organisation, key, numbers, unit=ward)
        found.append(ward)
    return found


@pytest.fixture
def form(browser, factories, sign_in, wards):
    sign_in(factories.StaffMember(), Role.QUALITY_LEAD)
    form = browser.get("/comparisons").click("Register a comparison").forms[1]
    form["question"] = "Did goals on alerts help?"
    form["measure_key"] = "alert_recognition"
    form["control_key"] = "confidence"
    form["with_goals"] = [ward.public_id for ward in wards[:4]]
    form["compared"] = [ward.public_id for ward in wards[4:]]
    form["starts"] = MONTHS[24].isoformat()[:7]
    for part, value in zip(("day", "month", "year"), ("22", "11", "2026"), strict=True):
        form[f"look_on-{part}"] = value
    return form


def goals_for(factories, people, wards):
    agreed = datetime(2025, 11, 3, 10, tzinfo=UTC)
    for number in range(people):
        someone = factories.Assignment(
            organisation_unit=wards[number % 4], effective_from=MONTHS[0]
        ).staff_member
        factories.Goal(staff_member=someone, agreed_at=agreed)


def test_a_registered_comparison_is_locked_and_says_what_it_found(
    browser, db, factories, wards, form
):
    goals_for(factories, PEOPLE, wards)
    page = form.submit(status=303).follow()

    said = page.html.find(id="maincontent").get_text(" ", strip=True)
    assert "Alerts recognised went up by" in said
    assert "beyond what the other units did" in said
    assert "It is not proof." in said
    assert "which goals cannot change, did not clearly move" in said
    assert "With these numbers, a fall of" in said
    assert "12 months of after were in already when it was registered." in said
    assert "Alerts recognised went up by" in browser.get("/outcomes").text
    for change in (
        update(RegisteredComparison).values(question="Other"),
        delete(RegisteredComparison),
    ):
        with pytest.raises(DatabaseError, match="kept as it was"), db.begin_nested():
            db.execute(change)


def test_a_cohort_of_one_person_is_refused(factories, wards, form):
    goals_for(factories, 1, wards)

    page = form.submit(status=200)

    assert "Fewer than 8 people in these units had such a goal by November 2025." in page.text


def test_a_unit_stands_on_one_side(factories, wards, form):
    goals_for(factories, PEOPLE, wards)
    form["compared"] = [wards[0].public_id]

    assert "A unit cannot be on both sides." in form.submit(status=200).text


def test_a_look_without_registering_is_marked_and_kept_on_record(browser, factories, wards, form):
    goals_for(factories, PEOPLE, wards)
    look = browser.get("/comparisons/explore").forms[1]
    for name in ("measure_key", "control_key", "starts"):
        look[name] = form[name].value
    look["with_goals"] = [ward.public_id for ward in wards[:4]]
    look["compared"] = [ward.public_id for ward in wards[4:]]

    page = look.submit(status=200)

    assert "Exploratory: nobody wrote this down before looking." in page.text
    assert "Did the goals help?" not in str(browser.get("/outcomes").html.find_all("h2"))
    registered = form.submit(status=303).follow()
    assert "This measure was looked at once without registering before that." in registered.text


def test_before_its_day_only_the_plan_is_shown(factories, wards, form):
    goals_for(factories, PEOPLE, wards)
    form["look_on-year"] = "2027"

    page = form.submit(status=303).follow()

    assert "The result is shown from 22 November 2027." in page.text
    assert "went up" not in page.text
