"""How a version of a framework is written: by whom, who reads it, and what they say."""

import enum
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
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
    UTCDateTime,
)
from tracker.models.competence import Competence, FrameworkState
from tracker.models.staff import StaffMember


class FrameworkStep(Base):
    """One step in the life of a version. Added to, never changed."""

    __tablename__ = "framework_step"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    state: Mapped[FrameworkState]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    at: Mapped[RecordedAt]

    by: Mapped[StaffMember | None] = relationship()


class FrameworkAuthor(Base):
    """Somebody who may write on one version, besides the administrators."""

    __tablename__ = "framework_author"
    __table_args__ = (UniqueConstraint("framework_id", "staff_member_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)

    staff_member: Mapped[StaffMember] = relationship()


class ReviewAnswer(enum.StrEnum):
    AGREES = "agrees"
    ASKS_FOR_CHANGE = "asks_for_change"


class FrameworkReview(Base):
    """Somebody who is asked to read a version, and their answer."""

    __tablename__ = "framework_review"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    asked_at: Mapped[RecordedAt]
    answer: Mapped[ReviewAnswer | None]
    words: Mapped[LongText] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    #: the version went back to its authors: this asking is over
    closed_at: Mapped[datetime | None]

    reviewer: Mapped[StaffMember] = relationship(foreign_keys=[reviewer_id])


class FrameworkComment(Base):
    """What an author or reviewer says of a version, or of one competence in it."""

    __tablename__ = "framework_comment"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    #: none: of the whole version
    competence_id: Mapped[int | None] = mapped_column(ForeignKey("competence.id"), index=True)
    #: the comment that this one answers
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("framework_comment.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    words: Mapped[LongText]
    written_at: Mapped[RecordedAt]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)

    author: Mapped[StaffMember] = relationship(foreign_keys=[author_id])
    resolved_by: Mapped[StaffMember | None] = relationship(foreign_keys=[resolved_by_id])


class OriginKind(enum.StrEnum):
    """What became of a competence in the next version."""

    #: the same words
    KEPT = "kept"
    #: other words for the same thing
    RENAMED = "renamed"
    #: one of several that the old one became
    SPLIT = "split"
    #: took in several old ones
    MERGED = "merged"
    #: another meaning: to be asked anew
    CHANGED = "changed"


class CompetenceOrigin(Base):
    """Which competence of an earlier version one of a later version comes from."""

    __tablename__ = "competence_origin"
    __table_args__ = (UniqueConstraint("competence_id", "predecessor_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)
    kind: Mapped[OriginKind]

    competence: Mapped[Competence] = relationship(foreign_keys=[competence_id])
    predecessor: Mapped[Competence] = relationship(foreign_keys=[predecessor_id])


class FrameworkUpload(Base):
    """A framework file that somebody looks through before it is kept, or not."""

    __tablename__ = "framework_upload"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    file_name: Mapped[ShortText]
    #: the key of the framework in it
    key: Mapped[Key]
    document: Mapped[dict[str, object]] = mapped_column(JSON)
