"""Reports that are made again and again, and those that were published and stay as they were."""

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
from tracker.models.organisation import OrganisationUnit
from tracker.models.staff import StaffMember


class Every(enum.StrEnum):
    """How often a saved report is published by itself."""

    NEVER = "never"
    MONTH = "month"
    QUARTER = "quarter"


class SavedReport(Base):
    """A report that somebody wants again: about what, over how long, how often, for whom."""

    __tablename__ = "saved_report"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    name: Mapped[ShortText]
    #: none: the whole organisation
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    #: how many months it looks back
    months: Mapped[int]
    every: Mapped[Every]
    #: on which day of the month it is published by itself
    day: Mapped[int]
    saved_at: Mapped[RecordedAt]
    ended_at: Mapped[datetime | None]

    unit: Mapped[OrganisationUnit | None] = relationship()
    readers: Mapped[list["ReportReader"]] = relationship(
        back_populates="saved_report", order_by="ReportReader.id"
    )


class ReportReader(Base):
    """Somebody who gets a mail when a saved report is published."""

    __tablename__ = "report_reader"
    __table_args__ = (UniqueConstraint("saved_report_id", "staff_member_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    saved_report_id: Mapped[int] = mapped_column(ForeignKey("saved_report.id"), index=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)

    saved_report: Mapped[SavedReport] = relationship(back_populates="readers")
    staff_member: Mapped[StaffMember] = relationship()


class PublishedReport(Base):
    """A report as it was published. The database lets nobody change it."""

    __tablename__ = "published_report"
    __table_args__ = (UniqueConstraint("saved_report_id", "due_key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    saved_report_id: Mapped[int | None] = mapped_column(ForeignKey("saved_report.id"), index=True)
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    name: Mapped[ShortText]
    first_month: Mapped[date]
    last_month: Mapped[date]
    #: the month that a schedule published it for; none when somebody did by hand
    due_key: Mapped[Key | None]
    #: the whole report, as JSON
    content: Mapped[LongText]
    content_hash: Mapped[Key]
    published_at: Mapped[RecordedAt]

    unit: Mapped[OrganisationUnit | None] = relationship()


class PublishedMonths(Base):
    """Which months of a series anybody could once read by the month.

    A quarter is not shown later where two of its months and a subtraction would give the third.
    """

    __tablename__ = "published_months"
    __table_args__ = (Index(None, "organisation_id", "outcome_measure_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    outcome_measure_id: Mapped[int] = mapped_column(ForeignKey("outcome_measure.id"))
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    first_month: Mapped[date]
    last_month: Mapped[date]
    recorded_at: Mapped[RecordedAt]
