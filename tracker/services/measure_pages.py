"""What the pages of the measures show: the dictionary, and one measure with all about it."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tracker.models import (
    Annotation,
    ChartSetting,
    MeasureFamily,
    MeasureVersion,
    OutcomeMeasure,
    Rebase,
)
from tracker.services import organisations
from tracker.services.chart_settings import in_words, rules_of, settings_of
from tracker.services.measure_changes import versions_of
from tracker.services.measure_words import (
    CHART_WORDS,
    DIRECTION_WORDS,
    FAMILY_WORDS,
    FIELD_WORDS,
    KIRKPATRICK_WORDS,
    UNIT_WORDS,
)
from tracker.services.measures import list_measures, seed_built_in_measures
from tracker.services.outcome_values import ChartRules
from tracker.services.rare_events import KnownEvents, is_listed, known_events

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

#: How many months back a page offers.
MONTHS_OFFERED = 84


@dataclass(frozen=True, kw_only=True)
class MeasurePage:
    """One measure, as its page shows it."""

    measure: OutcomeMeasure
    facts: tuple[tuple[str, str], ...]
    rules: ChartRules
    rules_in_words: str
    settings: tuple[ChartSetting, ...]
    versions: tuple[MeasureVersion, ...]
    rebases: tuple[Rebase, ...]
    annotations: tuple[Annotation, ...]
    #: it is fed by a list of dates; what is known of these, for those who keep the measures
    is_listed: bool
    known: KnownEvents | None


def all_measures(
    db: "Session", *, by: "Actor", today: date
) -> list[tuple[str, list[OutcomeMeasure]]]:
    """List the measures by family. A trust that has none yet is given those of the product."""
    organisation = organisations.get(db, by.organisation_id)
    measures = list_measures(db, organisation.id)
    if not measures:
        seed_built_in_measures(db, organisation, today=today)
        measures = list_measures(db, organisation.id)
    return [
        (FAMILY_WORDS[family], [one for one in measures if one.family == family])
        for family in MeasureFamily
        if any(one.family == family for one in measures)
    ]


def measure_page(db: "Session", measure: OutcomeMeasure, *, is_keeper: bool = False) -> MeasurePage:
    """Show a measure. How many events are known is for those who keep the measures."""
    listed = [measure.id] if is_listed(measure) and is_keeper else []
    rules = rules_of(db, [(measure.id, measure.chart_kind)])[measure.id]
    return MeasurePage(
        measure=measure,
        facts=tuple(_facts(db, measure)),
        rules=rules,
        rules_in_words=in_words(rules),
        settings=tuple(settings_of(db, measure)),
        versions=tuple(versions_of(db, measure)),
        rebases=tuple(
            db.scalars(
                select(Rebase)
                .where(Rebase.outcome_measure_id == measure.id)
                .order_by(Rebase.month.desc())
            )
        ),
        annotations=tuple(
            db.scalars(
                select(Annotation)
                .where(
                    Annotation.organisation_id == measure.organisation_id,
                    or_(
                        Annotation.outcome_measure_id == measure.id,
                        Annotation.outcome_measure_id.is_(None),
                    ),
                )
                .order_by(Annotation.month.desc())
            )
        ),
        is_listed=is_listed(measure),
        known=known_events(db, measure.organisation_id, listed).get(measure.id),
    )


def _facts(db: "Session", measure: OutcomeMeasure) -> list[tuple[str, str]]:
    names: dict[str, str] = {  # noqa: C416 - mypy reads it
        key: name
        for key, name in db.execute(
            select(OutcomeMeasure.key, OutcomeMeasure.name).where(
                OutcomeMeasure.organisation_id == measure.organisation_id,
                OutcomeMeasure.key.in_(
                    [measure.denominator_key or "", measure.for_outcome_key or ""]
                ),
            )
        )
    }
    said = {
        "why_it_matters": measure.why_it_matters,
        "numerator": measure.numerator,
        "denominator": measure.denominator,
        "denominator_key": names.get(measure.denominator_key or "", ""),
        "misleads_when": measure.misleads_when,
        "direction": DIRECTION_WORDS[measure.direction],
        "family": FAMILY_WORDS[measure.family],
        "unit": UNIT_WORDS[measure.unit],
        "target": f"{measure.target:g}" if measure.target is not None else "",
        "kirkpatrick_level": KIRKPATRICK_WORDS.get(measure.kirkpatrick_level, ""),
        "counts_staff": "Yes: shown only for groups of eight or more"
        if measure.counts_staff
        else "No: it counts events",
        "for_outcome_key": names.get(measure.for_outcome_key or "", ""),
        "source": measure.source,
        "chart_kind": CHART_WORDS.get(measure.chart_kind, ""),
        "owner": measure.owner,
        "review_on": f"{measure.review_on.day} {measure.review_on:%B %Y}"
        if measure.review_on
        else "",
    }
    return [(FIELD_WORDS[name], words) for name, words in said.items() if words]


def leaned_on(
    db: "Session", organisation_id: int
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """List what another measure can be divided by, and the outcomes that an activity can be for."""
    known = list_measures(db, organisation_id)
    lenders, outcomes = (
        [(one.key, one.name) for one in known if one.family == family]
        for family in (MeasureFamily.DENOMINATOR, MeasureFamily.OUTCOME)
    )
    return lenders, outcomes


def months_to_choose(today: date) -> list[date]:
    """List the months back from this one."""
    last = today.year * 12 + today.month - 1
    return [
        date(number // 12, number % 12 + 1, 1) for number in range(last, last - MONTHS_OFFERED, -1)
    ]


def changed_words(
    newer: MeasureVersion, older: MeasureVersion | None
) -> list[tuple[str, str, str]]:
    """Set a version beside the one before: which field, what it was, what it is."""
    if older is None:
        return []
    return [
        (
            words,
            str(older.content.get(name) or "nothing"),
            str(newer.content.get(name) or "nothing"),
        )
        for name, words in FIELD_WORDS.items()
        if older.content.get(name) != newer.content.get(name)
    ]
