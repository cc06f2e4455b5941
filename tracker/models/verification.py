"""Verification: somebody entitled says that they have seen a colleague do something well."""

import enum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    IntPk,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)
from tracker.models.competence import Competence, SelfAssessmentAnswer
from tracker.models.staff import StaffMember


class VerificationOutcome(enum.StrEnum):
    VERIFIED = "verified"
    #: with what would show it
    NOT_YET = "not_yet"
    #: the person asks no longer
    WITHDRAWN = "withdrawn"
    #: the person agrees that HR may know of it, or no longer agrees
    FOR_HR = "for_hr"
    NOT_FOR_HR = "not_for_hr"


class Verification(Base):
    """What a person asked to have verified, of whom, on which answer of theirs. Never changed."""

    __tablename__ = "verification"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    verifier_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)
    #: what they said of themselves when they asked: a later answer puts another in its place
    self_assessment_answer_id: Mapped[int] = mapped_column(
        ForeignKey("self_assessment_answer.id"), index=True
    )
    asked_at: Mapped[RecordedAt]

    staff_member: Mapped[StaffMember] = relationship(foreign_keys=[staff_member_id])
    verifier: Mapped[StaffMember] = relationship(foreign_keys=[verifier_id])
    competence: Mapped[Competence] = relationship()
    answer: Mapped[SelfAssessmentAnswer] = relationship()
    steps: Mapped[list["VerificationStep"]] = relationship(
        order_by="VerificationStep.id", back_populates="verification"
    )


class VerificationStep(Base):
    """What became of it. Added, never changed."""

    __tablename__ = "verification_step"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"), index=True)
    outcome: Mapped[VerificationOutcome]
    #: the level that the verifier has seen
    level: Mapped[int | None]
    note: Mapped[ShortText] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    at: Mapped[RecordedAt]

    verification: Mapped[Verification] = relationship(back_populates="steps")
