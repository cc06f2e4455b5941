from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.support import factories as make
from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Appointment,
    AppointmentPurpose,
    AppraisalStage,
    EndedWhy,
    InductionStage,
    MessageState,
    OutboxMessage,
)
from tracker.security.identity import Identity
from tracker.services.appointment_follow import follow
from tracker.services.appointments import (
    AppointmentDraft,
    appointment_of,
    cancel,
    moment_of,
    set_for_appraisal,
    set_for_milestone,
)
from tracker.services.mail_letters import letter_for

DAY = date(2026, 12, 3)
DRAFT = AppointmentDraft(day=DAY, starts=time(10, 0), place="Ward office")
BASE = "https://t.example"


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


@pytest.fixture
def person(appraisal):
    return identity(appraisal.appraisee)


def identity(person):
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def letters(db, today, now):
    """Give what would be sent now, as (kind, letter), and note it as sent."""

    def letters():
        waiting = db.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.state == MessageState.WAITING)
            .order_by(OutboxMessage.id)
        ).all()
        found = []
        for message in waiting:
            prepared = letter_for(db, message, base_url=BASE, today=today, now=now)
            message.state = MessageState.SENT if prepared.letter else MessageState.NOT_NEEDED
            if prepared.letter:
                found.append((message.kind, prepared.letter))
        db.flush()
        return found

    return letters


def test_both_get_it_into_their_calendars(db, appraisal, person, now, letters):
    set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)

    (_, own), (_, managers) = letters()
    assert own.to == appraisal.appraisee.email
    assert managers.to == appraisal.appraiser.email
    assert own.subject == "Appraisal talk: Thursday 3 December 2026, 10am"
    assert own.meeting.starts_at == datetime(2026, 12, 3, 10, tzinfo=UTC)
    assert own.meeting.sequence == 0
    assert own.meeting.method == "REQUEST"
    assert appraisal.appraisee.name in own.meeting.title
    assert appraisal.appraiser.name in own.meeting.title
    assert own.meeting.url == f"{BASE}/appraisals/{appraisal.public_id}/time"


def test_a_change_is_the_same_meeting_with_a_higher_number(db, appraisal, person, now, letters):
    set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)
    first = letters()[0][1].meeting
    later = AppointmentDraft(day=DAY, starts=time(14, 30), place="Ward office")

    set_for_appraisal(db, appraisal, later, by=person, now=now)

    second = letters()[0][1].meeting
    assert (second.key, second.sequence) == (first.key, 1)
    assert second.starts_at == datetime(2026, 12, 3, 14, 30, tzinfo=UTC)


def test_the_same_again_tells_nobody(db, appraisal, person, now, letters):
    for _ in range(2):
        set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)

    assert len(letters()) == 2


def test_only_the_last_of_two_quick_changes_is_mailed(db, appraisal, person, now, letters):
    set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)
    later = AppointmentDraft(day=DAY, starts=time(15))
    set_for_appraisal(db, appraisal, later, by=person, now=now)

    assert [letter.meeting.sequence for _, letter in letters()] == [1, 1]


def test_called_off_it_leaves_the_calendars_that_have_it(db, appraisal, person, now, letters):
    appointment = set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)
    letters()

    for _ in range(2):
        cancel(db, appointment, by=person, now=now)

    sent = letters()
    assert [kind for kind, _ in sent] == ["appointment.cancelled"] * 2
    assert {letter.meeting.method for _, letter in sent} == {"CANCEL"}
    assert {letter.meeting.sequence for _, letter in sent} == {1}


def test_called_off_before_anybody_was_told_nobody_is_told(db, appraisal, person, now, letters):
    appointment = set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)
    cancel(db, appointment, by=person, now=now)

    assert letters() == []


def test_called_off_it_can_be_set_again(db, appraisal, person, now, letters):
    appointment = set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)
    letters()
    cancel(db, appointment, by=person, now=now)
    letters()

    set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)

    assert appointment_of(db, appraisal).is_on
    assert [letter.meeting.sequence for _, letter in letters()] == [2, 2]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": date(2026, 11, 21)}, "day"),
        ({"minutes": 0}, "minutes"),
        ({"place": "x" * 201}, "place"),
        ({"day": date(2027, 3, 28), "starts": time(1, 30)}, "starts"),
    ],
)
def test_what_cannot_be_is_refused(db, appraisal, person, now, changes, field):
    draft = AppointmentDraft(**{"day": DAY, "starts": time(10), **changes})

    with pytest.raises(InvalidInputError) as refusal:
        set_for_appraisal(db, appraisal, draft, by=person, now=now)

    assert refusal.value.field == field


def test_the_hour_that_comes_twice_is_the_first_of_the_two():
    assert moment_of(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_of(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


def test_a_closed_appraisal_has_no_meeting(db, appraisal, person, now):
    appraisal.stage = AppraisalStage.SIGNED

    with pytest.raises(NotAllowedNowError):
        set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)


@pytest.mark.parametrize("why", ["withdrawn", "signed early", "manager leaves", "person leaves"])
def test_it_is_called_off_when_it_cannot_be_held(db, appraisal, person, today, now, letters, why):
    appointment = set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)
    letters()
    if why == "withdrawn":
        appraisal.stage = AppraisalStage.WITHDRAWN
    elif why == "signed early":
        appraisal.stage = AppraisalStage.SIGNED
    elif why == "manager leaves":
        appraisal.appraiser.left_on = DAY - timedelta(days=1)
    else:
        appraisal.appraisee.left_on = today - timedelta(days=1)
    db.flush()

    for _ in range(2):
        follow(db, appraisal.organisation_id, today=today, now=now)

    sent = letters()
    gone = 1 if why == "person leaves" else 0
    assert not appointment.is_on
    assert [kind for kind, _ in sent] == ["appointment.cancelled"] * (2 - gone)


def test_a_meeting_that_holds_is_left_alone(db, appraisal, person, today, now):
    appointment = set_for_appraisal(db, appraisal, DRAFT, by=person, now=now)

    assert follow(db, appraisal.organisation_id, today=today, now=now) == 0
    assert appointment.is_on


@pytest.fixture
def signed(appraisal, factories, now):
    appraisal.stage = AppraisalStage.SIGNED
    appraisal.next_due_on = date(2027, 5, 20)
    factories.SealedRecord(appraisal_id=appraisal.id, sealed_at=now - timedelta(hours=1))
    return appraisal


def test_once_signed_the_day_of_the_next_talk_is_held_once(db, signed, today, now, letters):
    for _ in range(2):
        follow(db, signed.organisation_id, today=today, now=now)

    sent = letters()
    assert len(sent) == 2
    assert sent[0][1].meeting.day == date(2027, 5, 20)
    assert sent[0][1].meeting.starts_at is None


@pytest.mark.parametrize("due", [date(2027, 5, 21), date(2027, 5, 22), date(2027, 5, 23)])
def test_a_talk_that_is_due_at_a_weekend_is_held_for_the_friday(
    db, signed, today, now, letters, due
):
    signed.next_due_on = due
    for _ in range(2):
        follow(db, signed.organisation_id, today=today, now=now)

    assert [facts.meeting.day for _message, facts in letters()] == [date(2027, 5, 21)] * 2


def test_the_day_that_was_held_becomes_the_time_that_is_set(
    db, signed, person, today, now, letters
):
    follow(db, signed.organisation_id, today=today, now=now)
    held = letters()[0][1].meeting
    following = make.Appraisal(
        appraisee=signed.appraisee, appraiser=signed.appraiser, previous_id=signed.id, line=False
    )

    set_for_appraisal(db, following, DRAFT, by=person, now=now)

    moved = letters()[0][1].meeting
    assert (moved.key, moved.sequence) == (held.key, 1)
    assert moved.starts_at is not None
    assert db.scalars(select(Appointment.purpose)).all() == [AppointmentPurpose.APPRAISAL]


def test_with_a_new_manager_the_day_that_was_held_is_given_back(db, signed, today, now, letters):
    follow(db, signed.organisation_id, today=today, now=now)
    letters()
    make.Appraisal(appraisee=signed.appraisee, previous_id=signed.id, line=False)

    follow(db, signed.organisation_id, today=today, now=now)

    assert [kind for kind, _ in letters()] == ["appointment.cancelled"] * 2


def test_a_milestone_has_a_talk_that_ends_with_the_induction(db, factories, today, now, letters):
    induction = factories.Induction()
    factories.InductionTask(induction=induction, milestone_key="week_1", milestone_name="Week one")
    by = identity(induction.manager)

    set_for_milestone(db, induction, "week_1", DRAFT, by=by, now=now)
    first = [letter for kind, letter in letters() if kind == "appointment.set"]
    induction.stage, induction.ended_why = InductionStage.ENDED, EndedWhy.LEFT
    db.flush()
    follow(db, induction.organisation_id, today=today, now=now)

    assert first[0].subject.startswith("Talk about the first months (Week one)")
    assert len(first) == 2
    assert [kind for kind, _ in letters()] == ["appointment.cancelled"] * 2


def test_a_talk_that_a_later_first_day_overtakes_goes_along_once(
    db, factories, today, now, letters
):
    """The 19th is a Saturday; who starts then has the talk when its milestone is due."""
    induction = factories.Induction(starts_on=today)
    task = factories.InductionTask(induction=induction, milestone_key="day_1", due_on=DAY)
    early = factories.InductionTask(
        induction=induction, milestone_key="before", days_from_start=-7, due_on=DAY
    )
    for one in (task, early):
        by = identity(induction.manager)
        set_for_milestone(db, induction, one.milestone_key, DRAFT, by=by, now=now)
    first = letters()[0][1].meeting
    induction.starts_on, task.due_on = date(2026, 12, 19), date(2026, 12, 21)
    db.flush()
    for _ in range(2):
        follow(db, induction.organisation_id, today=today, now=now)

    one, other = [letter.meeting for _, letter in letters()]
    assert (one.key, one.sequence, one.method) == (first.key, 1, "REQUEST")
    assert one.starts_at == other.starts_at == datetime(2026, 12, 21, 10, tzinfo=UTC)


def test_a_talk_for_a_milestone_that_is_not_there_is_refused(db, factories, now):
    induction = factories.Induction()

    with pytest.raises(InvalidInputError):
        set_for_milestone(db, induction, "nothing", DRAFT, by=identity(induction.manager), now=now)


def test_a_starter_is_welcomed_once_there_is_a_work_address(db, factories, today, now, letters):
    starter = factories.StaffMember(email=None, given_name="Nia")
    induction = factories.Induction(staff_member=starter, starts_on=today)

    follow(db, induction.organisation_id, today=today, now=now)
    assert letters() == []
    starter.email = "nia@trust.example"
    db.flush()
    for _ in range(2):
        follow(db, induction.organisation_id, today=today, now=now)

    ((kind, letter),) = letters()
    assert kind == "induction.hello"
    assert letter.subject == "Welcome, Nia"
    assert letter.to == "nia@trust.example"


def test_somebody_who_started_long_ago_is_not_welcomed(db, factories, today, now, letters):
    induction = factories.Induction(starts_on=today - timedelta(days=30))

    follow(db, induction.organisation_id, today=today, now=now)

    assert letters() == []
