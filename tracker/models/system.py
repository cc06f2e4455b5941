"""The register of digital systems: what each is for, who uses it, the alerts in it, who helps."""

import enum
from datetime import date

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
from tracker.models.competence import RoleProfile
from tracker.models.organisation import OrganisationUnit
from tracker.models.staff import Post, StaffMember


class Governance(enum.StrEnum):
    """Whether the trust looked at the system before it was bought. Nobody is blamed for a no."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


class SystemState(enum.StrEnum):
    #: somebody told us about it; nobody has checked it yet
    REPORTED = "reported"
    LISTED = "listed"
    #: told about, and found to be in the register already, or not a system
    SET_ASIDE = "set_aside"


class DigitalSystem(Base):
    """A digital system that people of the trust work with."""

    __tablename__ = "digital_system"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index(None, "organisation_id", "state", "name"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    #: the same in every file that names it
    key: Mapped[Key]
    name: Mapped[ShortText]
    #: in plain words: what it is for
    purpose: Mapped[LongText] = mapped_column(default="")
    #: what kind of system it is, such as results or medicines: mock screens have the same families
    family: Mapped[ShortText] = mapped_column(default="")
    supplier: Mapped[ShortText] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    owner_team: Mapped[ShortText] = mapped_column(default="")
    governance: Mapped[Governance] = mapped_column(default=Governance.NOT_KNOWN)
    state: Mapped[SystemState] = mapped_column(default=SystemState.LISTED)
    #: the day it goes live, and its last day
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    help_link: Mapped[ShortText] = mapped_column(default="")
    #: whom to call, and when
    help_contact: Mapped[ShortText] = mapped_column(default="")
    added_at: Mapped[RecordedAt]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[StaffMember | None] = relationship()
    alerts: Mapped[list["SystemAlert"]] = relationship(
        order_by="SystemAlert.position", cascade="all, delete-orphan"
    )
    uses: Mapped[list["SystemUse"]] = relationship(
        back_populates="system", order_by="SystemUse.id", cascade="all, delete-orphan"
    )

    @property
    def owner_words(self) -> str:
        """Say who looks after it: a person, or a team; empty when nobody is known."""
        return self.owner.name if self.owner else self.owner_team

    def is_live(self, today: date) -> bool:
        has_begun = self.starts_on is None or self.starts_on <= today
        return has_begun and (self.ends_on is None or self.ends_on >= today)


class SystemAlert(Base):
    """An alert that a system shows: what it looks like, and what to do."""

    __tablename__ = "system_alert"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    system_id: Mapped[int] = mapped_column(ForeignKey("digital_system.id"), index=True)
    name: Mapped[ShortText]
    looks_like: Mapped[LongText] = mapped_column(default="")
    what_to_do: Mapped[LongText] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class SystemUse(Base):
    """Who uses a system. What is filled in must all fit; with nothing filled in: everybody."""

    __tablename__ = "system_use"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    system_id: Mapped[int] = mapped_column(ForeignKey("digital_system.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    role_profile_id: Mapped[int | None] = mapped_column(ForeignKey("role_profile.id"), index=True)
    #: with every unit below it
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    staff_group: Mapped[ShortText | None]
    job_role: Mapped[ShortText | None]
    starts_on: Mapped[date | None]

    system: Mapped[DigitalSystem] = relationship(back_populates="uses")
    post: Mapped[Post | None] = relationship()
    role_profile: Mapped[RoleProfile | None] = relationship()
    organisation_unit: Mapped[OrganisationUnit | None] = relationship()


class Reliability(enum.StrEnum):
    WORKS_WELL = "works_well"
    SOMETIMES_STOPS = "sometimes_stops"
    OFTEN_STOPS = "often_stops"


class SystemOpinion(Base):
    """How reliable somebody finds a system. Added to, never changed; the newest counts."""

    __tablename__ = "system_opinion"
    __table_args__ = (Index(None, "system_id", "staff_member_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    system_id: Mapped[int] = mapped_column(ForeignKey("digital_system.id"), index=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    says: Mapped[Reliability]
    said_on: Mapped[date]


class RegisterFile(Base):
    """A register's file that somebody looks through before it is kept. Gone afterwards."""

    __tablename__ = "register_file"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    name: Mapped[ShortText]
    content: Mapped[LongText]
    uploaded_at: Mapped[RecordedAt]
