"""Tables that people bring: maps of their columns, and files that wait to be looked through."""

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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


class ColumnMap(Base):
    """Which column of another system's export holds what, under a name to use it again by."""

    __tablename__ = "column_map"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "name"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    #: a key of tracker.services.column_maps.KINDS
    kind: Mapped[Key]
    name: Mapped[Key]
    #: integrations.tables.maps.TableMap
    map: Mapped[Details]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    changed_at: Mapped[RecordedAt]


class WaitingFile(Base):
    """A file that somebody looks through before it is taken in. Gone afterwards, or in a day."""

    __tablename__ = "waiting_file"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    kind: Mapped[Key]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    name: Mapped[ShortText]
    #: packed with zlib; columns that we may not keep were dropped before
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[RecordedAt]
