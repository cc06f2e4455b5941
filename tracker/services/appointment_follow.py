"""Keeps calendars true when records change: calls meetings off, holds days, says welcome.

Nothing of it hangs on anybody remembering to call it: a worker looks at how things stand.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from tracker.models import (
    Appointment,
    AppointmentPurpose,
    Appraisal,
    AppraisalStage,
    Induction,
    InductionStage,
    InductionTask,
    OutboxMessage,
    SealedRecord,
    StaffMember,
)
from tracker.security.identity import System
from tracker.services import outbox
from tracker.services.appointments import cancel, hold_day, move_to

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: A day is held for the next talk, and a starter welcomed, no later than this.
FRESH = timedelta(days=7)
WELCOME_FOR = timedelta(days=14)


def follow(db: "Session", organisation_id: int, *, today: date, now: datetime) -> int:
    """Bring calendars and welcomes up to date; say how many changed. Safe to run at any time."""
    by = System(organisation_id=organisation_id)
    over = _over(db, organisation_id, today)
    for appointment in over:
        cancel(db, appointment, by=by, now=now)
    too_early = _before_the_first_day(db, organisation_id, today)
    for appointment, day in too_early:
        move_to(db, appointment, day, by=by, now=now)
    signed = _signed(db, organisation_id, today=today, now=now)
    for appraisal in signed:
        if appraisal.next_due_on is not None:
            hold_day(db, appraisal, appraisal.next_due_on, by=by, now=now)
    return len(over) + len(too_early) + len(signed) + _welcome(db, organisation_id, today)


def _over(db: "Session", organisation_id: int, today: date) -> list[Appointment]:
    """Find meetings to come of what is closed, or of somebody who leaves before."""
    person, other = aliased(StaffMember), aliased(StaffMember)
    following = aliased(Appraisal)
    talk_is_over = and_(
        Appointment.purpose == AppointmentPurpose.APPRAISAL,
        Appraisal.stage != AppraisalStage.OPEN,
    )
    # The next talk is open: with another manager, or with a time of its own.
    day_is_not_needed = and_(
        Appointment.purpose == AppointmentPurpose.NEXT_APPRAISAL,
        exists().where(
            following.previous_id == Appointment.appraisal_id,
            or_(
                following.appraiser_id != Appointment.other_id,
                following.stage == AppraisalStage.SIGNED,
            ),
        ),
    )
    return list(
        db.scalars(
            select(Appointment)
            .join(person, person.id == Appointment.person_id)
            .join(other, other.id == Appointment.other_id)
            .join(Appraisal, Appraisal.id == Appointment.appraisal_id, isouter=True)
            .join(Induction, Induction.id == Appointment.induction_id, isouter=True)
            .where(
                Appointment.organisation_id == organisation_id,
                Appointment.day >= today,
                Appointment.cancelled_at.is_(None),
                or_(
                    person.left_on < Appointment.day,
                    other.left_on < Appointment.day,
                    talk_is_over,
                    day_is_not_needed,
                    Induction.stage == InductionStage.ENDED,
                ),
            )
        )
    )


def _before_the_first_day(
    db: "Session", organisation_id: int, today: date
) -> list[tuple[Appointment, date]]:
    """Find talks that a later first day has overtaken, and when their milestone is due now."""
    due_on = (
        select(func.min(InductionTask.due_on))
        .where(
            InductionTask.induction_id == Induction.id,
            InductionTask.milestone_key == Appointment.milestone_key,
            InductionTask.days_from_start >= 0,
        )
        .scalar_subquery()
    )
    rows = db.execute(
        select(Appointment, Induction.starts_on, due_on.label("due_on"))
        .join(Induction, Induction.id == Appointment.induction_id)
        .where(
            Appointment.organisation_id == organisation_id,
            Appointment.day >= today,
            Appointment.cancelled_at.is_(None),
            Induction.stage == InductionStage.UNDER_WAY,
            Appointment.day < Induction.starts_on,
            due_on.is_not(None),
        )
    )
    return [(row[0], max(row.due_on, row.starts_on)) for row in rows]


def _signed(db: "Session", organisation_id: int, *, today: date, now: datetime) -> list[Appraisal]:
    """Find talks signed lately for whose next one no day is held yet."""
    return list(
        db.scalars(
            select(Appraisal)
            .join(SealedRecord, SealedRecord.appraisal_id == Appraisal.id)
            .where(
                Appraisal.organisation_id == organisation_id,
                Appraisal.stage == AppraisalStage.SIGNED,
                Appraisal.next_due_on > today,
                SealedRecord.sealed_at > now - FRESH,
                ~exists().where(
                    Appointment.appraisal_id == Appraisal.id,
                    Appointment.purpose == AppointmentPurpose.NEXT_APPRAISAL,
                ),
            )
        )
    )


def _welcome(db: "Session", organisation_id: int, today: date) -> int:
    """Greet each new starter once, on the first day or when there is a work address."""
    key = literal("induction.hello:").concat(Induction.public_id)
    starters = db.execute(
        select(Induction.id, Induction.public_id, Induction.staff_member_id)
        .join(StaffMember, StaffMember.id == Induction.staff_member_id)
        .where(
            Induction.organisation_id == organisation_id,
            Induction.stage == InductionStage.UNDER_WAY,
            Induction.starts_on.between(today - WELCOME_FOR, today),
            StaffMember.email.is_not(None),
            StaffMember.email != "",
            ~exists().where(OutboxMessage.dedupe_key == key),
        )
    ).all()
    outbox.enqueue_all(
        db,
        [
            outbox.Message(
                kind="induction.hello",
                recipient_id=one.staff_member_id,
                dedupe_key=f"induction.hello:{one.public_id}",
                payload={"induction": one.id},
            )
            for one in starters
        ],
        organisation_id=organisation_id,
    )
    return len(starters)
