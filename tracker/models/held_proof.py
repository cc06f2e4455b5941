"""That somebody has just proved who they are at the provider of single sign-on, to sign once."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, IntPk, OrganisationId, PublicId, RecordedAt, ShortText
from tracker.models.staff import StaffMember


class HeldProof(Base):
    """Good for one page, one text and one browser; deleted as it is used."""

    __tablename__ = "held_proof"
    __table_args__ = (Index(None, "session_id", "path"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    #: in whose browser: two people share a tablet. No foreign key: either may go first.
    session_id: Mapped[int]
    #: who proved who they are
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: where it may be used
    path: Mapped[ShortText]
    #: the hash of the text that may be signed; empty where a page has none
    about: Mapped[ShortText]
    proved_at: Mapped[RecordedAt]

    staff_member: Mapped[StaffMember] = relationship()
