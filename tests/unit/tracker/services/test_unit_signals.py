"""A unit's outcomes suggest a goal only where the report itself says worse."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tracker.models import Observation, OutcomeMeasure, UnitSignal
from tracker.security.identity import Identity
from tracker.services.measures import seed_built_in_measures
from tracker.services.meetings import meeting_page
from tracker.services.unit_signals import find_signals, keep_signals

SENT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def ward(db, factories, organisation, today):
    seed_built_in_measures(db, organisation, today=today)
    return factories.OrganisationUnit(name="Kestrel Ward")


def observe(db, organisation, ward, *, contributors, recent):
    """Three years of audited alerts: 80 of 100 acted on each month, and `recent` in the last."""
    measure = db.scalars(
        select(OutcomeMeasure).where(OutcomeMeasure.key == "alert_recognition")
    ).one()
    months = [date(year, month, 1) for year in (2023, 2024, 2025, 2026) for month in range(1, 13)]
    for number, month in enumerate(one for one in months if date(2023, 11, 1) <= one < SENT.date()):
        acted = 80 + number % 3 if month < date(2025, 11, 1) else recent + number % 3
        db.add(
            Observation(
                organisation_id=organisation.id,
                outcome_measure_id=measure.id,
                organisation_unit_id=ward.id,
                month=month,
                numerator=acted,
                denominator=100,
                contributors=contributors,
                source="test",
                extracted_at=SENT,
            )
        )
    db.flush()


def test_a_fall_by_the_reports_test_suggests_a_goal_with_its_reason(
    db, factories, organisation, ward, today
):
    observe(db, organisation, ward, contributors=20, recent=50)
    appraisal = factories.Appraisal()
    factories.Assignment(staff_member=appraisal.appraisee, organisation_unit=ward)

    found = find_signals(db, organisation, today=today)
    assert keep_signals(db, organisation, found, today=today) == 1

    by = Identity(staff_id=appraisal.appraiser_id, organisation_id=organisation.id)
    (idea,) = meeting_page(db, appraisal, by=by, today=today).suggestions
    assert idea.key == "signal-alert_recognition"
    assert idea.reason.startswith("Kestrel Ward: ")
    assert idea.reason.endswith("That is worse.")
    # Somebody who works elsewhere is told nothing of this ward.
    other = factories.Appraisal()
    factories.Assignment(staff_member=other.appraisee)
    by = Identity(staff_id=other.appraiser_id, organisation_id=organisation.id)
    assert meeting_page(db, other, by=by, today=today).suggestions == []


@pytest.mark.parametrize(("contributors", "recent"), [(5, 50), (20, 80)])
def test_few_people_or_no_change_suggest_nothing(
    db, organisation, ward, today, contributors, recent
):
    observe(db, organisation, ward, contributors=contributors, recent=recent)

    assert find_signals(db, organisation, today=today) == []


def test_what_no_longer_holds_is_gone_the_next_night(db, organisation, ward, today):
    observe(db, organisation, ward, contributors=20, recent=50)
    found = find_signals(db, organisation, today=today)
    keep_signals(db, organisation, found, today=today)

    keep_signals(db, organisation, [], today=today)

    assert db.scalars(select(UnitSignal)).all() == []
