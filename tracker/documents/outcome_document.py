"""Turns an outcome report into a document: the same words and charts on page, file and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.documents.at_a_glance import glance, label, said
from tracker.documents.values import (
    ChartAnnotation,
    ChartData,
    ChartPhase,
    ChartPoint,
    Definition,
    Finding,
    NumberFormat,
    PointKind,
    ReportDocument,
    ReportFigure,
    ReportSection,
    TableData,
    Verdict,
)
from tracker.services.outcome_values import Audience
from tracker.services.period_words import (
    period_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tracker.services.outcome_values import (
        Change,
        Chart,
        Figure,
        MeasureFacts,
        OutcomeReport,
        Phase,
        Point,
        Section,
    )

#: Values whose numerator says nothing by itself.
WEIGHED = frozenset({"d_prime", "minutes"})
FORMATS = {
    "percent": NumberFormat.PERCENT,
    "per_thousand": NumberFormat.PER_1000,
    "count": NumberFormat.COUNT,
    "d_prime": NumberFormat.NUMBER,
    "each": NumberFormat.NUMBER,
    "days": NumberFormat.NUMBER,
    "days_between": NumberFormat.NUMBER,
    "cases_between": NumberFormat.NUMBER,
    "minutes": NumberFormat.NUMBER,
}
AUDIENCES = {
    Audience.INSIDE: "Use inside the organisation only",
    Audience.PUBLISHED: "Everybody",
}
# What changed comes first, then what did not.
ORDER = (Verdict.WORSE, Verdict.BETTER, Verdict.CHANGED, Verdict.NO_CHANGE, Verdict.TOO_FEW)
VERDICT_WORDS = {
    Verdict.BETTER: "Better",
    Verdict.WORSE: "Worse",
    Verdict.CHANGED: "Changed",
    Verdict.NO_CHANGE: "No clear change",
    Verdict.TOO_FEW: "Too few to tell",
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a chart stands in its report: two drawings of one measure need two names."""

    section: str
    figure: int

    def key(self, chart: Chart) -> str:
        return f"{self.section}-{self.figure}-{chart.measure.key}".replace("_", "-")


def outcome_document(
    report: OutcomeReport, *, made_at: datetime, page_address: str = ""
) -> ReportDocument:
    """Make the document. `made_at` is in local time."""
    unit = report.unit_name
    return ReportDocument(
        title="Outcome report",
        organisation=report.organisation,
        scope=unit or "Whole organisation",
        period=period_words(report.first_month, report.last_month),
        extracted_at=(report.extracted_at or made_at).astimezone(made_at.tzinfo),
        made_at=made_at,
        audience=AUDIENCES[report.audience],
        summary=report.summary,
        findings=tuple(_findings(report)),
        sections=tuple(_sections(report)),
        data_quality=report.data_quality,
        definitions=tuple(
            Definition(term=measure.name, meaning=_meaning(measure))
            for measure in report.definitions
        ),
        disclosure=report.disclosure,
        page_address=page_address,
    )


def _meaning(measure: MeasureFacts) -> str:
    """Say all that a reader needs to judge a measure by."""
    out_of = f", out of: {_lower(measure.denominator)}" if measure.denominator else ""
    said = [
        f"{measure.numerator}{out_of}.",
        measure.why_it_matters,
        measure.misleads_when,
        f"Source: {_lower(measure.source)}." if measure.source else "",
        f"Owner: {_lower(measure.owner)}." if measure.owner else "",
        f"Version {measure.version}." if measure.version > 1 else "",
    ]
    return " ".join(filter(None, said))


def _lower(words: str) -> str:
    """Begin in small letters, unless the first word is an abbreviation."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _findings(report: OutcomeReport) -> Iterator[Finding]:
    """Give a verdict on each outcome. An activity has none by itself: see its section."""
    activities = {m.key for m in report.definitions if m.family == "activity"}
    told = [change for change in report.changes if change.measure_key not in activities]
    for verdict in ORDER:
        for change in told:
            if Verdict(change.verdict) is verdict:
                yield Finding(verdict=verdict, sentence=change.sentence, how_sure=change.how_sure)


def _sections(report: OutcomeReport) -> Iterator[ReportSection]:
    if report.charts:
        yield ReportSection(key="at-a-glance", title="At a glance", tables=(glance(report),))
    for section in report.sections:
        yield _section(report, section)
    if report.unit_changes:
        yield _units(report)
    if report.has_data:
        yield _barriers(report)
    if report.rule:
        yield ReportSection(
            key="how-we-decide", title="How we decide what changed", introduction=report.rule
        )


def _section(report: OutcomeReport, section: Section) -> ReportSection:
    questions = report.questions if section.key == "target-and-point" else ()
    return ReportSection(
        key=section.key,
        title=section.title,
        introduction=(*section.introduction, *questions),
        figures=tuple(
            _figure(figure, Place(section=section.key, figure=n))
            for n, figure in enumerate(section.figures, start=1)
        ),
        tables=tuple(
            TableData(
                caption=table.caption,
                columns=table.columns,
                rows=table.rows,
                number_columns=frozenset(table.number_columns),
            )
            for table in section.tables
        ),
    )


def _figure(figure: Figure, place: Place) -> ReportFigure:
    return ReportFigure(
        charts=tuple(chart_data(chart, place.key(chart)) for chart in figure.charts),
        sentence=figure.sentence,
        notes=figure.remarks,
        withheld=figure.withheld,
    )


def chart_data(chart: Chart, key: str) -> ChartData:
    """Make a chart ready to be drawn."""
    is_count = chart.unit_words.startswith("a ")
    measure = chart.measure
    return ChartData(
        key=key,
        title=measure.name,
        description=_in_words(chart),
        points=tuple(
            ChartPoint(
                label=label(point),
                value=point.value,
                kind=PointKind.from_spc(point.kind),
                signal=point.signal,
                # What d-prime is weighed by is no count of anything, nor are minutes added up.
                numerator=None
                if measure.unit in WEIGHED or (point.label and chart.is_joined)
                else point.numerator,
                denominator=None if measure.unit == "d_prime" else point.denominator,
                is_provisional=point.is_provisional,
                begins_on=None if point.label else point.month,
                lower=point.lower,
                upper=point.upper,
            )
            for point in chart.points
        ),
        phases=tuple(map(_phase, chart.phases)),
        number_format=NumberFormat.COUNT if is_count else FORMATS[measure.unit],
        unit_words=_axis_words(chart),
        annotations=tuple(ChartAnnotation(at=note.at, label=note.text) for note in chart.notes),
        needs_companion=measure.family == "activity",
        is_never_negative=measure.unit != "d_prime",
        numerator_words="Number",
        denominator_words=_base_words(chart),
        points_are=_points_words(chart),
        rules=chart.rules_in_words,
        is_joined=chart.is_joined,
        target=chart.target,
    )


def _phase(phase: Phase) -> ChartPhase:
    return ChartPhase(
        first=phase.first,
        last=phase.last,
        mean=phase.mean,
        lower=phase.lower,
        upper=phase.upper,
        reason=phase.reason,
    )


def _points_words(chart: Chart) -> str:
    if not chart.points[0].label:
        return "Period"
    return "After" if chart.is_joined else "Unit"


def _base_words(chart: Chart) -> str:
    measure = chart.measure
    if chart.is_joined and chart.points[0].label:
        return measure.denominator
    if measure.unit == "percent":
        return "Out of"
    return measure.denominator.removeprefix("Occupied ").capitalize() or "Out of"


def _axis_words(chart: Chart) -> str:
    return "" if chart.unit_words == "percent" else chart.unit_words


def _in_words(chart: Chart) -> str:
    """Say what somebody hears who cannot see the chart."""
    first, last = chart.points[0], chart.points[-1]
    if first.label and chart.is_joined:
        return (
            f"{said(chart, first.value)} still wait {first.label} after an alert was shown, "
            f"{said(chart, last.value)} after {last.label}."
        )
    if first.label:
        return f"{len(chart.points)} units, from small to large. {_standing_out(_marked_of(chart))}"
    step = {0: "for each event", 1: "a month"}.get(first.months, "a quarter")
    words = (
        f"{len(chart.points)} points, one {step}, from {label(first)} to {label(last)}. "
        f"The last one is {said(chart, last.value)}"
    )
    mean = chart.phases[-1].mean
    words += f", the mean {said(chart, mean)}. " if mean is not None else ". "
    noted = "".join(
        f" {label(chart.points[note.at])}: {note.text.rstrip('.')}." for note in chart.notes
    )
    return f"{words}{_standing_out(_marked_of(chart))}{noted}"


def _marked_of(chart: Chart) -> list[Point]:
    return [point for point in chart.points if point.signal]


def _standing_out(marked: list[Point]) -> str:
    if not marked:
        return "No point stands out from the usual ups and downs."
    if len(marked) == 1:
        return f"1 of the points stands out. It is {_marked(marked[0])}."
    return f"{len(marked)} of the points stand out. The last is {_marked(marked[-1])}."


def _marked(point: Point) -> str:
    return f"{label(point)}, {point.signal}"


def _units(report: OutcomeReport) -> ReportSection:
    """Say unit by unit what changed: in the order of their names, never of their numbers."""
    activities = {m.key for m in report.definitions if m.family == "activity"}
    names = list(dict.fromkeys(change.unit_name for change in report.unit_changes))
    measures = {change.measure_key: change.measure_name for change in report.unit_changes}
    by_place = {(c.unit_name, c.measure_key): c for c in report.unit_changes}
    rows = tuple(
        (
            name,
            *(_cell(by_place.get((name, key)), is_activity=key in activities) for key in measures),
        )
        for name in names
    )
    moved = [
        f"{change.unit_name}: {change.sentence}"
        for change in report.unit_changes
        if Verdict(change.verdict) in (Verdict.BETTER, Verdict.WORSE)
        and change.measure_key in _outcomes(report)
    ]
    return ReportSection(
        key="units",
        title="Where it changed",
        introduction=(
            (
                "Units stand in the order of their names. They differ in their patients and their "
                "work, so do not read this as a ranking."
            ),
            *moved,
        ),
        tables=(
            TableData(
                caption="What changed, unit by unit",
                columns=("Unit", *measures.values()),
                rows=rows,
            ),
        ),
    )


def _barriers(report: OutcomeReport) -> ReportSection:
    """Say what stood in people's way: it is for the trust to mend, not for them."""
    rows = tuple((one.kind, str(one.people), one.sorted_out) for one in report.barriers)
    return ReportSection(
        key="barriers",
        title="What stood in people's way, and what was done",
        introduction=(
            (
                "This is what people raised in their talks in the last twelve whole months. It is "
                "for the trust to mend. Kinds that fewer than eight people raised are not shown."
            ),
            *(() if rows else ("No kind was raised by eight people or more.",)),
        ),
        tables=(
            TableData(
                caption="What stood in people's way",
                columns=("What", "People who raised it", "What was done"),
                rows=rows,
                number_columns=frozenset({1}),
            ),
        )
        if rows
        else (),
    )


def _outcomes(report: OutcomeReport) -> set[str]:
    return {m.key for m in report.definitions if m.family == "outcome"}


def _cell(change: Change | None, *, is_activity: bool) -> str:
    if change is None:
        return "No numbers"
    verdict = Verdict(change.verdict)
    if is_activity and verdict in (Verdict.BETTER, Verdict.WORSE):
        # That more people sat a course is no better or worse by itself.
        return "Up" if (change.after or 0) > (change.before or 0) else "Down"
    return VERDICT_WORDS[verdict]
