"""Goals that the trust offers to many at once, and what each person said to them."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
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
)
from tracker.models.goal import Goal
from tracker.models.staff import StaffMember


class GoalOffer(Base):
    """A goal offered to a group: one row, however many people are in the group.

    Who is in the group is asked when somebody looks; a row a person is written only when that
    person answers. A mandatory one needs a safety reason, an owner and a review date.
    """

    __tablename__ = "goal_offer"
    __table_args__ = (
        CheckConstraint(
            "NOT is_mandatory OR "
            "(safety_reason <> '' AND owner_id IS NOT NULL AND review_on IS NOT NULL)",
            name="mandatory_with_care",
        ),
        Index(None, "organisation_id", "ended_at"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    wording: Mapped[ShortText]
    #: why, in a sentence that the person reads
    reason: Mapped[ShortText]
    #: the help that comes with it
    help_offered: Mapped[ShortText] = mapped_column(default="")
    due_on: Mapped[date]
    #: empty text: every staff group
    staff_group: Mapped[ShortText] = mapped_column(default="")
    #: none: everywhere; else this unit and all below it
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    is_mandatory: Mapped[bool] = mapped_column(default=False)
    safety_reason: Mapped[LongText] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    review_on: Mapped[date | None]
    offered_at: Mapped[RecordedAt]
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    ended_at: Mapped[datetime | None]
    #: made up for each form that is shown; tells one form sent twice from two forms
    form_key: Mapped[Key | None] = mapped_column(unique=True)

    owner: Mapped[StaffMember | None] = relationship(foreign_keys=[owner_id])


class GoalOfferReview(Base):
    """What the owner of an offer found when it was looked at again. Added to, never changed."""

    __tablename__ = "goal_offer_review"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    goal_offer_id: Mapped[int] = mapped_column(ForeignKey("goal_offer.id"), index=True)
    finding: Mapped[LongText]
    next_review_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    at: Mapped[RecordedAt]


class OfferAnswer(enum.StrEnum):
    TAKEN_UP = "taken_up"
    NOT_FOR_ME = "not_for_me"


class GoalOfferAnswer(Base):
    """What one person said to an offer."""

    __tablename__ = "goal_offer_answer"
    __table_args__ = (UniqueConstraint("staff_member_id", "goal_offer_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    goal_offer_id: Mapped[int] = mapped_column(ForeignKey("goal_offer.id"), index=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    answer: Mapped[OfferAnswer]
    #: the goal that came of it
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goal.id"), index=True)
    answered_at: Mapped[RecordedAt]

    goal: Mapped[Goal | None] = relationship()


class UnitSignal(Base):
    """What a unit's outcomes say, by the report's own test: worked out at night, read by day."""

    __tablename__ = "unit_signal"
    __table_args__ = (UniqueConstraint("organisation_unit_id", "measure_key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    organisation_unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id"))
    measure_key: Mapped[Key]
    #: the finding in a sentence, as the report says it
    sentence: Mapped[LongText]
    found_on: Mapped[date]


class LearningResource(Base):
    """Something that the trust trusts people to learn from."""

    __tablename__ = "learning_resource"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    title: Mapped[ShortText]
    link: Mapped[ShortText]
    about: Mapped[ShortText] = mapped_column(default="")
    #: keys of competences, between commas at both ends; empty: for anything
    competence_keys: Mapped[LongText] = mapped_column(default="")
    #: goes up by one at each change
    version: Mapped[int] = mapped_column(default=1)
    is_retired: Mapped[bool] = mapped_column(default=False)
