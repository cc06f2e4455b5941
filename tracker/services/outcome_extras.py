"""Charts of a report that set units side by side."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tracker.services.outcome_data import NOTHING, OutcomeData, Shown
from tracker.services.outcome_likely_levels import ABOUT_LEVELS, likely_levels
from tracker.services.outcome_points import (
    point_type,
)
from tracker.services.outcome_series import Series, UnitId, series_key
from tracker.services.outcome_values import (
    USUAL_RULES,
    Audience,
    Chart,
    Figure,
    MeasureFacts,
    Phase,
    Point,
    Section,
)

if TYPE_CHECKING:
    import pandas as pd

FEWEST_UNITS = 5
#: Measures that are set side by side: how each is compared.
FUNNELS = {
    "alert_recognition": "proportion",
    "use_related_incidents": "rate",
    "harm_share": "proportion",
}
MONTHS_SIDE_BY_SIDE = 12


def funnels(data: OutcomeData, unit_id: UnitId, last: date, audience: Audience) -> Section | None:
    """Set the units right below side by side, from small to large: never by their values."""
    shown = data.shown_to(audience)
    figures, tables = [], []
    for key, kind in FUNNELS.items():
        sums = _sums(data, shown, key, unit_id, last)
        if len(sums) >= FEWEST_UNITS and any(count for _, count, _ in sums):
            figures.append(_funnel(data, key, kind, sums))
            measure = next(one for one in data.measures if one.key == key)
            tables.append(likely_levels(measure, kind, sums, _unit_words(data, key)))
    if not figures:
        return None
    return Section(
        key="side-by-side",
        title="Units side by side",
        introduction=(
            (
                "Units stand from small to large. A small unit swings more by chance, so its "
                "limits are wider. This is not a ranking."
            ),
            ABOUT_LEVELS,
        ),
        figures=tuple(figures),
        tables=tuple(tables),
    )


def _sums(
    data: OutcomeData, shown: Mapping[str, Shown], key: str, unit_id: UnitId, last: date
) -> list[tuple[str, float, float]]:
    """Add up the last year of each unit, of what may be shown, from small to large."""
    since = date(last.year - 1, last.month, 1)
    found = []
    for child in data.tree.children(unit_id):
        series: Series | None = data.series.get(series_key(key, child))
        if series is None or series.is_plain_count:
            continue
        cells = [
            cell
            for cell in shown.get(series.key, NOTHING).cells
            if since < cell.period <= last and cell.denominator
        ]
        if sum(cell.months for cell in cells) >= MONTHS_SIDE_BY_SIDE // 2:
            count = sum(cell.numerator for cell in cells)
            base = sum(cell.denominator or 0 for cell in cells)
            found.append((series.unit.name, count, base))
    return sorted(found, key=lambda one: (one[2], one[0]))


def _funnel(
    data: OutcomeData, key: str, kind: str, sums: Sequence[tuple[str, float, float]]
) -> Figure:
    import pandas as pd

    from metrics.funnel import funnel

    measure = next(one for one in data.measures if one.key == key)
    frame = pd.DataFrame(sums, columns=pd.Index(["unit", "numerator", "denominator"]))
    made = funnel(frame.assign(unit=[str(n) for n in range(len(sums))]), kind=kind)
    # A rate comes as a ratio to the rate of all; a reader wants the rate.
    whole = frame["numerator"].sum() / frame["denominator"].sum()
    scale = measure.multiplier * (1.0 if kind == "proportion" else whole)
    points = tuple(_unit_points(measure, sums, made.points, scale))
    chart = Chart(
        measure=measure,
        unit_name=data.tree.units[None].name,
        points=points,
        phases=(
            Phase(
                first=0,
                last=len(points) - 1,
                mean=made.centre * scale,
                lower=None,
                upper=None,
                is_short=False,
            ),
        ),
        unit_words=_unit_words(data, key),
        remarks=(made.note,) if made.note else (),
        rules=USUAL_RULES,
        rules_in_words="Funnel plot: limits at 99.8%"
        + (
            ", widened as units differ more than chance alone makes them." if made.adjusted else "."
        ),
        is_joined=False,
    )
    sentence = f"{measure.name}: {_how_many_outside(points)}"
    return Figure(charts=(chart,), sentence=sentence, remarks=chart.remarks)


def _how_many_outside(points: Sequence[Point]) -> str:
    outside = sum(bool(point.signal) for point in points)
    if not outside:
        return "No unit differs more than its size and the usual spread explain."
    return (
        f"{outside} of {len(points)} units differ more than their size and the usual spread "
        "explain. Ask why."
    )


def _unit_points(
    measure: MeasureFacts,
    sums: Sequence[tuple[str, float, float]],
    found: "pd.DataFrame",
    scale: float,
) -> list[Point]:
    rows = zip(sums, found["value"], found["low_998"], found["high_998"], strict=True)
    return [
        Point(
            month=date.min,
            months=0,
            label=name,
            value=value * scale,
            numerator=count,
            denominator=base,
            kind=point_type((value > high) - (value < low), measure.direction),
            signal=_beyond((value > high) - (value < low)),
            lower=low * scale,
            upper=high * scale,
        )
        for (name, count, base), value, low, high in rows
    ]


def _unit_words(data: OutcomeData, key: str) -> str:
    return next(one.unit_words for one in data.series.values() if one.measure.key == key)


def _beyond(side: int) -> str:
    return {1: "above the upper limit", -1: "below the lower limit"}.get(side, "")
