"""A new starter's first months: milestones, tasks with owners, and the readiness talk."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.appraisal import Signature
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
from tracker.models.staff import StaffMember


class TaskOwner(enum.StrEnum):
    STARTER = "starter"
    MANAGER = "manager"
    BUDDY = "buddy"
    IT = "it"
    TRAINER = "trainer"


class InductionStage(enum.StrEnum):
    UNDER_WAY = "under_way"
    COMPLETE = "complete"
    ENDED = "ended"


class InductionTemplate(Base):
    """The milestones and tasks that a kind of starter gets."""

    __tablename__ = "induction_template"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    key: Mapped[Key]
    name: Mapped[ShortText]

    milestones: Mapped[list["Milestone"]] = relationship(order_by="Milestone.days_from_start")


class Milestone(Base):
    """A point in the first months, in days from the start."""

    __tablename__ = "milestone"
    __table_args__ = (UniqueConstraint("induction_template_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    induction_template_id: Mapped[int] = mapped_column(
        ForeignKey("induction_template.id"), index=True
    )
    key: Mapped[Key]
    name: Mapped[ShortText]
    days_from_start: Mapped[int]

    tasks: Mapped[list["TemplateTask"]] = relationship(order_by="TemplateTask.position")


class TemplateTask(Base):
    """Something to do by a milestone, and whose it is."""

    __tablename__ = "template_task"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), index=True)
    owner: Mapped[TaskOwner]
    wording: Mapped[ShortText]
    #: what it is for
    purpose: Mapped[ShortText]
    position: Mapped[int]


class Induction(Base):
    """One person's first months in a post."""

    __tablename__ = "induction"
    __table_args__ = (
        UniqueConstraint("staff_member_id", "starts_on"),
        Index(None, "organisation_id", "stage"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    induction_template_id: Mapped[int] = mapped_column(
        ForeignKey("induction_template.id"), index=True
    )
    stage: Mapped[InductionStage] = mapped_column(default=InductionStage.UNDER_WAY)
    starts_on: Mapped[date]
    begun_at: Mapped[RecordedAt]

    #: the readiness talk: what the two agreed
    alone: Mapped[LongText] = mapped_column(default="")
    with_help: Mapped[LongText] = mapped_column(default="")
    next_help: Mapped[LongText] = mapped_column(default="")
    talk_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    staff_member: Mapped[StaffMember] = relationship(foreign_keys=[staff_member_id])
    manager: Mapped[StaffMember | None] = relationship(foreign_keys=[manager_id])
    buddy: Mapped[StaffMember | None] = relationship(foreign_keys=[buddy_id])
    tasks: Mapped[list["InductionTask"]] = relationship(
        back_populates="induction", order_by="InductionTask.due_on, InductionTask.position"
    )
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.id")

    @property
    def is_under_way(self) -> bool:
        return self.stage is InductionStage.UNDER_WAY


class InductionTask(Base):
    """A task of one induction. A copy, so that a changed template leaves it as agreed."""

    __tablename__ = "induction_task"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    induction_id: Mapped[int] = mapped_column(ForeignKey("induction.id"), index=True)
    milestone_key: Mapped[Key]
    milestone_name: Mapped[ShortText]
    owner: Mapped[TaskOwner]
    wording: Mapped[ShortText]
    purpose: Mapped[ShortText]
    position: Mapped[int]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)

    induction: Mapped[Induction] = relationship(back_populates="tasks")
