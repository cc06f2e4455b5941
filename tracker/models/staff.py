"""Staff, the posts they fill, and who manages whom."""

import enum
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    Day,
    Details,
    IntPk,
    Key,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)
from tracker.models.organisation import OrganisationUnit


class Post(Base):
    """A position that the trust has, whoever fills it."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("organisation_id", "source_key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    source_key: Mapped[Key]
    title: Mapped[ShortText]
    staff_group: Mapped[ShortText]
    job_role: Mapped[ShortText]
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]

    organisation_unit: Mapped[OrganisationUnit | None] = relationship()


class StaffMember(Base):
    """A person who works for the trust, or did. Never deleted; a leaver has a leaving date."""

    __tablename__ = "staff_member"
    __table_args__ = (
        UniqueConstraint("organisation_id", "source_key"),
        UniqueConstraint("organisation_id", "employee_number"),
        Index(None, "email"),
        Index(None, "employee_number"),
        Index(None, "organisation_id", "hired_on"),
        # Few have left: the others need not be in it.
        Index(
            None,
            "left_on",
            postgresql_where=text("left_on IS NOT NULL"),
            sqlite_where=text("left_on IS NOT NULL"),
        ),
        # mail is compared without regard to case, at sign-in and for each account that comes
        Index("ix_staff_member_mail", "organisation_id", text("lower(email)")),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    public_id: Mapped[PublicId]
    #: the HR system's own id for the person
    source_key: Mapped[Key]
    employee_number: Mapped[Key]
    title: Mapped[Key | None]
    family_name: Mapped[ShortText]
    given_name: Mapped[ShortText]
    preferred_name: Mapped[ShortText | None]
    email: Mapped[ShortText | None]
    nhs_unique_id: Mapped[Key | None]
    hired_on: Mapped[date | None]
    left_on: Mapped[date | None]
    #: between which days HR's row holds that we know them by
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]

    @property
    def name(self) -> str:
        """The name a colleague would use."""
        return f"{self.preferred_name or self.given_name} {self.family_name}"

    @property
    def first_name(self) -> str:
        return self.preferred_name or self.given_name

    def has_left(self, today: date) -> bool:
        return self.left_on is not None and self.left_on < today


class Assignment(Base):
    """Who fills which post, from when to when. One row a change, as HR keeps it."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("organisation_id", "source_key", "effective_from"),
        Index(None, "organisation_id", "staff_member_id"),
        Index(None, "organisation_id", "supervisor_key"),
        Index(None, "organisation_id", "effective_from"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: the HR system's id of the assignment: the same for each of its dated rows
    source_key: Mapped[Key]
    number: Mapped[Key]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    staff_group: Mapped[ShortText]
    job_role: Mapped[ShortText]
    status: Mapped[Key]
    category: Mapped[ShortText | None]
    is_primary: Mapped[bool]
    fte: Mapped[Decimal | None] = mapped_column(Numeric(6, 5))
    started_on: Mapped[date | None]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    ended_on: Mapped[date | None]
    #: the HR system's own id for the supervisor, known to us or not
    supervisor_key: Mapped[Key | None]

    staff_member: Mapped[StaffMember] = relationship()
    post: Mapped[Post | None] = relationship()
    organisation_unit: Mapped[OrganisationUnit | None] = relationship()

    @classmethod
    def current_on(cls, today: Day) -> ColumnElement[bool]:
        """Give the condition that somebody fills the post today."""
        return and_(
            cls.effective_from <= today,
            or_(cls.effective_to.is_(None), cls.effective_to >= today),
            or_(cls.ended_on.is_(None), cls.ended_on >= today),
        )


class LineSource(enum.StrEnum):
    HR = "hr"
    DIRECTORY = "directory"
    BY_HAND = "by_hand"


class ReportingLine(Base):
    """Who manages whom, from when to when, and who says so."""

    __tablename__ = "reporting_line"
    __table_args__ = (
        Index(None, "organisation_id", "manager_id", "ends_on"),
        Index(None, "organisation_id", "staff_member_id", "ends_on"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    source: Mapped[LineSource]
    starts_on: Mapped[date]
    #: the last day of it; none while it is current
    ends_on: Mapped[date | None]
    reason: Mapped[ShortText | None]
    recorded_at: Mapped[RecordedAt]

    staff_member: Mapped[StaffMember] = relationship(foreign_keys=[staff_member_id])
    manager: Mapped[StaffMember] = relationship(foreign_keys=[manager_id])

    def is_current(self, today: date) -> bool:
        """Tell whether this line holds today. Nobody is their own manager, whatever a file says."""
        return (
            self.starts_on <= today
            and (self.ends_on is None or self.ends_on >= today)
            and self.manager_id != self.staff_member_id
        )

    @classmethod
    def current_on(cls, today: date) -> ColumnElement[bool]:
        """Give `is_current` as a condition for a query: the one place that says it."""
        return and_(
            cls.starts_on <= today,
            or_(cls.ends_on.is_(None), cls.ends_on >= today),
            cls.manager_id != cls.staff_member_id,
        )


class LineTroubleKind(enum.StrEnum):
    #: the supervisors in HR lead round in a circle
    LOOP = "loop"
    #: HR names somebody who is not among the current staff
    MISSING = "missing"


class LineTrouble(Base):
    """A supervisor in HR that cannot be drawn as a reporting line; HR has to mend it."""

    __tablename__ = "line_trouble"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), unique=True)
    kind: Mapped[LineTroubleKind]

    staff_member: Mapped[StaffMember] = relationship()


class LineDispute(Base):
    """One side says that HR has the wrong manager for somebody; HR settles it."""

    __tablename__ = "line_dispute"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: who should be the manager, where the one who raised it knows
    right_manager_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    reason: Mapped[ShortText]
    raised_at: Mapped[RecordedAt]
    settled_at: Mapped[datetime | None]

    staff_member: Mapped[StaffMember] = relationship(foreign_keys=[staff_member_id])
    raised_by: Mapped[StaffMember] = relationship(foreign_keys=[raised_by_id])
    right_manager: Mapped[StaffMember | None] = relationship(foreign_keys=[right_manager_id])


class PlannedRecord(Base):
    """A dated row of HR that holds only from a day to come: kept until that day."""

    __tablename__ = "planned_record"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "source_key", "starts_on"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: unit, post or person
    kind: Mapped[Key]
    source_key: Mapped[Key]
    starts_on: Mapped[date]
    #: the row as it was read: integrations.hr.records
    row: Mapped[Details]


class SignInSession(Base):
    """A person who is signed in, to one organisation. The cookie holds a token, this its hash."""

    __tablename__ = "sign_in_session"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    token_hash: Mapped[Key] = mapped_column(unique=True)
    #: comma-separated keys of tracker.security.identity.Role
    roles: Mapped[ShortText]
    started_at: Mapped[RecordedAt]
    last_seen_at: Mapped[RecordedAt]
    ended_at: Mapped[datetime | None]

    staff_member: Mapped[StaffMember] = relationship()


class SignInAttempt(Base):
    """A sign-in that failed, to slow down the next. Account and address are keyed hashes.

    No organisation: nobody is known yet when a sign-in fails.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index(None, "account_hash", "at"),
        Index(None, "address_hash", "at"),
    )

    id: Mapped[IntPk]
    account_hash: Mapped[Key]
    address_hash: Mapped[Key]
    at: Mapped[RecordedAt]
    #: whether the directory was asked, and so counted it too
    reached_directory: Mapped[bool]
