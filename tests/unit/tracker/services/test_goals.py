"""Two or three goals, with help, and with what stands in the way on the trust's side."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tracker.errors import InvalidInputError, NotFoundError, RecordSealedError
from tracker.models import Barrier, BarrierKind, Goal, GoalProgress, Progress, SupportKind
from tracker.security.identity import Identity
from tracker.services.barriers import BarrierAnswer, answer_barrier, barriers_to_sort_out
from tracker.services.goal_life import ProgressDraft, record_progress
from tracker.services.goal_stories import goals_of_appraisal
from tracker.services.goals import (
    GoalDraft,
    agree_goal,
    change_goal,
    draft_of,
    drop_goal,
    goal_in,
)

DRAFT = GoalDraft(wording="I can spot the main alerts", due_on=date(2027, 4, 30))
WITH_HELP = replace(
    DRAFT,
    support_kind=SupportKind.CHAMPION,
    support="Half an hour with Ade each week",
    barrier_kind=BarrierKind.HARDWARE,
    barrier="One computer for eleven of us",
    barrier_fix_by_on=date(2026, 12, 31),
)


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


@pytest.fixture
def by(appraisal):
    return Identity(staff_id=appraisal.appraiser_id, organisation_id=appraisal.organisation_id)


class TestAgreeGoal:
    def test_it_is_there_with_help_and_barrier(self, db, appraisal, by, today):
        agree_goal(db, appraisal, WITH_HELP, by=by, today=today)

        (goal,) = goals_of_appraisal(db, appraisal)
        assert goal.wording == "I can spot the main alerts"
        assert goal.help_offered == ("A digital champion: Half an hour with Ade each week",)
        (barrier,) = goal.barriers
        assert barrier.description == "One computer for eleven of us"
        assert barrier.owner == appraisal.appraiser.name

    def test_one_form_sent_twice_makes_one_goal(self, db, appraisal, by, today):
        once = replace(DRAFT, form_key="abc")

        first = agree_goal(db, appraisal, once, by=by, today=today)
        second = agree_goal(db, appraisal, once, by=by, today=today)

        assert first is second
        assert db.scalar(select(func.count()).select_from(Goal)) == 1

    def test_yesterday_is_refused_kindly(self, db, appraisal, by, today):
        late = replace(DRAFT, due_on=today - timedelta(days=1))

        with pytest.raises(InvalidInputError, match="Choose a day that is still to come"):
            agree_goal(db, appraisal, late, by=by, today=today)

    def test_today_is_early_enough(self, db, appraisal, by, today):
        assert agree_goal(db, appraisal, replace(DRAFT, due_on=today), by=by, today=today)

    def test_the_same_words_again_are_refused(self, db, appraisal, by, today):
        agree_goal(db, appraisal, DRAFT, by=by, today=today)

        with pytest.raises(InvalidInputError, match="on the list already"):
            agree_goal(
                db,
                appraisal,
                replace(DRAFT, wording="  I can SPOT the main  alerts."),
                by=by,
                today=today,
            )

    def test_a_fourth_new_goal_is_refused_but_old_ones_do_not_count(
        self, db, appraisal, by, today, factories
    ):
        carried = factories.Goal(staff_member=appraisal.appraisee)
        factories.AppraisalGoal(appraisal_id=appraisal.id, goal=carried, is_carried_over=True)
        for number in range(3):
            agree_goal(db, appraisal, replace(DRAFT, wording=f"Goal {number}"), by=by, today=today)

        with pytest.raises(InvalidInputError, match="three new goals"):
            agree_goal(db, appraisal, DRAFT, by=by, today=today)

    def test_a_signed_appraisal_takes_no_goals(self, db, appraisal, by, today, factories):
        factories.Signature(appraisal_id=appraisal.id, signer=appraisal.appraiser)

        with pytest.raises(RecordSealedError):
            agree_goal(db, appraisal, DRAFT, by=by, today=today)

    def test_another_trusts_competence_is_not_taken_over(self, db, appraisal, by, today):
        goal = agree_goal(db, appraisal, replace(DRAFT, competence_id=987654), by=by, today=today)

        assert goal.competence_id is None

    def test_an_unknown_owner_is_refused_with_what_to_do(self, db, appraisal, by, today):
        draft = replace(WITH_HELP, barrier_owner_email="nobody@trust.example")

        with pytest.raises(InvalidInputError, match="Check it, or leave it empty"):
            agree_goal(db, appraisal, draft, by=by, today=today)

    def test_another_trusts_people_own_nothing_here(self, db, appraisal, by, today, factories):
        stranger = factories.StaffMember(organisation_id=factories.Organisation().id)
        draft = replace(WITH_HELP, barrier_owner_email=stranger.email)

        with pytest.raises(InvalidInputError):
            agree_goal(db, appraisal, draft, by=by, today=today)


class TestChangeAndDrop:
    def test_a_changed_goal_keeps_its_place(self, db, appraisal, by, today):
        goal = agree_goal(db, appraisal, WITH_HELP, by=by, today=today)
        draft = replace(draft_of(goal), wording="I act on alerts", support_kind=None)

        change_goal(db, appraisal, goal, draft, by=by, today=today)

        (story,) = goals_of_appraisal(db, appraisal)
        assert (story.wording, story.help_offered) == ("I act on alerts", ())
        assert db.scalar(select(func.count()).select_from(Barrier)) == 1

    def test_a_new_goal_taken_out_is_gone_and_an_old_one_is_no_longer_needed(
        self, db, appraisal, by, today, factories
    ):
        new = agree_goal(db, appraisal, DRAFT, by=by, today=today)
        old = factories.Goal(staff_member=appraisal.appraisee)
        factories.AppraisalGoal(appraisal_id=appraisal.id, goal=old, is_carried_over=True)

        for goal in (new, old):
            drop_goal(db, appraisal, goal, by=by)

        (story,) = goals_of_appraisal(db, appraisal)
        assert (story.id, story.progress_words) == (old.id, "No longer needed")

    def test_another_appraisals_goal_is_not_found(self, db, appraisal, factories):
        other = factories.Appraisal()
        goal = factories.Goal(staff_member=other.appraisee)
        factories.AppraisalGoal(appraisal_id=other.id, goal=goal)

        with pytest.raises(NotFoundError):
            goal_in(db, appraisal, goal.public_id)


class TestProgress:
    def test_the_story_is_added_to(self, db, appraisal, by, today, now):
        goal = agree_goal(db, appraisal, DRAFT, by=by, today=today)
        for progress in (Progress.GETTING_THERE, Progress.GETTING_THERE, Progress.CONFIDENT):
            record_progress(db, goal, ProgressDraft(progress=progress), by=by, now=now)

        (story,) = goals_of_appraisal(db, appraisal)
        assert [moment.progress for moment in story.story] == ["Getting there", "Confident"]
        assert db.scalar(select(func.count()).select_from(GoalProgress)) == 2


class TestAnswerBarrier:
    def test_the_owner_says_what_was_done(self, db, appraisal, by, today):
        goal = agree_goal(db, appraisal, WITH_HELP, by=by, today=today)
        (barrier,) = goal.barriers
        assert barriers_to_sort_out(db, by=by) == [barrier]

        answer_barrier(
            db,
            barrier,
            BarrierAnswer(outcome="Two tablets came", fix_by_on=None, is_sorted=True),
            by=by,
            today=today,
        )

        assert barrier.fixed_on == today
        assert barriers_to_sort_out(db, by=by) == []

    def test_a_promise_for_yesterday_is_refused(self, db, appraisal, by, today):
        goal = agree_goal(db, appraisal, WITH_HELP, by=by, today=today)

        with pytest.raises(InvalidInputError, match="still to come"):
            answer_barrier(
                db,
                goal.barriers[0],
                BarrierAnswer(outcome="", fix_by_on=today - timedelta(days=1), is_sorted=False),
                by=by,
                today=today,
            )
