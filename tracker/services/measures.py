"""The measures that a trust follows: those that come with the product, and its own."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from metrics.measure import Measure
from metrics.measures import built_in
from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import (
    BETWEEN_EVENTS,
    AuditKind,
    Direction,
    MeasureFamily,
    MeasureUnit,
    Organisation,
    OutcomeMeasure,
)
from tracker.services import audit
from tracker.services.measure_words import CHART_WORDS
from tracker.services.period_words import listed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")
#: Each kind of chart, and the ways of saying a value that it fits; none: all of them.
CHART_KINDS: dict[str, frozenset[MeasureUnit]] = {
    "xmr": frozenset(),
    "run": frozenset(),
    "i": frozenset(),
    "p": frozenset({MeasureUnit.PERCENT}),
    "pp": frozenset({MeasureUnit.PERCENT}),
    "u": frozenset({MeasureUnit.PER_THOUSAND, MeasureUnit.EACH}),
    "up": frozenset({MeasureUnit.PER_THOUSAND, MeasureUnit.EACH}),
    "c": frozenset({MeasureUnit.COUNT}),
    "g": frozenset({MeasureUnit.COUNT, MeasureUnit.DAYS, *BETWEEN_EVENTS}),
    "t": frozenset({MeasureUnit.DAYS, MeasureUnit.DAYS_BETWEEN}),
    "ip": frozenset(
        {
            MeasureUnit.PERCENT,
            MeasureUnit.PER_THOUSAND,
            MeasureUnit.EACH,
            MeasureUnit.DAYS,
            MeasureUnit.MINUTES,
        }
    ),
}


#: The chart that fits the way a value is said; else XmR.
USUAL_CHARTS = {MeasureUnit.DAYS_BETWEEN: "t", MeasureUnit.CASES_BETWEEN: "g"}


@dataclass(frozen=True, kw_only=True)
class MeasureDraft:
    """A trust's own measure, as somebody wrote it down."""

    key: str
    name: str
    why_it_matters: str
    numerator: str
    denominator: str
    direction: Direction
    family: MeasureFamily
    unit: MeasureUnit
    counts_staff: bool = False
    source: str = ""
    misleads_when: str = ""
    owner: str = ""
    denominator_key: str | None = None
    for_outcome_key: str | None = None
    kirkpatrick_level: str = "none"
    #: empty: the one that fits the way a value is said
    chart_kind: str = ""
    target: float | None = None
    review_on: date | None = None


def seed_built_in_measures(db: "Session", organisation: Organisation, *, today: date) -> int:
    """Give the organisation each measure of the product that it lacks; say how many those were."""
    known = set(_keys(db, organisation))
    missing = [measure for measure in built_in() if measure.key not in known]
    db.add_all(_as_record(measure, organisation, today) for measure in missing)
    db.flush()  # an import in the same transaction asks for the ids
    return len(missing)


def define_measure(
    db: "Session", organisation: Organisation, draft: MeasureDraft, *, by: "Actor"
) -> OutcomeMeasure:
    """Add a measure of the trust's own."""
    keys = set(_keys(db, organisation))
    check_key(draft.key, keys)
    check_draft(draft, keys)
    usual = USUAL_CHARTS.get(draft.unit, "xmr")
    said = vars(draft) | {"chart_kind": draft.chart_kind or usual}
    measure = OutcomeMeasure(organisation_id=organisation.id, **said)
    db.add(measure)
    db.flush()  # the audit event names its id
    audit.record(db, AuditKind.MEASURE_DEFINED, measure, by=by, key=draft.key)
    return measure


def find_measure(db: "Session", organisation: Organisation, key: str) -> OutcomeMeasure:
    measure = db.scalar(
        select(OutcomeMeasure).where(
            OutcomeMeasure.organisation_id == organisation.id, OutcomeMeasure.key == key
        )
    )
    if measure is None:
        known = ", ".join(sorted(_keys(db, organisation))) or "none yet"
        raise NotFoundError(
            f"There is no measure with that key. The measures are: {known}. "
            "Add your own with: tracker measure add."
        )
    return measure


def list_measures(db: "Session", organisation_id: int) -> list[OutcomeMeasure]:
    """List the measures in the order in which a report shows them: the trust's own come last."""
    order = {measure.key: place for place, measure in enumerate(built_in())}
    measures = db.scalars(
        select(OutcomeMeasure).where(OutcomeMeasure.organisation_id == organisation_id)
    )
    return sorted(measures, key=lambda m: (order.get(m.key, len(order)), m.name))


def keys_of(db: "Session", organisation: Organisation) -> set[str]:
    return set(_keys(db, organisation))


def _keys(db: "Session", organisation: Organisation) -> list[str]:
    return list(
        db.scalars(
            select(OutcomeMeasure.key).where(OutcomeMeasure.organisation_id == organisation.id)
        )
    )


def _as_record(measure: Measure, organisation: Organisation, today: date) -> OutcomeMeasure:
    months = today.year * 12 + today.month - 1 + measure.review_every_months
    return OutcomeMeasure(
        organisation_id=organisation.id,
        key=measure.key,
        name=measure.name,
        why_it_matters=measure.why_it_matters,
        numerator=measure.numerator,
        denominator=measure.denominator or "",
        denominator_key=measure.denominator_key,
        direction=Direction(measure.direction),
        family=MeasureFamily(measure.family),
        unit=MeasureUnit(measure.unit),
        counts_staff=measure.is_about_people,
        kirkpatrick_level=measure.kirkpatrick,
        source=measure.source,
        misleads_when=measure.misleads,
        for_outcome_key=measure.for_outcome_key,
        owner=measure.owner,
        review_on=date(months // 12, months % 12 + 1, 1),
        is_built_in=True,
        chart_kind=measure.chart.value,
        target=measure.target,
    )


def check_key(key: str, keys: set[str]) -> None:
    if not KEY.fullmatch(key):
        raise InvalidInputError(
            "Write the key in small letters, digits and underscores, such as four_hour_breaches.",
            field="key",
        )
    if key in keys:
        raise InvalidInputError(
            "There is a measure with this key already. Choose another key.", field="key"
        )


def check_draft(draft: MeasureDraft, keys: set[str]) -> None:
    """Refuse what a reader of the report could not make sense of."""
    for what, words in {"name": draft.name, "numerator": draft.numerator}.items():
        if not words.strip():
            raise InvalidInputError(f"Say what the {what} is.", field=what)
    if draft.unit in BETWEEN_EVENTS:
        _check_rare(draft)
    elif draft.unit is not MeasureUnit.COUNT and not draft.denominator.strip():
        raise InvalidInputError(
            "A percentage or a rate needs a denominator. Say what it is.", field="denominator"
        )
    if draft.unit is MeasureUnit.D_PRIME:
        raise InvalidInputError("Choose another way to say the value.", field="unit")
    for what, field, key in (
        ("denominator", "denominator_key", draft.denominator_key),
        ("outcome", "for_outcome_key", draft.for_outcome_key),
    ):
        if key is not None and (key not in keys or key == draft.key):
            raise InvalidInputError(
                f"There is no measure with the key given for the {what}.", field=field
            )
    _check_chart(draft)
    if draft.family is MeasureFamily.ACTIVITY and draft.for_outcome_key is None:
        raise InvalidInputError(
            "An activity is only shown beside the outcome that it was for. Say which one that is.",
            field="for_outcome_key",
        )


def _check_chart(draft: MeasureDraft) -> None:
    fits = CHART_KINDS.get(draft.chart_kind) if draft.chart_kind else frozenset()
    if fits is None:
        raise InvalidInputError("Choose a chart from the list.", field="chart_kind")
    if fits and draft.unit not in fits:
        names = [
            CHART_WORDS[kind].partition(":")[0]
            for kind, units in CHART_KINDS.items()
            if not units or draft.unit in units
        ]
        raise InvalidInputError(
            f"This chart does not fit the way the value is said. Choose one of: {listed(names)}.",
            field="chart_kind",
        )


def _check_rare(draft: MeasureDraft) -> None:
    """Refuse what days or cases between events cannot be."""
    if draft.unit is MeasureUnit.CASES_BETWEEN and draft.denominator_key is None:
        raise InvalidInputError(
            "Choose the measure that counts the cases, such as bed days.", field="denominator_key"
        )
    if draft.unit is MeasureUnit.DAYS_BETWEEN and draft.denominator_key is not None:
        raise InvalidInputError(
            "Days are not divided by anything. Choose none, or cases between rare events.",
            field="denominator_key",
        )
    if draft.direction is Direction.DECREASE:
        raise InvalidInputError(
            "A long time between events means that they are rare. Choose “Higher is better”, or "
            "neither.",
            field="direction",
        )
    if draft.family in {MeasureFamily.ACTIVITY, MeasureFamily.DENOMINATOR}:
        raise InvalidInputError(
            "Rare events are an outcome, a process or a balancing measure. Choose one of these.",
            field="family",
        )
    if draft.counts_staff:
        raise InvalidInputError(
            "A list of dates says nothing of how many staff there were. Leave this out.",
            field="counts_staff",
        )
