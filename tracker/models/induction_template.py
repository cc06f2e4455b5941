"""What a kind of starter gets, in versions; and who does what IT and trainers are asked for."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    Details,
    IntPk,
    Key,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)
from tracker.models.induction import EntryKind, TaskOwner
from tracker.models.organisation import OrganisationUnit
from tracker.models.staff import StaffMember


class InductionTemplate(Base):
    """Milestones and tasks for a kind of starter. The more exact adds to the more general."""

    __tablename__ = "induction_template"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    key: Mapped[Key]
    name: Mapped[ShortText]
    #: for whom; what is left open is for all
    kind: Mapped[EntryKind | None]
    staff_group: Mapped[ShortText | None]
    job_role: Mapped[ShortText | None]
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    is_retired: Mapped[bool] = mapped_column(default=False)

    organisation_unit: Mapped[OrganisationUnit | None] = relationship()
    versions: Mapped[list["InductionTemplateVersion"]] = relationship(
        back_populates="template", order_by="InductionTemplateVersion.number"
    )


class InductionTemplateVersion(Base):
    """What a template says from one day on. A published one is never changed: a new one is made."""

    __tablename__ = "induction_template_version"
    __table_args__ = (UniqueConstraint("induction_template_id", "number"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    induction_template_id: Mapped[int] = mapped_column(
        ForeignKey("induction_template.id", name="fk_induction_template_version_template")
    )
    number: Mapped[int]
    #: milestones and lines; services/induction_plan.py reads it
    content: Mapped[Details]
    made_at: Mapped[RecordedAt]
    #: none while it is a draft
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)

    template: Mapped[InductionTemplate] = relationship(back_populates="versions")


class InductionHelper(Base):
    """Somebody who does the tasks of IT or of trainers; everywhere, or for one unit's people."""

    __tablename__ = "induction_helper"
    __table_args__ = (
        UniqueConstraint("owner", "staff_member_id", "organisation_unit_id", name="uq_helper"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    owner: Mapped[TaskOwner]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: none: for the whole organisation
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )

    staff_member: Mapped[StaffMember] = relationship()
    organisation_unit: Mapped[OrganisationUnit | None] = relationship()
