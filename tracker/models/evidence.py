"""What shows that somebody can do something: notes, links and files of their own."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
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
from tracker.models.competence import Competence


class Evidence(Base):
    """Something that a person keeps to show what they can do. Added, never changed."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index(None, "organisation_id", "staff_member_id"),
        # A form that is sent twice adds it once.
        UniqueConstraint("staff_member_id", "form_key"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    title: Mapped[ShortText]
    note: Mapped[LongText] = mapped_column(default="")
    #: http or https; empty for none
    link: Mapped[LongText] = mapped_column(default="")
    #: the file as its owner named it, without a folder; none for no file
    file_name: Mapped[ShortText | None]
    #: what the file's own bytes say that it is
    media_type: Mapped[Key | None]
    size: Mapped[int | None]
    #: SHA-256 of the file
    file_hash: Mapped[Key | None]
    #: the last day on which it still counts; none: as long as it is kept
    expires_on: Mapped[date | None]
    form_key: Mapped[Key]
    added_at: Mapped[RecordedAt]

    competences: Mapped[list[Competence]] = relationship(
        secondary="evidence_competence", order_by=Competence.name, viewonly=True
    )
    steps: Mapped[list["EvidenceStep"]] = relationship(order_by="EvidenceStep.id")


class EvidenceCompetence(Base):
    """A competence that a piece of evidence is for. One piece can be for several."""

    __tablename__ = "evidence_competence"
    __table_args__ = (UniqueConstraint("evidence_id", "competence_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)


class EvidenceMove(enum.StrEnum):
    #: shown to the other side of one appraisal
    BROUGHT = "brought"
    #: not shown there any more
    TAKEN_BACK = "taken_back"
    #: taken off its owner's list
    PUT_AWAY = "put_away"


class EvidenceStep(Base):
    """What its owner did with a piece of evidence. Added to, never changed: the last one counts."""

    __tablename__ = "evidence_step"
    __table_args__ = (Index(None, "appraisal_id", "evidence_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    move: Mapped[EvidenceMove]
    #: none where it was put away
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
