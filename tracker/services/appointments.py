"""Sets, changes and calls off the meetings of two people, and tells both calendars."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Appointment,
    AppointmentPurpose,
    Appraisal,
    AuditKind,
    Induction,
    InductionTask,
)
from tracker.services import audit, outbox
from tracker.services.mail_words import LONDON

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

SHORTEST, LONGEST = 10, 480
FRIDAY = 4
LONGEST_PLACE = 200


@dataclass(frozen=True, kw_only=True)
class AppointmentDraft:
    """When and where, as somebody typed it. No time: the whole day is held."""

    day: date
    starts: time | None
    minutes: int = 60
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneMeeting:
    """A milestone of an induction, and when the two meet about it."""

    key: str
    name: str
    due_on: date
    appointment: Appointment | None


def moment_of(day: date, starts: time) -> datetime:
    """Give the moment at which the ward's clock shows this.

    :raises InvalidInputError: for a time that the clock leaps over in March. Of an hour that
        comes twice in October it is the first.
    """
    local = datetime.combine(day, starts, LONDON)
    moment = local.astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise InvalidInputError(
            "The clocks go forward that night, so there is no such time. Choose another one.",
            field="starts",
        )
    return moment


def appointment_of(db: "Session", appraisal: Appraisal) -> Appointment | None:
    """Give the meeting of an appraisal, also one that was called off."""
    return db.scalar(
        select(Appointment).where(
            Appointment.appraisal_id == appraisal.id,
            Appointment.purpose == AppointmentPurpose.APPRAISAL,
        )
    )


def set_for_appraisal(
    db: "Session",
    appraisal: Appraisal,
    draft: AppointmentDraft,
    *,
    by: "Actor",
    now: datetime,
) -> Appointment:
    """Set or change when the two meet.

    :raises NotAllowedNowError: when the appraisal is closed.
    :raises InvalidInputError: with what to mend.
    """
    if not appraisal.is_open:
        raise NotAllowedNowError("This appraisal is closed, so there is nothing to meet for.")
    appointment = appointment_of(db, appraisal) or _held_before(db, appraisal)
    if appointment is None:
        appointment = Appointment(
            organisation_id=appraisal.organisation_id,
            person_id=appraisal.appraisee_id,
            other_id=appraisal.appraiser_id,
        )
    appointment.purpose = AppointmentPurpose.APPRAISAL
    appointment.appraisal_id = appraisal.id
    _set(db, appointment, draft, by=by, now=now)
    return appointment


def _held_before(db: "Session", appraisal: Appraisal) -> Appointment | None:
    """Find the day that was held for this talk when the last one was signed: it moves."""
    if appraisal.previous_id is None:
        return None
    return db.scalar(
        select(Appointment).where(
            Appointment.appraisal_id == appraisal.previous_id,
            Appointment.purpose == AppointmentPurpose.NEXT_APPRAISAL,
            Appointment.cancelled_at.is_(None),
            Appointment.other_id == appraisal.appraiser_id,
        )
    )


def milestone_meetings(db: "Session", induction: Induction) -> list[MilestoneMeeting]:
    """Give the milestones of an induction, each with its meeting if there is one."""
    meetings = {
        one.milestone_key: one
        for one in db.scalars(select(Appointment).where(Appointment.induction_id == induction.id))
    }
    rows = db.execute(
        select(InductionTask.milestone_key, InductionTask.milestone_name, InductionTask.due_on)
        .where(InductionTask.induction_id == induction.id)
        .order_by(InductionTask.due_on, InductionTask.id)
    )
    found: dict[str, MilestoneMeeting] = {}
    for key, name, due_on in rows:
        meeting = MilestoneMeeting(key=key, name=name, due_on=due_on, appointment=meetings.get(key))
        found.setdefault(key, meeting)
    return list(found.values())


def set_for_milestone(  # noqa: PLR0913 - which talk, when, by whom
    db: "Session",
    induction: Induction,
    milestone_key: str,
    draft: AppointmentDraft,
    *,
    by: "Actor",
    now: datetime,
) -> Appointment:
    """Set or change when starter and manager meet at a milestone.

    :raises NotAllowedNowError: when the induction is over, or nobody is known as the manager.
    :raises InvalidInputError: with what to mend.
    """
    if not induction.is_under_way:
        raise NotAllowedNowError("This induction is over, so there is nothing to meet for.")
    if induction.manager_id is None:
        raise NotAllowedNowError("HR has not told us who the manager is. Ask HR to put it right.")
    one = next((one for one in milestone_meetings(db, induction) if one.key == milestone_key), None)
    if one is None:
        raise InvalidInputError("Choose which talk it is.", field="milestone")
    appointment = one.appointment or Appointment(
        organisation_id=induction.organisation_id,
        purpose=AppointmentPurpose.MILESTONE,
        induction_id=induction.id,
        milestone_key=milestone_key,
        person_id=induction.staff_member_id,
    )
    appointment.other_id = induction.manager_id
    _set(db, appointment, draft, by=by, now=now)
    return appointment


def hold_day(db: "Session", appraisal: Appraisal, day: date, *, by: "Actor", now: datetime) -> None:
    """Hold a day for the next talk, once this one is signed: the Friday before a weekend."""
    day -= timedelta(days=max(0, day.weekday() - FRIDAY))
    appointment = Appointment(
        organisation_id=appraisal.organisation_id,
        purpose=AppointmentPurpose.NEXT_APPRAISAL,
        appraisal_id=appraisal.id,
        person_id=appraisal.appraisee_id,
        other_id=appraisal.appraiser_id,
    )
    _set(db, appointment, AppointmentDraft(day=day, starts=None), by=by, now=now)


def move_to(
    db: "Session", appointment: Appointment, day: date, *, by: "Actor", now: datetime
) -> None:
    """Put a meeting on another day, at the same time and place, in both calendars."""
    starts_at = appointment.starts_at
    draft = AppointmentDraft(
        day=day,
        starts=starts_at.astimezone(LONDON).time() if starts_at else None,
        minutes=appointment.minutes,
        place=appointment.place,
    )
    _set(db, appointment, draft, by=by, now=now)


def cancel(db: "Session", appointment: Appointment, *, by: "Actor", now: datetime) -> None:
    """Call a meeting off, in both calendars. Twice, it is called off once."""
    if not appointment.is_on:
        return
    appointment.cancelled_at = now
    appointment.sequence += 1
    _tell(db, appointment, "appointment.cancelled")
    audit.record(
        db,
        AuditKind.APPOINTMENT_CANCELLED,
        appointment,
        by=by,
        subject_id=appointment.person_id,
    )


def _set(
    db: "Session",
    appointment: Appointment,
    draft: AppointmentDraft,
    *,
    by: "Actor",
    now: datetime,
) -> None:
    starts_at = _check(draft, now=now)
    place = " ".join(draft.place.split())
    wanted = (draft.day, starts_at, draft.minutes, place)
    known = (appointment.day, appointment.starts_at, appointment.minutes, appointment.place)
    is_new = appointment.id is None
    if not is_new and wanted == known and appointment.is_on:
        return
    appointment.day, appointment.starts_at, appointment.minutes, appointment.place = wanted
    appointment.sequence = 0 if is_new else appointment.sequence + 1
    appointment.cancelled_at = None
    appointment.set_by_id, appointment.set_at = by.staff_id, now
    db.add(appointment)
    db.flush()
    _tell(db, appointment, "appointment.set")
    audit.record(
        db, AuditKind.APPOINTMENT_SET, appointment, by=by, subject_id=appointment.person_id
    )


def _check(draft: AppointmentDraft, *, now: datetime) -> datetime | None:
    starts_at = moment_of(draft.day, draft.starts) if draft.starts is not None else None
    if draft.day < now.astimezone(LONDON).date():
        raise InvalidInputError(
            "That day has passed. Choose one that is still to come.", field="day"
        )
    if not SHORTEST <= draft.minutes <= LONGEST:
        raise InvalidInputError("Choose how long you will meet.", field="minutes")
    if len(draft.place) > LONGEST_PLACE:
        raise InvalidInputError(f"Use {LONGEST_PLACE} characters or fewer.", field="place")
    return starts_at


def _tell(db: "Session", appointment: Appointment, kind: str) -> None:
    outbox.enqueue_all(
        db,
        [
            outbox.Message(
                kind=kind,
                recipient_id=recipient_id,
                dedupe_key=f"appointment:{appointment.public_id}:{appointment.sequence}:{number}",
                payload={
                    "appointment": appointment.public_id,
                    "sequence": appointment.sequence,
                },
            )
            for number, recipient_id in enumerate((appointment.person_id, appointment.other_id))
        ],
        organisation_id=appointment.organisation_id,
    )
