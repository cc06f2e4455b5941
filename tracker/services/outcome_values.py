"""What an outcome report says, as plain values. Page, PDF, file and JSON are made from these."""

import enum
from dataclasses import dataclass
from datetime import date, datetime


class Verdict(enum.StrEnum):
    """What the report's own test says of one series. A chart signal is never a verdict."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    NO_CHANGE = "no_change"
    TOO_FEW = "too_few"


class Audience(enum.StrEnum):
    """Who the report is for: a named person of the trust, or anybody."""

    INSIDE = "inside"
    PUBLISHED = "published"


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureFacts:
    """A measure, as a reader needs it."""

    id: int
    key: str
    name: str
    family: str
    direction: str
    unit: str
    numerator: str
    denominator: str
    why_it_matters: str
    misleads_when: str
    source: str
    counts_staff: bool
    kirkpatrick_level: str
    for_outcome_key: str | None = None
    owner: str = ""
    denominator_key: str | None = None
    chart_kind: str = "xmr"
    target: float | None = None
    version: int = 1
    review_on: date | None = None

    @property
    def multiplier(self) -> int:
        return {"percent": 100, "per_thousand": 1000}.get(self.unit, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartRules:
    """By which rules a chart is drawn and judged: stored with the measure, shown on the chart."""

    #: xmr, or a kind of metrics.control_charts
    kind: str = "xmr"
    shift_length: int = 7
    trend_length: int = 7
    #: near_limits or beyond_two_sigma
    two_in_three: str = "near_limits"
    is_screened: bool = True
    #: only so many first points of each phase make its lines; none: all of them
    baseline_points: int | None = None


USUAL_RULES = ChartRules()


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One month, or one quarter, of a chart; or one event, where months is 0."""

    #: the first day of the month or quarter; the day of the event
    month: date
    months: int
    value: float
    numerator: float
    denominator: float | None
    #: common_cause, special_cause_improvement, special_cause_concern, special_cause_neutral_high
    kind: str = "common_cause"
    #: the chart rule that this point is part of, in plain words
    signal: str = ""
    is_provisional: bool = False
    #: this point's own limits, where they differ from point to point (P, P', U, U', I' charts)
    lower: float | None = None
    upper: float | None = None
    #: the name of the unit, where the points are units and not months
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """A stretch of a chart with its own lines; first and last are places of points."""

    first: int
    last: int
    mean: float | None
    lower: float | None
    #: none where the limits differ from point to point: then each point has its own
    upper: float | None
    is_short: bool
    #: why the lines start anew here, and who decided; empty for the first phase
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something that happened, at a place on a chart."""

    at: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    measure: MeasureFacts
    unit_name: str
    points: tuple[Point, ...]
    phases: tuple[Phase, ...]
    notes: tuple[Note, ...] = ()
    #: common_cause, improvement_high, concern_low, neutral_high ...: the last point's icon
    icon: str = "common_cause"
    #: what one value is, such as "per 1,000 bed days"
    unit_words: str = ""
    #: what was left out, and what is not final yet
    remarks: tuple[str, ...] = ()
    rules: ChartRules = USUAL_RULES
    #: the same rules, in a sentence that stands on the chart
    rules_in_words: str = ""
    #: whether neighbours belong together; units side by side do not
    is_joined: bool = True
    #: the measure's target, in the unit of the values
    target: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The verdict on one series, with the numbers behind it."""

    measure_key: str
    measure_name: str
    unit_name: str
    unit_id: str | None
    verdict: Verdict
    sentence: str
    how_sure: str
    before: float | None = None
    after: float | None = None
    #: percentage points, ratio or difference
    effect_is: str = ""
    effect: float | None = None
    effect_low: float | None = None
    effect_high: float | None = None
    p: float | None = None
    q: float | None = None
    months: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One chart, or two to be read together; or why there is none."""

    charts: tuple[Chart, ...] = ()
    sentence: str = ""
    remarks: tuple[str, ...] = ()
    withheld: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Words and numbers in rows; the first cell names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    #: the places of columns that hold numbers
    number_columns: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    key: str
    title: str
    introduction: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BarrierCount:
    """What stands in people's way: a kind of it, how many raised it, and what became of it."""

    kind: str
    people: int
    sorted_out: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeReport:
    """An outcome report of one organisation or one unit, for one period and one audience."""

    organisation: str
    organisation_code: str
    unit_name: str | None
    unit_id: str | None
    first_month: date
    last_month: date
    audience: Audience
    made_on: date
    extracted_at: datetime | None
    summary: tuple[str, ...]
    rule: tuple[str, ...]
    changes: tuple[Change, ...]
    sections: tuple[Section, ...]
    unit_changes: tuple[Change, ...] = ()
    questions: tuple[str, ...] = ()
    #: what stood in people's way in the twelve whole months before the report was made
    barriers: tuple[BarrierCount, ...] = ()
    data_quality: tuple[str, ...] = ()
    disclosure: tuple[str, ...] = ()
    definitions: tuple[MeasureFacts, ...] = ()
    has_data: bool = True
    compared_from: date | None = None
    #: the units right below: public id and name
    units_below: tuple[tuple[str, str], ...] = ()

    @property
    def charts(self) -> tuple[Chart, ...]:
        return tuple(
            chart
            for section in self.sections
            for figure in section.figures
            for chart in figure.charts
        )
