"""Charts of a report whose points are single events, and how long it was since the one before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.models import BETWEEN_EVENTS, Harm, Incident, MeasureUnit
from tracker.services.chart_settings import in_words
from tracker.services.outcome_charts import happened_unseen
from tracker.services.outcome_data import NOTHING, OutcomeData, ShownCell
from tracker.services.outcome_points import Mark, Row, ToChart, control_points, starts_of
from tracker.services.outcome_series import Series, UnitId, next_month, series_key
from tracker.services.outcome_values import (
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
from tracker.services.period_words import day_words, listed, month_words
from tracker.services.rare_events import KnownEvents, events_by_measure, known_events
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.services.outcome_marks import Marks

LONDON = ZoneInfo("Europe/London")
SERIOUS = (Harm.SEVERE, Harm.FATAL)
DAYS_BETWEEN = "days_between_serious"
#: Fewer say nothing about what is usual between them.
FEWEST_BETWEEN = 5
#: Two events on one day are half a day apart: the T chart takes no nought.
SAME_DAY = 0.5
#: a list that is as old as this says nothing of today
SILENT_FOR = timedelta(weeks=6)
ABOUT = (
    "Some things are too rare to count by month. So each point is one event, and says how long it "
    "was since the one before."
)
TOO_FEW = "There were too few of these events for a chart of what is between them."
NONE_HERE = "No such event is known of this period."
NOT_OUTSIDE = (
    "Such events are few, and this chart shows the day of each. It is published for the whole "
    "organisation alone."
)


@dataclass(frozen=True, kw_only=True)
class RareEvents:
    """The section of a report, what was charted, and how good the lists of dates are."""

    section: Section | None = None
    measures: tuple[MeasureFacts, ...] = ()
    quality: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    #: when the newest of the lists was taken
    taken: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Events:
    """The events of one measure in one unit, and how much lies between them."""

    measure: MeasureFacts
    days: Sequence[date]
    #: from each event but the first to the one before; none: not known
    gaps: Sequence[float | None]
    unit_words: str
    #: the first day after the period that was asked for
    ends: date
    #: until when it is known that none came after the last one
    until: date | None = None


def rare_events(  # noqa: PLR0913, PLR0917 - each is one plain fact of what is asked
    db: "Session",
    data: OutcomeData,
    unit_id: UnitId,
    period: tuple[date, date],
    audience: Audience,
    marks: "Marks",
    today: date,
) -> RareEvents:
    """Chart what is between events that are too rare to be counted by month.

    Each point is one event on one day: of a part of the organisation it is not published.
    """
    ends = next_month(period[1])
    found = _all_events(db, data, unit_id, (period[0], ends))
    own = [one for one in data.measures if one.unit in BETWEEN_EVENTS]
    known = known_events(db, data.organisation_id, [one.id for one in own])
    figures: list[Figure] = []
    charted: list[MeasureFacts] = []
    for measure in data.measures:
        days = found.get(measure.id, ())
        if measure.id not in known and not days:
            continue
        events = _between(data, measure, unit_id, days, ends)
        if measure.id in known:
            events = replace(events, until=_until(known[measure.id], ends))
        charted.append(measure)
        figures.append(_figure(data, events, unit_id, audience, marks))
    section = Section(
        key="rare-events", title="Rare events", introduction=(ABOUT,), figures=tuple(figures)
    )
    return RareEvents(
        section=section if figures else None,
        measures=tuple(charted),
        quality=tuple(_quality(own, known)),
        silent=tuple(_silent(own, known, today)),
        taken=max((one.taken for one in known.values()), default=None),
    )


def _until(known: KnownEvents, ends: date) -> date:
    return min(known.taken.astimezone(LONDON).date(), ends - timedelta(days=1))


def _quality(own: Iterable[MeasureFacts], known: Mapping[int, KnownEvents]) -> Iterator[str]:
    """Say when each list was taken; of how many events, its chart says where it may."""
    for one in own:
        if one.id in known:
            taken = known[one.id].taken.astimezone(LONDON).date()
            yield f"{one.name}: the list of dates was taken on {day_words(taken)}."
        else:
            yield f"{one.name}: no list of dates has come yet."


def _silent(
    own: Iterable[MeasureFacts], known: Mapping[int, KnownEvents], today: date
) -> Iterator[str]:
    for one in own:
        if one.id in known:
            taken = known[one.id].taken.astimezone(LONDON).date()
            if today - taken >= SILENT_FOR:
                yield (
                    f"No list of dates has come since {day_words(taken)} for {one.name}. Whether "
                    "there were more events since is not known."
                )


def _all_events(
    db: "Session", data: OutcomeData, unit_id: UnitId, period: tuple[date, date]
) -> Mapping[int, Sequence[date]]:
    own = [one.id for one in data.measures if one.unit in BETWEEN_EVENTS]
    found = dict(events_by_measure(db, data.organisation_id, own, unit_id, period))
    serious = next((one for one in data.measures if one.key == DAYS_BETWEEN), None)
    if serious is not None:
        found[serious.id] = _serious_days(db, data.organisation_id, unit_id, period)
    return found


def _serious_days(
    db: "Session", organisation_id: int, unit_id: UnitId, period: tuple[date, date]
) -> list[date]:
    query = select(Incident.occurred_on).where(
        Incident.organisation_id == organisation_id,
        Incident.harm.in_(SERIOUS),
        Incident.occurred_on >= period[0],
        Incident.occurred_on < period[1],
    )
    if unit_id is not None:
        tree = units_and_those_above(organisation_id)
        below = select(tree.c.unit_id).where(tree.c.above_id == unit_id)
        query = query.where(Incident.organisation_unit_id.in_(below))
    return list(db.scalars(query.order_by(Incident.occurred_on)))


def _between(
    data: OutcomeData, measure: MeasureFacts, unit_id: UnitId, days: Sequence[date], ends: date
) -> Events:
    """Work out what lies between each event and the one before."""
    if measure.unit != MeasureUnit.CASES_BETWEEN:
        gaps: list[float | None] = [float((b - a).days) for a, b in pairwise(days)]
        return Events(measure=measure, days=days, gaps=gaps, unit_words="days", ends=ends)
    lender = next((one for one in data.measures if one.key == measure.denominator_key), None)
    key = series_key(measure.denominator_key or "", unit_id)
    months = data.series[key].cells if key in data.series else {}
    counts = {month: cell.numerator for month, cell in months.items()}
    words = (measure.denominator or (lender.name if lender else "cases")).removeprefix("Occupied ")
    gaps = [_cases(counts, a, b) for a, b in pairwise(days)]
    return Events(measure=measure, days=days, gaps=gaps, unit_words=words.casefold(), ends=ends)


def _cases(counts: Mapping[date, float], first: date, last: date) -> float | None:
    """Add up the cases from one day to another, each month's spread evenly over its days."""
    total, month = 0.0, first.replace(day=1)
    while month < last:
        if month not in counts:
            return None
        after = next_month(month)
        days = (min(last, after) - max(first, month)).days
        total += counts[month] * days / (after - month).days
        month = after
    return float(round(total))


def _figure(
    data: OutcomeData, events: Events, unit_id: UnitId, audience: Audience, marks: "Marks"
) -> Figure:
    name = events.measure.name
    if audience is Audience.PUBLISHED and unit_id is not None:
        return Figure(sentence=name, withheld=NOT_OUTSIDE)
    if not events.days:
        return Figure(sentence=name, withheld=NONE_HERE)
    if sum(gap is not None for gap in events.gaps) < FEWEST_BETWEEN:
        return Figure(sentence=name, withheld=_too_few(events, audience))
    chart = _chart(events, data, unit_id, marks)
    return Figure(
        charts=(chart,),
        sentence=f"{name}: {len(events.days)} events in this period.",
        remarks=chart.remarks,
    )


def _too_few(events: Events, audience: Audience) -> str:
    """Inside, the days themselves are of more use than no chart."""
    if audience is Audience.PUBLISHED or len(events.days) > FEWEST_BETWEEN:
        return TOO_FEW
    days = listed(day_words(day) for day in dict.fromkeys(events.days))
    return f"{TOO_FEW} They were on {days}."


def _chart(events: Events, data: OutcomeData, unit_id: UnitId, marks: "Marks") -> Chart:
    """Draw it by the measure's own rules, with its new starts and notes, as any other chart."""
    measure, unit = events.measure, data.tree.units[unit_id]
    rules = marks.rules.get(measure.key, ChartRules(kind="t"))
    # Two events may share a day, which single values of months never do.
    rules = replace(rules, kind="i") if rules.kind == "xmr" else rules
    nought = SAME_DAY if rules.kind == "t" else 0.0
    cells = tuple(
        ShownCell(period=day, months=0, numerator=gap or nought, denominator=None)
        for day, gap in zip(events.days[1:], events.gaps, strict=True)
        if gap is not None
    )
    one = ToChart(
        series=Series(
            measure=measure,
            unit=unit,
            cells={},
            unit_words=events.unit_words,
            is_plain_count=True,
        ),
        shown=NOTHING,
        cells=cells,
        rebases=marks.rebases.get(measure.key, ()),
        annotations=marks.annotations.get(measure.key, ()),
        rules=rules,
    )
    drawn = control_points(one)
    reasons = {place: mark.words for place, mark in starts_of(one).items()}
    phases = tuple(replace(phase, reason=reasons.get(phase.first, "")) for phase in drawn.phases)
    return Chart(
        measure=measure,
        unit_name=unit.name,
        points=tuple(_point(*pair) for pair in zip(cells, drawn.rows, strict=True)),
        phases=phases,
        notes=tuple(_notes(events.days[0], cells, one.annotations)),
        icon=drawn.icon,
        unit_words=events.unit_words,
        remarks=(*_remarks(events, one, phases), *drawn.remarks),
        rules=rules,
        rules_in_words=in_words(rules),
        target=measure.target,
    )


def _point(cell: ShownCell, row: Row) -> Point:
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


def _notes(first: date, cells: Sequence[ShownCell], notes: Iterable[Mark]) -> Iterator[Note]:
    """Put what happened at the first event since."""
    for mark in notes:
        at = next((n for n, cell in enumerate(cells) if cell.period >= mark.month), None)
        if at is not None and mark.month >= first.replace(day=1):
            yield Note(at=at, text=f"{mark.words} ({month_words(mark.month)})")


def _beside(events: Events, notes: Iterable[Mark]) -> Iterator[str]:
    """Say what happened after the last event of the period."""
    last = events.days[-1]
    for mark in notes:
        if last < mark.month < events.ends:
            yield happened_unseen(mark)


def _remarks(events: Events, one: ToChart, phases: Sequence[Phase]) -> Iterator[str]:
    yield f"Each point is one event, with the {events.unit_words} since the one before."
    if one.rules.kind == "t" and 0 in events.gaps:
        yield "Two events on one day are drawn half a day apart."
    if missing := sum(gap is None for gap in events.gaps):
        noun = "event is" if missing == 1 else "events are"
        yield f"{missing} {noun} left out, as months of {events.unit_words} are missing before."
    if events.until is not None and (quiet := (events.until - events.days[-1]).days) > 1:
        yield f"Since the last one, {quiet:,} days have passed up to {day_words(events.until)}."
    for phase in phases:
        if phase.reason:
            day = one.cells[phase.first].period
            yield f"The lines start anew with the event of {day_words(day)}. {phase.reason}"
    if phases[-1].is_short:
        yield "There are fewer than 13 points here, so the limits are only a first guess."
    yield from _beside(events, one.annotations)
