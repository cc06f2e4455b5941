"""Cadences, who is left out, movers, leavers and returners, and reporting lines gone wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support import factories as make
from tests.support.queries import count_queries
from tracker.errors import InvalidInputError
from tracker.models import (
    Appraisal,
    AppraisalCycle,
    AppraisalExclusion,
    AppraisalStage,
    AuditEvent,
    AuditKind,
    ExclusionKind,
)
from tracker.request import LONDON
from tracker.services.appraisal_cycles import Cycle, LastAppraisal, due_on, next_after
from tracker.services.appraisal_round import open_due_appraisals, plan_round, take_step
from tracker.services.reporting import require_here

TODAY = date(2026, 11, 22)
#: at the end of May and of November, for all
FIXED = Cycle(months=6, fixed_due_on=date(2026, 5, 31))

pytestmark = pytest.mark.usefixtures("factories")


def last(held_on, due=None):
    return LastAppraisal(id=1, held_on=held_on, next_due_on=None, due_on=due or held_on)


def managed(assignment=None, **of_person):
    person = make.StaffMember(**{"hired_on": date(2020, 6, 1), **of_person})
    line = make.ReportingLine(staff_member=person)
    make.Assignment(staff_member=person, **(assignment or {}))
    return line


def open_ones(db):
    return db.scalars(select(Appraisal).where(Appraisal.stage == AppraisalStage.OPEN)).all()


class TestFixedDates:
    @pytest.mark.parametrize(
        ("before", "hired_on", "due"),
        [
            pytest.param(None, date(2019, 1, 1), date(2026, 11, 30), id="never-yet"),
            pytest.param(last(date(2026, 5, 20)), None, date(2026, 11, 30), id="had-the-last"),
            pytest.param(
                last(date(2026, 6, 20), date(2026, 5, 31)), None, date(2026, 11, 30), id="held-late"
            ),
            pytest.param(
                last(date(2026, 11, 5), date(2026, 11, 30)), None, date(2027, 5, 31), id="held"
            ),
            pytest.param(
                last(date(2026, 10, 15), date(2026, 10, 20)), None, date(2027, 5, 31), id="early"
            ),
            pytest.param(None, date(2026, 10, 1), date(2027, 5, 31), id="new-here"),
            pytest.param(last(date(2020, 1, 1)), None, date(2026, 11, 30), id="long-ago"),
        ],
    )
    def test_everybody_is_due_on_the_next_date_that_they_have_not_had(self, before, hired_on, due):
        assert due_on(FIXED, last=before, hired_on=hired_on, today=TODAY) == due

    def test_a_date_that_passed_while_the_job_did_not_run_is_caught_up_on_once(self):
        today = date(2026, 12, 4)

        assert due_on(FIXED, last=None, hired_on=None, today=today) == today + FIXED.notice
        had = last(date(2026, 12, 3), date(2026, 11, 30))
        assert due_on(FIXED, last=had, hired_on=None, today=today) == date(2027, 5, 31)

    def test_an_anchor_in_the_future_or_at_a_months_end_does(self):
        later = Cycle(months=12, fixed_due_on=date(2030, 8, 31))
        half = Cycle(months=6, fixed_due_on=date(2030, 8, 31))

        assert due_on(later, last=None, hired_on=None, today=TODAY) == date(2027, 8, 31)
        assert due_on(half, last=None, hired_on=None, today=TODAY) == date(2027, 2, 28)

    def test_what_is_signed_says_the_next_date_for_all(self):
        held = date(2026, 11, 20)

        assert next_after(FIXED, held, due_on=date(2026, 11, 30), today=held) == date(2027, 5, 31)
        assert next_after(Cycle(months=12), held, due_on=held, today=held) == date(2027, 11, 20)
        assert next_after(Cycle(months=0), held, due_on=held, today=held) is None


class TestCadence:
    def test_a_groups_own_cycle_goes_before_the_one_for_all(self, db, organisation):
        yearly = managed({"staff_group": "Estates and Ancillary"})
        half_yearly = managed()
        set_cycle(db, organisation, "Estates and Ancillary", months=12)

        open_due_appraisals(db, organisation, today=TODAY)

        assert [a.appraisee_id for a in open_ones(db)] == [half_yearly.staff_member_id]
        assert yearly.staff_member_id

    def test_who_came_back_after_leaving_is_due_as_a_starter_is(self):
        before = last(date(2024, 1, 10))

        due = due_on(Cycle(months=6), last=before, hired_on=date(2026, 11, 2), today=TODAY)

        assert due == date(2027, 5, 2)

    def test_who_is_appraised_elsewhere_talks_about_digital_goals_alone(self, db, organisation):
        managed({"staff_group": "Medical and Dental"})
        set_cycle(db, organisation, "Medical and Dental", months=6, is_elsewhere=True)

        open_due_appraisals(db, organisation, today=TODAY)

        (talk,) = open_ones(db)
        assert talk.is_goals_only


class TestLeftOut:
    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            (ExclusionKind.STAFF_GROUP, " nursing and  midwifery registered"),
            (ExclusionKind.CATEGORY, "BANK"),
            (ExclusionKind.PERSON, ""),
        ],
    )
    def test_nothing_opens_for_who_is_left_out(self, db, organisation, kind, value):
        line = managed({"category": "Bank"})
        leave_out(db, line, kind, value)

        assert open_due_appraisals(db, organisation, today=TODAY).opened == 0

    @pytest.mark.parametrize(
        "when",
        [
            {"starts_on": TODAY + timedelta(days=1)},
            {"starts_on": date(2026, 1, 1), "ends_on": TODAY - timedelta(days=1)},
        ],
    )
    def test_before_and_after_its_days_it_opens(self, db, organisation, when):
        line = managed()
        leave_out(db, line, ExclusionKind.PERSON, "", **when)

        assert open_due_appraisals(db, organisation, today=TODAY).opened == 1

    def test_what_is_open_already_stays_open(self, db, organisation):
        line = managed()
        open_due_appraisals(db, organisation, today=TODAY)
        leave_out(db, line, ExclusionKind.PERSON, "")

        open_due_appraisals(db, organisation, today=TODAY)

        assert len(open_ones(db)) == 1


class TestMoversAndLeavers:
    def test_a_leavers_open_appraisal_is_closed_with_the_reason(self, db, organisation):
        appraisal = make.Appraisal(appraisee=make.StaffMember(left_on=date(2026, 11, 20)))

        done = open_due_appraisals(db, organisation, today=TODAY)

        db.refresh(appraisal)
        assert done.closed == 1
        assert appraisal.stage is AppraisalStage.WITHDRAWN
        assert appraisal.closed_because == "left"
        event = db.scalars(
            select(AuditEvent).where(AuditEvent.kind == AuditKind.APPRAISAL_CLOSED)
        ).one()
        assert (event.subject_id, event.reason) == (appraisal.appraisee_id, "left")

    def test_who_leaves_at_the_end_of_the_month_can_still_meet(self, db, organisation):
        appraisal = make.Appraisal(appraisee=make.StaffMember(left_on=date(2026, 11, 30)))

        assert open_due_appraisals(db, organisation, today=TODAY).closed == 0
        assert appraisal.is_open

    def test_without_any_manager_nothing_opens_and_what_is_open_waits(self, db, organisation):
        alone = make.StaffMember(hired_on=None)
        waiting = make.Appraisal(line=False)

        done = open_due_appraisals(db, organisation, today=TODAY)

        assert (done.opened, done.handed_over) == (0, 0)
        assert [a.id for a in open_ones(db)] == [waiting.id]
        assert alone.id

    def test_a_step_taken_twice_opens_nothing_more(self, db, organisation):
        managed()
        planned = plan_round(db, organisation.id, today=TODAY)
        (step,) = planned.steps()

        assert take_step(db, planned, step).opened == 1
        assert take_step(db, planned, step).opened == 0
        assert len(open_ones(db)) == 1

    def test_small_steps_do_the_same_as_one(self, db, organisation):
        for _ in range(5):
            managed()
        planned = plan_round(db, organisation.id, today=TODAY)

        steps = list(planned.steps(2))
        for step in steps:
            take_step(db, planned, step)

        assert len(steps) == 3
        assert len(open_ones(db)) == 5

    def test_planning_asks_no_more_for_more_people(self, db, organisation):
        managed()
        with count_queries(db) as few:
            plan_round(db, organisation.id, today=TODAY)
        for _ in range(10):
            managed()
        with count_queries(db) as many:
            plan_round(db, organisation.id, today=TODAY)

        assert many.number <= few.number


class TestTheDayOfTheMeeting:
    @pytest.fixture
    def came_back(self):
        person = make.StaffMember(hired_on=date(2018, 1, 1))
        make.Assignment(
            staff_member=person, effective_from=date(2018, 1, 1), ended_on=date(2026, 3, 31)
        )
        make.Assignment(staff_member=person, effective_from=date(2026, 9, 1))
        return person

    @pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 9, 1), date(2026, 11, 22)])
    def test_a_day_at_work_here_is_taken(self, db, came_back, day):
        require_here(db, came_back, day)

    @pytest.mark.parametrize("day", [date(2026, 4, 1), date(2026, 8, 31)])
    def test_a_day_between_two_times_here_is_refused(self, db, came_back, day):
        with pytest.raises(InvalidInputError, match="did not work here"):
            require_here(db, came_back, day)

    def test_a_day_after_leaving_is_refused(self, db):
        person = make.StaffMember(left_on=date(2026, 10, 1))

        with pytest.raises(InvalidInputError, match="did not work here"):
            require_here(db, person, date(2026, 10, 2))

    def test_what_the_first_file_does_not_reach_back_to_is_no_gap(self, db):
        person = make.Assignment(effective_from=date(2026, 6, 1)).staff_member

        require_here(db, person, date(2026, 5, 1))


class TestTheClockOnTheWard:
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            # an hour before midnight in UTC is the next day on the ward, while it is summer
            (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
            # the night the clocks go back: half past one comes twice, and is one day
            (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
            (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
            (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
            # the night they go forward
            (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), date(2027, 3, 28)),
            (datetime(2027, 3, 28, 23, 30, tzinfo=UTC), date(2027, 3, 29)),
        ],
    )
    def test_an_appraisal_opens_once_a_day_of_the_wards_clock(self, db, organisation, moment, day):
        managed(hired_on=None)
        today = moment.astimezone(LONDON).date()

        first = open_due_appraisals(db, organisation, today=today)
        again = open_due_appraisals(db, organisation, today=today)

        (appraisal,) = open_ones(db)
        assert (first.opened, again.opened) == (1, 0)
        assert appraisal.opened_on == day
        assert appraisal.due_on == day + timedelta(days=28)


class TestLinesGoneWrong:
    def test_a_loop_neither_hangs_nor_makes_anybody_their_own_appraiser(self, db, organisation):
        first, second, third = (make.StaffMember(hired_on=None) for _ in range(3))
        for person, manager in ((first, second), (second, third), (third, first), (first, first)):
            make.ReportingLine(staff_member=person, manager=manager)

        open_due_appraisals(db, organisation, today=TODAY)

        pairs = {(a.appraisee_id, a.appraiser_id) for a in open_ones(db)}
        assert pairs == {(first.id, second.id), (second.id, third.id), (third.id, first.id)}


def set_cycle(db, organisation, staff_group, **values):
    db.add(
        AppraisalCycle(
            organisation_id=organisation.id,
            staff_group=staff_group,
            **{"opens_days_before": 28, **values},
        )
    )
    db.flush()


def leave_out(db, line, kind, value, **when):
    db.add(
        AppraisalExclusion(
            organisation_id=line.organisation_id,
            kind=kind,
            value=value,
            staff_member_id=line.staff_member_id if kind is ExclusionKind.PERSON else None,
            reason="Agreed with HR",
            recorded_by_id=line.manager_id,
            **{"starts_on": date(2026, 11, 1), **when},
        )
    )
    db.flush()
