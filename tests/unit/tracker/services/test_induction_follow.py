"""What is under way follows HR: a first day that moves, those who leave, and the new of a plan."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tracker.errors import NotFoundError
from tracker.models import (
    Barrier,
    EndedWhy,
    Induction,
    InductionStage,
    InductionTask,
    InductionTemplate,
    OutboxMessage,
    StaffMember,
    TaskOwner,
)
from tracker.security.identity import Identity
from tracker.services.induction_authoring import LineDraft, publish, put_line
from tracker.services.induction_begin import begin_inductions
from tracker.services.induction_offers import answer_offer, offers_for
from tracker.services.induction_templates import seed_templates
from tracker.services.inductions import say_missing


@pytest.fixture
def night(db, organisation, today):
    def night(days=0):
        db.flush()
        begun = begin_inductions(db, organisation, today=today + timedelta(days=days))
        db.flush()
        return begun

    return night


@pytest.fixture
def starter(factories, today):
    person = factories.StaffMember(hired_on=today + timedelta(days=7))
    factories.ReportingLine(staff_member=person)
    return person


@pytest.fixture
def induction(db, night, starter):
    assert night() == 1
    return db.scalars(select(Induction).where(Induction.staff_member_id == starter.id)).one()


def tasks_of(db, induction):
    db.expire_all()
    return {task.line_key: task for task in induction.tasks}


class TestTheFirstDayMoves:
    def test_what_is_not_done_moves_with_it_and_what_is_done_stays_done(
        self, db, induction, night, starter, now
    ):
        tasks = tasks_of(db, induction)
        before = tasks["sign-in"].due_on
        tasks["login"].done_at = now
        starter.hired_on += timedelta(days=14)
        night()

        tasks = tasks_of(db, induction)
        assert tasks["sign-in"].due_on == before + timedelta(days=14)
        assert tasks["login"].done_at == now
        assert induction.starts_on == starter.hired_on

    def test_moved_twice_it_is_still_one(self, db, induction, night, starter):
        before = {key: task.due_on for key, task in tasks_of(db, induction).items()}
        for days in (14, -14):
            starter.hired_on += timedelta(days=days)
            assert night() == 0

        assert {key: task.due_on for key, task in tasks_of(db, induction).items()} == before

    def test_moved_into_the_past_nothing_is_late(self, db, induction, night, starter, today):
        starter.hired_on = today - timedelta(days=40)
        night()

        assert min(task.due_on for task in tasks_of(db, induction).values()) >= today

    def test_a_first_day_years_off_is_taken_for_a_mistake(self, induction, night, starter):
        right = induction.starts_on
        starter.hired_on -= timedelta(days=3650)
        night()

        assert induction.starts_on == right


class TestWhoLeaves:
    @pytest.mark.parametrize(
        ("left_after", "why"), [(-7, EndedWhy.NEVER_CAME), (20, EndedWhy.LEFT)]
    )
    def test_it_ends_and_nothing_waits(self, db, induction, night, starter, today, left_after, why):
        who = Identity(staff_id=starter.id, organisation_id=starter.organisation_id)
        say_missing(db, induction, "login", by=who, today=today)
        starter.left_on = starter.hired_on + timedelta(days=left_after)
        night(days=30)

        db.expire_all()
        assert (induction.stage, induction.ended_why) == (InductionStage.ENDED, why)
        assert db.scalars(select(Barrier)).one().fixed_on is not None

    def test_hr_had_it_wrong_and_it_goes_on(self, induction, night, starter, today):
        starter.left_on = today - timedelta(days=1)
        night()
        assert induction.is_ended
        starter.left_on = None

        assert night() == 0
        assert induction.is_under_way
        assert induction.ended_why is None

    def test_a_new_post_that_hr_takes_back_ends_it(self, db, factories, night, today):
        person = factories.StaffMember()
        on = today + timedelta(days=7)
        old = factories.Assignment(
            staff_member=person, source_key="A", effective_to=on, job_role="Porter"
        )
        new = factories.Assignment(
            staff_member=person, source_key="A", effective_from=on, job_role="Clerk"
        )
        assert night() == 1
        db.delete(new)
        old.effective_to = None
        night()

        induction = db.scalars(select(Induction)).one()
        assert induction.ended_why is EndedWhy.WITHDRAWN

    def test_a_return_that_hr_takes_back_ends_it(self, db, factories, night, today):
        person, post = factories.StaffMember(), factories.Post()
        on = today - timedelta(days=7)
        row = {"staff_member": person, "post": post, "source_key": "A"}
        away, back = on - timedelta(days=200), on - timedelta(days=1)
        old = factories.Assignment(effective_to=away - timedelta(days=1), **row)
        gone = factories.Assignment(
            effective_from=away, effective_to=back, status="Career Break", **row
        )
        new = factories.Assignment(effective_from=on, **row)
        assert night() == 1
        db.delete(gone)
        db.delete(new)
        old.effective_to = None
        night()

        induction = db.scalars(select(Induction)).one()
        assert (induction.starts_on, induction.ended_why) == (on, EndedWhy.WITHDRAWN)

    def test_who_comes_back_a_year_later_begins_anew(self, db, induction, night, starter, today):
        assert induction.kind == "new"
        starter.left_on = starter.hired_on + timedelta(days=30)
        night(days=60)
        starter.hired_on, starter.left_on = today + timedelta(days=400), None

        assert night(days=400) == 1
        kinds = db.scalars(select(Induction.kind).order_by(Induction.starts_on)).all()
        assert kinds == ["new", "returned"]


class TestAnotherWorkInMidInduction:
    def test_the_old_ends_on_the_day_and_what_was_missing_goes_along(
        self, db, factories, induction, night, starter, today
    ):
        who = Identity(staff_id=starter.id, organisation_id=starter.organisation_id)
        say_missing(db, induction, "smartcard", by=who, today=today)
        moves = starter.hired_on + timedelta(days=60)
        row = {"staff_member": starter, "source_key": "A"}
        factories.Assignment(
            effective_from=starter.hired_on, effective_to=moves - timedelta(days=1), **row
        )
        factories.Assignment(effective_from=moves, job_role="Midwife", **row)
        begun = [night(days=days) for days in (60, 67, 68)]

        assert begun == [0, 1, 0]
        db.expire_all()
        assert (induction.ended_why, induction.ended_on) == (EndedWhy.NEW_WORK, moves)
        anew = db.scalars(select(Induction).where(Induction.id != induction.id)).one()
        assert (anew.kind, anew.starts_on, anew.job_role) == ("moved", moves, "Midwife")
        barrier = db.scalars(select(Barrier)).one()
        assert (barrier.induction_id, barrier.fixed_on) == (anew.id, None)


class TestTheBuddyLeaves:
    def test_the_manager_is_asked_for_another_and_the_starter_told_once(
        self, db, factories, induction, night, today
    ):
        induction.buddy = factories.StaffMember(left_on=today - timedelta(days=1))
        night()
        night()

        db.expire_all()
        assert induction.buddy is None
        asked = [task for task in induction.tasks if task.line_key.startswith("buddy-again")]
        assert [task.owner for task in asked] == [TaskOwner.MANAGER]
        told = {one.kind: one.recipient_id for one in db.scalars(select(OutboxMessage))}
        assert told == {
            "induction.buddy_left": induction.manager_id,
            "induction.without_buddy": induction.staff_member_id,
        }


class TestTheNewIsOffered:
    @pytest.fixture
    def template(self, db, organisation, induction):
        assert induction
        return db.scalars(
            select(InductionTemplate).where(
                InductionTemplate.organisation_id == organisation.id,
                InductionTemplate.key == "everyone",
            )
        ).one()

    def say(self, db, template, now, key="", **fields):
        author = db.scalars(select(StaffMember.id).order_by(StaffMember.id)).first()
        who = Identity(staff_id=author, organisation_id=template.organisation_id)
        draft = {"milestone": "month_1", "owner": "starter", "kind": "do", "purpose": "It helps."}
        put_line(db, template, key, LineDraft(**{**draft, **fields}), by=who)
        publish(db, template, by=who, now=now)
        db.flush()

    def answer(self, db, induction, organisation, key, now, *, yes):
        answer_offer(
            db,
            induction,
            organisation,
            line_key=key,
            is_accepted=yes,
            by=Identity(
                staff_id=induction.staff_member_id, organisation_id=induction.organisation_id
            ),
            today=now.date(),
            now=now,
        )
        db.flush()

    def test_they_keep_theirs(self, db, induction, template, now, today):
        before = db.scalars(select(InductionTask.wording)).all()
        assert offers_for(db, induction, today=today) == ()

        self.say(db, template, now, key="normal-day", wording="Said in another way")

        assert db.scalars(select(InductionTask.wording)).all() == before
        (offer,) = offers_for(db, induction, today=today)
        assert offer.instead_of == "Use the main system on a normal day, with help near"

    def test_a_yes_takes_it_in(self, db, induction, organisation, template, now, today):
        self.say(db, template, now, key="normal-day", wording="Said in another way")
        number = len(induction.tasks)

        self.answer(db, induction, organisation, "normal-day", now, yes=True)

        assert len(induction.tasks) == number
        assert tasks_of(db, induction)["normal-day"].wording == "Said in another way"
        assert offers_for(db, induction, today=today) == ()

    def test_a_no_is_kept_until_it_says_something_else(
        self, db, induction, organisation, template, now, today
    ):
        self.say(db, template, now, key="normal-day", wording="Said in another way")
        self.answer(db, induction, organisation, "normal-day", now, yes=False)
        assert offers_for(db, induction, today=today) == ()
        with pytest.raises(NotFoundError):
            self.answer(db, induction, organisation, "normal-day", now, yes=True)

        self.say(db, template, now, key="normal-day", wording="Said in a third way")

        assert len(offers_for(db, induction, today=today)) == 1

    def test_what_is_done_or_past_is_not_offered(self, db, induction, template, now, today):
        tasks_of(db, induction)["normal-day"].done_at = now
        self.say(db, template, now, key="normal-day", wording="Said in another way")
        self.say(db, template, now, wording="Quite new")

        later = induction.starts_on + timedelta(days=29)
        assert [one.line.wording for one in offers_for(db, induction, today=today)] == ["Quite new"]
        assert offers_for(db, induction, today=later) == ()


def test_seeding_twice_changes_nothing(db, organisation):
    seed_templates(db, organisation)
    number = db.query(InductionTemplate).count()
    seed_templates(db, organisation)

    assert db.query(InductionTemplate).count() == number
