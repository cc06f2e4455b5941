"""The trust, and the tree of wards, teams and departments in it."""

from datetime import date
from typing import Optional

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, Details, IntPk, Key, OrganisationId, PublicId, ShortText


class Organisation(Base):
    """A trust, known by its ODS code. Every other record belongs to one."""

    __tablename__ = "organisation"

    id: Mapped[IntPk]
    code: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[ShortText]
    #: the number of its HR database in the Electronic Staff Record, when it has one
    vpd: Mapped[Key | None] = mapped_column(unique=True)
    #: the trust's own choices; tracker.services.organisations says which there are
    settings: Mapped[Details]


class OrganisationUnit(Base):
    """A ward, team or department, at its place in the tree."""

    __tablename__ = "organisation_unit"
    __table_args__ = (
        UniqueConstraint("organisation_id", "source_key"),
        Index(None, "organisation_id", "code"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    #: the HR system's own id for it
    source_key: Mapped[Key]
    #: the short code that other systems know it by, often its cost centre
    code: Mapped[Key | None]
    name: Mapped[ShortText]
    kind: Mapped[ShortText]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation_unit.id"), index=True)
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]

    parent: Mapped[Optional["OrganisationUnit"]] = relationship(remote_side="OrganisationUnit.id")
