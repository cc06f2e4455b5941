"""What one person wrote or brought for themselves, around an appraisal."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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


class PrivateNote(Base):
    """Notes that one side of an appraisal keeps for themselves. Never shown, never sealed."""

    __tablename__ = "private_note"
    __table_args__ = (UniqueConstraint("appraisal_id", "staff_member_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"))
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    text: Mapped[LongText]
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[RecordedAt]


class KeptText(Base):
    """What somebody sent after their session had ended: kept for that account and nobody else."""

    __tablename__ = "kept_text"
    __table_args__ = (UniqueConstraint("staff_member_id", "place"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    #: the address of the page that it was typed on
    place: Mapped[ShortText]
    fields: Mapped[Details]
    kept_at: Mapped[datetime]


class BroughtOutcome(Base):
    """Something of a person's own outcomes that they chose to bring to one appraisal."""

    __tablename__ = "brought_outcome"
    __table_args__ = (UniqueConstraint("appraisal_id", "kind"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"))
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: practice, alerts
    kind: Mapped[Key]
    #: the words as they were when it was brought
    text: Mapped[LongText]
    brought_at: Mapped[RecordedAt]
