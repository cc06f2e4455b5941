"""Brings all observations of an organisation into monthly series, unit by unit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from tracker.models import MeasureUnit, Observation, OrganisationUnit, OutcomeMeasure
from tracker.services.outcome_values import MeasureFacts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: Deeper than any real tree of units, so that one that loops comes to an end.
DEEPEST = 30
#: Measures counted from events: each unit's rows already hold all below it.
COUNTED_FROM_EVENTS = frozenset(
    {
        "alert_recognition",
        "alert_override",
        "incident_reporting",
        "use_related_incidents",
        "technical_incidents",
        "harm_share",
        "practice_hits",
        "practice_false_alarms",
        "practice_calibration",
        "unclear_incidents",
        "harm_count",
        "reporting_delay",
        "alert_appropriate_override",
        "alert_ignored",
        "time_to_acknowledge",
        "alert_burden",
        "alert_burden_staff",
        "barriers_open",
        "barriers_age",
    }
)
UnitId = int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFacts:
    """A unit of the tree; no id stands for the whole organisation."""

    id: UnitId
    public_id: str | None
    name: str


class Cell(NamedTuple):
    """What is known of one month."""

    numerator: float
    denominator: float | None
    contributors: int | None
    extracted_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One measure in one unit, month by month. Months without data are not there."""

    measure: MeasureFacts
    unit: UnitFacts
    cells: Mapping[date, Cell]
    unit_words: str
    #: months left out because some unit below sent nothing
    incomplete: frozenset[date] = frozenset()
    #: months that were not over when the data were taken
    unfinished: frozenset[date] = frozenset()
    #: a unit without beds: the plain number stands in for the rate
    is_plain_count: bool = False

    @property
    def key(self) -> str:
        return series_key(self.measure.key, self.unit.id)


@dataclass(frozen=True, kw_only=True)
class UnitTree:
    """All units of an organisation, and which stand below which."""

    units: Mapping[UnitId, UnitFacts]
    above: Mapping[UnitId, UnitId]
    below: Mapping[UnitId, tuple[int, ...]]

    def children(self, unit_id: UnitId) -> tuple[int, ...]:
        """List the units right below. A single top unit is the trust itself: look below it."""
        found = self.below.get(unit_id, ())
        if unit_id is None and len(found) == 1:
            return self.below.get(found[0], found)
        return found


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def series_key(measure_key: str, unit_id: UnitId) -> str:
    return f"{measure_key}|{'' if unit_id is None else unit_id}"


def load_tree(db: "Session", organisation_id: int) -> UnitTree:
    rows = db.execute(
        select(
            OrganisationUnit.id,
            OrganisationUnit.public_id,
            OrganisationUnit.name,
            OrganisationUnit.parent_id,
        )
        .where(OrganisationUnit.organisation_id == organisation_id)
        .order_by(OrganisationUnit.name)
    ).all()
    units: dict[UnitId, UnitFacts] = {None: UnitFacts(id=None, public_id=None, name="")}
    below: dict[UnitId, list[int]] = defaultdict(list)
    for row in rows:
        units[row.id] = UnitFacts(id=row.id, public_id=row.public_id, name=row.name)
        below[row.parent_id].append(row.id)
    return UnitTree(
        units=units,
        above={row.id: row.parent_id for row in rows},
        below={key: tuple(value) for key, value in below.items()},
    )


def load_series(
    db: "Session", measures: Sequence[OutcomeMeasure], tree: UnitTree
) -> dict[str, Series]:
    """Read every observation in one query, and bring it up the tree."""
    cells = _load_cells(db, measures)
    by_key = {measure.key: measure for measure in measures}
    rolled = {measure.key: _rolled_up(cells[measure.id], measure, tree) for measure in measures}
    found: dict[str, Series] = {}
    for measure in measures:
        lender = by_key.get(measure.denominator_key or "")
        facts = facts_of(measure)
        for unit_id, (months, incomplete) in rolled[measure.key].items():
            unit = tree.units[unit_id]
            if lender is None:
                series = _series(facts, unit, months, incomplete)
            else:
                lent = rolled[lender.key].get(unit_id, ({}, frozenset()))
                series = _borrowing(facts, unit, months, incomplete, lent)
            found[series.key] = series
    return found


def facts_of(measure: OutcomeMeasure) -> MeasureFacts:
    return MeasureFacts(
        id=measure.id,
        key=measure.key,
        name=measure.name,
        family=measure.family,
        direction=measure.direction,
        unit=measure.unit,
        numerator=measure.numerator,
        denominator=measure.denominator,
        why_it_matters=measure.why_it_matters,
        misleads_when=measure.misleads_when,
        source=measure.source,
        counts_staff=measure.counts_staff,
        kirkpatrick_level=measure.kirkpatrick_level,
        for_outcome_key=measure.for_outcome_key,
        owner=measure.owner,
        denominator_key=measure.denominator_key,
        chart_kind=measure.chart_kind,
        target=measure.target,
        version=measure.version,
        review_on=measure.review_on,
    )


def _load_cells(
    db: "Session", measures: Iterable[OutcomeMeasure]
) -> dict[int, dict[UnitId, dict[date, Cell]]]:
    rows = db.execute(
        select(
            Observation.outcome_measure_id,
            Observation.organisation_unit_id,
            Observation.month,
            Observation.numerator,
            Observation.denominator,
            Observation.contributors,
            Observation.extracted_at,
        )
        .where(Observation.outcome_measure_id.in_([measure.id for measure in measures]))
        .order_by(Observation.month)
    )
    cells: dict[int, dict[UnitId, dict[date, Cell]]] = defaultdict(lambda: defaultdict(dict))
    # Tens of thousands of cells share a few dozen days and hours: each is kept once.
    days: dict[date, date] = {}
    times: dict[datetime, datetime] = {}
    for measure_id, unit_id, month, numerator, denominator, people, taken in rows:
        cell = Cell(numerator, denominator, people, times.setdefault(taken, taken))
        cells[measure_id][unit_id][days.setdefault(month, month)] = cell
    return cells


Rolled = tuple[Mapping[date, Cell], frozenset[date]]


def _rolled_up(
    cells: Mapping[UnitId, Mapping[date, Cell]], measure: OutcomeMeasure, tree: UnitTree
) -> dict[UnitId, Rolled]:
    """Add each unit's own rows to those of the units below it.

    A row in a file counts for its unit alone; a row without a unit is the whole organisation.
    """
    if measure.key in COUNTED_FROM_EVENTS:
        return {unit_id: (months, frozenset()) for unit_id, months in cells.items()}
    found: dict[UnitId, Rolled] = {}

    def roll(unit_id: UnitId, depth: int) -> Rolled:
        below = tree.below.get(unit_id, ()) if depth < DEEPEST else ()
        parts = [roll(child, depth + 1) for child in below]
        own: Rolled = (cells.get(unit_id, {}), frozenset())
        rolled = _whole_row_first(own, parts) if unit_id is None else _added_up([own, *parts])
        if rolled[0]:
            found[unit_id] = rolled
        return rolled

    roll(None, 0)
    return found


def _whole_row_first(own: Rolled, parts: list[Rolled]) -> Rolled:
    months, incomplete = _added_up(parts)
    both = {**months, **own[0]}
    return dict(sorted(both.items())), incomplete - both.keys()


def _added_up(parts: list[Rolled]) -> Rolled:
    """Add up month by month, leaving out months for which one of the parts sent nothing."""
    parts = [part for part in parts if part[0]]
    if len(parts) == 1:
        return parts[0]
    incomplete = {month for _, short in parts for month in short}
    spans = [(min(part), max(part)) for part, _ in parts]
    summed: dict[date, Cell] = {}
    for month in sorted({month for part, _ in parts for month in part}):
        expected = sum(first <= month <= last for first, last in spans)
        present = [part[month] for part, _ in parts if month in part]
        if len(present) < expected or month in incomplete:
            incomplete.add(month)
        else:
            summed[month] = _sum(present)
    return summed, frozenset(incomplete)


def _sum(cells: list[Cell]) -> Cell:
    if len(cells) == 1:
        return cells[0]
    denominators = [cell.denominator for cell in cells if cell.denominator is not None]
    people = [cell.contributors for cell in cells if cell.contributors is not None]
    # Where each person is one of the denominator, nobody is in two units. Else only the largest
    # unit's number of people is sure.
    one_each = len(people) == len(denominators) and people == denominators
    return Cell(
        sum(cell.numerator for cell in cells),
        sum(denominators) if len(denominators) == len(cells) else None,
        (sum(people) if one_each else max(people)) if people else None,
        min(cell.extracted_at for cell in cells),
    )


def _borrowing(
    measure: MeasureFacts,
    unit: UnitFacts,
    months: Mapping[date, Cell],
    incomplete: frozenset[date],
    lent: Rolled,
) -> Series:
    """Put the lender's counts under the numerators; without a lender the plain number is left."""
    usable = {month: cell for month, cell in lent[0].items() if cell.numerator > 0}
    if not usable:
        return _series(measure, unit, months, incomplete, is_plain_count=True)
    cells = {
        month: Cell(
            cell.numerator,
            usable[month].numerator,
            cell.contributors,
            min(cell.extracted_at, usable[month].extracted_at),
        )
        for month, cell in months.items()
        if month in usable
    }
    return _series(measure, unit, cells, incomplete | lent[1])


def _series(
    measure: MeasureFacts,
    unit: UnitFacts,
    cells: Mapping[date, Cell],
    incomplete: frozenset[date],
    *,
    is_plain_count: bool = False,
) -> Series:
    is_count = is_plain_count or measure.unit == MeasureUnit.COUNT
    unfinished = {
        month for month, cell in cells.items() if cell.extracted_at.date() < next_month(month)
    }
    return Series(
        measure=measure,
        unit=unit,
        cells={month: cell for month, cell in cells.items() if month not in unfinished},
        unit_words=_unit_words(measure, is_count=is_count),
        incomplete=incomplete - unfinished,
        unfinished=frozenset(unfinished),
        is_plain_count=is_count,
    )


def _unit_words(measure: MeasureFacts, *, is_count: bool) -> str:
    if is_count:
        return "a month"
    if measure.unit == MeasureUnit.PERCENT:
        return "percent"
    if measure.unit == MeasureUnit.D_PRIME:
        return "on a scale where 0 is guessing"
    if measure.unit in (MeasureUnit.DAYS, MeasureUnit.MINUTES):
        return str(measure.unit)
    if measure.unit == MeasureUnit.EACH:
        return "each"
    words = measure.denominator.removeprefix("Occupied ").casefold()
    return f"per 1,000 {words}"
