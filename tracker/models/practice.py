"""Alert-spotting practice: the screens drawn for somebody, and what they said to each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, IntPk, OrganisationId, PublicId, RecordedAt


class PracticeForm(Base):
    """A set of screens drawn for one person: [template key, seed, with something to spot]."""

    __tablename__ = "practice_form"
    __table_args__ = (
        # Two starts at once make one form.
        UniqueConstraint("staff_member_id", "attempt"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: where the person worked when it was drawn
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    #: 1 is the first; the later ones are repeats
    attempt: Mapped[int]
    items: Mapped[list[Any]] = mapped_column(JSON)
    begun_at: Mapped[RecordedAt]

    answers: Mapped[list["PracticeAnswer"]] = relationship(
        back_populates="form", order_by="PracticeAnswer.position"
    )


class PracticeAnswer(Base):
    """What somebody said to one screen. Added, never changed; for that person alone."""

    __tablename__ = "practice_answer"
    __table_args__ = (
        UniqueConstraint("practice_form_id", "position"),
        Index(None, "organisation_id", "answered_on"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    practice_form_id: Mapped[int] = mapped_column(ForeignKey("practice_form.id"))
    #: 0 is the first screen of the form
    position: Mapped[int]
    says_action: Mapped[bool]
    #: the part of the screen that they named, if any
    part: Mapped[str | None] = mapped_column(String(80))
    #: from 1, a guess, to 4, quite sure
    how_sure: Mapped[int]
    #: whether there was something to spot
    has_signal: Mapped[bool]
    is_correct: Mapped[bool]
    is_first_attempt: Mapped[bool]
    answered_on: Mapped[date]
    answered_at: Mapped[datetime]

    form: Mapped[PracticeForm] = relationship(back_populates="answers")
