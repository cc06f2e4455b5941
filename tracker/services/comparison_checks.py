"""Checks what is to be compared: the measure, the units of both sides, and the people behind it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import InvalidInputError
from tracker.models import (
    Assignment,
    Competence,
    Domain,
    Goal,
    ImpactModel,
    OrganisationUnit,
    OutcomeMeasure,
)
from tracker.services.comparison_numbers import COMPARABLE, LATEST, Plan
from tracker.services.outcome_data import load_data
from tracker.services.outcome_marks import read_marks
from tracker.services.outcome_rare_events import DAYS_BETWEEN
from tracker.services.outcome_series import next_month
from tracker.services.period_words import month_words
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: So that nobody can be told apart, and so that a difference can be seen at all.
FEWEST_PEOPLE = 8
MOST_PHASE_IN = 12


def goal_domains(db: "Session", organisation_id: int) -> list[tuple[str, str]]:
    """List the kinds of goal: the domains that goals of this organisation have."""
    rows = db.execute(
        select(Domain.key, func.max(Domain.name))
        .join(Competence, Competence.domain_id == Domain.id)
        .join(Goal, Goal.competence_id == Competence.id)
        .where(Goal.organisation_id == organisation_id)
        .group_by(Domain.key)
        .order_by(func.max(Domain.name))
    )
    return [(key, name) for key, name in rows]


def comparable(db: "Session", organisation_id: int) -> list[tuple[str, str]]:
    """List the measures that can be compared: by month, and not what others are counted over."""
    data = load_data(db, organisation_id)
    return [
        (one.key, one.name)
        for one in data.measures
        if one.unit in COMPARABLE
        and one.family not in {"denominator", "activity"}
        and one.key != DAYS_BETWEEN
    ]


@dataclass(frozen=True, kw_only=True)
class ComparisonDraft:
    """What is to be compared, as somebody wrote it down."""

    question: str
    measure_key: str
    control_key: str
    goal_domain: str
    with_goals: tuple[str, ...]
    compared: tuple[str, ...]
    starts: date
    phase_in: int
    impact: ImpactModel
    look_on: date | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Checked:
    measure: OutcomeMeasure
    control: OutcomeMeasure | None
    units: tuple[OrganisationUnit, ...]
    others: tuple[OrganisationUnit, ...]
    people: int
    plan: Plan


def check(db: "Session", organisation_id: int, draft: ComparisonDraft, today: date) -> Checked:
    measure = _measure(db, organisation_id, draft.measure_key)
    if measure is None or measure.unit not in COMPARABLE:
        raise InvalidInputError("Choose a measure from the list.", field="measure_key")
    if draft.starts > today:
        raise InvalidInputError("Choose a month that has begun.", field="starts")
    if not 0 <= draft.phase_in <= MOST_PHASE_IN:
        raise InvalidInputError(f"Write a number from 0 to {MOST_PHASE_IN}.", field="phase_in")
    units, others = _chosen(db, organisation_id, draft)
    control = _measure(db, organisation_id, draft.control_key)
    if control is measure:
        raise InvalidInputError(
            "The negative control must be another measure.", field="control_key"
        )
    broken = dict(read_marks(db, load_data(db, organisation_id).measures, None).broken_since())
    plan = Plan(
        measure_key=measure.key,
        with_goals=tuple(unit.id for unit in units),
        compared=tuple(unit.id for unit in others),
        starts=draft.starts,
        phase_in=draft.phase_in,
        impact=draft.impact,
        broken=broken.get(measure.key),
        ends=draft.look_on.replace(day=1) if draft.look_on else LATEST,
    )
    people = _cohort(db, organisation_id, [unit.id for unit in units], draft.goal_domain, plan)
    if people < FEWEST_PEOPLE:
        raise InvalidInputError(
            f"Fewer than {FEWEST_PEOPLE} people in these units had such a goal by "
            f"{month_words(plan.after_from)}. A comparison needs {FEWEST_PEOPLE} or more, so that "
            "it is not about one person.",
            field="with_goals",
        )
    return Checked(
        measure=measure, control=control, units=units, others=others, people=people, plan=plan
    )


def _chosen(
    db: "Session", organisation_id: int, draft: ComparisonDraft
) -> tuple[tuple[OrganisationUnit, ...], tuple[OrganisationUnit, ...]]:
    """Load the units of both sides. None stands on both, and none within another."""
    rows = db.scalars(
        select(OrganisationUnit).where(
            OrganisationUnit.organisation_id == organisation_id,
            OrganisationUnit.public_id.in_([*draft.with_goals, *draft.compared]),
        )
    )
    known = {unit.public_id: unit for unit in rows}
    sides = [
        tuple(known[one] for one in dict.fromkeys(ids) if one in known)
        for ids in (draft.with_goals, draft.compared)
    ]
    if not sides[0]:
        raise InvalidInputError("Choose the units where people had the goals.", field="with_goals")
    chosen = [unit.id for side in sides for unit in side]
    if len(set(chosen)) < len(chosen):
        raise InvalidInputError("A unit cannot be on both sides.", field="compared")
    tree = units_and_those_above(organisation_id)
    nested = db.scalar(
        select(func.count())
        .select_from(tree)
        .where(tree.c.unit_id.in_(chosen), tree.c.above_id.in_(chosen))
        .where(tree.c.unit_id != tree.c.above_id)
    )
    if nested:
        raise InvalidInputError(
            "One of these units is part of another one. Choose units that stand side by side.",
            field="compared",
        )
    return sides[0], sides[1]


def _cohort(
    db: "Session", organisation_id: int, unit_ids: list[int], domain: str, plan: Plan
) -> int:
    """Count the different people who had such a goal there when after began."""
    tree = units_and_those_above(organisation_id)
    there = (
        select(Assignment.staff_member_id)
        .join(tree, tree.c.unit_id == Assignment.organisation_unit_id)
        .where(
            tree.c.above_id.in_(unit_ids),
            Assignment.organisation_id == organisation_id,
            Assignment.current_on(plan.after_from),
        )
    )
    query = select(func.count(Goal.staff_member_id.distinct())).where(
        Goal.organisation_id == organisation_id,
        Goal.is_dropped.is_(False),
        Goal.agreed_at < datetime.combine(next_month(plan.after_from), time.min, tzinfo=UTC),
        Goal.staff_member_id.in_(there),
    )
    if domain:
        of_domain = (
            select(Competence.id)
            .join(Domain, Domain.id == Competence.domain_id)
            .where(Domain.organisation_id == organisation_id, Domain.key == domain)
        )
        query = query.where(Goal.competence_id.in_(of_domain))
    return db.scalar(query) or 0


def _measure(db: "Session", organisation_id: int, key: str) -> OutcomeMeasure | None:
    return db.scalar(
        select(OutcomeMeasure).where(
            OutcomeMeasure.organisation_id == organisation_id, OutcomeMeasure.key == key
        )
    )
