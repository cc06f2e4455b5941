"""Beginning inductions from HR, and doing them task by task."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import Barrier, Induction, InductionHelper, TaskOwner
from tracker.security.identity import Identity
from tracker.services.induction_begin import begin_inductions
from tracker.services.induction_templates import seed_templates
from tracker.services.inductions import choose_buddy, mark_task, say_missing
from tracker.services.working_days import is_working_day, on_working_day


def identity_of(person):
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


class TestBeginInductions:
    def test_a_starter_gets_tasks_for_each_owner_on_working_days(
        self, db, factories, organisation, today
    ):
        starter = factories.StaffMember(hired_on=today - timedelta(days=14))

        assert begin_inductions(db, organisation, today=today) == 1

        induction = db.scalars(select(Induction)).one()
        assert induction.staff_member == starter
        assert {task.owner for task in induction.tasks} == set(TaskOwner)
        assert all(is_working_day(task.due_on) for task in induction.tasks)

    def test_the_manager_whom_hr_names_looks_after_it(self, db, factories, organisation, today):
        starter = factories.StaffMember(hired_on=today + timedelta(days=7))
        manager = factories.StaffMember()
        factories.ReportingLine(
            staff_member=starter, manager=manager, starts_on=today + timedelta(days=7)
        )

        begin_inductions(db, organisation, today=today)

        assert db.scalars(select(Induction)).one().manager == manager

    def test_a_second_run_begins_nothing(self, db, factories, organisation, today):
        factories.StaffMember(hired_on=today)
        begin_inductions(db, organisation, today=today)

        assert begin_inductions(db, organisation, today=today) == 0

    @pytest.mark.parametrize("days", [-400, 200])
    def test_who_started_long_ago_or_far_ahead_gets_none(
        self, db, factories, organisation, today, days
    ):
        factories.StaffMember(hired_on=today + timedelta(days=days))

        assert begin_inductions(db, organisation, today=today) == 0

    def test_who_has_left_gets_none(self, db, factories, organisation, today):
        factories.StaffMember(hired_on=today, left_on=today - timedelta(days=1))

        assert begin_inductions(db, organisation, today=today) == 0

    def test_another_trusts_starters_are_left_alone(self, db, factories, organisation, today):
        elsewhere = factories.Organisation()
        factories.StaffMember(hired_on=today, organisation_id=elsewhere.id)

        assert begin_inductions(db, organisation, today=today) == 0

    def test_a_new_manager_takes_over_what_is_under_way(self, db, factories, organisation, today):
        induction = factories.Induction(line=False)
        newcomer = factories.StaffMember()
        factories.ReportingLine(staff_member=induction.staff_member, manager=newcomer)

        begin_inductions(db, organisation, today=today)

        db.refresh(induction)
        assert induction.manager == newcomer

    def test_more_starters_need_no_more_queries(self, db, factories, organisation, today):
        seed_templates(db, organisation)

        def queries_for(starters):
            for _ in range(starters):
                factories.StaffMember(hired_on=today)
            db.flush()
            db.expire_all()
            said = []
            listener = lambda *args: said.append(args[2])  # noqa: E731
            event.listen(db.get_bind().engine, "before_cursor_execute", listener)
            begin_inductions(db, organisation, today=today)
            event.remove(db.get_bind().engine, "before_cursor_execute", listener)
            return len(said)

        queries_for(1)  # from now on there are some under way to look after
        few = queries_for(2)
        assert queries_for(30) == few


class TestMarkTask:
    def mark(self, db, task, who, *, now, done=True, manager_ids=frozenset()):
        return mark_task(
            db,
            task.induction,
            task.public_id,
            is_done=done,
            by=identity_of(who),
            manager_ids=manager_ids,
            now=now,
        )

    def test_the_starter_ticks_a_task_and_takes_it_back(self, db, factories, now):
        task = factories.InductionTask()
        starter = task.induction.staff_member

        assert self.mark(db, task, starter, now=now).done_at == now
        assert self.mark(db, task, starter, now=now, done=False).done_at is None

    def test_the_starter_cannot_tick_what_is_the_managers(self, db, factories, now):
        task = factories.InductionTask(owner=TaskOwner.MANAGER)

        with pytest.raises(NotFoundError):
            self.mark(db, task, task.induction.staff_member, now=now)

    def test_the_buddy_ticks_only_the_buddys(self, db, factories, now):
        buddy = factories.StaffMember()
        task = factories.InductionTask(owner=TaskOwner.BUDDY, induction__buddy=buddy)
        other = factories.InductionTask(induction=task.induction)

        assert self.mark(db, task, buddy, now=now).done_at
        with pytest.raises(NotFoundError):
            self.mark(db, other, buddy, now=now)

    def test_a_task_of_another_induction_is_not_there(self, db, factories, now):
        mine, theirs = factories.InductionTask(), factories.InductionTask()

        with pytest.raises(NotFoundError):
            mark_task(
                db,
                mine.induction,
                theirs.public_id,
                is_done=True,
                by=identity_of(mine.induction.staff_member),
                manager_ids=frozenset(),
                now=now,
            )


class TestSayMissing:
    def say(self, db, induction, item, today):
        who = identity_of(induction.staff_member)
        return say_missing(db, induction, item, by=who, today=today)

    def test_it_becomes_a_barrier_that_the_manager_owns(self, db, factories, today):
        induction = factories.Induction()

        barrier = self.say(db, induction, "smartcard", today)

        assert barrier.owner_id == induction.manager_id
        assert barrier.description == "Still missing: a smartcard"

    def test_where_it_has_helpers_the_closest_one_owns_it(self, db, factories, today):
        division = factories.OrganisationUnit()
        ward = factories.OrganisationUnit(parent=division)
        induction = factories.Induction(organisation_unit=ward)
        factories.InductionHelper()
        close = factories.InductionHelper(organisation_unit=division)
        factories.InductionHelper(organisation_unit=factories.OrganisationUnit())
        factories.InductionHelper(organisation_unit=ward, staff_member__left_on=today)
        factories.InductionHelper(owner=TaskOwner.TRAINER, organisation_unit=ward)

        assert self.say(db, induction, "login", today).owner_id != close.staff_member_id
        left = db.query(InductionHelper).filter_by(organisation_unit_id=ward.id)
        left.filter_by(owner=TaskOwner.IT).one().staff_member.left_on = today - timedelta(days=1)
        assert self.say(db, induction, "device", today).owner_id == close.staff_member_id

    def test_a_system_that_lets_nobody_in_reaches_its_owner(self, db, factories, today):
        induction = factories.Induction()
        system = factories.DigitalSystem(owner=factories.StaffMember())
        who = identity_of(induction.staff_member)

        barrier = say_missing(db, induction, "", by=who, today=today, system_id=system.public_id)

        assert (barrier.owner_id, barrier.system_id) == (system.owner_id, system.id)

    def test_said_twice_it_stays_one(self, db, factories, today):
        induction = factories.Induction()
        for _ in range(2):
            self.say(db, induction, "login", today)

        assert db.scalar(select(func.count(Barrier.id))) == 1

    def test_what_is_not_on_the_list_is_refused(self, db, factories, today):
        induction = factories.Induction()

        with pytest.raises(InvalidInputError, match="from the list"):
            self.say(db, induction, "<script>", today)


def test_nobody_is_their_own_buddy(db, factories):
    induction = factories.Induction()

    with pytest.raises(InvalidInputError, match="their own buddy"):
        choose_buddy(db, induction, induction.staff_member, by=identity_of(induction.manager))


@pytest.mark.parametrize(
    ("day", "forward", "expected"),
    [
        (date(2026, 11, 20), True, date(2026, 11, 20)),
        (date(2026, 11, 21), True, date(2026, 11, 23)),
        (date(2026, 11, 22), False, date(2026, 11, 20)),
    ],
)
def test_a_weekend_moves_to_the_working_day_next_to_it(day, forward, expected):
    assert on_working_day(day, forward=forward) == expected
