"""Goals, the help offered with them, and what stands in the way."""

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
)
from tracker.models.competence import Competence
from tracker.models.staff import StaffMember
from tracker.models.system import DigitalSystem


class Progress(enum.StrEnum):
    """How far a person has come: facilitative words, never a mark."""

    NOT_YET = "not_yet"
    GETTING_THERE = "getting_there"
    CONFIDENT = "confident"
    HELPS_OTHERS = "helps_others"


class Goal(Base):
    """Something that will be different at work, agreed by two people. Outlives one appraisal."""

    __tablename__ = "goal"
    __table_args__ = (
        Index(None, "organisation_id", "staff_member_id"),
        # A form that is sent twice makes one goal.
        Index("uq_goal_form", "staff_member_id", "form_key", unique=True),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    competence_id: Mapped[int | None] = mapped_column(ForeignKey("competence.id"), index=True)
    #: what will be different
    wording: Mapped[ShortText]
    #: why this goal was suggested, in a sentence; empty if the two thought of it themselves
    reason: Mapped[ShortText] = mapped_column(default="")
    due_on: Mapped[date]
    progress: Mapped[Progress] = mapped_column(default=Progress.NOT_YET)
    agreed_at: Mapped[RecordedAt]
    #: taken out again before the appraisal was signed
    is_dropped: Mapped[bool] = mapped_column(default=False)
    #: made up for each form that is shown; tells one form sent twice from two forms
    form_key: Mapped[Key | None]
    #: goes up by one at each change of the words, so that no one overwrites another unseen
    version: Mapped[int] = mapped_column(default=1)
    #: finished, and kept with its story; none while people work on it
    closed_at: Mapped[datetime | None]

    staff_member: Mapped[StaffMember] = relationship()
    competence: Mapped[Competence | None] = relationship()
    offers: Mapped[list["OfferOfSupport"]] = relationship(order_by="OfferOfSupport.id")
    barriers: Mapped[list["Barrier"]] = relationship(order_by="Barrier.id")
    steps: Mapped[list["GoalStep"]] = relationship(order_by="GoalStep.id")


class AppraisalGoal(Base):
    """A goal's place in one appraisal: agreed there, or carried over from before."""

    __tablename__ = "appraisal_goal"
    __table_args__ = (UniqueConstraint("appraisal_id", "goal_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    is_carried_over: Mapped[bool] = mapped_column(default=False)

    goal: Mapped[Goal] = relationship()


class GoalProgress(Base):
    """A moment in a goal's story. Added to, never changed."""

    __tablename__ = "goal_progress"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    progress: Mapped[Progress]
    note: Mapped[ShortText] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    at: Mapped[RecordedAt]


class GoalStep(Base):
    """A small part of a goal, to tick off."""

    __tablename__ = "goal_step"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    wording: Mapped[ShortText]
    added_at: Mapped[RecordedAt]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)


class SupportKind(enum.StrEnum):
    TIME = "time"
    CHAMPION = "champion"
    DROP_IN = "drop_in"
    LEARNING_RESOURCE = "learning_resource"
    OTHER = "other"


class OfferOfSupport(Base):
    """The help that the trust offers with a goal."""

    __tablename__ = "offer_of_support"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    kind: Mapped[SupportKind]
    description: Mapped[ShortText] = mapped_column(default="")
    #: where something to learn from is to be found, as it was when it was offered
    link: Mapped[ShortText] = mapped_column(default="")
    offered_at: Mapped[RecordedAt]


class BarrierKind(enum.StrEnum):
    HARDWARE = "hardware"
    ACCESS = "access"
    TRAINING = "training"
    USABILITY = "usability"
    RELIABILITY = "reliability"
    TIME = "time"


class Barrier(Base):
    """Something on the trust's side that stands in a person's way; never the person's fault."""

    __tablename__ = "barrier"
    __table_args__ = (Index(None, "organisation_id", "fixed_on"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goal.id"), index=True)
    induction_id: Mapped[int | None] = mapped_column(ForeignKey("induction.id"), index=True)
    kind: Mapped[BarrierKind]
    description: Mapped[ShortText]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    raised_at: Mapped[RecordedAt]
    fix_by_on: Mapped[date | None]
    fixed_on: Mapped[date | None]
    #: what the trust did about it
    outcome: Mapped[LongText] = mapped_column(default="")
    #: for a barrier in an induction: login, smartcard, device
    item: Mapped[Key | None]
    #: the digital system that it is about, when somebody named one
    system_id: Mapped[int | None] = mapped_column(ForeignKey("digital_system.id"), index=True)

    staff_member: Mapped[StaffMember] = relationship(foreign_keys=[staff_member_id])
    owner: Mapped[StaffMember | None] = relationship(foreign_keys=[owner_id])
    system: Mapped[DigitalSystem | None] = relationship()
