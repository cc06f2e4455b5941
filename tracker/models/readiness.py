"""Readiness talks: what a starter does alone in each system, agreed again at each milestone."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.appraisal import Side
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
from tracker.models.induction import Induction
from tracker.models.staff import StaffMember


class Readiness(enum.StrEnum):
    """How somebody works with a system today. Never a mark."""

    ALONE = "alone"
    NEAR = "near"
    NOT_YET = "not_yet"


class ReadinessTalk(Base):
    """One readiness talk. The next one is a new record; what was signed stays."""

    __tablename__ = "readiness_talk"
    __table_args__ = (UniqueConstraint("induction_id", "number"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    induction_id: Mapped[int] = mapped_column(ForeignKey("induction.id"), index=True)
    #: 1 for the first talk of an induction
    number: Mapped[int]
    alone: Mapped[LongText] = mapped_column(default="")
    with_help: Mapped[LongText] = mapped_column(default="")
    next_help: Mapped[LongText] = mapped_column(default="")
    #: when they talk again; none: this is the last talk
    again_on: Mapped[date | None]
    begun_at: Mapped[RecordedAt]
    sealed_on: Mapped[date | None]
    #: goes up by one at each change, so that no one overwrites another unseen
    version: Mapped[int] = mapped_column(default=1)

    induction: Mapped[Induction] = relationship()
    lines: Mapped[list["ReadinessLine"]] = relationship(
        order_by="ReadinessLine.position", cascade="all, delete-orphan"
    )


class ReadinessLine(Base):
    """One system in one talk. Its name is a copy: what was agreed says what it was called."""

    __tablename__ = "readiness_line"
    __table_args__ = (UniqueConstraint("readiness_talk_id", "position"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    readiness_talk_id: Mapped[int] = mapped_column(ForeignKey("readiness_talk.id"), index=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("digital_system.id"), index=True)
    system_name: Mapped[ShortText]
    position: Mapped[int]
    #: none until they have talked about it
    readiness: Mapped[Readiness | None]


class ReadinessSignature(Base):
    """One person's agreement to one talk, as a Signature is to an appraisal."""

    __tablename__ = "readiness_signature"
    __table_args__ = (UniqueConstraint("readiness_talk_id", "side"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    readiness_talk_id: Mapped[int] = mapped_column(ForeignKey("readiness_talk.id"), index=True)
    side: Mapped[Side]
    signer_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    statement: Mapped[LongText] = mapped_column(default="")
    signed_at: Mapped[RecordedAt]
    content: Mapped[LongText]
    content_hash: Mapped[Key]
    proof: Mapped[Key]
    agrees: Mapped[bool] = mapped_column(default=True)

    signer: Mapped[StaffMember] = relationship()


class SealedReadiness(Base):
    """What both signed of one talk. The database refuses to change or delete it."""

    __tablename__ = "sealed_readiness"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    readiness_talk_id: Mapped[int] = mapped_column(ForeignKey("readiness_talk.id"), unique=True)
    content: Mapped[LongText]
    content_hash: Mapped[Key]
    signatures_hash: Mapped[Key | None]
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime)
