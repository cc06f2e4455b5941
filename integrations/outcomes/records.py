"""What the feeds of outcome data tell us, as plain values. Nothing here does any work.

There is no field here for a story, a patient, or the name of somebody who reported: what has no
field cannot be kept.
"""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


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


class Cause(enum.StrEnum):
    """A person's gap and a system's fault are never counted as the same thing."""

    USE_RELATED = "use_related"
    TECHNICAL = "technical"
    UNCLEAR = "unclear"


class Response(enum.StrEnum):
    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"
    IGNORED = "ignored"


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureRow:
    """One month of one unit. An empty unit is the whole organisation."""

    line: int
    month: date
    unit: str
    numerator: Decimal
    denominator: Decimal | None
    source: str | None
    extracted_at: datetime | None
    contributors: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CallDay:
    """How many calls a unit made to the service desk on one day, and how many of them asked how."""

    line: int
    day: date
    unit: str
    calls: int
    how_to: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EventDay:
    """How many rare events a unit had on one day. An empty unit is the whole organisation."""

    line: int
    day: date
    unit: str
    events: int


class Standing(enum.StrEnum):
    """Whether a record is a digital incident: by its codes, perhaps by its words, or not."""

    DIGITAL = "digital"
    CANDIDATE = "candidate"
    OTHER = "other"


class IncidentFeed(enum.StrEnum):
    LOCAL = "local"
    NRLS = "nrls"
    LFPSE = "lfpse"


class Remark(enum.StrEnum):
    """What is not quite plain about a record that was taken in all the same."""

    UNKNOWN_CODE = "unknown_codes"
    NEWER_TAXONOMY = "newer_taxonomy"
    MONTH_ONLY = "month_only_dates"
    HARM_MISSING = "harm_missing"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentRow:
    """One digital incident, without its story."""

    line: int
    reference: str
    unit: str
    occurred_on: date
    reported_on: date | None
    harm: Harm
    cause: Cause
    #: which system it comes from
    feed: IncidentFeed = IncidentFeed.LOCAL
    standing: Standing = Standing.DIGITAL
    #: the newest wins, whichever file brings it
    revision: int | None = None
    #: only the month is known: occurred_on is its first day
    is_month_only: bool = False
    #: the code of the organisation where it happened, if it says
    organisation: str = ""
    #: which of our own search words stood in its story
    words: tuple[str, ...] = ()
    remarks: frozenset[Remark] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRow:
    """One alert that a system showed, and what was done with it."""

    line: int
    alert_id: str
    unit: str
    fired_at: datetime
    staff: str
    alert_type: str
    response: Response
    responded_at: datetime | None
    was_true: bool | None
