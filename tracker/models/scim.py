"""What an identity provider told us by SCIM: accounts, groups, and whose account one is."""

import enum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.access_token import AccessToken
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
from tracker.models.staff import StaffMember


class AccountState(enum.StrEnum):
    """What an account is to the list of staff."""

    #: belongs to somebody whom HR brought: HR's word stands
    JOINED = "joined"
    #: belongs to somebody who is on the list because of this account
    MADE = "made"
    #: has no employee number, and no mail that anybody on the list has
    WAITING = "waiting"
    #: fits more than one person on the list
    UNCLEAR = "unclear"
    #: its employee number and its mail say two things of who it is: nobody is joined
    CONTRADICTS = "contradicts"


class ScimUser(Base):
    """An account at an identity provider. One source's; at most one person's."""

    __tablename__ = "scim_user"
    __table_args__ = (
        UniqueConstraint("access_token_id", "user_name_key"),
        # Two sources, or two accounts of one, never share a person.
        UniqueConstraint("staff_member_id"),
        Index(None, "access_token_id", "external_id"),
        Index(None, "access_token_id", "manager_public_id"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    #: the source: the key that it comes in with
    access_token_id: Mapped[int] = mapped_column(ForeignKey("access_token.id"))
    #: in lower case, as SCIM compares it
    user_name_key: Mapped[ShortText]
    external_id: Mapped[ShortText | None]
    #: the SCIM id of the manager's account
    manager_public_id: Mapped[ShortText | None]
    is_active: Mapped[bool]
    state: Mapped[AccountState]
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    #: what an administrator should look at, in words without names
    note: Mapped[ShortText] = mapped_column(default="")
    version: Mapped[int]
    created_at: Mapped[RecordedAt]
    changed_at: Mapped[RecordedAt]
    #: all that the source said, as it said it; never a password
    document: Mapped[Details]

    source: Mapped[AccessToken] = relationship()
    staff_member: Mapped[StaffMember | None] = relationship()


class ScimGroup(Base):
    """A group at an identity provider; its name may give its members a role."""

    __tablename__ = "scim_group"
    __table_args__ = (
        UniqueConstraint("access_token_id", "name_key"),
        Index(None, "access_token_id", "external_id"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    access_token_id: Mapped[int] = mapped_column(ForeignKey("access_token.id"))
    name: Mapped[ShortText]
    name_key: Mapped[ShortText]
    external_id: Mapped[ShortText | None]
    version: Mapped[int]
    created_at: Mapped[RecordedAt]
    changed_at: Mapped[RecordedAt]
    #: all but the members
    document: Mapped[Details]


class ScimMember(Base):
    """An account, or another group, in a group."""

    __tablename__ = "scim_member"
    __table_args__ = (UniqueConstraint("scim_group_id", "value"), Index(None, "value"))

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    scim_group_id: Mapped[int] = mapped_column(ForeignKey("scim_group.id"), index=True)
    #: the SCIM id of the account or the group
    value: Mapped[Key]
    #: the rest of what the source said of it
    document: Mapped[Details]
