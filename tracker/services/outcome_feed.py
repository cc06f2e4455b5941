"""The published outcomes as tables of plain rows, for spreadsheets that ask for them.

What is shown, and how, is decided where small numbers are held back for every outlet. A number that
must not be read alone has the one it is read with in its row, or it is not there.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from integrations.odata.tables import Edm, FeedColumn, FeedTable, Row
from tracker.models import AuditKind, MeasureFamily, Organisation
from tracker.services import audit
from tracker.services.measure_words import CHART_WORDS, KIRKPATRICK_WORDS
from tracker.services.outcome_charts import final_until, last_day
from tracker.services.outcome_data import HARM, NOTHING, REPORTING, OutcomeData, ShownCell
from tracker.services.outcome_marks import read_marks
from tracker.services.outcome_points import value_of
from tracker.services.outcome_recognition import FALSE_ALARMS, HITS
from tracker.services.outcome_series import Series, series_key
from tracker.services.outcome_values import Audience, MeasureFacts, OutcomeReport

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

WHOLE = "Whole organisation"
Said = Mapping[str, tuple[tuple[date, str], ...]]
#: Measures that are read together, whichever of the two is asked for.
TOGETHER = {HARM: REPORTING, REPORTING: HARM, HITS: FALSE_ALARMS, FALSE_ALARMS: HITS}
#: Values whose numerator says nothing by itself.
WEIGHED = frozenset({"d_prime", "minutes"})
NUMBERS = (
    FeedColumn(name="Id"),
    FeedColumn(name="MeasureKey"),
    FeedColumn(name="Measure"),
    FeedColumn(name="Family"),
    FeedColumn(name="UnitId", may_be_null=True),
    FeedColumn(name="Unit"),
    FeedColumn(name="Period", kind=Edm.DAY),
    FeedColumn(name="Months", kind=Edm.WHOLE),
    FeedColumn(name="Value", kind=Edm.NUMBER),
    FeedColumn(name="ValueIs"),
    FeedColumn(name="Numerator", kind=Edm.NUMBER, may_be_null=True),
    FeedColumn(name="Denominator", kind=Edm.NUMBER, may_be_null=True),
    FeedColumn(name="IsFinal", kind=Edm.YES_NO),
    FeedColumn(name="ReadWith", may_be_null=True),
    FeedColumn(name="ReadWithValue", kind=Edm.NUMBER, may_be_null=True),
    FeedColumn(name="DataTaken", kind=Edm.MOMENT),
    FeedColumn(name="BreakBefore", may_be_null=True),
    FeedColumn(name="WhatHappened", may_be_null=True),
)
MEASURES = (
    FeedColumn(name="Key"),
    FeedColumn(name="Name"),
    FeedColumn(name="Family"),
    FeedColumn(name="Better"),
    FeedColumn(name="Numerator"),
    FeedColumn(name="Denominator"),
    FeedColumn(name="WhyItMatters"),
    FeedColumn(name="MisleadsWhen"),
    FeedColumn(name="Source"),
    FeedColumn(name="Owner"),
    FeedColumn(name="Kirkpatrick"),
    FeedColumn(name="Chart"),
    FeedColumn(name="Version", kind=Edm.WHOLE),
    FeedColumn(name="ReviewOn", kind=Edm.DAY, may_be_null=True),
)
UNITS = (
    FeedColumn(name="Id"),
    FeedColumn(name="Name"),
    FeedColumn(name="AboveId", may_be_null=True),
)
SENTENCES = (
    FeedColumn(name="Id", kind=Edm.WHOLE),
    FeedColumn(name="Part"),
    FeedColumn(name="Measure", may_be_null=True),
    FeedColumn(name="Verdict", may_be_null=True),
    FeedColumn(name="Sentence"),
    FeedColumn(name="HowSure", may_be_null=True),
)
EMPTY = (
    FeedTable(name="Numbers", columns=NUMBERS),
    FeedTable(name="Measures", columns=MEASURES),
    FeedTable(name="Units", columns=UNITS),
    FeedTable(name="Sentences", columns=SENTENCES),
)


def numbers_table(data: OutcomeData, said: tuple[Said, Said]) -> FeedTable:
    """List every month that may be shown to anybody, worked out once for each state of the data."""
    return data.kept(
        ("feed: numbers", *(tuple(sorted(some.items())) for some in said)),
        lambda: FeedTable(
            name="Numbers",
            columns=NUMBERS,
            rows=tuple(sorted(_numbers(data, *said), key=lambda row: str(row[0]))),
        ),
    )


def said_of(db: "Session", data: OutcomeData) -> tuple[Said, Said]:
    """Give, by measure, what is said of months.

    First why numbers before a month cannot be compared, and then what happened in a month, where
    that is said of every unit.
    """
    marks = read_marks(db, data.measures, None)
    breaks = {
        key: found
        for key, some in marks.rebases.items()
        if (found := tuple((one.month, one.words) for one in some if one.is_break))
    }
    happened = {
        key: tuple((one.month, one.words) for one in some)
        for key, some in marks.annotations.items()
    }
    return breaks, happened


def measures_table(data: OutcomeData) -> FeedTable:
    rows = tuple(
        (
            one.key,
            one.name,
            one.family,
            one.direction,
            one.numerator,
            one.denominator,
            one.why_it_matters,
            one.misleads_when,
            one.source,
            one.owner,
            KIRKPATRICK_WORDS.get(one.kirkpatrick_level, ""),
            CHART_WORDS.get(one.chart_kind, ""),
            one.version,
            one.review_on,
        )
        for one in sorted(data.measures, key=lambda measure: measure.key)
    )
    return FeedTable(name="Measures", columns=MEASURES, rows=rows)


def units_table(data: OutcomeData) -> FeedTable:
    units = data.tree.units
    rows = sorted(
        (unit.public_id or "", unit.name, units[data.tree.above.get(unit_id)].public_id)
        for unit_id, unit in units.items()
        if unit_id is not None
    )
    return FeedTable(name="Units", columns=UNITS, rows=tuple(rows))


def sentences_table(report: OutcomeReport) -> FeedTable:
    """List what the report says, in its order."""
    activities = {one.key for one in report.definitions if one.family == MeasureFamily.ACTIVITY}
    said: list[tuple[str, str | None, str | None, str, str | None]] = [
        ("What changed", None, None, sentence, None) for sentence in report.summary
    ]
    said += [
        ("What changed", one.measure_name, one.verdict.value, one.sentence, one.how_sure)
        for one in report.changes
        if one.measure_key not in activities
    ]
    for part, sentences in (
        ("Target met, point missed?", report.questions),
        ("How we decide", report.rule),
        ("How good the data are", report.data_quality),
        ("How people are protected", report.disclosure),
    ):
        said += [(part, None, None, sentence, None) for sentence in sentences]
    rows: tuple[Row, ...] = tuple((number, *one) for number, one in enumerate(said, start=1))
    return FeedTable(name="Sentences", columns=SENTENCES, rows=rows)


def note_the_look(
    db: "Session", organisation: Organisation, table: str, rows: int, *, by: "Actor"
) -> None:
    audit.record(db, AuditKind.FEED_READ, organisation, by=by, reason="key", table=table, rows=rows)


def _numbers(data: OutcomeData, breaks: Said, happened: Said) -> Iterator[Row]:
    shown = data.shown_to(Audience.PUBLISHED)
    facts = {one.key: one for one in data.measures}
    for series in data.series.values():
        cells = shown.get(series.key, NOTHING).cells
        if not cells:
            continue
        partner = facts.get(_partner(series.measure) or "")
        beside = _values(data, partner, series) if partner else {}
        until, taken = final_until(series), max(c.extracted_at for c in series.cells.values())
        broken = _broken(cells, breaks.get(series.measure.key, ()))
        notes = happened.get(series.measure.key, ())
        for cell in cells:
            other = beside.get((cell.period, cell.months))
            if partner is None or other is not None:
                name = partner.name if partner else None
                is_final = last_day(cell) <= until
                marked = broken.get(cell.period), _during(cell, notes)
                more = (is_final, name, other, taken, *marked)
                yield _row(series, cell, more)


def _broken(cells: Iterable[ShownCell], breaks: Iterable[tuple[date, str]]) -> Mapping[date, str]:
    """Put each break on the first period on or after it."""
    found = {}
    for month, why in breaks:
        later = [cell.period for cell in cells if cell.period >= month]
        if later:
            found[min(later)] = why
    return found


def _during(cell: ShownCell, happened: Iterable[tuple[date, str]]) -> str | None:
    last = last_day(cell)
    return "; ".join(words for month, words in happened if cell.period <= month <= last) or None


def _partner(measure: MeasureFacts) -> str | None:
    """Name the measure without which this one is not read."""
    if measure.family == MeasureFamily.ACTIVITY:
        return measure.for_outcome_key or "an outcome that is not there"
    return TOGETHER.get(measure.key)


def _values(
    data: OutcomeData, partner: MeasureFacts, beside: Series
) -> Mapping[tuple[date, int], float]:
    key = series_key(partner.key, beside.unit.id)
    series = data.series.get(key)
    cells = data.shown_to(Audience.PUBLISHED).get(key, NOTHING).cells
    return {(one.period, one.months): value_of(series, one) for one in cells} if series else {}


def _row(
    series: Series,
    cell: ShownCell,
    more: tuple[bool, str | None, float | None, datetime, str | None, str | None],
) -> Row:
    unit, measure = series.unit, series.measure
    is_scale = measure.unit in WEIGHED
    words = series.unit_words if cell.months == 1 else series.unit_words.replace("month", "quarter")
    return (
        f"{measure.key}|{unit.public_id or ''}|{cell.period.isoformat()}|{cell.months}",
        measure.key,
        measure.name,
        measure.family,
        unit.public_id,
        unit.name if unit.id is not None else WHOLE,
        cell.period,
        cell.months,
        value_of(series, cell),
        words,
        None if is_scale else cell.numerator,
        None if is_scale else cell.denominator,
        *more,
    )
