"""A trust gets what we ship, keeps what it has, and later gets what came since."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tracker.content import framework as content
from tracker.content.profiles import PROFILES
from tracker.models import Competence, Framework, FrameworkState, RoleProfile
from tracker.services import framework_seed
from tracker.services.framework_seed import seed_framework
from tracker.services.frameworks import MOST_ASKED, needed_competences
from tracker.services.profiles import Work

SHIPPED = content.FRAMEWORK


def own_words(competence):
    mine = competence.key == "good-records"
    return replace(competence, name="Our own words") if mine else competence


OLD = replace(
    SHIPPED,
    domains=tuple(
        replace(one, competences=tuple(own_words(c) for c in one.competences[:2]))
        for one in SHIPPED.domains[:7]
    ),
)


@pytest.fixture
def old_trust(db, organisation, monkeypatch):
    """A trust that was given an earlier, shorter framework."""
    with monkeypatch.context() as patched:
        patched.setattr(content, "FRAMEWORK", OLD)
        patched.setattr(framework_seed, "PROFILES", ())
        seed_framework(db, organisation)
    return organisation


def keys(db, organisation):
    rows = db.scalars(
        select(Competence.key).where(Competence.organisation_id == organisation.id)
    ).all()
    assert len(rows) == len(set(rows))
    return set(rows)


def test_a_new_trust_gets_the_framework_the_draft_of_tasks_and_the_profiles(db, organisation):
    shipped = seed_framework(db, organisation)

    assert shipped.state is FrameworkState.PUBLISHED
    tasks = db.scalar(select(Framework).where(Framework.key == "work-tasks"))
    assert tasks.state is FrameworkState.DRAFT
    assert len(keys(db, organisation)) == 20 + sum(len(d.competences) for d in SHIPPED.domains)
    assert db.scalar(select(func.count()).select_from(RoleProfile)) == len(PROFILES)


def test_seeding_twice_adds_nothing(db, organisation):
    first = seed_framework(db, organisation)
    before = keys(db, organisation)

    assert seed_framework(db, organisation) is first
    assert keys(db, organisation) == before
    assert db.scalar(select(func.count()).select_from(RoleProfile)) == len(PROFILES)


def test_an_earlier_installation_gets_what_came_since_and_keeps_its_own_words(db, old_trust):
    used = db.scalar(select(Competence).where(Competence.key == "good-records"))
    ours = used.id

    seed_framework(db, old_trust)
    db.expire_all()

    kept = db.scalar(select(Competence).where(Competence.key == "good-records"))
    assert (kept.id, kept.name) == (ours, "Our own words")
    assert len(kept.levels) == 4
    framework = db.scalar(select(Framework).where(Framework.key == SHIPPED.key))
    assert [
        [(one.key, one.position) for one in domain.competences] for domain in framework.domains
    ] == [
        [(one.key, place) for place, one in enumerate(domain.competences)]
        for domain in SHIPPED.domains
    ]


def test_a_profile_that_the_trust_wrote_for_the_same_work_stays_the_only_one(db, old_trust):
    db.add(
        RoleProfile(
            organisation_id=old_trust.id,
            key="our-porters",
            name="Our porters",
            staff_group="Estates and Ancillary",
            job_role="Porter",
        )
    )
    db.flush()

    seed_framework(db, old_trust)

    porters = select(RoleProfile.key).where(RoleProfile.job_role == "Porter")
    assert db.scalars(porters).all() == ["our-porters"]


@pytest.mark.parametrize("state", [FrameworkState.RETIRING, FrameworkState.RETIRED])
def test_a_framework_that_the_trust_put_away_is_left_alone(db, old_trust, state):
    framework = db.scalar(select(Framework).where(Framework.key == SHIPPED.key))
    framework.state = state
    before = keys(db, old_trust)

    seed_framework(db, old_trust)

    assert keys(db, old_trust) == before
    assert db.scalars(select(RoleProfile)).all() == []


def test_a_version_of_the_trusts_own_is_left_alone(db, old_trust):
    db.add(
        Framework(
            organisation_id=old_trust.id,
            key=SHIPPED.key,
            version=2,
            name="Ours",
            state=FrameworkState.DRAFT,
        )
    )
    db.flush()
    before = keys(db, old_trust)

    assert seed_framework(db, old_trust).name == "Ours"
    assert keys(db, old_trust) == before


@pytest.mark.parametrize(
    ("staff_group", "job_role", "expected"),
    [
        (
            "Medical and Dental",
            "Consultant",
            ["spot-alerts", "good-records", "use-data", "stay-safe", "main-system"],
        ),
        (
            "Nursing and Midwifery Registered",
            "Staff Nurse",
            ["spot-alerts", "good-records", "protect-information", "stay-safe", "main-system"],
        ),
        (
            "Administrative and Clerical",
            "Senior Manager",
            ["protect-information", "buy-systems", "judge-results"],
        ),
        ("Estates and Ancillary", "Porter", ["right-channel", "use-devices", "stay-safe"]),
    ],
)
def test_the_first_questions_suit_the_work(
    db, organisation, today, staff_group, job_role, expected
):
    seed_framework(db, organisation)

    work = Work(staff_group=staff_group, job_role=job_role)
    asked = needed_competences(db, organisation.id, work, today=today)
    by_id = dict(db.execute(select(Competence.id, Competence.key)).all())

    assert [by_id[one.id] for one in asked][: len(expected)] == expected
    assert "stay-safe" in {by_id[one.id] for one in asked}
    assert len(asked) <= MOST_ASKED
