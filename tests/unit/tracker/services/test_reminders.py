from datetime import date, timedelta

import pytest

from tests.support import factories as make
from tests.support.queries import count_queries
from tracker.models import AppraisalStage, InductionStage, Side, TaskOwner
from tracker.services.reminders import reminders
from tracker.services.weekly_mail import MOST_POINTS, weekly_facts

pytestmark = pytest.mark.usefixtures("factories")


def kinds_for(db, person, today):
    found = reminders(db, person.organisation_id, today=today, only=[person.id])
    return [one.kind for one in found]


@pytest.fixture
def appraisal(factories, today):
    return factories.Appraisal(
        opened_on=today - timedelta(days=10), due_on=today + timedelta(days=5)
    )


def test_each_side_is_reminded_of_what_is_theirs(db, appraisal, today):
    assert kinds_for(db, appraisal.appraisee, today) == ["remind.prepare"]
    assert kinds_for(db, appraisal.appraiser, today) == ["remind.hold"]


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": AppraisalStage.SIGNED},
        {"stage": AppraisalStage.WITHDRAWN},
        {"held_on": date(2026, 11, 20)},
        {"due_on": date(2026, 12, 20)},
        {"opened_on": date(2026, 11, 20)},
    ],
)
def test_done_far_off_or_just_told_nobody_is_reminded(db, appraisal, today, changes):
    for name, value in changes.items():
        setattr(appraisal, name, value)
    db.flush()

    assert reminders(db, appraisal.organisation_id, today=today) == []


def test_who_has_shared_notes_is_not_reminded_to(db, appraisal, today, now):
    notes = make.AppraisalPreparation(appraisal=appraisal, side=Side.APPRAISEE)
    assert kinds_for(db, appraisal.appraisee, today) == ["remind.prepare"]

    notes.shared_at = now
    db.flush()

    assert kinds_for(db, appraisal.appraisee, today) == []


@pytest.mark.parametrize("first", Side)
def test_the_one_who_has_not_signed_is_reminded(db, appraisal, today, first):
    appraisal.held_on = today
    own, other = (
        (appraisal.appraisee, appraisal.appraiser)
        if first is Side.APPRAISEE
        else (appraisal.appraiser, appraisal.appraisee)
    )
    make.Signature(appraisal_id=appraisal.id, side=first, signer=own)

    assert kinds_for(db, other, today) == ["remind.sign"]
    assert kinds_for(db, own, today) == []


def test_what_is_in_the_way_is_the_owners_until_it_is_sorted(db, organisation, today):
    owner = make.StaffMember()
    barrier = make.Barrier(owner_id=owner.id, fix_by_on=today - timedelta(days=1))
    make.Barrier(owner_id=owner.id, fix_by_on=today)
    assert kinds_for(db, owner, today) == ["remind.barrier"]

    barrier.fixed_on = today
    db.flush()

    assert kinds_for(db, owner, today) == []
    assert organisation.id == owner.organisation_id


def test_what_a_starter_waits_for_is_the_helpers(db, today):
    induction = make.Induction(buddy_id=make.StaffMember().id)
    late = today - timedelta(days=3)
    for owner in (TaskOwner.IT, TaskOwner.MANAGER, TaskOwner.BUDDY, TaskOwner.STARTER):
        make.InductionTask(induction=induction, owner=owner, due_on=late)

    found = reminders(db, induction.organisation_id, today=today)
    assert sorted(one.staff_member_id for one in found) == sorted(
        [induction.manager_id, induction.buddy_id]
    )

    induction.stage = InductionStage.ENDED
    db.flush()
    assert reminders(db, induction.organisation_id, today=today) == []


def test_nothing_of_another_organisation_is_told(db, appraisal, today, factories):
    elsewhere = factories.Organisation()

    assert reminders(db, elsewhere.id, today=today) == []
    assert len(reminders(db, appraisal.organisation_id, today=today)) == 2


def test_a_long_list_ends_with_how_many_more(db, today):
    manager = make.StaffMember()
    for _ in range(MOST_POINTS + 3):
        make.Appraisal(
            appraiser=manager,
            opened_on=today - timedelta(days=10),
            due_on=today,
        )

    points = weekly_facts(db, manager, today=today).points

    assert len(points) == MOST_POINTS + 1
    assert points[-1].text == "And 3 more."


def test_many_people_cost_no_more_queries(db, appraisal, today):
    with count_queries(db) as few:
        reminders(db, appraisal.organisation_id, today=today)
    for _ in range(5):
        make.Appraisal(opened_on=today - timedelta(days=10), due_on=today)
    with count_queries(db) as many:
        reminders(db, appraisal.organisation_id, today=today)

    assert many.number == few.number
