"""What a mail about a meeting says, and the entry that it brings for the calendar."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from integrations.mail.calendars import Meeting, Person
from tracker.models import (
    Appointment,
    AppointmentPurpose,
    Appraisal,
    Induction,
    InductionTask,
    MessageState,
    OutboxMessage,
)
from tracker.services.mail_facts import Facts
from tracker.services.mail_words import time_in_words, weekday_in_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def is_set(db: "Session", message: OutboxMessage, today: date) -> Facts | None:
    """Bring the meeting as it is now; a later change brings a mail of its own."""
    appointment = _appointment(db, message)
    if appointment is None or not appointment.is_on or appointment.day < today:
        return None
    if appointment.sequence != message.payload.get("sequence"):
        return None
    return _facts(db, appointment, message)


def is_cancelled(db: "Session", message: OutboxMessage, today: date) -> Facts | None:
    """Take the meeting out of the calendar of somebody who has it there."""
    appointment = _appointment(db, message)
    if appointment is None or appointment.is_on or appointment.day < today:
        return None
    was_told = db.scalar(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.kind == "appointment.set",
            OutboxMessage.recipient_id == message.recipient_id,
            OutboxMessage.state == MessageState.SENT,
            OutboxMessage.dedupe_key.startswith(f"appointment:{appointment.public_id}:"),
        )
        .limit(1)
    )
    return _facts(db, appointment, message) if was_told else None


def _appointment(db: "Session", message: OutboxMessage) -> Appointment | None:
    return db.scalar(
        select(Appointment)
        .where(
            Appointment.organisation_id == message.organisation_id,
            Appointment.public_id == str(message.payload.get("appointment", "")),
        )
        .options(joinedload(Appointment.person), joinedload(Appointment.other))
    )


def _facts(db: "Session", appointment: Appointment, message: OutboxMessage) -> Facts:
    own = message.recipient_id == appointment.person_id
    other = appointment.other if own else appointment.person
    title, path = _subject_of(db, appointment)
    people = [
        Person(name=one.name, address=one.email)
        for one in (appointment.person, appointment.other)
        if one.email
    ]
    meeting = Meeting(
        key=appointment.public_id,
        sequence=appointment.sequence,
        is_cancelled=not appointment.is_on,
        # In a calendar others may see the title: it holds no more than that they meet.
        title=f"{title}: {appointment.person.name} and {appointment.other.name}",
        people=people,
        day=appointment.day,
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        place=appointment.place,
        url="",
    )
    return Facts(
        words={
            "title": title,
            "other": other.first_name,
            "when": when_in_words(appointment),
            "place": f"Where: {appointment.place}." if appointment.place else "",
        },
        path=path,
        meeting=meeting,
    )


def when_in_words(appointment: Appointment) -> str:
    """Say Thursday 3 December 2026, 10:30am."""
    day = weekday_in_words(appointment.day)
    return f"{day}, {time_in_words(appointment.starts_at)}" if appointment.starts_at else day


def _subject_of(db: "Session", appointment: Appointment) -> tuple[str, str]:
    if appointment.induction_id is not None:
        induction = db.get_one(Induction, appointment.induction_id)
        name = db.scalar(
            select(InductionTask.milestone_name)
            .where(
                InductionTask.induction_id == induction.id,
                InductionTask.milestone_key == appointment.milestone_key,
            )
            .limit(1)
        )
        title = f"Talk about the first months ({name})" if name else "Talk about the first months"
        return title, f"/inductions/{induction.public_id}/meetings"
    appraisal = db.get_one(Appraisal, appointment.appraisal_id or 0)
    if appointment.purpose is AppointmentPurpose.NEXT_APPRAISAL:
        return "Next appraisal talk", f"/appraisals/{appraisal.public_id}"
    return "Appraisal talk", f"/appraisals/{appraisal.public_id}/time"
