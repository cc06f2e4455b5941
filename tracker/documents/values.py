"""What a document says, as plain values: whoever fills them needs no knowledge of drawing.

Charts, the appraisal record and the outcome report are drawn from these and from nothing else.
Every text is plain text (never markup): it is printed as it was typed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import date, datetime


class PointKind(StrEnum):
    """What a control chart says about one point."""

    COMMON = "common"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL = "neutral"

    @classmethod
    def from_spc(cls, point_type: str) -> Self:
        """Read the name that metrics.spc gives, such as `special_cause_neutral_high`."""
        for kind in (cls.IMPROVEMENT, cls.CONCERN, cls.NEUTRAL):
            if point_type.startswith(f"special_cause_{kind}"):
                return kind
        return cls.COMMON


class NumberFormat(StrEnum):
    """How a chart's numbers are written; a percentage is given as 0 to 100."""

    COUNT = "count"
    PERCENT = "percent"
    PER_1000 = "per_1000"
    NUMBER = "number"


class Verdict(StrEnum):
    """What the report's own test says; the words a reader sees are the caller's."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    NO_CHANGE = "no_change"
    TOO_FEW = "too_few"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartPoint:
    """One period on a chart; a value of None leaves a gap."""

    label: str  # "Apr 2025" or "Q1 2025": the last word is shown once for its run
    value: float | None
    kind: PointKind = PointKind.COMMON
    signal: str = ""  # which rule fired, in words: "above the upper limit"
    numerator: float | None = None
    denominator: float | None = None
    is_provisional: bool = False
    begins_on: date | None = None  # the first day of the month or quarter
    lower: float | None = None  # limits of this point's own, where they differ
    upper: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartPhase:
    """A stretch between rebases with its own lines; first and last are point numbers, inclusive."""

    first: int
    last: int
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    #: why the lines start anew here; empty for the first stretch
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartAnnotation:
    """Something that happened, marked at a point by a letter and explained below the chart."""

    at: int
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartData:
    """Everything that is needed to draw one control chart and the table beside it."""

    key: str  # unique on the page: letters, digits, hyphens
    title: str
    description: str  # the sentences somebody hears who cannot see the chart
    points: tuple[ChartPoint, ...]
    phases: tuple[ChartPhase, ...] = ()
    number_format: NumberFormat = NumberFormat.NUMBER
    unit_words: str = ""  # "per 1,000 bed days"; said after numbers and beside the axis
    decimals: int | None = None  # None: as the number format has it
    target: float | None = None
    annotations: tuple[ChartAnnotation, ...] = ()
    is_never_negative: bool = True  # no line is drawn below nought
    needs_companion: bool = False  # a completion rate: only ever beside its outcome
    numerator_words: str = "Numerator"
    denominator_words: str = "Denominator"
    points_are: str = "Period"  # heads the column of labels: months, units, time waited
    is_joined: bool = True  # whether a line joins neighbours
    rules: str = ""  # by which rules it is drawn, in words; stands with the chart
    #: the size of the largest value, worked out once: it says how every number is written
    largest: float | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sizes = (abs(p.value) for p in self.points if p.value is not None)
        object.__setattr__(self, "largest", max(sizes, default=None))
        if not self.key or not all(c.isascii() and (c.isalnum() or c == "-") for c in self.key):
            raise ValueError("A chart's key is made of letters, digits and hyphens.")
        numbers = [p.value for p in self.points] + [self.target]
        numbers += [n for p in self.phases for n in (p.mean, p.lower, p.upper)]
        numbers += [n for p in self.points for n in (p.lower, p.upper)]
        if any(n is not None and not math.isfinite(n) for n in numbers):
            raise ValueError("A chart's numbers are finite; a gap is None.")
        count = len(self.points)
        if any(not 0 <= p.first <= p.last < count for p in self.phases):
            raise ValueError("A phase begins and ends at points of its chart.")
        if any(a.last >= b.first for a, b in zip(self.phases, self.phases[1:], strict=False)):
            raise ValueError("Phases follow one another and do not overlap.")
        if any(not 0 <= a.at < count for a in self.annotations):
            raise ValueError("An annotation stands at a point of its chart.")


@dataclass(frozen=True, kw_only=True, slots=True)
class TableData:
    """A table: one row of headings, then rows whose first cell names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    number_columns: frozenset[int] = frozenset()  # set to the right
    #: for each row the icon that stands in its last cell; empty: no icons
    icons: tuple[PointKind, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("Every row of a table has a cell for every column.")


# --- the outcome report --------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One sentence about one series, and how sure we are."""

    verdict: Verdict
    sentence: str
    how_sure: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFigure:
    """One chart, or two that must be read together; or the reason why there is none."""

    charts: tuple[ChartData, ...] = ()  # at most two
    sentence: str = ""  # what it shows, in plain words, above the chart
    notes: tuple[str, ...] = ()  # "Two months have no data and are left out."
    withheld: str = ""  # why there is no chart: "Fewer than eight staff took part ..."

    def __post_init__(self) -> None:
        if len(self.charts) not in (1, 2) and not self.withheld:
            raise ValueError("A figure has one chart or two, or says why there is none.")
        if len(self.charts) == 1 and self.charts[0].needs_companion:
            raise ValueError("This chart is only shown beside the outcome it was meant to change.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportSection:
    """One family of outcomes, or the section on targets met and points missed."""

    key: str
    title: str
    introduction: tuple[str, ...] = ()  # paragraphs
    figures: tuple[ReportFigure, ...] = ()
    tables: tuple[TableData, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """A measure or a word, and what is meant by it."""

    term: str
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportDocument:
    """An outcome report in the order in which a reader meets it."""

    title: str
    organisation: str
    scope: str  # "Whole organisation" or the unit's name
    period: str  # "January 2024 to December 2026"
    extracted_at: datetime  # when the data were taken, in local time, with its zone
    made_at: datetime  # when this document was made
    audience: str = ""  # "Published" or "For use inside the organisation only"
    summary: tuple[str, ...] = ()  # "We looked at 12 series. One changed."
    findings: tuple[Finding, ...] = ()
    sections: tuple[ReportSection, ...] = ()
    data_quality: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    disclosure: tuple[str, ...] = ()
    page_address: str = ""  # the same report as a page; http or https


# --- the appraisal record ------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class LastGoal:
    """A goal from last time, and what became of it."""

    wording: str
    became: str  # "Met", "Getting there: carried on", "No longer needed"
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BarrierNote:
    """What got in the way, and what the trust did about it."""

    what: str
    done: str  # "" prints as "Nothing yet."
    kind: str = ""  # "Hardware", "Time"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfidenceChange:
    """How confident the person feels in one competence, before and now; "" is not said."""

    competence: str
    before: str
    now: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewGoal:
    """A goal agreed in this appraisal."""

    wording: str
    due_on: date
    why: str = ""  # the reason why it was suggested
    help_offered: tuple[str, ...] = ()
    in_the_way: str = ""
    safety_reason: str = ""  # only where the goal is mandatory; with who answers for it


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureLine:
    """Who signed, on which side, under which words, and when."""

    name: str
    side: str  # "Member of staff", "Manager"
    statement: str
    signed_at: datetime  # in local time, with its zone


@dataclass(frozen=True, kw_only=True, slots=True)
class LaterNote:
    """Something added after signing; what was signed is never changed."""

    by: str
    added_at: datetime
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AppraisalDocument:
    """The record of one appraisal, as it was signed."""

    organisation: str
    person: str
    post: str
    unit: str
    manager: str
    held_on: date
    period: str  # "April to September 2026"
    made_at: datetime
    last_goals: tuple[LastGoal, ...] = ()
    barriers: tuple[BarrierNote, ...] = ()
    confidence: tuple[ConfidenceChange, ...] = ()
    evidence: tuple[str, ...] = ()
    wellbeing: str = ""  # only if the person chose to share it
    new_goals: tuple[NewGoal, ...] = ()
    summary: str = ""  # both wrote it
    signatures: tuple[SignatureLine, ...] = ()  # none: prints as a draft
    later_notes: tuple[LaterNote, ...] = ()
    snapshot_hash: str = ""
    next_on: date | None = None
