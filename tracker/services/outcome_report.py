"""The outcome report: what changed, how sure we are, and the charts that raise the questions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from tracker.errors import InvalidInputError
from tracker.models import (
    AuditKind,
    MeasureFamily,
    Organisation,
    OrganisationUnit,
)
from tracker.services import audit
from tracker.services.comparisons import look, look_at_published, registered
from tracker.services.outcome_alert_year import alert_year
from tracker.services.outcome_barriers import barriers_of
from tracker.services.outcome_changes import compared_from, find_changes, rule_in_words
from tracker.services.outcome_charts import draw_charts, in_period
from tracker.services.outcome_data import (
    NOTHING,
    OutcomeData,
    load_data,
    remember_published,
)
from tracker.services.outcome_extras import funnels
from tracker.services.outcome_marks import Marks, read_marks
from tracker.services.outcome_points import ToChart
from tracker.services.outcome_quality import (
    about_disclosure,
    data_quality,
    silent_feeds,
    without_numbers,
)
from tracker.services.outcome_rare_events import RareEvents, rare_events
from tracker.services.outcome_recognition import RECOGNITION
from tracker.services.outcome_sections import Material, make_sections, point_missed, sum_up
from tracker.services.outcome_series import Series, series_key
from tracker.services.outcome_values import (
    Audience,
    Change,
    Chart,
    Figure,
    OutcomeReport,
    Section,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

#: Families whose series are followed in the units right below as well.
IN_UNITS = frozenset({MeasureFamily.OUTCOME, MeasureFamily.ACTIVITY})
ALSO_IN_UNITS = frozenset({"incident_reporting", RECOGNITION})
LONGEST_REPORT = 120
FIRST_YEAR = 1948


def outcome_report(  # noqa: PLR0913 - each says one plain thing about the report
    db: "Session",
    organisation: Organisation,
    unit: OrganisationUnit | None,
    *,
    first_month: date,
    last_month: date,
    audience: Audience,
    by: "Actor",
    today: date,
    data: OutcomeData | None = None,
) -> OutcomeReport:
    """Make the report, and note that somebody looked at it. `data`: as they were just read."""
    _check_period(first_month, last_month)
    data = data or load_data(db, organisation.id)
    marks = read_marks(db, data.measures, unit.id if unit else None)
    asked = _asked(unit, marks, first_month, last_month, audience)
    own, tested, changes = _tested(data, asked)
    material = _material(data, asked, own, tested, changes, marks, unit or organisation)
    _note_the_look(db, unit or organisation, asked, by)
    if audience is Audience.PUBLISHED:
        remember_published(db, organisation.id, data)
    rare = rare_events(db, data, asked.unit_id, (first_month, last_month), audience, marks, today)
    compared, last_known = bool(changes), _last_known(tested, last_month)
    return OutcomeReport(
        organisation=organisation.name,
        organisation_code=organisation.code,
        unit_name=unit.name if unit else None,
        unit_id=unit.public_id if unit else None,
        first_month=first_month,
        last_month=last_month,
        audience=audience,
        made_on=today,
        extracted_at=_newest(own) or rare.taken,
        summary=_summary(material, own, rare, today),
        barriers=barriers_of(db, organisation.id, data.tree, asked.unit_id, audience, today=today),
        rule=rule_in_words(first_month, last_known, len(changes)) if compared else (),
        changes=tuple(material.changes.values()),
        sections=(*make_sections(material), *_more(db, data, asked, rare, today)),
        unit_changes=tuple(change for unit in material.below for change in unit.values()),
        questions=point_missed(material),
        data_quality=(
            *(*data_quality(db, organisation.id, own, first_month, last_month), *rare.quality),
            *without_numbers(data.measures, {one.measure.key for one in data.series.values()}),
        ),
        disclosure=about_disclosure(audience),
        definitions=(*(one.measure for one in own), *rare.measures),
        has_data=bool(material.charts or rare.section),
        compared_from=compared_from(last_known) if compared else None,
        units_below=_units_below(data, asked.unit_id),
    )


def _summary(
    material: Material, own: list[Series], rare: RareEvents, today: date
) -> tuple[str, ...]:
    """Say what stopped coming before anything else, and then what changed."""
    stopped = (*silent_feeds(own, today), *rare.silent)
    return (*stopped, *sum_up(material, has_rare_events=rare.section is not None))


class _Asked(NamedTuple):
    """Which unit, which months, for whom: what decides all but the charts' marks."""

    unit_id: int | None
    first_month: date
    last_month: date
    audience: Audience
    #: by measure: since when its numbers can be compared
    broken: tuple[tuple[str, date], ...] = ()


def _material(  # noqa: PLR0913, PLR0917 - each was worked out just before
    data: OutcomeData,
    asked: _Asked,
    own: list[Series],
    tested: list[Series],
    changes: dict[str, Change],
    marks: Marks,
    about: OrganisationUnit | Organisation,
) -> Material:
    shown = data.shown_to(asked.audience)
    return Material(
        unit_name=about.name,
        series={one.measure.key: one for one in own},
        shown={one.measure.key: shown.get(one.key, NOTHING) for one in own},
        charts=data.kept(
            ("charts", asked, marks.as_key()), lambda: _charts(data, own, asked, marks)
        ),
        changes={one.measure.key: changes[one.key] for one in own if one.key in changes},
        below=_by_unit(tested, changes, asked.unit_id),
        measures=data.measures,
    )


def _asked(
    unit: OrganisationUnit | None, marks: Marks, first: date, last: date, audience: Audience
) -> _Asked:
    return _Asked(unit.id if unit else None, first, last, audience, marks.broken_since())


def _tested(
    data: OutcomeData, asked: _Asked
) -> tuple[list[Series], list[Series], dict[str, Change]]:
    """Give the unit's own series, all that were tested, and the verdicts on them."""
    own, below = _series_of(data, asked.unit_id)
    shown = data.shown_to(asked.audience)
    tested = [one for one in (*own, *below) if shown.get(one.key, NOTHING).cells]
    changes = data.kept(
        asked,
        lambda: find_changes(
            tested,
            shown,
            first_month=asked.first_month,
            last_month=_last_known(tested, asked.last_month),
            broken=dict(asked.broken),
        ),
    )
    return own, tested, changes


def _more(
    db: "Session", data: OutcomeData, asked: _Asked, rare: RareEvents, today: date
) -> tuple[Section, ...]:
    """Add what is not by month: rare events, units side by side, and what was registered."""
    found = (
        alert_year(db, data, asked.unit_id, asked.audience),
        rare.section,
        data.kept(
            ("funnels", asked),
            lambda: funnels(data, asked.unit_id, asked.last_month, asked.audience),
        ),
        *_comparisons(db, data, asked, today),
    )
    return tuple(section for section in found if section is not None)


def _comparisons(
    db: "Session", data: OutcomeData, asked: _Asked, today: date
) -> tuple[Section, ...]:
    """Show what was registered before looking: for the whole organisation, where the units are."""
    if asked.unit_id is not None:
        return ()
    organisation_id = data.organisation_id
    # The first that was registered is the first to be shown where not all can be.
    comparisons = registered(db, organisation_id)[::-1]
    if asked.audience is Audience.PUBLISHED:
        found = look_at_published(comparisons, data, dict(asked.broken), today=today)[::-1]
    else:
        found = [look(one, data, dict(asked.broken), today=today) for one in comparisons][::-1]
    return (
        (
            Section(
                key="comparisons",
                title="Did the goals help?",
                introduction=(
                    (
                        "Each of these was written down and locked before its result was shown. "
                        "Looks that nobody registered are not here."
                    ),
                ),
                figures=tuple(
                    Figure(sentence=one.title, withheld=one.headline, remarks=one.remarks)
                    for one in found
                ),
            ),
        )
        if found
        else ()
    )


def _note_the_look(
    db: "Session", about: OrganisationUnit | Organisation, asked: _Asked, by: "Actor"
) -> None:
    audit.record(
        db,
        AuditKind.REPORT_READ,
        about,
        by=by,
        reason="role",
        audience=asked.audience,
        first=asked.first_month.isoformat(),
        last=asked.last_month.isoformat(),
    )


def _units_below(data: OutcomeData, unit_id: int | None) -> tuple[tuple[str, str], ...]:
    units = [data.tree.units[child] for child in data.tree.children(unit_id)]
    return tuple((unit.public_id or "", unit.name) for unit in units)


def _check_period(first_month: date, last_month: date) -> None:
    if first_month > last_month:
        raise InvalidInputError("The first month is after the last. Swap the two.")
    months = (last_month.year - first_month.year) * 12 + last_month.month - first_month.month
    if months >= LONGEST_REPORT:
        raise InvalidInputError("A report covers ten years at most. Choose a later first month.")
    if first_month.year < FIRST_YEAR:
        raise InvalidInputError(f"Choose a first month in {FIRST_YEAR} or later.")


def _series_of(data: OutcomeData, unit_id: int | None) -> tuple[list[Series], list[Series]]:
    """Give the unit's own series, and those of the units right below that a reader asks about."""
    own = [
        found
        for measure in data.measures
        if (found := data.series.get(series_key(measure.key, unit_id))) and found.cells
    ]
    followed = [
        measure
        for measure in data.measures
        if measure.family in IN_UNITS or measure.key in ALSO_IN_UNITS
    ]
    below = [
        found
        for child in data.tree.children(unit_id)
        for measure in followed
        if (found := data.series.get(series_key(measure.key, child))) and found.cells
    ]
    return own, below


def _last_known(tested: Iterable[Series], last_month: date) -> date:
    """Give the last month of the report for which there is anything."""
    months = [month for one in tested for month in one.cells if month <= last_month]
    return max(months, default=last_month)


def _charts(
    data: OutcomeData, own: Sequence[Series], asked: "_Asked", marks: Marks
) -> dict[str, Chart]:
    shown = data.shown_to(asked.audience)
    to_chart = [
        ToChart(
            series=one,
            shown=shown[one.key],
            cells=in_period(shown[one.key], asked.first_month, asked.last_month),
            rebases=marks.rebases.get(one.measure.key, ()),
            annotations=marks.annotations.get(one.measure.key, ()),
            rules=marks.rules[one.measure.key],
            last_month=asked.last_month,
        )
        for one in own
        if one.key in shown
    ]
    drawn = draw_charts(to_chart)
    return {one.measure.key: drawn[one.key] for one in own if one.key in drawn}


def _by_unit(
    tested: Sequence[Series], changes: Mapping[str, Change], unit_id: int | None
) -> tuple[Mapping[str, Change], ...]:
    units: dict[int | None, dict[str, Change]] = {}
    for one in tested:
        if one.unit.id != unit_id and one.key in changes:
            units.setdefault(one.unit.id, {})[one.measure.key] = changes[one.key]
    return tuple(units.values())


def _newest(own: Sequence[Series]) -> datetime | None:
    return max((cell.extracted_at for one in own for cell in one.cells.values()), default=None)
