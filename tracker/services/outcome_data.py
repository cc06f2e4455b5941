"""All monthly series of one organisation and what may be shown of them, kept between requests.

The rules of disclosure look at the whole tree and the whole history, so that two reports cannot be
set against each other; working that out once for each import keeps a page fast.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import func, select

from tracker.models import ImportRun, MeasureFamily, Observation, OrganisationUnit
from tracker.services.measures import list_measures
from tracker.services.outcome_recognition import (
    FALSE_ALARMS,
    HITS,
    RECOGNITION,
    recognition_cell,
    with_recognition,
)
from tracker.services.outcome_series import Series, UnitTree, facts_of, load_series, load_tree
from tracker.services.outcome_values import Audience, MeasureFacts
from tracker.services.published_months import Place, Span, known_spans, remember

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy.orm import Session

Answer = TypeVar("Answer")
MOST_ANSWERS = 64
#: One worker serves few organisations at a time.
MOST_KEPT = 4
STAFF_ACTIONS = frozenset(
    {
        "alert_recognition",
        "alert_override",
        "alert_appropriate_override",
        "alert_ignored",
        "time_to_acknowledge",
        "alert_burden_staff",
        "barriers_open",
        "barriers_age",
        HITS,
        FALSE_ALARMS,
        "practice_calibration",
    }
)
#: Counted in first rounds of practice, so that nobody is in two months of a quarter.
FIRST_ROUNDS = frozenset({HITS, FALSE_ALARMS, "practice_calibration"})
REPORTING, HARM = "incident_reporting", "harm_share"
#: A part and its whole: what is hidden in one must not follow from the other.
WHOLES = {
    "use_related_incidents": REPORTING,
    "technical_incidents": REPORTING,
    "unclear_incidents": REPORTING,
}
#: The same, for a part that overlaps with the parts above.
ALSO_WHOLES = {HARM: REPORTING}
#: Numbers that would give another series away: shown for the same months as that one, or not.
FOLLOWS = {"harm_count": HARM, "reporting_delay": REPORTING}


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownCell:
    """A month or quarter of a series that may be shown."""

    period: date
    months: int
    numerator: float
    denominator: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What may be shown of a series, and what a reader is told of the rest."""

    cells: tuple[ShownCell, ...]
    is_by_quarter: bool
    reason: str


NOTHING = Shown(cells=(), is_by_quarter=False, reason="")


@dataclass(frozen=True, kw_only=True)
class OutcomeData:
    """What an organisation observed, month by month and unit by unit."""

    organisation_id: int
    measures: tuple[MeasureFacts, ...]
    tree: UnitTree
    series: Mapping[str, Series]
    #: from when to when a series was once given by the month to anybody
    known: Mapping[Place, Span] = field(default_factory=dict)
    _answers: dict[Hashable, object] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def inside(self) -> Mapping[str, Shown]:
        return _shown(self, Audience.INSIDE)

    @cached_property
    def published(self) -> Mapping[str, Shown]:
        return _shown(self, Audience.PUBLISHED)

    def kept(self, asked: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """Work an answer out once: it stays true for as long as these data do."""
        if asked not in self._answers:
            while len(self._answers) >= MOST_ANSWERS:
                self._answers.pop(next(iter(self._answers)), None)
            self._answers[asked] = work_out()
        return cast("Answer", self._answers[asked])

    def shown_to(self, audience: Audience) -> Mapping[str, Shown]:
        return self.inside if audience is Audience.INSIDE else self.published


class _Kept:
    """The data of the organisations that were asked for last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._data: OrderedDict[int, tuple[object, OutcomeData]] = OrderedDict()

    def get(self, organisation_id: int, version: object) -> OutcomeData | None:
        with self._lock:
            known = self._data.get(organisation_id)
            return known[1] if known and known[0] == version else None

    def put(self, organisation_id: int, version: object, data: OutcomeData) -> None:
        with self._lock:
            self._data[organisation_id] = (version, data)
            self._data.move_to_end(organisation_id)
            while len(self._data) > MOST_KEPT:
                self._data.popitem(last=False)


_kept = _Kept()


def load_data(db: "Session", organisation_id: int) -> OutcomeData:
    """Give the organisation's series, read anew when anything about them has changed."""
    version = _version(db, organisation_id)
    data = _kept.get(organisation_id, version)
    if data is None:
        measures = list_measures(db, organisation_id)
        tree = load_tree(db, organisation_id)
        data = OutcomeData(
            organisation_id=organisation_id,
            measures=tuple(facts_of(measure) for measure in measures),
            tree=tree,
            series=with_recognition(load_series(db, measures, tree), measures),
            known=known_spans(db, organisation_id),
        )
        _kept.put(organisation_id, version, data)
    return data


def remember_published(db: "Session", organisation_id: int, data: OutcomeData) -> None:
    """Note what anybody can read by the month from now on, before it is given out."""
    spans = data.kept("published by the month", lambda: _monthly_spans(data))
    remember(db, organisation_id, spans, known_spans(db, organisation_id))


def _monthly_spans(data: OutcomeData) -> dict[Place, Span]:
    found = {}
    for key, shown in data.published.items():
        months = [cell.period for cell in shown.cells if cell.months == 1]
        series = data.series[key]
        if months and series.measure.key != RECOGNITION:
            found[series.measure.id, series.unit.id] = min(months), max(months)
    return found


def _version(db: "Session", organisation_id: int) -> object:
    """Tell one state of the data from the next: what was recorded last, and how much there is."""
    facts = [
        select(fact).where(mine == organisation_id).scalar_subquery()
        for mine, fact in (
            (Observation.organisation_id, func.max(Observation.recorded_at)),
            (Observation.organisation_id, func.count(Observation.id)),
            (OrganisationUnit.organisation_id, func.max(OrganisationUnit.id)),
            (OrganisationUnit.organisation_id, func.count(OrganisationUnit.id)),
            (ImportRun.organisation_id, func.max(ImportRun.id)),
            (ImportRun.organisation_id, func.max(ImportRun.ended_at)),
        )
    ]
    return (str(db.get_bind().engine.url), *db.execute(select(*facts)).one())


def _shown(data: OutcomeData, audience: Audience) -> Mapping[str, Shown]:
    """Ask the one place that holds small numbers back, once for each sort of number."""
    kinds: dict[str, list[Series]] = {}
    for series in data.series.values():
        if series.measure.key == RECOGNITION or series.measure.key in FOLLOWS:
            continue  # worked out below, from what may be shown
        if series.cells and series.measure.family != MeasureFamily.DENOMINATOR:
            kinds.setdefault(what_is_counted(series.measure), []).append(series)
    found: dict[str, Shown] = {}
    for counted, group in kinds.items():
        already = _already(group, data) if audience is Audience.PUBLISHED else None
        found.update(_disclosed(group, counted, audience, data.tree, already))
    follow = {
        key: _following(series, found)
        for key, series in data.series.items()
        if series.measure.key in FOLLOWS and series.cells
    }
    return {**found, **follow} | {
        key: _recognised(key, found)
        for key, series in data.series.items()
        if series.measure.key == RECOGNITION
    }


def _following(series: Series, found: Mapping[str, Shown]) -> Shown:
    """Show a series for the months and quarters of the one that it would give away."""
    key = series.measure.key
    leader = found.get(series.key.replace(key, FOLLOWS[key], 1), NOTHING)
    cells = []
    for one in leader.cells:
        months = [_later(one.period, number) for number in range(one.months)]
        own = [series.cells[month] for month in months if month in series.cells]
        if len(own) == len(months):
            bases = [cell.denominator for cell in own if cell.denominator is not None]
            cells.append(
                ShownCell(
                    period=one.period,
                    months=one.months,
                    numerator=sum(cell.numerator for cell in own),
                    denominator=sum(bases) if bases and not series.is_plain_count else None,
                )
            )
    return Shown(cells=tuple(cells), is_by_quarter=leader.is_by_quarter, reason=leader.reason)


def _later(month: date, number: int) -> date:
    count = month.year * 12 + month.month - 1 + number
    return date(count // 12, count % 12 + 1, 1)


def _recognised(key: str, found: Mapping[str, Shown]) -> Shown:
    """Work recognition out from what may be shown of its two parts, where both may be."""
    hits, false_alarms = (
        found.get(key.replace(RECOGNITION, part, 1), NOTHING) for part in (HITS, FALSE_ALARMS)
    )
    others = {(cell.period, cell.months): cell for cell in false_alarms.cells}
    cells = []
    for one in hits.cells:
        other = others.get((one.period, one.months))
        if other is not None and one.denominator and other.denominator:
            value, weight = recognition_cell(
                (one.numerator, one.denominator), (other.numerator, other.denominator)
            )
            cells.append(
                ShownCell(
                    period=one.period,
                    months=one.months,
                    numerator=value * weight,
                    denominator=weight,
                )
            )
    return Shown(
        cells=tuple(cells),
        is_by_quarter=hits.is_by_quarter,
        reason=hits.reason or false_alarms.reason,
    )


def what_is_counted(measure: MeasureFacts) -> str:
    if not measure.counts_staff:
        return "events"
    return "staff_actions" if measure.key in STAFF_ACTIONS else "people"


def _already(group: Iterable[Series], data: OutcomeData) -> "pd.DataFrame":
    """List the months that anybody could once read."""
    import pandas as pd

    rows = []
    for series in group:
        span = data.known.get((series.measure.id, series.unit.id))
        if span is not None:
            rows += [(series.key, month) for month in series.cells if span[0] <= month <= span[1]]
    return pd.DataFrame(rows, columns=pd.Index(["series", "month"]))


def _disclosed(
    group: list[Series],
    counted: str,
    audience: Audience,
    tree: UnitTree,
    already: "pd.DataFrame | None",
) -> dict[str, Shown]:
    from metrics.disclosure import disclose

    parents = {
        series.key: f"{series.measure.key}|{_above(tree, series.unit.id)}"
        for series in group
        if series.unit.id is not None
    }
    wholes, also = (whole_of(group, whole) for whole in (WHOLES, ALSO_WHOLES))
    answer = disclose(
        lay_out(group),
        audience=audience,
        counted=counted,
        parents=parents,
        wholes=wholes,
        also_wholes=also,
        quarters=_staff_of_quarters(group),
        already_shown=already,
    )
    cells = _cells_by_series(answer.points, {s.key for s in group if s.is_plain_count})
    steps = answer.steps
    told = zip(steps["series"], steps["step"], steps["reason"], strict=True)
    return {
        str(key): Shown(
            cells=tuple(cells.get(str(key), ())),
            is_by_quarter=step == "quarter",
            reason=str(reason),
        )
        for key, step, reason in told
    }


def whole_of(group: Iterable[Series], wholes: Mapping[str, str]) -> dict[str, str]:
    return {
        one.key: one.key.replace(one.measure.key, wholes[one.measure.key], 1)
        for one in group
        if one.measure.key in wholes
    }


def _above(tree: UnitTree, unit_id: int | None) -> str:
    above = tree.above.get(unit_id)
    return "" if above is None else str(above)


def lay_out(group: Iterable[Series]) -> "pd.DataFrame":
    """Lay the series out column by column: a trust has tens of thousands of months."""
    import numpy as np
    import pandas as pd

    cells = [(one, month, cell) for one in group for month, cell in one.cells.items()]
    return pd.DataFrame(
        {
            "series": np.array([one.key for one, _, _ in cells], dtype=object),
            "month": np.array([month for _, month, _ in cells], dtype="datetime64[ns]"),
            "numerator": [cell.numerator for _, _, cell in cells],
            "denominator": [_number(cell.denominator) for _, _, cell in cells],
            # One who is counted among people took part; who acted on alerts must be known.
            "contributors": [
                _number(
                    cell.denominator
                    if cell.contributors is None and what_is_counted(one.measure) == "people"
                    else cell.contributors
                )
                for one, _, cell in cells
            ],
        }
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _staff_of_quarters(group: Iterable[Series]) -> "pd.DataFrame | None":
    """Add up who practised in a quarter: a first round is once in a life, so nobody is in twice."""
    import pandas as pd

    rows = [
        (series.key, date(month.year, (month.month - 1) // 3 * 3 + 1, 1), cell.contributors or 0)
        for series in group
        if series.measure.key in FIRST_ROUNDS
        for month, cell in series.cells.items()
    ]
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=pd.Index(["series", "quarter", "contributors"]))
    return frame.groupby(["series", "quarter"], as_index=False).sum()


def _cells_by_series(points: "pd.DataFrame", plain_counts: set[str]) -> dict[str, list[ShownCell]]:
    found: dict[str, list[ShownCell]] = {}
    columns = (points[name].tolist() for name in ("series", "months", "numerator", "denominator"))
    periods = points["period"].to_numpy().astype("datetime64[D]").tolist()
    for key, months, numerator, denominator, period in zip(*columns, periods, strict=True):
        cell = ShownCell(
            period=period,
            months=months,
            numerator=numerator,
            denominator=None if key in plain_counts else denominator,
        )
        found.setdefault(key, []).append(cell)
    return found
