"""What becomes of a goal: its story, small steps, its end, and two people at once."""

from datetime import timedelta

import pytest

from tracker.errors import InvalidInputError, NotAllowedNowError, StaleTextError
from tracker.models import Progress
from tracker.security.identity import Identity
from tracker.services.goal_life import (
    MOST_STEPS,
    ProgressDraft,
    add_step,
    close_goal,
    goal_page,
    record_progress,
    remove_step,
    reopen_goal,
    tick_steps,
)
from tracker.services.goal_stories import goals_of

GOING = ProgressDraft(progress=Progress.GETTING_THERE, note="With Ade")


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


@pytest.fixture
def goal(factories, appraisal):
    goal = factories.Goal(staff_member=appraisal.appraisee)
    factories.AppraisalGoal(appraisal_id=appraisal.id, goal=goal)
    return goal


@pytest.fixture
def own(appraisal):
    return Identity(staff_id=appraisal.appraisee_id, organisation_id=appraisal.organisation_id)


@pytest.fixture
def manager(appraisal):
    return Identity(staff_id=appraisal.appraiser_id, organisation_id=appraisal.organisation_id)


class TestStory:
    def test_it_tells_who_when_and_in_which_appraisals(self, db, goal, appraisal, own, now):
        record_progress(db, goal, GOING, by=own, now=now)

        page = goal_page(db, goal, by=own)

        (moment,) = page.story.story
        assert (moment.by, moment.at, moment.note) == (appraisal.appraisee.name, now, "With Ade")
        assert page.appraisals == [(appraisal, appraisal.appraiser.name)]

    def test_the_second_writer_sees_what_the_first_noted(self, db, goal, own, manager, now):
        record_progress(db, goal, GOING, by=own, now=now)
        late = ProgressDraft(progress=Progress.CONFIDENT, seen=0)

        with pytest.raises(StaleTextError) as conflict:
            record_progress(db, goal, late, by=manager, now=now)

        assert conflict.value.saved == {"progress": "Getting there", "note": "With Ade"}
        assert goal.progress is Progress.GETTING_THERE

    def test_knowing_of_it_the_second_writer_may_go_on_and_both_stay(
        self, db, goal, own, manager, now
    ):
        record_progress(db, goal, GOING, by=own, now=now)
        record_progress(
            db, goal, ProgressDraft(progress=Progress.CONFIDENT, seen=1), by=manager, now=now
        )

        (story,) = goals_of(db, goal.staff_member_id)
        assert [one.progress for one in story.story] == ["Getting there", "Confident"]


class TestSteps:
    def test_they_are_ticked_off_and_un_ticked(self, db, goal, own, now):
        for words in ("Sit with Ade", "Try it alone"):
            add_step(db, goal, words, by=own)
        first, second = goal_page(db, goal, by=own).story.steps

        tick_steps(db, goal, frozenset({second.public_id}), by=own, now=now)

        steps = goal_page(db, goal, by=own).story.steps
        assert [(one.wording, one.is_done) for one in steps] == [
            ("Sit with Ade", False),
            ("Try it alone", True),
        ]
        tick_steps(db, goal, frozenset({first.public_id}), by=own, now=now)
        assert [one.is_done for one in goal_page(db, goal, by=own).story.steps] == [True, False]

    def test_the_same_words_twice_are_one_step(self, db, goal, own):
        for _ in range(2):
            add_step(db, goal, "Sit with Ade", by=own)

        assert len(goal_page(db, goal, by=own).story.steps) == 1

    def test_a_step_of_another_goal_is_not_touched(self, db, goal, own, factories, now):
        other = factories.Goal(staff_member=goal.staff_member)
        add_step(db, other, "Theirs", by=own)
        (theirs,) = goal_page(db, other, by=own).story.steps

        tick_steps(db, goal, frozenset({theirs.public_id}), by=own, now=now)
        remove_step(db, goal, theirs.public_id, by=own)

        (theirs,) = goal_page(db, other, by=own).story.steps
        assert not theirs.is_done

    def test_there_are_not_more_than_anybody_can_hold(self, db, goal, own):
        for number in range(MOST_STEPS):
            add_step(db, goal, f"Step {number}", by=own)

        with pytest.raises(InvalidInputError, match="Take one out"):
            add_step(db, goal, "One more", by=own)


class TestEnd:
    def test_a_finished_goal_stays_in_the_history_and_can_be_taken_up_again(
        self, db, goal, own, now
    ):
        done = ProgressDraft(progress=Progress.CONFIDENT, note="Every round now")
        close_goal(db, goal, done, by=own, now=now)
        close_goal(db, goal, done, by=own, now=now + timedelta(minutes=1))

        (story,) = goals_of(db, goal.staff_member_id)
        assert (story.closed_at, story.progress_words, len(story.story)) == (now, "Confident", 1)
        with pytest.raises(NotAllowedNowError, match="Take it up again"):
            record_progress(db, goal, GOING, by=own, now=now)

        reopen_goal(db, goal, by=own)
        record_progress(db, goal, GOING, by=own, now=now)
        assert len(goals_of(db, goal.staff_member_id)[0].story) == 2


def test_a_manager_sees_in_the_list_only_what_was_signed(db, goal):
    assert goals_of(db, goal.staff_member_id)
    assert goals_of(db, goal.staff_member_id, only_signed=True) == []
