"""A starter who presses twice at the same moment, and a night that counts practice."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.support import databases, factories
from tests.support.at_once import at_once
from tracker.db import open_engine, session_for
from tracker.jobs import nightly
from tracker.models import Observation, OutcomeMeasure, PracticeAnswer, PracticeForm
from tracker.security.identity import Identity
from tracker.services.outcome_recognition import FALSE_ALARMS, HITS
from tracker.services.practice import AnswerDraft, keep_answer, start_or_resume

TODAY = NOW.date()


@pytest.fixture(params=databases.KINDS)
def engine(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def starter(engine):
    with Session(engine) as db:
        factories.use_session(db)
        person = factories.StaffMember()
        db.commit()
        return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def start(engine, starter):
    def start():
        with session_for(engine) as db:
            return start_or_resume(db, by=starter, today=TODAY, now=NOW).id

    return start


@pytest.fixture
def say(engine):
    """Answer a screen of the form, in a transaction of its own."""

    def say(form_id, position, *, action=True):
        draft = AnswerDraft(position=position, says_action=action, how_sure=3, part="")
        with session_for(engine) as db:
            keep_answer(db, db.get(PracticeForm, form_id), draft, today=TODAY, now=NOW)

    return say


def how_many(engine, table):
    with Session(engine) as db:
        return db.scalar(select(func.count()).select_from(table))


def test_started_twice_at_once_is_one_form(engine, start):
    at_once(start, start)

    assert how_many(engine, PracticeForm) == 1


def test_two_answers_to_one_screen_at_once_are_one(engine, start, say):
    form_id = start()

    at_once(lambda: say(form_id, 0), lambda: say(form_id, 0, action=False))

    assert how_many(engine, PracticeAnswer) == 1


def test_the_night_counts_practice_and_twice_is_once(engine, start, say):
    say(start(), 0)

    list(nightly.run(engine, today=TODAY, now=NOW))
    counted = how_many(engine, Observation)
    list(nightly.run(engine, today=TODAY, now=NOW))

    assert how_many(engine, Observation) == counted
    with Session(engine) as db:
        told = db.scalar(
            select(func.max(Observation.contributors))
            .join(OutcomeMeasure, OutcomeMeasure.id == Observation.outcome_measure_id)
            .where(OutcomeMeasure.key.in_((HITS, FALSE_ALARMS)))
        )
    assert told == 1
