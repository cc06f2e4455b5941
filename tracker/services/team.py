"""A manager's team on one page: who is due when, what comes next, what stands in the way."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, literal, or_, select

from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalPreparation,
    AppraisalStage,
    Assignment,
    AuditEvent,
    AuditKind,
    Barrier,
    Goal,
    Induction,
    InductionStage,
    InductionTask,
    ReportingLine,
    Side,
    Signature,
    StaffMember,
)
from tracker.services.appraisal_cycles import LastAppraisal
from tracker.services.appraisal_round import Rules, rules_of, when_due
from tracker.services.appraisals import REACHED, last_appraisals
from tracker.services.reporting import Managed, is_primary_today

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


class NextStep(enum.StrEnum):
    """What comes next in somebody's appraisal, as their manager sees it."""

    NOTHING = "nothing"
    ELSEWHERE = "elsewhere"
    WITH_ANOTHER = "with_another"
    LEFT_OUT = "left_out"
    PREPARE = "prepare"
    WAIT_FOR_NOTES = "wait_for_notes"
    MEET = "meet"
    SIGN = "sign"
    WAIT_FOR_SIGNATURE = "wait_for_signature"


@dataclass(frozen=True, kw_only=True)
class InductionState:
    """How far a starter's first months have come."""

    public_id: str
    done: int
    tasks: int


@dataclass(frozen=True, kw_only=True)
class TeamMember:
    """One line of the team page."""

    public_id: str
    name: str
    job: str
    due_on: date | None
    next_step: NextStep
    #: of the open appraisal with this manager
    appraisal_id: str | None
    open_goals: int
    open_barriers: int
    induction: InductionState | None
    is_late: bool


@dataclass
class _Facts:
    """What one query each has found out about everybody in the team, by person or appraisal."""

    open: dict[int, Appraisal] = field(default_factory=dict)
    last: dict[int, LastAppraisal] = field(default_factory=dict)
    shared: set[tuple[int, Side]] = field(default_factory=set)
    signed: set[tuple[int, Side]] = field(default_factory=set)
    goals: dict[int, int] = field(default_factory=dict)
    barriers: dict[int, int] = field(default_factory=dict)
    inductions: dict[int, InductionState] = field(default_factory=dict)


def team_page(db: "Session", *, by: "Identity", today: date) -> list[TeamMember]:
    """Give a manager's people, the soonest due first. As many queries for twelve as for two."""
    people = _people(db, by, today)
    if not people:
        return []
    facts = _facts(db, list(people), by.organisation_id)
    rules = rules_of(db, by.organisation_id, today=today)
    team = [
        _member(person, managed, facts, rules=rules, by=by, today=today)
        for person, managed in people.values()
    ]
    _note_looks(db, people, by)
    return sorted(team, key=lambda one: (one.due_on is None, one.due_on, one.name))


def _people(db: "Session", by: "Identity", today: date) -> dict[int, tuple[StaffMember, Managed]]:
    rows = db.execute(
        select(
            StaffMember,
            Assignment.staff_group,
            Assignment.job_role,
            Assignment.status,
            Assignment.category,
        )
        .join(ReportingLine, ReportingLine.staff_member_id == StaffMember.id)
        .outerjoin(
            Assignment,
            (Assignment.staff_member_id == StaffMember.id) & is_primary_today(today),
        )
        .where(
            ReportingLine.organisation_id == by.organisation_id,
            ReportingLine.manager_id == by.staff_id,
            ReportingLine.current_on(today),
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
        )
        .order_by(StaffMember.id)
    )
    return {
        person.id: (
            person,
            Managed(
                staff_member_id=person.id,
                manager_id=by.staff_id,
                manager_ids=frozenset({by.staff_id}),
                hired_on=person.hired_on,
                staff_group=group,
                job_role=job,
                status=status,
                category=category,
            ),
        )
        for person, group, job, status, category in rows
    }


def _facts(db: "Session", ids: list[int], organisation_id: int) -> _Facts:
    found = {
        one.appraisee_id: one
        for one in db.scalars(
            select(Appraisal).where(
                Appraisal.appraisee_id.in_(ids), Appraisal.stage == AppraisalStage.OPEN
            )
        )
    }
    steps = steps_taken(db, [one.id for one in found.values()])
    return _Facts(
        open=found,
        last=last_appraisals(db, organisation_id, only=ids),
        shared=steps["shared"],
        signed=steps["signed"],
        goals=_open_goals(db, ids),
        barriers=_open_barriers(db, ids),
        inductions=_inductions(db, ids),
    )


def steps_taken(db: "Session", appraisal_ids: list[int]) -> dict[str, set[tuple[int, Side]]]:
    """Find who has shared and who has signed, in one question."""
    notes = select(
        literal("shared"), AppraisalPreparation.appraisal_id, AppraisalPreparation.side
    ).where(
        AppraisalPreparation.appraisal_id.in_(appraisal_ids),
        AppraisalPreparation.shared_at.is_not(None),
    )
    names = select(literal("signed"), Signature.appraisal_id, Signature.side).where(
        Signature.appraisal_id.in_(appraisal_ids)
    )
    steps: dict[str, set[tuple[int, Side]]] = {"shared": set(), "signed": set()}
    for step, appraisal_id, side in db.execute(notes.union_all(names)):
        steps[step].add((appraisal_id, side))
    return steps


def _open_goals(db: "Session", ids: Iterable[int]) -> dict[int, int]:
    """Count signed goals that are not reached yet: a draft is not for counting."""
    signed = (
        select(AppraisalGoal.goal_id)
        .join(Appraisal, Appraisal.id == AppraisalGoal.appraisal_id)
        .where(Appraisal.stage == AppraisalStage.SIGNED)
    )
    rows = db.execute(
        select(Goal.staff_member_id, func.count())
        .where(
            Goal.staff_member_id.in_(list(ids)),
            Goal.is_dropped.is_(False),
            Goal.progress.not_in(REACHED),
            Goal.id.in_(signed),
        )
        .group_by(Goal.staff_member_id)
    )
    return {row[0]: row[1] for row in rows}


def _open_barriers(db: "Session", ids: Iterable[int]) -> dict[int, int]:
    rows = db.execute(
        select(Barrier.staff_member_id, func.count())
        .where(Barrier.staff_member_id.in_(list(ids)), Barrier.fixed_on.is_(None))
        .group_by(Barrier.staff_member_id)
    )
    return {row[0]: row[1] for row in rows}


def _inductions(db: "Session", ids: Iterable[int]) -> dict[int, InductionState]:
    rows = db.execute(
        select(
            Induction.staff_member_id,
            Induction.public_id,
            func.count(InductionTask.done_at),
            func.count(InductionTask.id),
        )
        .outerjoin(InductionTask, InductionTask.induction_id == Induction.id)
        .where(
            Induction.staff_member_id.in_(list(ids)),
            Induction.stage == InductionStage.UNDER_WAY,
        )
        .group_by(Induction.staff_member_id, Induction.public_id)
    )
    return {
        staff_id: InductionState(public_id=public_id, done=done, tasks=tasks)
        for staff_id, public_id, done, tasks in rows
    }


def _member(  # noqa: PLR0913 - one line of the page from what all the queries found
    person: StaffMember,
    managed: Managed,
    facts: _Facts,
    *,
    rules: Rules,
    by: "Identity",
    today: date,
) -> TeamMember:
    appraisal = facts.open.get(person.id)
    last = facts.last.get(person.id)
    due = appraisal.due_on if appraisal else when_due(managed, last, rules, today=today)
    is_mine = appraisal is not None and appraisal.appraiser_id == by.staff_id
    if appraisal is None:
        next_step = _when_nothing_is_open(managed, rules)
    elif is_mine:
        next_step = step_of(appraisal, shared=facts.shared, signed=facts.signed)
    else:
        next_step = NextStep.WITH_ANOTHER
    return TeamMember(
        public_id=person.public_id,
        name=person.name,
        job=managed.job_role or "",
        due_on=due,
        next_step=next_step,
        appraisal_id=appraisal.public_id if appraisal is not None and is_mine else None,
        open_goals=facts.goals.get(person.id, 0),
        open_barriers=facts.barriers.get(person.id, 0),
        induction=facts.inductions.get(person.id),
        is_late=appraisal is not None and appraisal.due_on < today,
    )


def _when_nothing_is_open(managed: Managed, rules: Rules) -> NextStep:
    if managed.is_away or rules.exclusions.leave_out(managed):
        return NextStep.LEFT_OUT
    is_elsewhere = rules.cycles.for_group(managed.staff_group).is_elsewhere
    return NextStep.ELSEWHERE if is_elsewhere else NextStep.NOTHING


def step_of(
    appraisal: Appraisal, *, shared: set[tuple[int, Side]], signed: set[tuple[int, Side]]
) -> NextStep:
    """Say what the appraiser's side does next, from who has shared and who has signed."""
    signers = {side for id_, side in signed if id_ == appraisal.id}
    if Side.APPRAISER in signers:
        return NextStep.WAIT_FOR_SIGNATURE
    if signers:
        return NextStep.SIGN
    if appraisal.held_on is not None or (appraisal.id, Side.APPRAISEE) in shared:
        return NextStep.MEET
    if (appraisal.id, Side.APPRAISER) in shared:
        return NextStep.WAIT_FOR_NOTES
    return NextStep.PREPARE


def _note_looks(
    db: "Session",
    people: Iterable[int],
    by: "Identity",
) -> None:
    db.execute(
        insert(AuditEvent),
        [
            {
                "organisation_id": by.organisation_id,
                "kind": AuditKind.TEAM_READ,
                "actor_id": by.staff_id,
                "subject_id": person_id,
                "record": f"staff_member:{person_id}",
                "reason": "manager",
                "details": {},
            }
            for person_id in people
        ],
    )
