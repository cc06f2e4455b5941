"""Reads what is marked on the charts of a report, and by which rules each is drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tracker.models import Annotation, OutcomeMeasure, Rebase
from tracker.services.chart_settings import rules_of
from tracker.services.outcome_points import Mark
from tracker.services.outcome_values import ChartRules, MeasureFacts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Marks:
    """By measure: new starts of the lines, what happened, and the rules of the chart."""

    rebases: Mapping[str, tuple[Mark, ...]]
    annotations: Mapping[str, tuple[Mark, ...]]
    rules: Mapping[str, ChartRules]

    def as_key(self) -> tuple[object, ...]:
        """Give all that a chart depends on beside its numbers, to know a drawn one again."""
        return tuple(
            tuple(sorted(some.items(), key=lambda one: one[0]))
            for some in (self.rebases, self.annotations, self.rules)
        )

    def broken_since(self) -> tuple[tuple[str, date], ...]:
        """Give, by measure, the last month from which its numbers can be compared at all."""
        return tuple(
            (key, max(mark.month for mark in marks if mark.is_break))
            for key, marks in sorted(self.rebases.items())
            if any(mark.is_break for mark in marks)
        )


def read_marks(db: "Session", measures: Collection[MeasureFacts], unit_id: int | None) -> Marks:
    """Read them in three queries; what is marked for the whole organisation holds in every unit."""
    keys = {one.id: one.key for one in measures}
    rules = rules_of(db, [(one.id, one.chart_kind) for one in measures])
    return Marks(
        rebases=_rebases(db, keys, unit_id),
        annotations=_annotations(db, keys, unit_id),
        rules={keys[measure_id]: one for measure_id, one in rules.items()},
    )


def _rebases(
    db: "Session", keys: Mapping[int, str], unit_id: int | None
) -> dict[str, tuple[Mark, ...]]:
    here = or_(Rebase.organisation_unit_id.is_(None), Rebase.organisation_unit_id == unit_id)
    found: dict[str, list[Mark]] = {}
    for measure_id, month, reason, is_break in db.execute(
        select(Rebase.outcome_measure_id, Rebase.month, Rebase.reason, Rebase.is_break)
        .where(Rebase.outcome_measure_id.in_(keys), here)
        .order_by(Rebase.month)
    ):
        found.setdefault(keys[measure_id], []).append(Mark(month, reason, is_break))
    return {key: tuple(marks) for key, marks in found.items()}


def _annotations(
    db: "Session", keys: Mapping[int, str], unit_id: int | None
) -> dict[str, tuple[Mark, ...]]:
    found: dict[str, list[Mark]] = {}
    rows = db.execute(
        select(Annotation.outcome_measure_id, Annotation.month, Annotation.text)
        .join(OutcomeMeasure, OutcomeMeasure.organisation_id == Annotation.organisation_id)
        .where(
            OutcomeMeasure.id.in_(keys),
            or_(
                Annotation.outcome_measure_id == OutcomeMeasure.id,
                Annotation.outcome_measure_id.is_(None),
            ),
            or_(
                Annotation.organisation_unit_id.is_(None),
                Annotation.organisation_unit_id == unit_id,
            ),
        )
        .with_only_columns(OutcomeMeasure.id, Annotation.month, Annotation.text)
        .order_by(Annotation.month)
    )
    for measure_id, month, text in rows:
        found.setdefault(keys[measure_id], []).append(Mark(month, text))
    return {key: tuple(notes) for key, notes in found.items()}
