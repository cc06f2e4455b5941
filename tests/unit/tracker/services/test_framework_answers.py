"""What people said under one version of a framework counts under the next."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.frameworks import SMALL, put_out
from tracker.models import (
    Competence,
    Domain,
    RoleProfile,
    RoleRequirement,
    SelfAssessment,
    SelfAssessmentAnswer,
)
from tracker.security.identity import Identity
from tracker.services import framework_authoring as authoring
from tracker.services.confidence import answers_of
from tracker.services.framework_authoring import CompetenceDraft
from tracker.services.framework_drafts import begin_version
from tracker.services.framework_exchange import add_draft
from tracker.services.framework_life import retire_due
from tracker.services.preparations import asked_of
from tracker.services.self_assessments import latest_answers
from tracker.services.then_and_now import then_and_now


@pytest.fixture
def person(factories):
    return factories.StaffMember()


@pytest.fixture
def by(person):
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def answer(db, person, now):
    """Keep an answer of the person to a competence, some days ago."""

    def answer(competence_id, level, days_ago=0, appraisal_id=None):
        at = now - timedelta(days=days_ago)
        sitting = SelfAssessment(
            organisation_id=person.organisation_id,
            staff_member_id=person.id,
            occasion="own",
            appraisal_id=appraisal_id,
            started_at=at,
        )
        db.add(sitting)
        db.flush()
        db.add(
            SelfAssessmentAnswer(
                organisation_id=person.organisation_id,
                self_assessment_id=sitting.id,
                competence_id=competence_id,
                confidence=level,
                answered_at=at,
            )
        )
        db.flush()

    return answer


@pytest.fixture
def versions(db, organisation, by, factories, now):
    """Two versions: in the second "judge" means something else. Gives ids by version and key."""
    reader = factories.StaffMember()
    first = add_draft(db, organisation, SMALL, by=by)
    put_out(db, first, reader, by=by, now=now - timedelta(days=30))
    second = begin_version(db, first, by=by)
    judge, was = competence(db, second, "judge"), competence(db, first, "judge")
    authoring.change_competence(
        db,
        judge,
        CompetenceDraft(
            name="Something else",
            description="Another thing.",
            levels=tuple(one.description for one in judge.levels),
            domain_id=judge.domain.public_id,
            takes_place_of=(was.public_id,),
            counts_still=False,
        ),
        by=by,
    )

    def publish():
        put_out(db, second, reader, by=by, now=now)

    keys = ("find", "judge", "lock")
    ids = {
        number: {key: competence(db, version, key).id for key in keys}
        for number, version in ((1, first), (2, second))
    }
    return ids, publish


def competence(db, framework, key):
    return db.scalar(
        select(Competence)
        .join(Domain)
        .where(Domain.framework_id == framework.id, Competence.key == key)
    )


def test_an_answer_counts_on_where_the_meaning_stayed(db, by, versions, answer):
    ids, publish = versions
    for key in ("find", "judge"):
        answer(ids[1][key], 2, days_ago=9)
    publish()

    latest = latest_answers(db, by.organisation_id, [by.staff_id])[by.staff_id]

    assert latest[ids[2]["find"]].level == 2
    assert latest[ids[2]["find"]].competence_id == ids[2]["find"]
    assert ids[2]["judge"] not in latest  # it means something else: asked again
    assert latest[ids[1]["judge"]].level == 2  # and kept
    assert ids[2]["lock"] not in latest


def test_a_draft_carries_nothing(db, by, versions, answer):
    ids, _publish = versions
    answer(ids[1]["find"], 2)

    latest = latest_answers(db, by.organisation_id, [by.staff_id])[by.staff_id]

    assert set(latest) == {ids[1]["find"]}


def test_then_and_now_goes_on_under_the_new_name(db, by, versions, answer):
    ids, publish = versions
    answer(ids[1]["find"], 2, days_ago=9)
    publish()
    answer(ids[2]["find"], 3)

    rows = [row for story in then_and_now(db, by=by) for row in story.rows]

    assert [(row.competence_id, row.then, row.now) for row in rows] == [(ids[2]["find"], 2, 3)]


def test_an_appraisal_shows_the_answer_before_under_the_competence_of_today(
    db, versions, answer, person, factories, now
):
    ids, publish = versions
    old = factories.Appraisal(appraisee=person, stage="signed")
    factories.AppraisalPreparation(appraisal_id=old.id, shared_at=now)
    answer(ids[1]["find"], 2, days_ago=9, appraisal_id=old.id)
    publish()
    new = factories.Appraisal(appraisee=person, line=False)

    assert answers_of(db, new).before[ids[2]["find"]] == 2


def test_a_running_appraisal_asks_what_it_began_with_also_once_that_is_out_of_use(
    db, by, versions, person, factories, now, today
):
    ids, publish = versions
    db.add(
        RoleProfile(
            organisation_id=person.organisation_id,
            key="all",
            name="All staff",
            requirements=[
                RoleRequirement(
                    organisation_id=person.organisation_id,
                    competence_id=ids[1]["find"],
                    needed_level=3,
                    is_essential=True,
                )
            ],
        )
    )
    running = factories.Appraisal(appraisee=person, opened_on=today - timedelta(days=5))
    publish()
    tomorrow = today + timedelta(days=1)
    retire_due(db, person.organisation_id, by=by, now=now, today=tomorrow)
    later = factories.Appraisal(opened_on=tomorrow)

    def asked(appraisal):
        return [one.id for one in asked_of(db, appraisal, today=tomorrow)]

    assert asked(running) == [ids[1]["find"]]
    assert asked(later) == [ids[2]["find"]]
