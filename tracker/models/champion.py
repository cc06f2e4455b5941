"""Champions: colleagues who offered to help others, who asked them, and the hours they gave."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import (
    Base,
    IntPk,
    LongText,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)
from tracker.models.induction import Induction
from tracker.models.staff import StaffMember


class ShiftPattern(enum.StrEnum):
    DAYS = "days"
    EVENINGS = "evenings"
    NIGHTS = "nights"
    WEEKENDS = "weekends"


class Champion(Base):
    """Somebody who offered to help others, and how much they can give."""

    __tablename__ = "champion"
    __table_args__ = (
        UniqueConstraint("organisation_id", "staff_member_id"),
        CheckConstraint("most_people >= 0", name="most_people"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    #: what they can help with, in their own words
    helps_with: Mapped[LongText] = mapped_column(default="")
    hours_a_month: Mapped[int]
    #: how many people they look after at one time, at the most
    most_people: Mapped[int]
    #: comma-separated keys of ShiftPattern
    works: Mapped[ShortText]
    offered_on: Mapped[date]
    #: not to be asked until this day, such as during leave
    away_until: Mapped[date | None]
    #: they stopped; the hours they gave stay theirs
    stopped_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    staff_member: Mapped[StaffMember] = relationship()

    @property
    def patterns(self) -> frozenset[ShiftPattern]:
        return frozenset(ShiftPattern(key) for key in self.works.split(",") if key)

    def may_be_asked(self, today: date) -> bool:
        is_away = self.away_until is not None and self.away_until >= today
        return self.stopped_on is None and not is_away


class RequestKind(enum.StrEnum):
    BUDDY = "buddy"
    HELP = "help"


class RequestState(enum.StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    #: taken back before it was answered, or not needed any more
    WITHDRAWN = "withdrawn"
    #: over: the champion helped, and was thanked or not
    ENDED = "ended"


class ChampionRequest(Base):
    """Somebody asked a champion: to be a starter's buddy, or for help."""

    __tablename__ = "champion_request"
    __table_args__ = (Index(None, "champion_id", "state"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    kind: Mapped[RequestKind]
    champion_id: Mapped[int] = mapped_column(ForeignKey("champion.id"), index=True)
    #: who is to be helped
    person_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    induction_id: Mapped[int | None] = mapped_column(ForeignKey("induction.id"), index=True)
    #: what the person chose to say about it
    wording: Mapped[ShortText] = mapped_column(default="")
    state: Mapped[RequestState] = mapped_column(default=RequestState.ASKED)
    asked_at: Mapped[RecordedAt]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]
    #: the words of thanks
    thanks: Mapped[ShortText] = mapped_column(default="")

    champion: Mapped[Champion] = relationship()
    person: Mapped[StaffMember] = relationship(foreign_keys=[person_id])
    asked_by: Mapped[StaffMember] = relationship(foreign_keys=[asked_by_id])
    induction: Mapped[Induction | None] = relationship()


class SessionKind(enum.StrEnum):
    ONE_TO_ONE = "one_to_one"
    DROP_IN = "drop_in"
    TEAM = "team"
    MESSAGES = "messages"


class SupportSession(Base):
    """Time that a champion gave: when, how long, of what kind. What was said is not kept."""

    __tablename__ = "support_session"
    __table_args__ = (
        Index(None, "champion_id", "held_on"),
        Index("uq_support_session_form", "champion_id", "form_key", unique=True),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    champion_id: Mapped[int] = mapped_column(ForeignKey("champion.id"), index=True)
    held_on: Mapped[date]
    minutes: Mapped[int]
    kind: Mapped[SessionKind]
    #: made up for each form that is shown; tells one form sent twice from two forms
    form_key: Mapped[ShortText | None]
    recorded_at: Mapped[RecordedAt]
