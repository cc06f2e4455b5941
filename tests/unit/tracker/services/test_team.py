"""A manager's team on one page, and what its people see of who looked."""

from datetime import date, timedelta

import pytest

from tracker.models import AppraisalStage, Side
from tracker.security.identity import Identity
from tracker.services.looks import who_looked
from tracker.services.team import NextStep, team_page


def as_identity(person):
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


@pytest.fixture
def manager(appraisal):
    return as_identity(appraisal.appraiser)


class TestTeamPage:
    def test_it_shows_who_is_managed_today_and_nobody_else(
        self, db, appraisal, manager, factories, today
    ):
        yesterday = today - timedelta(days=1)
        factories.ReportingLine(manager=appraisal.appraiser, ends_on=yesterday)
        factories.ReportingLine(
            manager=appraisal.appraiser, staff_member=factories.StaffMember(left_on=yesterday)
        )
        factories.ReportingLine()

        (only,) = team_page(db, by=manager, today=today)

        assert only.name == appraisal.appraisee.name

    @pytest.mark.parametrize(
        ("shared", "signed", "step"),
        [
            ((), (), NextStep.PREPARE),
            ((Side.APPRAISER,), (), NextStep.WAIT_FOR_NOTES),
            ((Side.APPRAISEE,), (), NextStep.MEET),
            ((Side.APPRAISEE,), (Side.APPRAISEE,), NextStep.SIGN),
            ((), (Side.APPRAISER,), NextStep.WAIT_FOR_SIGNATURE),
        ],
    )
    def test_it_says_what_comes_next(
        self, db, appraisal, manager, factories, now, today, shared, signed, step
    ):
        for side in shared:
            factories.AppraisalPreparation(appraisal_id=appraisal.id, side=side, shared_at=now)
        for side in signed:
            factories.Signature(appraisal_id=appraisal.id, side=side)

        (one,) = team_page(db, by=manager, today=today)

        assert one.next_step is step
        assert one.appraisal_id == appraisal.public_id

    def test_an_appraisal_with_another_manager_is_only_said_to_be_there(
        self, db, appraisal, factories, today
    ):
        second = factories.ReportingLine(staff_member=appraisal.appraisee).manager

        (one,) = team_page(db, by=as_identity(second), today=today)

        assert one.next_step is NextStep.WITH_ANOTHER
        assert one.appraisal_id is None

    def test_a_doctor_is_appraised_elsewhere(self, db, factories, today):
        line = factories.ReportingLine()
        factories.Assignment(staff_member=line.staff_member, staff_group="Medical and Dental")

        (one,) = team_page(db, by=as_identity(line.manager), today=today)

        assert (one.next_step, one.due_on) == (NextStep.ELSEWHERE, None)

    def test_the_soonest_due_comes_first_and_a_late_one_is_marked(
        self, db, appraisal, manager, factories, today
    ):
        late = factories.Appraisal(appraiser=appraisal.appraiser, due_on=date(2026, 11, 21))

        first, second = team_page(db, by=manager, today=today)

        assert (first.name, first.is_late) == (late.appraisee.name, True)
        assert not second.is_late

    def test_only_signed_goals_and_open_barriers_are_counted(
        self, db, appraisal, manager, factories, today
    ):
        signed = factories.Appraisal(
            appraisee=appraisal.appraisee, stage=AppraisalStage.SIGNED, line=False
        )
        for place in (signed, appraisal):
            goal = factories.Goal(staff_member=appraisal.appraisee)
            factories.AppraisalGoal(appraisal_id=place.id, goal=goal)
        factories.Barrier(staff_member=appraisal.appraisee)
        factories.Barrier(staff_member=appraisal.appraisee, fixed_on=today)

        (one,) = team_page(db, by=manager, today=today)

        assert (one.open_goals, one.open_barriers) == (1, 1)

    def test_without_a_team_it_is_empty(self, db, factories, today):
        assert team_page(db, by=as_identity(factories.StaffMember()), today=today) == []


class TestWhoLooked:
    def test_looks_of_a_day_are_told_once_with_how_often(self, db, appraisal, manager, today):
        for _ in range(3):
            team_page(db, by=manager, today=today)

        (look,) = who_looked(db, by=as_identity(appraisal.appraisee))

        assert look.times == 3
        assert look.who == appraisal.appraiser.name
        assert look.why == "They are your manager"

    def test_ones_own_looks_and_other_peoples_records_are_not_there(self, db, manager, today):
        team_page(db, by=manager, today=today)

        assert who_looked(db, by=manager) == []
