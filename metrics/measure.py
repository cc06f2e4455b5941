"""What an outcome measure is: how it is worked out, and how it is to be read."""

import enum
from dataclasses import dataclass


class Family(enum.StrEnum):
    """Where a measure stands in the report. Activity is what we did, never what came of it."""

    OUTCOME = "outcome"
    PROCESS = "process"
    BALANCING = "balancing"
    ACTIVITY = "activity"
    DENOMINATOR = "denominator"


class Direction(enum.StrEnum):
    """Which way is better, in the words that the control chart takes."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class Unit(enum.StrEnum):
    """What one value of the measure is. The numerator and denominator always travel with it."""

    PERCENT = "percent"
    PER_THOUSAND = "per_thousand"
    COUNT = "count"
    #: how far two sorts of thing are told apart: metrics.signal_detection
    D_PRIME = "d_prime"
    #: one for each of the denominator
    EACH = "each"
    #: how long: a mean of days, a median of minutes; the denominator is how many it is of
    DAYS = "days"
    MINUTES = "minutes"

    @property
    def multiplier(self) -> int:
        return {Unit.PERCENT: 100, Unit.PER_THOUSAND: 1000}.get(self, 1)


class Counts(enum.StrEnum):
    """What the numerator counts. What staff did is shown only for groups that are big enough."""

    STAFF = "staff"
    EVENTS = "events"


class Kirkpatrick(enum.StrEnum):
    """How near to care a measure of training is. Completion is below the first level."""

    BELOW = "0"
    REACTION = "1"
    LEARNING = "2"
    BEHAVIOUR = "3"
    RESULTS = "4"
    NOT_RATED = "none"


class ChartKind(enum.StrEnum):
    """The control chart of a measure: xmr of metrics.spc, the rest of metrics.control_charts."""

    XMR = "xmr"
    RUN = "run"
    I = "i"  # noqa: E741 - the name of the chart
    MR = "mr"
    P = "p"
    P_PRIME = "pp"
    U = "u"
    U_PRIME = "up"
    C = "c"
    G = "g"
    T = "t"
    I_PRIME = "ip"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One thing a trust counts every month, with all that a reader needs to judge it."""

    key: str
    name: str
    why_it_matters: str
    numerator: str
    denominator: str | None
    direction: Direction
    family: Family
    kirkpatrick: Kirkpatrick
    source: str
    unit: Unit
    counts: Counts
    misleads: str
    owner: str
    review_every_months: int
    #: the measure whose counts are this one's denominators; else its rows bring their own
    denominator_key: str | None = None
    #: for an activity: the outcome that it was for
    for_outcome_key: str | None = None
    chart: ChartKind = ChartKind.XMR
    #: what counts as having met it, in the unit in which a value is said
    target: float | None = None

    @property
    def is_about_people(self) -> bool:
        return self.counts is Counts.STAFF
