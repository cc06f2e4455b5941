"""Charts of a report that are not by month: days between rare events, and units side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Harm, Incident
from tracker.services.chart_settings import in_words
from tracker.services.outcome_data import NOTHING, OutcomeData, Shown, ShownCell
from tracker.services.outcome_likely_levels import ABOUT_LEVELS, likely_levels
from tracker.services.outcome_marks import Marks
from tracker.services.outcome_points import (
    Mark,
    Row,
    ToChart,
    control_points,
    point_type,
    starts_of,
)
from tracker.services.outcome_series import Series, UnitFacts, UnitId, series_key
from tracker.services.outcome_values import (
    USUAL_RULES,
    Audience,
    Chart,
    ChartRules,
    Figure,
    MeasureFacts,
    Note,
    Phase,
    Point,
    Section,
)
from tracker.services.period_words import day_words
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy.orm import Session

SERIOUS = (Harm.SEVERE, Harm.FATAL)
DAYS_BETWEEN = "days_between_serious"
#: Fewer say nothing about what is usual between them.
FEWEST_BETWEEN = 5
#: Two events on one day are half a day apart: the chart takes no nought.
SAME_DAY = 0.5
FEWEST_UNITS = 5
TOO_FEW = "There were too few serious events for a chart of the days between them."
NOT_OUTSIDE = (
    "Serious events are few, and this chart shows the day of each. It is published for the whole "
    "organisation alone."
)
#: Measures that are set side by side: how each is compared.
FUNNELS = {
    "alert_recognition": "proportion",
    "use_related_incidents": "rate",
    "harm_share": "proportion",
}
MONTHS_SIDE_BY_SIDE = 12


def rare_events(  # noqa: PLR0913, PLR0917 - each is one plain fact of what is asked
    db: "Session",
    data: OutcomeData,
    unit_id: UnitId,
    period: tuple[date, date],
    audience: Audience,
    marks: Marks,
) -> Section | None:
    """Chart the days between serious events: they are too rare to be counted by month.

    Each point is one event on one day: of a part of the organisation it is not published.
    """
    measure = next((one for one in data.measures if one.key == DAYS_BETWEEN), None)
    if measure is None:
        return None
    days = _event_days(db, data.organisation_id, unit_id, *period)
    if not days:
        return None
    figure = Figure(sentence=measure.name, withheld=TOO_FEW)
    if audience is Audience.PUBLISHED and unit_id is not None:
        figure = Figure(sentence=measure.name, withheld=NOT_OUTSIDE)
    elif len(days) > FEWEST_BETWEEN:
        chart = _days_chart(measure, days, data.tree.units[unit_id], marks)
        figure = Figure(
            charts=(chart,),
            sentence=f"{measure.name}: {len(days)} events in this period.",
            remarks=chart.remarks,
        )
    return Section(
        key="rare-events",
        title="Rare events",
        introduction=(measure.why_it_matters,),
        figures=(figure,),
    )


def _event_days(
    db: "Session", organisation_id: int, unit_id: UnitId, first: date, last: date
) -> list[date]:
    end = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    query = select(Incident.occurred_on).where(
        Incident.organisation_id == organisation_id,
        Incident.harm.in_(SERIOUS),
        Incident.occurred_on >= first,
        Incident.occurred_on < end,
    )
    if unit_id is not None:
        tree = units_and_those_above(organisation_id)
        below = select(tree.c.unit_id).where(tree.c.above_id == unit_id)
        query = query.where(Incident.organisation_unit_id.in_(below))
    return list(db.scalars(query.order_by(Incident.occurred_on)))


def _days_chart(
    measure: MeasureFacts, days: Sequence[date], unit: UnitFacts, marks: Marks
) -> Chart:
    """Draw it by the measure's own rules, with its new starts and notes, as any other chart."""
    gaps = [float((after - before).days) or SAME_DAY for before, after in pairwise(days)]
    rules = marks.rules.get(measure.key, ChartRules(kind="t"))
    # Two events may share a day, which single values of months never do.
    rules = replace(rules, kind="i") if rules.kind == "xmr" else rules
    cells = tuple(
        ShownCell(period=day, months=0, numerator=gap, denominator=None)
        for day, gap in zip(days[1:], gaps, strict=True)
    )
    series = Series(measure=measure, unit=unit, cells={}, unit_words="days", is_plain_count=True)
    one = ToChart(
        series=series,
        shown=NOTHING,
        cells=cells,
        rebases=marks.rebases.get(measure.key, ()),
        rules=rules,
    )
    drawn = control_points(one)
    reasons = {place: mark.words for place, mark in starts_of(one).items()}
    phases = tuple(replace(phase, reason=reasons.get(phase.first, "")) for phase in drawn.phases)
    return Chart(
        measure=measure,
        unit_name=unit.name,
        points=tuple(_day_point(*pair) for pair in zip(cells, drawn.rows, strict=True)),
        phases=phases,
        notes=tuple(_day_notes(days, marks.annotations.get(measure.key, ()))),
        icon=drawn.icon,
        unit_words="days",
        remarks=(*_days_remarks(gaps, days, phases), *drawn.remarks),
        rules=rules,
        rules_in_words=in_words(rules),
        target=measure.target,
    )


def _day_point(cell: ShownCell, row: Row) -> Point:
    return Point(
        month=cell.period,
        months=0,
        value=row.value,
        numerator=cell.numerator,
        denominator=None,
        kind=row.kind,
        signal=row.signal,
        lower=row.lower,
        upper=row.upper,
    )


def _day_notes(days: Sequence[date], annotations: Iterable[Mark]) -> Iterable[Note]:
    """Put what happened at the first event since."""
    for mark in annotations:
        at = next((n for n, day in enumerate(days[1:]) if day >= mark.month), None)
        if at is not None and mark.month >= days[0].replace(day=1):
            yield Note(at=at, text=mark.words)


def _days_remarks(
    gaps: Sequence[float], days: Sequence[date], phases: Sequence[Phase]
) -> Iterable[str]:
    yield "Each point is one event, with the days since the one before."
    if SAME_DAY in gaps:
        yield "Two events on one day are drawn half a day apart."
    for phase in phases:
        if phase.reason:
            day = days[1 + phase.first]
            yield f"The lines start anew with the event of {day_words(day)}. {phase.reason}"
    if phases[-1].is_short:
        yield "There are fewer than 13 points here, so the limits are only a first guess."


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
