"""Appraisals open by themselves, by either party, and anew for a new manager."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support import factories as make
from tests.support.queries import count_queries
from tracker.errors import NotAllowedNowError
from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalPreparation,
    AppraisalStage,
    AuditEvent,
    AuditKind,
    GoalProgress,
    OutboxMessage,
    Progress,
    Side,
)
from tracker.security.identity import Identity
from tracker.services.appraisal_cycles import DEFAULTS, Cycle, LastAppraisal, add_months, due_on
from tracker.services.appraisal_round import open_due_appraisals
from tracker.services.appraisals import open_appraisal

SIX_MONTHS = Cycle(months=6)
TODAY = date(2026, 11, 22)

pytestmark = pytest.mark.usefixtures("factories")


def as_identity(person):
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


def open_appraisals(db):
    return db.scalars(select(Appraisal).where(Appraisal.stage == AppraisalStage.OPEN)).all()


class TestWhenTheNextIsDue:
    def test_it_is_due_when_the_last_one_said(self):
        last = LastAppraisal(id=1, held_on=date(2026, 7, 1), next_due_on=date(2027, 1, 1))

        assert due_on(SIX_MONTHS, last=last, hired_on=None, today=TODAY) == date(2027, 1, 1)

    def test_a_date_that_has_passed_becomes_one_that_leaves_time_to_prepare(self):
        last = LastAppraisal(id=1, held_on=date(2025, 7, 1), next_due_on=date(2026, 1, 1))

        assert due_on(SIX_MONTHS, last=last, hired_on=None, today=TODAY) == date(2026, 12, 20)

    def test_a_starter_is_due_six_months_after_the_first_day(self):
        due = due_on(SIX_MONTHS, last=None, hired_on=date(2026, 10, 5), today=TODAY)

        assert due == date(2027, 4, 5)

    def test_who_was_never_appraised_here_is_due_at_a_half_year_of_their_first_day(self):
        due = due_on(SIX_MONTHS, last=None, hired_on=date(2019, 2, 10), today=TODAY)

        assert due == date(2027, 2, 10)

    def test_without_a_first_day_it_is_due_in_four_weeks(self):
        assert due_on(SIX_MONTHS, last=None, hired_on=None, today=TODAY) == date(2026, 12, 20)

    def test_doctors_are_appraised_elsewhere(self):
        cycle = DEFAULTS["Medical and Dental"]

        assert due_on(cycle, last=None, hired_on=date(2019, 2, 10), today=TODAY) is None

    @pytest.mark.parametrize(
        ("day", "months", "then"),
        [
            (date(2026, 8, 31), 6, date(2027, 2, 28)),
            (date(2027, 8, 31), 6, date(2028, 2, 29)),
            (date(2026, 12, 1), 1, date(2027, 1, 1)),
            (date(2026, 6, 30), 18, date(2027, 12, 30)),
        ],
    )
    def test_months_end_where_the_calendar_does(self, day, months, then):
        assert add_months(day, months) == then


class TestOpenDueAppraisals:
    def test_it_opens_for_who_is_due_and_for_nobody_else(self, db, organisation, today):
        due, not_yet = managed(hired_on=date(2020, 6, 1)), managed(hired_on=date(2020, 4, 1))

        result = open_due_appraisals(db, organisation, today=today)

        (appraisal,) = open_appraisals(db)
        assert result.opened == 1
        assert appraisal.appraisee_id == due.staff_member_id
        assert appraisal.appraiser_id == due.manager_id
        assert appraisal.appraisee_id != not_yet.staff_member_id
        assert appraisal.due_on == date(2026, 12, 20)
        assert appraisal.version == 1

    def test_twice_opens_nothing_more(self, db, organisation, today):
        managed()
        open_due_appraisals(db, organisation, today=today)

        assert open_due_appraisals(db, organisation, today=today).opened == 0
        assert len(open_appraisals(db)) == 1

    def test_both_are_told_and_it_is_written_down(self, db, organisation, today):
        line = managed()
        open_due_appraisals(db, organisation, today=today)

        messages = db.scalars(select(OutboxMessage)).all()
        seen = db.scalars(select(AuditEvent.kind)).all()
        assert {m.recipient_id for m in messages} == {line.staff_member_id, line.manager_id}
        assert seen == [AuditKind.APPRAISAL_OPENED]

    @pytest.mark.parametrize(
        "why_not",
        [
            {"staff_group": "Medical and Dental"},
            {"status": "Career Break"},
            {"status": "Maternity & Adoption"},
        ],
    )
    def test_it_opens_for_nobody_appraised_elsewhere_or_away(
        self, db, organisation, today, why_not
    ):
        line = managed()
        make.Assignment(staff_member=line.staff_member, **why_not)

        assert open_due_appraisals(db, organisation, today=today).opened == 0

    @pytest.mark.parametrize(
        "gone",
        [{"left_on": date(2026, 11, 1)}, {"hired_on": date(2026, 12, 1)}],
    )
    def test_it_opens_for_nobody_who_has_left_or_not_begun(self, db, organisation, today, gone):
        managed(**gone)

        assert open_due_appraisals(db, organisation, today=today).opened == 0

    def test_nobody_is_appraised_by_themselves_or_by_a_leaver(self, db, organisation, today):
        alone = make.StaffMember(hired_on=None)
        make.ReportingLine(staff_member=alone, manager=alone)
        make.ReportingLine(
            staff_member=make.StaffMember(hired_on=None),
            manager=make.StaffMember(left_on=date(2026, 10, 1)),
        )

        assert open_due_appraisals(db, organisation, today=today).opened == 0

    def test_a_line_put_right_by_hand_goes_before_hrs(self, db, organisation, today):
        person = make.StaffMember(hired_on=None)
        by_hand = make.ReportingLine(staff_member=person, source="by_hand")
        make.ReportingLine(staff_member=person, starts_on=date(2026, 1, 1))

        open_due_appraisals(db, organisation, today=today)

        assert [a.appraiser_id for a in open_appraisals(db)] == [by_hand.manager_id]

    def test_another_trusts_people_are_left_alone(self, db, today):
        managed()
        other = make.Organisation()

        assert open_due_appraisals(db, other, today=today).opened == 0

    def test_the_number_of_queries_does_not_grow(self, db, organisation, today):
        managed()
        with count_queries(db) as few:
            open_due_appraisals(db, organisation, today=today)
        for _ in range(20):
            managed()
        with count_queries(db) as many:
            open_due_appraisals(db, organisation, today=today)

        assert len(open_appraisals(db)) == 21
        assert many.number <= few.number

    def test_open_goals_come_along_and_reached_ones_stay(self, db, organisation, today, now):
        line = managed()
        last = make.Appraisal(
            appraisee=line.staff_member,
            appraiser=line.manager,
            line=False,
            stage=AppraisalStage.SIGNED,
            held_on=date(2026, 5, 20),
            next_due_on=date(2026, 11, 20),
        )
        make.SealedRecord(appraisal_id=last.id, sealed_at=now - timedelta(days=180))
        still_open, since_reached, long_reached, dropped = (
            make.Goal(staff_member=line.staff_member, is_dropped=drop)
            for drop in (False, False, False, True)
        )
        for goal in (still_open, since_reached, long_reached, dropped):
            make.AppraisalGoal(appraisal_id=last.id, goal=goal)
        for goal, days in ((since_reached, 30), (long_reached, 300)):
            db.add(
                GoalProgress(
                    organisation_id=goal.organisation_id,
                    goal_id=goal.id,
                    progress=Progress.CONFIDENT,
                    by_id=line.manager_id,
                    at=now - timedelta(days=days),
                )
            )
        db.flush()

        open_due_appraisals(db, organisation, today=today)

        (appraisal,) = open_appraisals(db)
        carried = db.scalars(
            select(AppraisalGoal).where(AppraisalGoal.appraisal_id == appraisal.id)
        ).all()
        assert appraisal.previous_id == last.id
        assert {c.goal_id for c in carried} == {still_open.id, since_reached.id}
        assert all(c.is_carried_over for c in carried)


class TestANewManager:
    def test_the_appraisal_goes_on_with_the_new_manager(self, db, organisation, today, moved):
        old, new_manager = moved

        result = open_due_appraisals(db, organisation, today=today)

        (appraisal,) = open_appraisals(db)
        assert result.handed_over == 1
        assert appraisal.id != old.id
        assert appraisal.appraiser_id == new_manager.id
        assert old.stage is AppraisalStage.WITHDRAWN

    @pytest.mark.usefixtures("moved")
    def test_own_notes_come_along_unshared_and_the_former_managers_stay(
        self, db, organisation, today
    ):
        open_due_appraisals(db, organisation, today=today)

        (appraisal,) = open_appraisals(db)
        (notes,) = db.scalars(
            select(AppraisalPreparation).where(AppraisalPreparation.appraisal_id == appraisal.id)
        )
        assert notes.side is Side.APPRAISEE
        assert notes.went_well == "Handover on the tablet"
        assert not notes.is_shared

    def test_goals_that_nobody_signed_stay_behind(self, db, organisation, today, moved):
        old, _new = moved
        goal = make.Goal(staff_member=old.appraisee)
        make.AppraisalGoal(appraisal_id=old.id, goal=goal)

        open_due_appraisals(db, organisation, today=today)

        db.refresh(goal)
        assert goal.is_dropped

    def test_a_second_manager_does_not_take_over(self, db, organisation, today):
        appraisal = make.Appraisal()
        make.ReportingLine(staff_member=appraisal.appraisee, starts_on=date(2026, 11, 1))

        assert open_due_appraisals(db, organisation, today=today).handed_over == 0

    @pytest.fixture
    def moved(self, factories, today, now):
        old = factories.Appraisal(line=False)
        factories.ReportingLine(
            staff_member=old.appraisee,
            manager=old.appraiser,
            ends_on=today - timedelta(days=1),
        )
        line = factories.ReportingLine(staff_member=old.appraisee, starts_on=today)
        for side, text in ((Side.APPRAISEE, "Handover on the tablet"), (Side.APPRAISER, "Mine")):
            factories.AppraisalPreparation(
                appraisal_id=old.id, side=side, went_well=text, shared_at=now
            )
        return old, line.manager


class TestOpenAppraisal:
    def test_the_person_can_start_one_early(self, db, today):
        line = managed(hired_on=date(2026, 9, 1))

        appraisal = open_appraisal(
            db, line.staff_member_id, by=as_identity(line.staff_member), today=today
        )

        assert appraisal.appraiser_id == line.manager_id
        assert appraisal.due_on == date(2026, 12, 20)

    def test_a_second_press_gives_the_same_one(self, db, today):
        line = managed()
        first = open_appraisal(
            db, line.staff_member_id, by=as_identity(line.staff_member), today=today
        )

        again = open_appraisal(db, line.staff_member_id, by=as_identity(line.manager), today=today)

        assert again.id == first.id

    def test_without_a_manager_it_says_whom_to_ask(self, db, today):
        person = make.StaffMember()

        with pytest.raises(NotAllowedNowError, match="Ask your manager or HR"):
            open_appraisal(db, person.id, by=as_identity(person), today=today)

    def test_whom_hr_has_as_their_own_manager_appraises_nobody(self, db, today):
        """The line does not count: it goes on with another one, and without one it says so."""
        person = make.StaffMember()
        make.ReportingLine(staff_member=person, manager=person)

        with pytest.raises(NotAllowedNowError, match="Ask your manager or HR"):
            open_appraisal(db, person.id, by=as_identity(person), today=today)

        line = make.ReportingLine(staff_member=person)
        appraisal = open_appraisal(db, person.id, by=as_identity(person), today=today)
        assert appraisal.appraiser_id == line.manager_id

    def test_a_doctor_may_start_one(self, db, today):
        line = managed()
        make.Assignment(staff_member=line.staff_member, staff_group="Medical and Dental")

        appraisal = open_appraisal(
            db, line.staff_member_id, by=as_identity(line.staff_member), today=today
        )

        assert appraisal.is_open


def managed(**of_person):
    person = make.StaffMember(**{"hired_on": date(2020, 6, 1), **of_person})
    return make.ReportingLine(staff_member=person)
