"""What was handed to HR, when, and whether it came back: each fact once."""

import enum
from datetime import date

from sqlalchemy import ForeignKey, Index
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
from tracker.models.staff import StaffMember


class HRExportKind(enum.StrEnum):
    APPRAISALS = "appraisals"
    ACHIEVEMENTS = "achievements"
    #: of achievements that were handed over, and whose person agrees no longer
    WITHDRAWALS = "withdrawals"


class ReturnState(enum.StrEnum):
    """What the HR system says of an achievement that we handed over."""

    #: nothing yet
    WAITING = "waiting"
    #: the same, as we wrote it
    CAME_BACK = "came_back"
    #: the same person and competence, with another day or level
    DIFFERS = "differs"
    #: it was there, and HR took it away
    GONE = "gone"
    #: the person agrees no longer, and HR was asked to take it away: nothing of it was seen yet
    WITHDRAWN = "withdrawn"
    #: HR has it still
    STILL_THERE = "still_there"
    #: HR has it no more
    TAKEN_AWAY = "taken_away"


class HRExport(Base):
    """One time at which facts were handed to HR, as files."""

    __tablename__ = "hr_export"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    made_at: Mapped[RecordedAt]
    #: who made it; none for the service itself
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: how many lines of each kind
    counts: Mapped[Details]

    by: Mapped[StaffMember | None] = relationship()


class HRExportLine(Base):
    """One fact that was handed over. The database refuses to hand it over a second time.

    An achievement that was withdrawn no longer stands, and may be handed over once more.
    """

    __tablename__ = "hr_export_line"
    __table_args__ = (Index(None, "organisation_id", "state"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    hr_export_id: Mapped[int] = mapped_column(ForeignKey("hr_export.id"), index=True)
    kind: Mapped[HRExportKind]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"), unique=True)
    verification_id: Mapped[int | None] = mapped_column(ForeignKey("verification.id"), unique=True)
    #: of a withdrawal, and of the achievement that it takes back: which verification it was
    past_verification_id: Mapped[int | None] = mapped_column(
        ForeignKey("verification.id"), index=True
    )
    #: the facts as they were handed over, by name
    facts: Mapped[Details]
    #: what HR calls the competence, in lower case; empty for an appraisal
    hr_name_key: Mapped[ShortText] = mapped_column(default="")
    state: Mapped[ReturnState] = mapped_column(default=ReturnState.WAITING)
    #: the HR system's own id of the row that came back
    hr_row_key: Mapped[Key | None]
    checked_on: Mapped[date | None]

    staff_member: Mapped[StaffMember] = relationship()
