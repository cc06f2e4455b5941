"""Alerts that systems showed, what was done with them, and how many that makes by day.

Millions of rows a year: so few indexes, and no foreign keys from each event. The store fills in ids
that it has just looked up.
"""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
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


class AlertResponse(enum.StrEnum):
    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"
    IGNORED = "ignored"
    #: somebody answered in a code that we do not know
    UNCLEAR = "unclear"


#: compared byte by byte, which is many times quicker than by a language's rules
BY_BYTES = String(80).with_variant(String(80, collation="C"), "postgresql")


class AlertEvent(Base):
    """An alert that was shown to somebody, and what they did. No patient, no name."""

    __tablename__ = "alert_event"
    #: Not one by person: it would double the time of an import. See services.own_alerts.
    __table_args__ = (Index(None, "organisation_id", "fired_on", "organisation_unit_id"),)

    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_key: Mapped[str] = mapped_column(BY_BYTES, primary_key=True)
    #: none: it is not known, and counts for the whole organisation
    organisation_unit_id: Mapped[int | None]
    #: keyed hash: tells that two events are one person's, not whose
    staff_pseudonym: Mapped[str | None] = mapped_column(BY_BYTES)
    alert_type: Mapped[Key]
    fired_on: Mapped[date]
    fired_at: Mapped[datetime | None]
    response: Mapped[AlertResponse]
    #: none: not answered, or two clocks disagree about when
    minutes_to_respond: Mapped[int | None]
    #: whoever set it aside chose a reason; the reason itself stays in the source system
    has_reason: Mapped[bool] = mapped_column(server_default="0", default=False)
    #: an audit's finding that the alert was right to fire; none: not audited
    is_true_alert: Mapped[bool | None]
    #: an audit's finding that it was right to set it aside; none: not audited
    is_override_right: Mapped[bool | None]
    import_run_id: Mapped[int | None]


class AlertDay(Base):
    """What one day's alerts in one unit come to. Counted anew whenever that day changes."""

    __tablename__ = "alert_day"
    __table_args__ = (Index(None, "organisation_id", "day"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    day: Mapped[date]
    organisation_unit_id: Mapped[int | None]
    shown: Mapped[int]
    accepted: Mapped[int]
    overridden: Mapped[int]
    ignored: Mapped[int]
    reasoned: Mapped[int]
    audited_true: Mapped[int]
    true_accepted: Mapped[int]
    override_audited: Mapped[int]
    override_right: Mapped[int]
    #: how many different staff were shown one
    staff: Mapped[int]


class AlertStaffMonth(Base):
    """That somebody was shown alerts in a unit in a month: only to count different people."""

    __tablename__ = "alert_staff_month"
    #: hundreds of thousands of rows: one index that also finds a person's, and a small one
    __table_args__ = (Index(None, "month", postgresql_using="brin"),)

    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    staff_pseudonym: Mapped[str] = mapped_column(BY_BYTES, primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    #: 0: not known
    organisation_unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    has_answered: Mapped[int]
    has_true: Mapped[int]
    has_audited_override: Mapped[int]


class AlertStaleDay(Base):
    """A day whose alerts changed since they were last counted."""

    __tablename__ = "alert_stale_day"
    __table_args__ = (UniqueConstraint("organisation_id", "day"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    day: Mapped[date]
    #: something that was counted says something else now, or is gone
    is_restated: Mapped[bool]


class AlertTree(Base):
    """The tree of units under which alerts were last added up."""

    __tablename__ = "alert_tree"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    shape: Mapped[Key]


class AlertYear(Base):
    """What twelve whole months of alerts in a unit come to, worked out anew each night."""

    __tablename__ = "alert_year"
    __table_args__ = (UniqueConstraint("organisation_id", "organisation_unit_id"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: with all units below it; none: the whole organisation
    organisation_unit_id: Mapped[int | None]
    first_month: Mapped[date]
    last_month: Mapped[date]
    shown: Mapped[int]
    accepted: Mapped[int]
    #: how many would be accepted if each sort of alert were accepted as in the whole organisation
    expected: Mapped[float]
    #: different staff who were shown one: at least so many
    staff: Mapped[int]
    #: how long they waited (see services.alert_years)
    waits: Mapped[Details]
    extracted_at: Mapped[datetime]


class AlertFeedback(Base):
    """What a system told of one card: kept each time, the last one counts. Never a comment."""

    __tablename__ = "alert_feedback"
    __table_args__ = (
        UniqueConstraint(
            "organisation_id",
            "source_key",
            "response",
            "answered_at",
            name="uq_alert_feedback_answer",
        ),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: the card that it answers, also before a log has brought it
    source_key: Mapped[Key]
    service: Mapped[Key]
    response: Mapped[AlertResponse]
    has_reason: Mapped[bool]
    answered_at: Mapped[datetime]
    received_at: Mapped[RecordedAt]


class FeedbackSource(Base):
    """A decision-support service that tells us what became of its cards, and how it proves itself.

    With keys it signs each message. Without, it holds a key of ours (AccessToken) by its name.
    """

    __tablename__ = "feedback_source"
    __table_args__ = (UniqueConstraint("issuer", "service"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    name: Mapped[ShortText]
    #: the id of the service in the address
    service: Mapped[Key]
    #: who signs: `iss` of the token; none where it holds a key of ours
    issuer: Mapped[ShortText | None]
    #: its public keys, as a JWK set
    keys: Mapped[Details]
    access_token_id: Mapped[int | None] = mapped_column(ForeignKey("access_token.id"), index=True)
    created_at: Mapped[RecordedAt]
    removed_at: Mapped[datetime | None]
    last_heard_at: Mapped[datetime | None]
