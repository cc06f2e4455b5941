"""Keeps what was observed: one row a measure, unit and month; a later file restates it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from integrations.outcomes.records import MeasureRow
from integrations.tables.rows import RejectedRow
from tracker.models import MeasureUnit, Observation, Organisation, OutcomeMeasure
from tracker.models.base import now
from tracker.services.tally import ONE_STATEMENT, Tally, good_rows, keep_rejected
from tracker.services.unit_lookup import UnknownUnitError, load_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

BATCH = 5_000
OLDER = "A later extract of this month and unit is here already, with other numbers."
Key = tuple[int | None, date]
Row = dict[str, object]
Numbers = tuple[float, float | None, int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """One month of one unit, ready to be kept. No unit is the whole organisation."""

    unit_id: int | None
    month: date
    numerator: float
    denominator: float | None
    contributors: int | None
    source: str
    extracted_at: datetime

    @property
    def key(self) -> Key:
        return (self.unit_id, self.month)

    @property
    def numbers(self) -> Numbers:
        return (self.numerator, self.denominator, self.contributors)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a file came from: stands in for what its rows do not say themselves."""

    run_id: int
    source: str
    extracted_at: datetime


def import_measure(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    measure: OutcomeMeasure,
    organisation: Organisation,
    rows: Iterable[MeasureRow | RejectedRow],
    origin: Origin,
    *,
    today: date,
    on_row: Callable[[int], None] = lambda _line: None,
) -> Tally:
    """Take in a measure file. Rows that say what is known already change nothing."""
    units = load_units(db, organisation, today=today)
    tally = Tally()
    observed: dict[Key, Observed] = {}
    lines: dict[Key, int] = {}
    for row in good_rows(rows, tally):
        on_row(row.line)
        try:
            unit_id = units.find(row.unit)
        except UnknownUnitError as why:
            tally.reject(row.line, str(why))
            continue
        key = (unit_id, row.month)
        if key in lines:  # the same unit under two names
            tally.reject(row.line, f"This month and unit are already on line {lines[key]}.")
            continue
        lines[key] = row.line
        observed[key] = _observed(row, unit_id, measure, origin)
    record_observations(db, measure, observed.values(), tally, run_id=origin.run_id, lines=lines)
    keep_rejected(db, tally.rejected, organisation_id=organisation.id, run_id=origin.run_id)
    tally.say_restated()
    return tally


def record_observations(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    measure: OutcomeMeasure,
    observed: Iterable[Observed],
    tally: Tally,
    *,
    run_id: int | None,
    lines: Mapping[Key, int] | None = None,
    remove_others: bool = False,
    months: Collection[date] | None = None,
) -> None:
    """Add what is new, restate what differs, and leave the rest alone.

    With `lines`, where each stands in a file, a number of an older extract replaces no newer one.
    With `months` only those are looked at.
    """
    known = _known(db, measure, months)
    new, restated, confirmed, changed = [], [], [], []
    for one in observed:
        before = known.pop(one.key, None)
        if before is None:
            new.append(_columns(one, measure, run_id))
        elif before[1] == one.numbers:
            tally.unchanged += 1
            if one.extracted_at > before[2]:  # the same numbers, now less provisional
                confirmed.append(
                    {"id": before[0], "extracted_at": one.extracted_at, "recorded_at": now()}
                )
        elif lines and one.extracted_at < before[2]:
            tally.reject(lines[one.key], OLDER)
        else:
            restated.append({"id": before[0], **_columns(one, measure, run_id)})
            changed.append(one.key)
    _write(db, new, (restated, confirmed))
    tally.added += len(new)
    tally.restated += len(restated)
    if lines:
        tally.restated_months.update(key[1] for key in changed)
    if remove_others and known:
        gone = [row_id for row_id, _, _ in known.values()]
        for start in range(0, len(gone), BATCH):
            db.execute(delete(Observation).where(Observation.id.in_(gone[start : start + BATCH])))
        tally.removed += len(gone)


def _write(db: "Session", new: list[Row], changed: Iterable[list[Row]]) -> None:
    for start in range(0, len(new), BATCH):
        db.execute(insert(Observation), new[start : start + BATCH], execution_options=ONE_STATEMENT)
    for changes in changed:
        for start in range(0, len(changes), BATCH):
            db.execute(update(Observation), changes[start : start + BATCH])


def is_share(measure: OutcomeMeasure) -> bool:
    """Whether a part is counted out of a whole, so that it cannot be larger."""
    return measure.unit is MeasureUnit.PERCENT


def needs_denominator(measure: OutcomeMeasure) -> bool:
    return measure.unit is not MeasureUnit.COUNT and measure.denominator_key is None


def _known(
    db: "Session", measure: OutcomeMeasure, months: Collection[date] | None = None
) -> dict[Key, tuple[int, Numbers, datetime]]:
    in_time = () if months is None else (Observation.month.in_(sorted(months)),)
    rows = db.execute(
        select(
            Observation.id,
            Observation.organisation_unit_id,
            Observation.month,
            Observation.numerator,
            Observation.denominator,
            Observation.contributors,
            Observation.extracted_at,
        ).where(
            Observation.organisation_id == measure.organisation_id,
            Observation.outcome_measure_id == measure.id,
            *in_time,
        )
    )
    return {
        (unit_id, month): (row_id, (numerator, denominator, contributors), extracted_at)
        for row_id, unit_id, month, numerator, denominator, contributors, extracted_at in rows
    }


def _observed(
    row: MeasureRow, unit_id: int | None, measure: OutcomeMeasure, origin: Origin
) -> Observed:
    return Observed(
        unit_id=unit_id,
        month=row.month,
        numerator=float(row.numerator),
        denominator=(
            float(row.denominator)
            if row.denominator is not None and measure.unit is not MeasureUnit.COUNT
            else None
        ),
        contributors=row.contributors,
        source=row.source or origin.source,
        extracted_at=row.extracted_at or origin.extracted_at,
    )


def _columns(one: Observed, measure: OutcomeMeasure, run_id: int | None) -> dict[str, object]:
    return {
        "organisation_id": measure.organisation_id,
        "outcome_measure_id": measure.id,
        "organisation_unit_id": one.unit_id,
        "month": one.month,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "contributors": one.contributors,
        "source": one.source,
        "extracted_at": one.extracted_at,
        "import_run_id": run_id,
        "recorded_at": now(),
    }
