"""Registers comparisons before anybody looks, and looks at them afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError
from tracker.models import (
    AuditEvent,
    AuditKind,
    ComparisonSide,
    OrganisationUnit,
    OutcomeMeasure,
    RegisteredComparison,
)
from tracker.services import audit
from tracker.services.comparison_checks import FEWEST_PEOPLE, ComparisonDraft, check
from tracker.services.comparison_disclosure import held_back, with_control
from tracker.services.comparison_numbers import (
    Effect,
    Plan,
    detectable,
    months_in,
    work_out,
)
from tracker.services.comparison_words import (
    EXPLORATORY,
    detectable_words,
    headline,
    what_it_means,
)
from tracker.services.outcome_data import OutcomeData, load_data
from tracker.services.outcome_marks import read_marks
from tracker.services.period_words import day_words, month_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor
    from tracker.services.comparison_checks import Checked

USUAL_AFTER = 12
LONGEST = 300
HELD_BACK = "Not shown here, because a reader could work out the small numbers of one team."


@dataclass(frozen=True, kw_only=True)
class Found:
    """A comparison as it is shown: a sentence, what it means, and what was written down."""

    title: str
    headline: str
    remarks: tuple[str, ...]
    effect: Effect | None = None
    control: Effect | None = None
    is_exploratory: bool = False


def register(
    db: "Session", organisation_id: int, draft: ComparisonDraft, *, by: "Actor", today: date
) -> RegisteredComparison:
    """Write a comparison down and lock it. From then on nobody can change or remove it."""
    if not draft.question.strip() or len(draft.question) > LONGEST:
        raise InvalidInputError("Write the question in a sentence.", field="question")
    if draft.look_on is None or draft.look_on < today:
        raise InvalidInputError("Choose the day to look: today or later.", field="look_on")
    checked = check(db, organisation_id, draft, today)
    data = load_data(db, organisation_id)
    comparison = write_down(organisation_id, draft, checked, data)
    comparison.months_already_in = months_in(data, checked.plan)
    comparison.looks_before = _looks_before(db, organisation_id, checked.measure)
    comparison.registered_by_id = by.staff_id
    db.add(comparison)
    db.flush()  # the audit event names its id
    audit.record(
        db, AuditKind.COMPARISON_REGISTERED, comparison, by=by, measure=checked.measure.key
    )
    return comparison


def write_down(
    organisation_id: int, draft: ComparisonDraft, checked: "Checked", data: OutcomeData
) -> RegisteredComparison:
    """Put what was asked, and what could be seen of it, into a record that is not kept yet."""
    return RegisteredComparison(
        organisation_id=organisation_id,
        question=draft.question.strip(),
        units=[*_sides(checked.units, "with_goals"), *_sides(checked.others, "compared")],
        measure=checked.measure,
        measure_version=checked.measure.version,
        control_measure=checked.control,
        goal_domain=draft.goal_domain,
        starts=draft.starts,
        phase_in_months=draft.phase_in,
        impact_model=draft.impact,
        look_on=draft.look_on,
        cohort_people=checked.people,
        detectable_ratio=detectable(
            data, checked.plan, months_after=_months_after(checked.plan, draft.look_on)
        ),
        why=draft.why.strip(),
    )


def explore(
    db: "Session", organisation_id: int, draft: ComparisonDraft, *, by: "Actor", today: date
) -> Found:
    """Look without having registered. It is kept on record, and labelled for what it is."""
    checked = check(db, organisation_id, draft, today)
    audit.record(
        db, AuditKind.COMPARISON_EXPLORED, checked.measure, by=by, measure=checked.measure.key
    )
    data = load_data(db, organisation_id)
    effect = work_out(data, checked.plan)
    control = _control(data, checked.plan, checked.control)
    name = checked.control.name if checked.control else ""
    smallest = detectable(
        data, checked.plan, months_after=_months_after(checked.plan, draft.look_on)
    )
    return Found(
        title="An exploratory look",
        headline=headline(checked.measure.name, effect),
        remarks=(
            EXPLORATORY,
            *what_it_means(effect, control, name),
            detectable_words(smallest),
        ),
        effect=effect,
        control=control,
        is_exploratory=True,
    )


def registered(db: "Session", organisation_id: int) -> list[RegisteredComparison]:
    """List what was registered, the newest first."""
    return list(
        db.scalars(
            select(RegisteredComparison)
            .where(RegisteredComparison.organisation_id == organisation_id)
            .options(
                joinedload(RegisteredComparison.measure),
                joinedload(RegisteredComparison.control_measure),
            )
            .order_by(RegisteredComparison.id.desc())
        )
    )


def look(
    comparison: RegisteredComparison,
    data: OutcomeData,
    broken: Mapping[str, date],
    *,
    today: date,
    is_held_back: bool = False,
) -> Found:
    """Give the result of a registered comparison; before its day, what was written down alone.

    broken: by measure, the month before which its numbers cannot be compared with those after.
    is_held_back: anybody may read it, and small numbers would follow from it.
    """
    remarks = list(_written_down(comparison))
    if is_held_back:
        return Found(title=comparison.question, headline=HELD_BACK, remarks=tuple(remarks[:1]))
    if today < comparison.look_on:
        return Found(
            title=comparison.question,
            headline=f"The result is shown from {day_words(comparison.look_on)}.",
            remarks=tuple(remarks),
        )
    plan = _plan_of(comparison, data, broken)
    asked = ("comparison", comparison.id, plan)
    effect, control = data.kept(
        asked, lambda: (work_out(data, plan), _control(data, plan, comparison.control_measure))
    )
    name = comparison.control_measure.name if comparison.control_measure else ""
    if comparison.measure.version != comparison.measure_version:
        remarks.append("The measure was changed after this was registered. See its versions.")
    return Found(
        title=comparison.question,
        headline=headline(comparison.measure.name, effect),
        remarks=(*what_it_means(effect, control, name), *remarks),
        effect=effect,
        control=control,
    )


def look_at_published(
    comparisons: Sequence[RegisteredComparison],
    data: OutcomeData,
    broken: Mapping[str, date],
    *,
    today: date,
) -> list[Found]:
    """Give the results of registered comparisons, without those that give small numbers away."""
    plans: list[tuple[Plan, bool]] = []
    of: list[int] = []
    for place, one in enumerate(comparisons):
        control = one.control_measure.key if one.control_measure else None
        both = with_control(_plan_of(one, data, broken), control)
        plans += [(plan, today >= one.look_on) for plan in both]
        of += [place] * len(both)
    told = data.kept(("held back", str(plans)), lambda: held_back(data, plans))
    bad = {place for place, is_bad in zip(of, told, strict=True) if is_bad}
    return [
        look(one, data, broken, today=today, is_held_back=place in bad)
        for place, one in enumerate(comparisons)
    ]


def cohort_words(comparison: RegisteredComparison) -> str:
    """Give how many had such a goal, as counts of people are given: to the nearest five."""
    from metrics.disclosure import people_count

    return str(people_count(comparison.cohort_people) or FEWEST_PEOPLE)


def look_alone(db: "Session", comparison: RegisteredComparison, *, today: date) -> Found:
    """Give the result of one comparison, for its own page."""
    data = load_data(db, comparison.organisation_id)
    broken = dict(read_marks(db, data.measures, None).broken_since())
    return look(comparison, data, broken, today=today)


def note_look(db: "Session", comparison: RegisteredComparison, *, by: "Actor") -> None:
    audit.record(db, AuditKind.COMPARISON_READ, comparison, by=by, reason="role")


def _sides(units: Iterable[OrganisationUnit], side: str) -> list[dict[str, str]]:
    return [{"public_id": one.public_id, "name": one.name, "side": side} for one in units]


def _months_after(plan: Plan, look_on: date | None) -> int:
    """Count the months of after by the day of the look; a year where no day is given."""
    if look_on is None:
        return USUAL_AFTER
    start = plan.after_from
    return (look_on.year - start.year) * 12 + look_on.month - start.month


def _looks_before(db: "Session", organisation_id: int, measure: OutcomeMeasure) -> int:
    events = db.scalar(
        select(func.count(AuditEvent.id)).where(
            AuditEvent.organisation_id == organisation_id,
            AuditEvent.kind == AuditKind.COMPARISON_EXPLORED,
            AuditEvent.record == f"outcome_measure:{measure.id}",
        )
    )
    return events or 0


def _plan_of(
    comparison: RegisteredComparison, data: OutcomeData, broken: Mapping[str, date]
) -> Plan:
    ids = {unit.public_id: unit_id for unit_id, unit in data.tree.units.items()}

    def on(side: ComparisonSide) -> tuple[int | None, ...]:
        return tuple(
            ids[one["public_id"]]
            for one in comparison.units
            if one["side"] == side and one["public_id"] in ids
        )

    return Plan(
        measure_key=comparison.measure.key,
        with_goals=on(ComparisonSide.WITH_GOALS),
        compared=on(ComparisonSide.COMPARED),
        starts=comparison.starts,
        phase_in=comparison.phase_in_months,
        impact=comparison.impact_model,
        broken=broken.get(comparison.measure.key),
        ends=comparison.look_on.replace(day=1),
    )


def _control(data: OutcomeData, plan: Plan, control: OutcomeMeasure | None) -> Effect | None:
    if control is None:
        return None
    return work_out(data, replace(plan, measure_key=control.key))


def _written_down(comparison: RegisteredComparison) -> Sequence[str]:
    on = day_words(comparison.registered_at.date())
    said = [
        (
            f"Registered on {on}, and locked since: about {cohort_words(comparison)} people "
            f"with such a goal, from {month_words(comparison.starts)}."
        ),
        detectable_words(comparison.detectable_ratio),
    ]
    if comparison.months_already_in:
        said.append(
            f"{comparison.months_already_in} months of after were in already when it was "
            "registered. So part of the answer could have been seen."
        )
    if comparison.looks_before:
        times = "once" if comparison.looks_before == 1 else f"{comparison.looks_before} times"
        said.append(f"This measure was looked at {times} without registering before that.")
    return said
