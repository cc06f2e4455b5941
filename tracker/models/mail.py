"""What leaves the service: messages that wait to leave, meetings in a calendar, jobs to be done."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    Details,
    IntPk,
    Key,
    LongText,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)
from tracker.models.staff import StaffMember


class MessageState(enum.StrEnum):
    WAITING = "waiting"
    #: waits to be one line in the person's weekly mail
    LISTED = "listed"
    #: a worker has it; one that died with it loses it to the next after a while
    SENDING = "sending"
    SENT = "sent"
    #: what it was about was done, withdrawn or long ago when its turn came
    NOT_NEEDED = "not_needed"
    #: the person has no address, or their mail server says that there is no such address
    REFUSED = "refused"
    #: tried as often as we try
    FAILED = "failed"
    #: put aside by an administrator
    DISCARDED = "discarded"


class OutboxMessage(Base):
    """Something that is to leave the service after the change that asked for it is kept."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        # The first that waits is found without sorting all that wait.
        Index(None, "state", "id"),
        Index(None, "organisation_id", "state"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    kind: Mapped[Key]
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: what tells two requests for the same message apart; a second one is not sent
    dedupe_key: Mapped[Key] = mapped_column(unique=True)
    payload: Mapped[Details]
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    created_at: Mapped[RecordedAt]
    #: not sent earlier: asked for so, or moved on after a try that failed
    not_before: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    #: in words for an administrator, without names or addresses
    last_error: Mapped[ShortText] = mapped_column(default="")

    recipient: Mapped[StaffMember | None] = relationship()


class AddressProblem(Base):
    """A work address that mail cannot reach, until HR has another one for the person."""

    __tablename__ = "address_problem"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), unique=True)
    #: as it was then; empty when there was none
    address: Mapped[ShortText]
    #: what the other mail server said, by its number
    reply_code: Mapped[int | None]
    found_at: Mapped[RecordedAt]

    staff_member: Mapped[StaffMember] = relationship()


class MailText(Base):
    """The trust's own words for one kind of mail; without a row, ours."""

    __tablename__ = "mail_text"
    __table_args__ = (UniqueConstraint("organisation_id", "kind"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[Key]
    subject: Mapped[ShortText]
    body: Mapped[LongText]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    changed_at: Mapped[RecordedAt]


class MailChoice(Base):
    """What one person chose about mail; without a row, they get reminders."""

    __tablename__ = "mail_choice"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), unique=True)
    wants_reminders: Mapped[bool]
    changed_at: Mapped[RecordedAt]


class AppointmentPurpose(enum.StrEnum):
    APPRAISAL = "appraisal"
    #: a whole day to hold for the next talk, before that appraisal is open
    NEXT_APPRAISAL = "next_appraisal"
    MILESTONE = "milestone"


class Appointment(Base):
    """When and where two people meet, as both their calendars have it."""

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("appraisal_id", "purpose"),
        UniqueConstraint("induction_id", "milestone_key"),
        Index(None, "organisation_id", "day"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: with the host's name this is the calendar's UID: the same through every change
    public_id: Mapped[PublicId]
    purpose: Mapped[AppointmentPurpose]
    #: the appraisal that is talked about; for the next one, the signed one before it
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"), index=True)
    induction_id: Mapped[int | None] = mapped_column(ForeignKey("induction.id"), index=True)
    milestone_key: Mapped[Key | None]
    #: whose talk it is
    person_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: the day on the ward's clock
    day: Mapped[date]
    #: none for a whole day
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int] = mapped_column(default=60)
    place: Mapped[ShortText] = mapped_column(default="")
    #: goes up by one at each change, so that a calendar knows the newest
    sequence: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    set_at: Mapped[RecordedAt]

    person: Mapped[StaffMember] = relationship(foreign_keys=[person_id])
    other: Mapped[StaffMember] = relationship(foreign_keys=[other_id])

    @property
    def is_on(self) -> bool:
        return self.cancelled_at is None


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"


class WorkerBeat(Base):
    """When a worker last said that it is there for an organisation."""

    __tablename__ = "worker_beat"

    id: Mapped[IntPk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    at: Mapped[RecordedAt]


class Job(Base):
    """Something that a worker does for one organisation, and how it went."""

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "organisation_id", "name", "due_at"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    name: Mapped[Key]
    #: what tells two requests for the same work apart: nightly:1:2026-11-22
    dedupe_key: Mapped[Key] = mapped_column(unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    #: not begun earlier; moved on after a try that failed
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    #: when the worker that has it in hand last said so
    heard_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    #: what it brought, in numbers
    counts: Mapped[Details]
    #: why it failed, in words without names
    message: Mapped[ShortText] = mapped_column(default="")
