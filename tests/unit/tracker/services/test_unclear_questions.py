"""Questions that were not clear, for those who write them: eight people or more, and no names."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tracker.models import Competence, SelfAssessment, SelfAssessmentAnswer
from tracker.services.framework_seed import seed_framework
from tracker.services.unclear_questions import unclear_questions


@pytest.fixture
def framework(db, organisation):
    return seed_framework(db, organisation)


@pytest.fixture
def say(db, factories, framework, now):
    competences = db.scalars(
        select(Competence).where(Competence.key.in_(["stay-safe", "find-information"]))
    ).all()
    by_key = {one.key: one for one in competences}

    def say(key, level, times, at=now):
        for _ in range(times):
            person = factories.StaffMember()
            ours = {"organisation_id": person.organisation_id}
            sitting = SelfAssessment(**ours, staff_member_id=person.id, occasion="own")
            sitting.answers.append(
                SelfAssessmentAnswer(
                    **ours,
                    competence_id=by_key[key].id,
                    current_level=level,
                    confidence=level,
                    answered_at=at,
                )
            )
            db.add(sitting)
        db.flush()
        return by_key[key].name

    assert framework
    return say


def test_eight_people_are_a_signal_and_seven_are_none(db, framework, say, today):
    name = say("stay-safe", None, 8)
    say("find-information", None, 7)
    say("find-information", 2, 5)

    (one,) = unclear_questions(db, framework, today=today)

    assert (one.name, one.people) == (name, 8)


def test_what_was_said_more_than_a_year_ago_is_over(db, framework, say, now, today):
    say("stay-safe", None, 9, at=now - timedelta(days=400))

    assert unclear_questions(db, framework, today=today) == []
