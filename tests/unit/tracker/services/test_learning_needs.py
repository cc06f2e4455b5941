"""What groups need to learn: groups of eight or more, and a system's fault counted apart."""

import pytest
from sqlalchemy import select

from tracker.documents.needs_csv import needs_csv
from tracker.models import (
    BarrierKind,
    Competence,
    OfferOfSupport,
    SelfAssessment,
    SelfAssessmentAnswer,
    SupportKind,
)
from tracker.security.identity import Identity
from tracker.services.framework_seed import seed_framework
from tracker.services.learning_needs import learning_needs

NEEDED = 3  # stay-safe, for everybody


@pytest.fixture
def competence(db, organisation):
    seed_framework(db, organisation)
    return db.scalars(select(Competence).where(Competence.key == "stay-safe")).one()


@pytest.fixture
def answered(db, factories, competence, now):
    def answered(unit, *levels, at=now):
        people = []
        for level in levels:
            person = factories.Assignment(organisation_unit=unit).staff_member
            sitting = SelfAssessment(
                organisation_id=person.organisation_id,
                staff_member_id=person.id,
                occasion="own",
                started_at=at,
            )
            sitting.answers.append(
                SelfAssessmentAnswer(
                    organisation_id=person.organisation_id,
                    competence_id=competence.id,
                    current_level=level,
                    confidence=level,
                    answered_at=at,
                )
            )
            db.add(sitting)
            people.append(person)
        db.flush()
        return people

    return answered


@pytest.fixture
def needs(db, factories, organisation, today):
    lead = factories.StaffMember()

    def needs(unit=None):
        by = Identity(staff_id=lead.id, organisation_id=organisation.id)
        return learning_needs(db, unit_public_id=unit.public_id if unit else "", by=by, today=today)

    return needs


def test_who_is_below_what_the_job_needs(factories, answered, needs, competence):
    ward = factories.OrganisationUnit()
    answered(ward, 1, 2, 2, 3, 3, 3, 4, 4, None)

    found = needs()

    (row,) = found.by_competence
    assert (row.name, row.people, row.below) == (competence.name, 8, 3)
    assert found.answered == 8
    assert [one.people for one in found.by_profile] == [8]


def test_fewer_than_eight_show_nothing(factories, answered, needs):
    answered(factories.OrganisationUnit(), 1, 2, 2, 3, 3, 3, 4)

    found = needs()

    assert found.answered is None
    assert found.by_competence == found.by_profile == found.units == ()


def test_a_small_team_cannot_be_worked_out_from_the_whole(factories, answered, needs):
    large, small = factories.OrganisationUnit(), factories.OrganisationUnit()
    answered(large, *[3] * 9)
    answered(small, 1, 1)

    assert needs().answered == 11
    assert needs(large).answered is None
    assert needs(small).answered is None


def test_what_was_said_two_years_ago_is_not_todays_need(factories, answered, needs, now):
    answered(factories.OrganisationUnit(), *[1] * 9, at=now.replace(year=2024))

    assert needs().answered is None


def test_a_systems_fault_is_counted_apart_from_anybodys_gap(db, factories, answered, needs):
    people = answered(factories.OrganisationUnit(), *[3] * 9)
    for person in people:
        factories.Barrier(staff_member=person, kind=BarrierKind.RELIABILITY)
        goal = factories.Goal(staff_member=person)
        db.add(
            OfferOfSupport(
                organisation_id=person.organisation_id, goal_id=goal.id, kind=SupportKind.CHAMPION
            )
        )
    factories.Barrier(staff_member=people[0], kind=BarrierKind.HARDWARE)
    db.flush()

    found = needs()

    assert found.by_competence[0].below == 0
    assert [(one.name, one.people) for one in found.in_the_way] == [
        ("A system that is slow or fails", 9)
    ]
    assert [one.people for one in found.asked_for] == [9]
    assert '"in the way: for the trust to mend","","A system that is slow or fails","9",""' in (
        needs_csv(found)
    )
