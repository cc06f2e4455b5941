"""The six-monthly appraisal: preparation, meeting, signatures, and the sealed record."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    IntPk,
    Key,
    LongText,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
    UTCDateTime,
)
from tracker.models.staff import StaffMember


class Side(enum.StrEnum):
    """Which of the two people in a conversation."""

    APPRAISEE = "appraisee"
    APPRAISER = "appraiser"


class AppraisalStage(enum.StrEnum):
    OPEN = "open"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class AppraisalCycle(Base):
    """How often a staff group is appraised, and how long before it opens."""

    __tablename__ = "appraisal_cycle"
    __table_args__ = (UniqueConstraint("organisation_id", "staff_group"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: empty text: every group without a cycle of its own
    staff_group: Mapped[ShortText]
    #: zero: nothing opens by itself for this group
    months: Mapped[int]
    opens_days_before: Mapped[int]
    #: one date for all, again every so many months; none: each person's own dates
    fixed_due_on: Mapped[date | None]
    #: the appraisal takes place elsewhere, as with doctors: here they talk about digital goals only
    is_elsewhere: Mapped[bool] = mapped_column(default=False, server_default=false())


class Appraisal(Base):
    """A conversation between two people about digital skills at work, that ends in goals."""

    __tablename__ = "appraisal"
    __table_args__ = (
        Index(None, "organisation_id", "appraisee_id", "stage"),
        Index(None, "organisation_id", "appraiser_id", "stage"),
        # One appraisal at a time: a second one is refused by the database itself.
        Index(
            "uq_appraisal_one_open",
            "appraisee_id",
            unique=True,
            sqlite_where=text("stage = 'open'"),
            postgresql_where=text("stage = 'open'"),
        ),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    appraisee_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    appraiser_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"), index=True)
    stage: Mapped[AppraisalStage] = mapped_column(default=AppraisalStage.OPEN)
    due_on: Mapped[date]
    opened_on: Mapped[date]
    held_on: Mapped[date | None]
    next_due_on: Mapped[date | None]
    #: a talk about digital goals alone: the person's appraisal takes place elsewhere
    is_goals_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: why it was closed without signatures: new_manager, left, left_out
    closed_because: Mapped[Key | None]
    summary: Mapped[LongText] = mapped_column(default="")
    #: goes up by one at each change of the meeting page, so that no one overwrites another unseen
    version: Mapped[int] = mapped_column(default=1)

    appraisee: Mapped[StaffMember] = relationship(foreign_keys=[appraisee_id])
    appraiser: Mapped[StaffMember] = relationship(foreign_keys=[appraiser_id])
    previous: Mapped["Appraisal | None"] = relationship(remote_side="Appraisal.id")
    preparations: Mapped[list["AppraisalPreparation"]] = relationship(back_populates="appraisal")
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.id")

    @property
    def is_open(self) -> bool:
        return self.stage is AppraisalStage.OPEN


class AppraisalStep(Base):
    """What happened in an appraisal, and when. Added to, never changed."""

    __tablename__ = "appraisal_step"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    #: opened, shared, held, signed, sealed, withdrawn
    step: Mapped[Key]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    at: Mapped[RecordedAt]


class AppraisalPreparation(Base):
    """One side's notes before the meeting: private until that side shares them."""

    __tablename__ = "appraisal_preparation"
    __table_args__ = (UniqueConstraint("appraisal_id", "side"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    side: Mapped[Side]
    went_well: Mapped[LongText] = mapped_column(default="")
    got_in_the_way: Mapped[LongText] = mapped_column(default="")
    would_help: Mapped[LongText] = mapped_column(default="")
    wellbeing: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime | None]
    shared_at: Mapped[datetime | None]

    appraisal: Mapped[Appraisal] = relationship(back_populates="preparations")

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None


class Signature(Base):
    """One person's agreement to one text, with that person's own proof of identity."""

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("appraisal_id", "side"),
        UniqueConstraint("induction_id", "side"),
        CheckConstraint("(appraisal_id IS NULL) <> (induction_id IS NULL)", name="one_record"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"), index=True)
    induction_id: Mapped[int | None] = mapped_column(ForeignKey("induction.id"), index=True)
    side: Mapped[Side]
    signer_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    statement: Mapped[LongText] = mapped_column(default="")
    signed_at: Mapped[RecordedAt]
    #: what was agreed to, as canonical JSON: the second signer signs this very text
    content: Mapped[LongText]
    #: SHA-256 of the content
    content_hash: Mapped[Key]
    #: how the signer proved who they are: directory
    proof: Mapped[Key]
    #: false: they have read it, and do not agree with all of it; the statement says why
    agrees: Mapped[bool] = mapped_column(default=True)

    signer: Mapped[StaffMember] = relationship()


class SealedRecord(Base):
    """What both signed, as it was. The database refuses to change or delete it."""

    __tablename__ = "sealed_record"
    __table_args__ = (
        CheckConstraint("(appraisal_id IS NULL) <> (induction_id IS NULL)", name="one_record"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"), unique=True)
    induction_id: Mapped[int | None] = mapped_column(ForeignKey("induction.id"), unique=True)
    #: canonical JSON, kept as the very text that was hashed
    content: Mapped[LongText]
    content_hash: Mapped[Key]
    #: SHA-256 over both signatures with their statements; none for records from before it was kept
    signatures_hash: Mapped[Key | None]
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Addendum(Base):
    """What one side adds to a sealed record later. Added to, never changed.

    Each names the hash of what stood before it, so that one that is taken out leaves a gap.
    """

    __tablename__ = "addendum"
    __table_args__ = (UniqueConstraint("sealed_record_id", "previous_hash"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    sealed_record_id: Mapped[int] = mapped_column(ForeignKey("sealed_record.id"), index=True)
    side: Mapped[Side]
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    text: Mapped[LongText]
    #: how the author proved who they are: directory
    proof: Mapped[Key]
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: hash of the addendum before this one, or of the sealed text
    previous_hash: Mapped[Key]
    content_hash: Mapped[Key]

    author: Mapped[StaffMember] = relationship()
