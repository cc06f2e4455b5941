"""Asks, before comparisons are published, whether small numbers would follow from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.models import MeasureFamily
from tracker.services.comparison_numbers import FEWEST_UNITS, Plan
from tracker.services.outcome_data import (
    ALSO_WHOLES,
    FOLLOWS,
    WHOLES,
    OutcomeData,
    lay_out,
    what_is_counted,
    whole_of,
)
from tracker.services.outcome_recognition import HITS, RECOGNITION
from tracker.services.outcome_series import Series, series_key

if TYPE_CHECKING:
    from metrics.disclosure_sums import Sum

#: Whose numbers stand behind those of another measure.
BEHIND = FOLLOWS | {RECOGNITION: HITS}
EARLIEST = date(1948, 1, 1)


def held_back(data: OutcomeData, plans: Sequence[tuple[Plan, bool]]) -> list[bool]:
    """Tell of each comparison whether its numbers are held back where anybody may read them.

    plans: in the order of registration, and whether the result is out; if not, only what could be
    seen is, which rests upon the months before.
    """
    told = [False] * len(plans)
    kinds = {kind for plan, _ in plans for kind in (_kind(data, plan),) if kind}
    for kind in sorted(kinds):
        asked = [
            _sums(plan, is_out=is_out) if _kind(data, plan) == kind else []
            for plan, is_out in plans
        ]
        tied = _tied_to({_counted_by(plan) for plan, _ in plans if _kind(data, plan) == kind})
        told = [a or b for a, b in zip(told, _withheld(data, kind, tied, asked), strict=True)]
    return told


def with_control(plan: Plan, control_key: str | None) -> list[Plan]:
    """Give the plan, and the same for its negative control."""
    return [plan] + ([replace(plan, measure_key=control_key)] if control_key else [])


def _counted_by(plan: Plan) -> str:
    return BEHIND.get(plan.measure_key, plan.measure_key)


def _tied_to(keys: set[str]) -> set[str]:
    """Add the measures whose numbers follow from theirs: wholes, and what else is part of them."""
    tied = set(keys)
    pairs = [*WHOLES.items(), *ALSO_WHOLES.items()]
    while more := {one for pair in pairs if tied & {*pair} for one in pair} - tied:
        tied |= more
    return tied


def _kind(data: OutcomeData, plan: Plan) -> str:
    key = _counted_by(plan)
    return next((what_is_counted(one) for one in data.measures if one.key == key), "")


def _withheld(
    data: OutcomeData, kind: str, tied: set[str], asked: "Sequence[Sequence[Sum]]"
) -> list[bool]:
    import pandas as pd

    from metrics.disclosure_sums import withheld

    group = [
        one
        for one in data.series.values()
        if one.cells
        and one.measure.key in tied
        and one.measure.family != MeasureFamily.DENOMINATOR
        and what_is_counted(one.measure) == kind
    ]
    if not group:
        return [False] * len(asked)
    # Counts of people are shown rounded: nobody knows them from there.
    rows = [
        (one.key, cell.period, cell.months)
        for one in group
        if kind != "people" and one.key in data.published
        for cell in data.published[one.key].cells
    ]
    return withheld(
        lay_out(group),
        shown=pd.DataFrame(rows, columns=pd.Index(["series", "period", "months"])),
        wholes=[*_wholes(group), data_parents(data, group)],
        asked=asked,
        staff_did_it=kind == "staff_actions",
    )


def data_parents(data: OutcomeData, group: Iterable[Series]) -> Mapping[str, str]:
    """Name the series of the unit above each."""
    return {
        one.key: series_key(one.measure.key, data.tree.above.get(one.unit.id))
        for one in group
        if one.unit.id is not None
    }


def _wholes(group: Sequence[Series]) -> list[Mapping[str, str]]:
    return [whole_of(group, wholes) for wholes in (WHOLES, ALSO_WHOLES)]


def _sums(plan: Plan, *, is_out: bool) -> "list[Sum]":
    """List the sums that a comparison rests upon: each side, before and after."""
    from metrics.disclosure_sums import Sum

    key = _counted_by(plan)
    first = plan.broken or EARLIEST
    stretches = [(first, plan.starts)] + ([(plan.after_from, plan.ends)] if is_out else [])
    by_units = min(len(plan.with_goals), len(plan.compared)) >= FEWEST_UNITS
    sides = [plan.with_goals] + ([plan.compared] if by_units and is_out else [])
    return [
        Sum(series=tuple(series_key(key, unit) for unit in units), first=begin, ends=end)
        for units in sides
        for begin, end in stretches
        if begin < end
    ]
