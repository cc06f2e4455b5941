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
from tracker.models.organisation import OrganisationUnit
from tracker.models.staff import Post, StaffMember


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


class EntryKind(enum.StrEnum):
    """How somebody comes to a post. Worked out from HR's rows: services/induction_starts.py."""

    NEW = "new"
    MOVED = "moved"
    RETURNED = "returned"
    BANK = "bank"
    STUDENT = "student"


class LineKind(enum.StrEnum):
    """What a line of a template asks for: something to do, or something worth reading."""

    DO = "do"
    READ = "read"
    WATCH = "watch"


class EndedWhy(enum.StrEnum):
    LEFT = "left"
    NEVER_CAME = "never_came"
    #: HR has taken the new post back
    WITHDRAWN = "withdrawn"
    #: they moved on to other work, or came back from long away: that has one of its own
    NEW_WORK = "new_work"
    #: nobody closed it, and the months are over
    TIME_OVER = "time_over"


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
    stage: Mapped[InductionStage] = mapped_column(default=InductionStage.UNDER_WAY)
    kind: Mapped[EntryKind] = mapped_column(default=EntryKind.NEW)
    starts_on: Mapped[date]
    begun_at: Mapped[RecordedAt]
    #: what HR says of the place that it is for, so that nobody looks it up for each page
    assignment_key: Mapped[Key | None]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    staff_group: Mapped[ShortText] = mapped_column(default="")
    job_role: Mapped[ShortText] = mapped_column(default="")
    ended_on: Mapped[date | None]
    ended_why: Mapped[EndedWhy | None]

    #: the readiness talk: what the two agreed
    alone: Mapped[LongText] = mapped_column(default="")
    with_help: Mapped[LongText] = mapped_column(default="")
    next_help: Mapped[LongText] = mapped_column(default="")
    talk_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    staff_member: Mapped[StaffMember] = relationship(foreign_keys=[staff_member_id])
    manager: Mapped[StaffMember | None] = relationship(foreign_keys=[manager_id])
    buddy: Mapped[StaffMember | None] = relationship(foreign_keys=[buddy_id])
    organisation_unit: Mapped[OrganisationUnit | None] = relationship()
    post: Mapped[Post | None] = relationship()
    tasks: Mapped[list["InductionTask"]] = relationship(
        back_populates="induction", order_by="InductionTask.due_on, InductionTask.position"
    )
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.id")

    @property
    def is_under_way(self) -> bool:
        return self.stage is InductionStage.UNDER_WAY

    @property
    def is_ended(self) -> bool:
        return self.stage is InductionStage.ENDED


class InductionTask(Base):
    """A task of one induction. A copy, so that a changed template leaves it as agreed."""

    __tablename__ = "induction_task"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    induction_id: Mapped[int] = mapped_column(ForeignKey("induction.id"), index=True)
    #: names the line of the template that it was copied from
    line_key: Mapped[Key] = mapped_column(default="")
    milestone_key: Mapped[Key]
    milestone_name: Mapped[ShortText]
    days_from_start: Mapped[int] = mapped_column(default=0)
    owner: Mapped[TaskOwner]
    kind: Mapped[LineKind] = mapped_column(default=LineKind.DO)
    wording: Mapped[ShortText]
    purpose: Mapped[ShortText]
    #: where to read or watch it
    link: Mapped[ShortText] = mapped_column(default="")
    position: Mapped[int]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)

    induction: Mapped[Induction] = relationship(back_populates="tasks")


class TaskOfferAnswer(Base):
    """What starter or manager said to a line that the template got after the induction began."""

    __tablename__ = "task_offer_answer"
    __table_args__ = (UniqueConstraint("induction_id", "line_key", "line_stamp"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    induction_id: Mapped[int] = mapped_column(ForeignKey("induction.id"))
    line_key: Mapped[Key]
    #: tells one wording of the line from a later one
    line_stamp: Mapped[Key]
    is_accepted: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    at: Mapped[RecordedAt]


class Invitation(Base):
    """The way in before day one: a link and a code that show nothing about anybody."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: the secret of the link: 80 bits
    public_id: Mapped[PublicId]
    induction_id: Mapped[int] = mapped_column(ForeignKey("induction.id"), unique=True)
    #: what somebody types who has no link; short, so tries are counted
    code: Mapped[Key]
    #: where the manager asked us to write. Erased on day one; never in a log, an audit, a payload
    private_address: Mapped[ShortText | None]
    made_at: Mapped[RecordedAt]
    expires_on: Mapped[date]
    erased_at: Mapped[datetime | None]

    induction: Mapped[Induction] = relationship()
