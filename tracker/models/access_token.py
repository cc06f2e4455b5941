"""The keys that other systems hold to come in: an HR feed, a spreadsheet, a record system."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    IntPk,
    Key,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)
from tracker.models.staff import StaffMember


class TokenPurpose(enum.StrEnum):
    """What a token opens, and nothing else."""

    #: an identity provider that tells us of people and groups
    SCIM = "scim"
    #: a system that sends or asks for events
    FEED = "feed"
    #: a person's own spreadsheet, that reads reports
    REPORT = "report"


class AccessToken(Base):
    """A secret that one system holds. It is shown once; only its hash is kept."""

    __tablename__ = "access_token"
    __table_args__ = (Index(None, "organisation_id", "purpose"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    purpose: Mapped[TokenPurpose]
    #: what the trust calls the system that holds it
    name: Mapped[ShortText]
    token_hash: Mapped[Key] = mapped_column(unique=True)
    #: the one before, which still opens for a while: the other system is changed without a gap
    former_hash: Mapped[Key | None] = mapped_column(unique=True)
    former_until: Mapped[datetime | None]
    #: whose reports it opens; none for a system of the trust
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    created_at: Mapped[RecordedAt]
    #: written at most once an hour
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    staff_member: Mapped[StaffMember | None] = relationship()

    def is_live(self, now: datetime) -> bool:
        """Tell whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
