"""Alert-spotting practice: screens drawn for somebody, what they said to each, and templates."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    IntPk,
    Key,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)
from tracker.models.staff import StaffMember


class PracticeForm(Base):
    """A set of screens drawn for one person: [template key, seed, with something to spot]."""

    __tablename__ = "practice_form"
    __table_args__ = (
        # Two starts at once make one form.
        UniqueConstraint("staff_member_id", "attempt"),
        # First rounds are added up by month.
        Index(None, "organisation_id", "attempt", "begun_on"),
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
    begun_on: Mapped[date | None]
    #: the kind of work that the person did when it was drawn, and since when they are here
    staff_group: Mapped[ShortText | None]
    started_on: Mapped[date | None]
    #: the most exact role profile of that work, when it was drawn
    role_profile_id: Mapped[int | None] = mapped_column(ForeignKey("role_profile.id"), index=True)
    #: What was said so far, counted as each answer is kept: groups are added up from these.
    hits: Mapped[int] = mapped_column(default=0, server_default="0")
    misses: Mapped[int] = mapped_column(default=0, server_default="0")
    false_alarms: Mapped[int] = mapped_column(default=0, server_default="0")
    correct_rejections: Mapped[int] = mapped_column(default=0, server_default="0")
    #: quite sure, and of these: wrong
    sure: Mapped[int] = mapped_column(default=0, server_default="0")
    sure_and_wrong: Mapped[int] = mapped_column(default=0, server_default="0")

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
    #: what they said it is, if anything: see practice.slips
    slip: Mapped[str | None] = mapped_column(String(20))
    #: from 1, a guess, to 4, quite sure
    how_sure: Mapped[int]
    #: whether there was something to spot
    has_signal: Mapped[bool]
    is_correct: Mapped[bool]
    is_first_attempt: Mapped[bool]
    answered_on: Mapped[date]
    answered_at: Mapped[datetime]
    #: the template of the screen
    template_key: Mapped[Key | None]

    form: Mapped[PracticeForm] = relationship(back_populates="answers")


class TemplateState(enum.StrEnum):
    """What a trainer's template is for: written, tried by colleagues, used by all, out of use."""

    DRAFT = "draft"
    TRIED = "tried"
    IN_USE = "in_use"
    RETIRED = "retired"


class PracticeTemplate(Base):
    """A mock screen that a trust's own trainer wrote. One in use is never changed."""

    __tablename__ = "practice_template"
    __table_args__ = (UniqueConstraint("organisation_id", "key", "version"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    key: Mapped[Key]
    version: Mapped[int]
    state: Mapped[TemplateState] = mapped_column(default=TemplateState.DRAFT)
    #: in the format of docs/how-to/practice-items.md; checked before it leaves the draft
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: counts the changes, so that two people do not write over each other
    edition: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[RecordedAt]

    author: Mapped[StaffMember | None] = relationship()


class PracticeDifficulty(Base):
    """How a template was answered in first rounds of all. Never shown to anybody who practises."""

    __tablename__ = "practice_difficulty"
    __table_args__ = (UniqueConstraint("organisation_id", "template_key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    template_key: Mapped[Key]
    answers: Mapped[int]
    right: Mapped[int]
    staff: Mapped[int]
