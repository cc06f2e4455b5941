"""The team page and the meeting page ask no more for many than for few."""

import pytest

from tests.support.queries import count_queries
from tracker.models import Appraisal
from tracker.services.framework_seed import seed_framework


@pytest.fixture
def appraisal(db, factories, organisation):
    seed_framework(db, organisation)
    appraisal = factories.Appraisal()
    factories.Assignment(staff_member=appraisal.appraisee)
    return appraisal


class TestSpeed:
    def test_the_team_page_asks_no_more_for_twelve_people(
        self, browser, db, appraisal, factories, sign_in
    ):
        sign_in(appraisal.appraiser)
        with count_queries(db) as few:
            browser.get("/team")
        manager = appraisal.appraiser
        db.expunge_all()
        manager = db.merge(manager)
        for _ in range(11):
            one = factories.Appraisal(appraiser=manager)
            factories.Assignment(staff_member=one.appraisee)
            factories.Barrier(staff_member=one.appraisee)
        db.expunge_all()
        with count_queries(db) as many:
            browser.get("/team")

        assert many.number <= few.number <= 12

    def test_the_meeting_page_asks_no_more_for_more_goals(
        self, browser, db, appraisal, factories, sign_in
    ):
        sign_in(appraisal.appraiser)
        add_two_goals(appraisal, factories)
        db.expunge_all()
        with count_queries(db) as few:
            browser.get(f"/appraisals/{appraisal.public_id}/meeting")
        for _ in range(5):
            add_two_goals(db.get(Appraisal, appraisal.id), factories)
        db.expunge_all()
        with count_queries(db) as many:
            browser.get(f"/appraisals/{appraisal.public_id}/meeting")

        assert many.number <= few.number <= 15


def add_two_goals(appraisal, factories):
    for is_carried_over in (True, False):
        goal = factories.Goal(staff_member=appraisal.appraisee)
        factories.AppraisalGoal(
            appraisal_id=appraisal.id, goal=goal, is_carried_over=is_carried_over
        )
        factories.Barrier(
            staff_member=appraisal.appraisee, goal_id=goal.id, owner_id=appraisal.appraiser_id
        )
