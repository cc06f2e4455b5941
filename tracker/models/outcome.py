"""What is measured, what was observed, and what happened when."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
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
from tracker.models.organisation import OrganisationUnit
from tracker.models.staff import StaffMember


class Direction(enum.StrEnum):
    """Which way is better. Named as the chart rules name it."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class MeasureFamily(enum.StrEnum):
    OUTCOME = "outcome"
    PROCESS = "process"
    BALANCING = "balancing"
    #: what was done rather than what came of it: never shown without its outcome
    ACTIVITY = "activity"
    DENOMINATOR = "denominator"


class MeasureUnit(enum.StrEnum):
    """How a value is said."""

    PERCENT = "percent"
    PER_THOUSAND = "per_thousand"
    COUNT = "count"
    D_PRIME = "d_prime"
    #: one for each of the denominator: alerts for each person and day
    EACH = "each"
    #: how long, as a mean (days) or a median (minutes) of the month
    DAYS = "days"
    MINUTES = "minutes"
    #: how long, or how many of its denominator, from one rare event to the next: by their dates
    DAYS_BETWEEN = "days_between"
    CASES_BETWEEN = "cases_between"


#: Ways of saying a value that need the date of each event, and no months.
BETWEEN_EVENTS = frozenset({MeasureUnit.DAYS_BETWEEN, MeasureUnit.CASES_BETWEEN})


class OutcomeMeasure(Base):
    """The definition of one measure, as the trust uses it."""

    __tablename__ = "outcome_measure"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    key: Mapped[Key]
    name: Mapped[ShortText]
    why_it_matters: Mapped[LongText]
    numerator: Mapped[ShortText]
    denominator: Mapped[ShortText]
    #: the measure whose counts are this one's denominators, such as bed_days; else its own rows
    denominator_key: Mapped[Key | None]
    direction: Mapped[Direction]
    family: Mapped[MeasureFamily]
    unit: Mapped[MeasureUnit]
    #: counts what staff did, so that few people must not be shown
    counts_staff: Mapped[bool]
    kirkpatrick_level: Mapped[Key]
    source: Mapped[ShortText]
    misleads_when: Mapped[LongText]
    #: for an activity: the outcome it was for
    for_outcome_key: Mapped[Key | None]
    owner: Mapped[ShortText] = mapped_column(default="")
    review_on: Mapped[date | None]
    is_built_in: Mapped[bool] = mapped_column(default=False)
    #: the kind of control chart, by the names of metrics.control_charts, or xmr
    chart_kind: Mapped[Key] = mapped_column(default="xmr", server_default="xmr")
    #: what was set as a target, in the unit in which a value is said; none: no target
    target: Mapped[float | None]
    #: goes up by one at each change; what it was before is kept in measure_version
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Observation(Base):
    """One month's numerator and denominator of a measure, in one unit."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("outcome_measure_id", "organisation_unit_id", "month"),
        # A null unit is the whole organisation; nulls are distinct in a unique constraint.
        Index(
            "uq_observation_whole_organisation",
            "outcome_measure_id",
            "month",
            unique=True,
            sqlite_where=text("organisation_unit_id IS NULL"),
            postgresql_where=text("organisation_unit_id IS NULL"),
        ),
        Index(None, "organisation_id", "outcome_measure_id", "month"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    outcome_measure_id: Mapped[int] = mapped_column(ForeignKey("outcome_measure.id"), index=True)
    #: none: the whole organisation
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    #: the first day of the month
    month: Mapped[date]
    numerator: Mapped[float]
    denominator: Mapped[float | None]
    #: how many different staff are behind it; none where that is not known or not about staff
    contributors: Mapped[int | None]
    source: Mapped[ShortText]
    extracted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)
    recorded_at: Mapped[RecordedAt]


class Harm(enum.StrEnum):
    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    SEVERE = "severe"
    FATAL = "fatal"
    #: the record does not say, or says it in a code that we do not know
    UNCLEAR = "unclear"
    #: nobody was a patient in it
    NO_PATIENT = "no_patient"


class IncidentFeed(enum.StrEnum):
    """Which system an incident comes from. The national ones cannot be compared."""

    LOCAL = "local"
    NRLS = "nrls"
    LFPSE = "lfpse"


class IncidentCause(enum.StrEnum):
    USE_RELATED = "use_related"
    TECHNICAL = "technical"
    UNCLEAR = "unclear"


class Incident(Base):
    """A digital incident, without its story: that stays in the source system."""

    __tablename__ = "incident"
    __table_args__ = (
        UniqueConstraint("organisation_id", "reference"),
        Index(None, "organisation_id", "occurred_on"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    reference: Mapped[Key]
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    occurred_on: Mapped[date]
    reported_on: Mapped[date | None]
    harm: Mapped[Harm]
    cause: Mapped[IncidentCause]
    feed: Mapped[IncidentFeed] = mapped_column(server_default="local", default=IncidentFeed.LOCAL)
    #: the newest revision known; none where a feed has none
    revision: Mapped[int | None]
    #: only the month is known: occurred_on is its first day
    is_month_only: Mapped[bool] = mapped_column(server_default="0", default=False)
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)


class ServiceCallDay(Base):
    """How many calls a unit made to the service desk on one day. The calls stay at the desk."""

    __tablename__ = "service_call_day"
    __table_args__ = (Index(None, "organisation_id", "day"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: none: the unit is not known, and it counts for the whole organisation
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    day: Mapped[date]
    calls: Mapped[int]
    #: of these, the ones that asked how something is done
    how_to: Mapped[int]
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)


class RareEventDay(Base):
    """How many of a trust's own rare events were on one day. Nothing else of them is kept."""

    __tablename__ = "rare_event_day"
    __table_args__ = (
        UniqueConstraint("outcome_measure_id", "organisation_unit_id", "day"),
        # A null unit is the whole organisation; nulls are distinct in a unique constraint.
        Index(
            "uq_rare_event_day_whole_organisation",
            "outcome_measure_id",
            "day",
            unique=True,
            sqlite_where=text("organisation_unit_id IS NULL"),
            postgresql_where=text("organisation_unit_id IS NULL"),
        ),
        Index(None, "organisation_id", "outcome_measure_id", "day"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    outcome_measure_id: Mapped[int] = mapped_column(ForeignKey("outcome_measure.id"), index=True)
    #: none: the unit is not known, and it counts for the whole organisation
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    day: Mapped[date]
    events: Mapped[int]
    #: when the newest list that names this day was taken
    extracted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)


class CandidateState(enum.StrEnum):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class IncidentCandidate(Base):
    """An incident whose story had words of ours in it. A person reads it where it is kept.

    Nothing of the story is here: the reference finds it in the source system.
    """

    __tablename__ = "incident_candidate"
    __table_args__ = (
        UniqueConstraint("organisation_id", "reference"),
        Index(None, "organisation_id", "state", "occurred_on"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    reference: Mapped[Key]
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    occurred_on: Mapped[date]
    reported_on: Mapped[date | None]
    harm: Mapped[Harm]
    feed: Mapped[IncidentFeed]
    revision: Mapped[int | None]
    is_month_only: Mapped[bool]
    #: which of our own search words it had, not what it said
    words: Mapped[ShortText]
    state: Mapped[CandidateState] = mapped_column(default=CandidateState.WAITING)
    #: what the person who read it found it to be about
    cause: Mapped[IncidentCause | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    decided_at: Mapped[datetime | None]
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)


class Annotation(Base):
    """What happened when, written on the charts."""

    __tablename__ = "annotation"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    outcome_measure_id: Mapped[int | None] = mapped_column(
        ForeignKey("outcome_measure.id"), index=True
    )
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    month: Mapped[date]
    text: Mapped[ShortText]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    recorded_at: Mapped[RecordedAt]

    organisation_unit: Mapped[OrganisationUnit | None] = relationship()


class Rebase(Base):
    """A month from which a chart's lines start anew, with the reason and who decided."""

    __tablename__ = "rebase"
    __table_args__ = (UniqueConstraint("outcome_measure_id", "organisation_unit_id", "month"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    outcome_measure_id: Mapped[int] = mapped_column(ForeignKey("outcome_measure.id"), index=True)
    organisation_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_unit.id"), index=True
    )
    month: Mapped[date]
    #: before and after cannot be compared: the report's test looks at the months after alone
    is_break: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[ShortText]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    recorded_at: Mapped[RecordedAt]

    organisation_unit: Mapped[OrganisationUnit | None] = relationship()
    author: Mapped[StaffMember | None] = relationship()
