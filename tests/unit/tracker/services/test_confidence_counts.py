"""Counting who feels confident, by month and unit: one person counts once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tracker.models import (
    Competence,
    Observation,
    OutcomeMeasure,
    SelfAssessment,
    SelfAssessmentAnswer,
)
from tracker.services.confidence_counts import count_confidence
from tracker.services.framework_seed import seed_framework

OCTOBER, NOVEMBER = (
    datetime(2026, 10, 14, 9, 0, tzinfo=UTC),
    datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
)


@pytest.fixture
def competences(db, organisation):
    seed_framework(db, organisation)
    return db.scalars(select(Competence.id).limit(3)).all()


@pytest.fixture
def said(db, factories, competences):
    def said(unit, *confidences, person=None, at=OCTOBER):
        person = person or factories.StaffMember()
        sitting = SelfAssessment(
            organisation_id=person.organisation_id,
            staff_member_id=person.id,
            occasion="own",
            organisation_unit_id=unit.id,
            started_at=at,
        )
        for competence_id, confidence in zip(competences, confidences, strict=False):
            sitting.answers.append(
                SelfAssessmentAnswer(
                    organisation_id=person.organisation_id,
                    competence_id=competence_id,
                    confidence=confidence,
                    answered_at=at,
                )
            )
        db.add(sitting)
        db.flush()
        return person

    return said


@pytest.fixture
def seen(db, organisation, today, now):
    def seen():
        count_confidence(db, organisation, today=today, now=now)
        db.flush()
        rows = db.execute(
            select(
                Observation.organisation_unit_id,
                Observation.month,
                Observation.numerator,
                Observation.denominator,
                Observation.contributors,
            )
            .join(OutcomeMeasure, OutcomeMeasure.id == Observation.outcome_measure_id)
            .where(OutcomeMeasure.key == "confidence")
        )
        return {(unit, month): tuple(numbers) for unit, month, *numbers in rows}

    return seen


def test_most_of_the_answers_decide(factories, said, seen):
    ward = factories.OrganisationUnit()
    said(ward, 3, 4, 1)  # two of three: confident
    said(ward, 3, 1, 2)  # one of three: not
    said(ward, 3, 1)  # half is not most

    assert seen()[ward.id, date(2026, 10, 1)] == (1.0, 3.0, 3)


def test_what_was_not_understood_says_nothing_of_anybody(factories, said, seen):
    ward = factories.OrganisationUnit()
    said(ward, 4, None, None)
    said(ward, None, None, None)

    assert seen()[ward.id, date(2026, 10, 1)] == (1.0, 1.0, 1)


def test_a_person_counts_once_a_month_with_what_they_said_last(factories, said, seen):
    ward = factories.OrganisationUnit()
    person = said(ward, 1, 1, 1)
    said(ward, 4, 4, 4, person=person)
    said(ward, 1, 1, 1, person=person, at=NOVEMBER)

    assert seen() == {
        (ward.id, date(2026, 10, 1)): (1.0, 1.0, 1),
        (None, date(2026, 10, 1)): (1.0, 1.0, 1),
        (ward.id, date(2026, 11, 1)): (0.0, 1.0, 1),
        (None, date(2026, 11, 1)): (0.0, 1.0, 1),
    }


def test_twice_is_as_once(factories, said, seen):
    said(factories.OrganisationUnit(), 3, 3, 3)

    assert seen() == seen()
