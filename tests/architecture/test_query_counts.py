"""No page asks the database more when there is more to show."""

import pytest

from tests.support.queries import count_queries
from tracker.models import ImportRun, RunState, StaffMember
from tracker.security.identity import Role
from tracker.services.framework_seed import seed_framework

PAGES = {
    "/": 12,
    "/team": 12,
    "/team/round": 15,
    "/appraisals": 12,
    "/inductions": 12,
    "/new-starters": 12,
    "/given-tasks": 12,
    "/starter-plans": 20,  # the first look brings the plans that we ship
    "/who-looked": 12,
    "/dates": 12,
    "/systems": 12,
    "/champions": 12,
    "/champions/me": 12,
    "/imports": 12,
    "/outcomes": 15,
}


@pytest.fixture
def manager(db, factories, organisation, sign_in):
    seed_framework(db, organisation)
    manager = sign_in(factories.StaffMember(), *Role)
    factories.Assignment(staff_member=manager)
    return manager


@pytest.mark.parametrize(("path", "most"), PAGES.items())
def test_a_page_asks_no_more_for_more(browser, db, factories, manager, path, most):
    hire(db, factories, manager.id, 2)
    few = queries_of(browser, db, path)
    hire(db, factories, manager.id, 10)
    many = queries_of(browser, db, path)

    assert many <= few <= most


def queries_of(browser, db, path):
    db.flush()
    db.expunge_all()
    with count_queries(db) as queries:
        browser.get(path, status=200)
    return queries.number


def hire(db, factories, manager_id, number):
    """Give the manager more people: each with an appraisal, goals, a barrier, an induction."""
    manager = db.get(StaffMember, manager_id)
    for _ in range(number):
        appraisal = factories.Appraisal(appraiser=manager)
        person = appraisal.appraisee
        factories.Assignment(staff_member=person)
        goal = factories.Goal(staff_member=person)
        factories.AppraisalGoal(appraisal_id=appraisal.id, goal=goal)
        factories.Barrier(staff_member=person, goal_id=goal.id, owner_id=manager.id)
        induction = factories.Induction(staff_member=person, manager=manager, line=False)
        factories.InductionTask(induction=induction)
        own = factories.Goal(staff_member=manager)
        factories.Barrier(staff_member=manager, goal_id=own.id, owner_id=manager.id)
        db.add(
            ImportRun(
                organisation_id=manager.organisation_id,
                kind="hr",
                file_name="GO_1.DAT",
                state=RunState.APPLIED,
                counts={},
            )
        )
    db.flush()
