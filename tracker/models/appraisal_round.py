"""Who takes part in an appraisal beside the two, and who is left out of a round."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    IntPk,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)
from tracker.models.staff import StaffMember


class SecondAppraiser(Base):
    """Somebody who joins one appraisal because the person whose it is agreed. Ends with it."""

    __tablename__ = "second_appraiser"
    __table_args__ = (
        # One at a time: a second proposal is refused by the database itself.
        Index(
            "uq_second_appraiser_one",
            "appraisal_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "organisation_id", "staff_member_id"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    proposed_at: Mapped[RecordedAt]
    #: when the person whose appraisal it is said yes; before that, nothing can be seen
    agreed_at: Mapped[datetime | None]
    #: when somebody of the three ended it, or said no
    ended_at: Mapped[datetime | None]

    staff_member: Mapped[StaffMember] = relationship(foreign_keys=[staff_member_id])

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None and self.ended_at is None


class AwayReason(enum.StrEnum):
    """Why a manager does not hold appraisals. Nothing about health: that is nobody's business."""

    AWAY = "away"
    OTHER_WORK = "other_work"
    POST_EMPTY = "post_empty"
    TOO_MANY = "too_many"


class StandIn(Base):
    """Who holds a manager's open appraisals in the manager's place. Ends by itself."""

    __tablename__ = "stand_in"
    __table_args__ = (
        CheckConstraint("manager_id <> delegate_id", name="somebody_else"),
        CheckConstraint("starts_on <= ends_on", name="in_order"),
        Index(None, "organisation_id", "manager_id", "ends_on"),
        Index(None, "organisation_id", "delegate_id", "ends_on"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    manager_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    starts_on: Mapped[date]
    #: the last day of it
    ends_on: Mapped[date]
    reason: Mapped[AwayReason]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    recorded_at: Mapped[RecordedAt]
    #: when somebody ended it before its last day
    ended_at: Mapped[datetime | None]

    manager: Mapped[StaffMember] = relationship(foreign_keys=[manager_id])
    delegate: Mapped[StaffMember] = relationship(foreign_keys=[delegate_id])

    @classmethod
    def current_on(cls, today: date) -> ColumnElement[bool]:
        """Give the condition that somebody stands in today."""
        return and_(cls.starts_on <= today, cls.ends_on >= today, cls.ended_at.is_(None))


class ExclusionKind(enum.StrEnum):
    STAFF_GROUP = "staff_group"
    CATEGORY = "category"
    PERSON = "person"


class AppraisalExclusion(Base):
    """Whose appraisals do not open by themselves, from when to when, and why."""

    __tablename__ = "appraisal_exclusion"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'person') = (staff_member_id IS NOT NULL)", name="person_or_group"
        ),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    kind: Mapped[ExclusionKind]
    #: the staff group or the assignment category, as HR writes it; empty for a person
    value: Mapped[ShortText] = mapped_column(default="")
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    reason: Mapped[ShortText]
    starts_on: Mapped[date]
    #: the last day of it; none: until somebody ends it
    ends_on: Mapped[date | None]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    recorded_at: Mapped[RecordedAt]

    staff_member: Mapped[StaffMember | None] = relationship(foreign_keys=[staff_member_id])

    @classmethod
    def current_on(cls, today: date) -> ColumnElement[bool]:
        """Give the condition that it holds today."""
        return and_(cls.starts_on <= today, (cls.ends_on.is_(None)) | (cls.ends_on >= today))
