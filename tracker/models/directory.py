"""What the trust's directory holds: its accounts, how far it was read, what its groups give."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, IntPk, Key, OrganisationId, RecordedAt, ShortText
from tracker.models.staff import StaffMember


class DirectoryAccount(Base):
    """An account that somebody can sign in with, and whose it is. Passwords stay in the directory.

    Known by the directory's own key, which stays the same when a name or a place changes.
    """

    __tablename__ = "directory_account"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index(None, "organisation_id", "staff_member_id"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    key: Mapped[ShortText]
    username: Mapped[ShortText]
    display_name: Mapped[ShortText | None]
    employee_number: Mapped[ShortText | None]
    email: Mapped[ShortText | None]
    nhs_unique_id: Mapped[ShortText | None]
    #: active, disabled, expired, locked or must_change: integrations.ldap.accounts says which
    state: Mapped[Key]
    #: whose account it is; none while no HR record fits
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: the fact that joined them
    matched_by: Mapped[Key | None]
    first_seen_at: Mapped[RecordedAt]
    #: when the directory was first found without it
    gone_at: Mapped[datetime | None]

    staff_member: Mapped[StaffMember | None] = relationship()


class DirectoryMark(Base):
    """How far one server of the directory was read. Each server counts by itself."""

    __tablename__ = "directory_mark"
    __table_args__ = (UniqueConstraint("organisation_id", "server"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    server: Mapped[ShortText]
    position: Mapped[Key]
    read_at: Mapped[RecordedAt]
    #: when everything was last read, not only what changed
    full_at: Mapped[datetime | None]


class DirectoryRole(Base):
    """What a group of the directory makes of its members in one organisation."""

    __tablename__ = "directory_role"
    __table_args__ = (UniqueConstraint("organisation_id", "group_name", "role"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: the group's whole name, as the directory writes it
    group_name: Mapped[ShortText]
    #: a key of tracker.security.identity.Role
    role: Mapped[Key]
    added_at: Mapped[RecordedAt]
