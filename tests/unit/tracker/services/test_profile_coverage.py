"""Which kinds of work have a role profile of their own, and what the others inherit."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.queries import count_queries
from tracker.models import Competence, RoleProfile, RoleRequirement
from tracker.services.framework_seed import seed_framework
from tracker.services.profile_coverage import coverage

DOCTORS = "Medical and Dental"


@pytest.fixture
def trust(db, organisation, factories):
    seed_framework(db, organisation)
    for _person in range(2):
        factories.Assignment()  # staff nurses
    factories.Assignment(staff_group=DOCTORS, job_role="Consultant")
    factories.Assignment(staff_group="Students", job_role="Student")
    return organisation


def asks(db, trust):
    return RoleRequirement(
        organisation_id=trust.id,
        competence_id=db.scalar(select(Competence.id).where(Competence.key == "spot-alerts")),
        needed_level=2,
        is_essential=True,
    )


def role(found, job_role):
    (one,) = (one for one in found.roles if one.job_role == job_role)
    return one


def test_a_job_role_has_its_own_profile_or_inherits(db, trust, today):
    found = coverage(db, trust.id, today=today)

    assert [one.job_role for one in found.roles] == ["Staff Nurse", "Consultant", "Student"]
    nurse, consultant = role(found, "Staff Nurse"), role(found, "Consultant")
    assert (nurse.people, nurse.own) == (2, None)
    assert nurse.inherited == ("Nurses and midwives", "All staff")
    assert consultant.own == "Consultants"
    assert consultant.inherited == ("Doctors and dentists", "All staff")
    assert role(found, "Student").inherited == ("All staff",)
    assert [one.job_role for one in found.without_own] == ["Staff Nurse", "Student"]


def test_profiles_that_fit_nobody_are_told(db, trust, today):
    unused = coverage(db, trust.id, today=today).unused

    assert "Porters" in unused
    assert "Consultants" not in unused
    assert "All staff" not in unused


def test_a_profile_for_a_job_role_of_any_staff_group_counts_as_its_own(db, trust, today):
    db.add(
        RoleProfile(
            organisation_id=trust.id,
            key="student",
            name="Students",
            job_role="Student",
            requirements=[asks(db, trust)],
        )
    )
    db.flush()

    assert role(coverage(db, trust.id, today=today), "Student").own == "Students"


def test_only_the_main_work_of_today_counts(db, trust, factories, today):
    yesterday = today - timedelta(days=1)
    factories.Assignment(job_role="Left", effective_to=yesterday)
    factories.Assignment(job_role="Second", is_primary=False)
    factories.Assignment(job_role="Later", effective_from=today + timedelta(days=1))

    assert len(coverage(db, trust.id, today=today).roles) == 3


@pytest.mark.usefixtures("trust")
def test_another_trusts_work_and_profiles_are_not_seen(db, factories, today):
    found = coverage(db, factories.Organisation().id, today=today)

    assert (found.roles, found.unused) == ((), ())


def test_it_asks_the_database_twice_however_many_roles_there_are(db, trust, factories, today):
    for place in range(5):
        factories.Assignment(job_role=f"Role {place}")

    with count_queries(db) as queries:
        coverage(db, trust.id, today=today)

    assert queries.number == 2


def test_a_profile_for_posts_of_one_title_is_their_own(db, trust, factories, today):
    matron = factories.Post(title="Matron")
    factories.Assignment(post=matron)
    db.add(
        RoleProfile(
            organisation_id=trust.id,
            key="matrons",
            name="Matrons",
            post_title="matron",
            requirements=[asks(db, trust)],
        )
    )
    db.flush()

    found = coverage(db, trust.id, today=today)

    (one,) = (one for one in found.roles if one.post_title == "Matron")
    assert (one.own, one.people) == ("Matrons", 1)
    assert role(found, "Consultant").post_title is None
    assert found.people_with_own == 2
