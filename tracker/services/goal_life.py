"""What becomes of a goal once it is agreed: progress, small steps, its end, and a new beginning."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError, StaleTextError
from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalStage,
    AuditKind,
    Goal,
    GoalProgress,
    GoalStep,
    Progress,
    SecondAppraiser,
    StaffMember,
    StandIn,
)
from tracker.security.taking_part import agreed, manages_now
from tracker.services import audit
from tracker.services.goal_stories import PROGRESS_WORDS, GoalStory, story_of
from tracker.services.holding import hold

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

MOST_STEPS = 12


@dataclass(frozen=True, kw_only=True)
class ProgressDraft:
    """How somebody says it is going, and which moment of the story they knew of."""

    progress: Progress
    note: str = ""
    #: the number of moments in the story when the form was shown; none: do not ask
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class GoalPage:
    """One goal with its story, and the appraisals that it was part of."""

    story: GoalStory
    #: the day of each signed appraisal that it stands in, with the address of its record
    appraisals: list[tuple[Appraisal, str]]
    seen: int


def goal_page(db: "Session", goal: Goal, *, by: "Identity") -> GoalPage:
    """Gather one goal. A look at somebody else's is noted for them to see."""
    audit.record_look(
        db,
        AuditKind.GOALS_READ,
        goal,
        by=by,
        subject_id=goal.staff_member_id,
        reason=_why(db, goal, by),
    )
    rows = db.execute(
        select(Appraisal, StaffMember)
        .join(AppraisalGoal, AppraisalGoal.appraisal_id == Appraisal.id)
        .join(StaffMember, StaffMember.id == Appraisal.appraiser_id)
        .where(AppraisalGoal.goal_id == goal.id, Appraisal.stage != AppraisalStage.WITHDRAWN)
        .order_by(Appraisal.id)
    )
    story = story_of(db, goal)
    return GoalPage(
        story=story,
        appraisals=[(appraisal, appraiser.name) for appraisal, appraiser in rows],
        seen=len(story.story),
    )


def record_progress(
    db: "Session", goal: Goal, draft: ProgressDraft, *, by: "Identity", now: datetime
) -> None:
    """Add a moment to a goal's story. Pressed twice with nothing new, it adds nothing.

    :raises StaleTextError: when somebody else noted something since the form was shown.
    """
    _require_at_work(goal)
    hold(db, goal)
    last = _last_moment(db, goal)
    if last is not None and (last.progress, last.note, last.by_id) == (
        draft.progress,
        draft.note,
        by.staff_id,
    ):
        return
    if last is None and goal.progress is draft.progress and not draft.note:
        return
    if draft.seen is not None and last is not None:
        count = _moments(db, goal)
        if count > draft.seen:
            raise StaleTextError(
                "Somebody noted something else in the meantime. Both are kept in the story. "
                "Choose what fits best now, then save.",
                saved={"progress": PROGRESS_WORDS[last.progress], "note": last.note},
                version=count,
            )
    _add_moment(db, goal, draft.progress, draft.note, by=by, now=now)
    _audit(db, AuditKind.GOAL_PROGRESSED, goal, by=by)


def add_step(db: "Session", goal: Goal, wording: str, *, by: "Identity") -> None:
    """Add a small part to tick off. The same words again add nothing."""
    _require_at_work(goal)
    hold(db, goal)
    steps = list(db.scalars(select(GoalStep).where(GoalStep.goal_id == goal.id)))
    if any(step.wording == wording for step in steps):
        return
    if len(steps) >= MOST_STEPS:
        raise InvalidInputError(
            "Twelve steps are plenty for one goal. Take one out to make room.", field="wording"
        )
    db.add(GoalStep(organisation_id=goal.organisation_id, goal_id=goal.id, wording=wording))
    _audit(db, AuditKind.GOAL_STEP_CHANGED, goal, by=by)


def tick_steps(
    db: "Session", goal: Goal, done: frozenset[str], *, by: "Identity", now: datetime
) -> None:
    """Keep which steps are done: those named are, the others are not."""
    _require_at_work(goal)
    changed = False
    for step in db.scalars(select(GoalStep).where(GoalStep.goal_id == goal.id)):
        is_done = step.public_id in done
        if is_done == (step.done_at is not None):
            continue
        changed = True
        step.done_at = now if is_done else None
        step.done_by_id = by.staff_id if is_done else None
    if changed:
        _audit(db, AuditKind.GOAL_STEP_CHANGED, goal, by=by)


def remove_step(db: "Session", goal: Goal, public_id: str, *, by: "Identity") -> None:
    """Take a step out. One that is gone already is no reason to complain."""
    _require_at_work(goal)
    step = db.scalar(
        select(GoalStep).where(GoalStep.goal_id == goal.id, GoalStep.public_id == public_id)
    )
    if step is not None:
        db.delete(step)
        _audit(db, AuditKind.GOAL_STEP_CHANGED, goal, by=by)


def close_goal(
    db: "Session", goal: Goal, draft: ProgressDraft, *, by: "Identity", now: datetime
) -> None:
    """Finish a goal: it leaves the work in hand and stays in the history, with how it ended."""
    if goal.is_dropped:
        raise NotFoundError("This goal was taken out.")
    hold(db, goal)
    if goal.closed_at is not None:
        return
    _add_moment(db, goal, draft.progress, draft.note, by=by, now=now)
    goal.closed_at = now
    _audit(db, AuditKind.GOAL_CLOSED, goal, by=by)


def reopen_goal(db: "Session", goal: Goal, *, by: "Identity") -> None:
    """Take a finished goal up again, with its story."""
    hold(db, goal)
    if goal.closed_at is not None:
        goal.closed_at = None
        _audit(db, AuditKind.GOAL_REOPENED, goal, by=by)


def _require_at_work(goal: Goal) -> None:
    if goal.is_dropped:
        raise NotFoundError("This goal was taken out.")
    if goal.closed_at is not None:
        raise NotAllowedNowError("This goal is finished. Take it up again first.")


def _add_moment(  # noqa: PLR0913 - each is one plain fact of the moment
    db: "Session", goal: Goal, progress: Progress, note: str, *, by: "Identity", now: datetime
) -> None:
    goal.progress = progress
    db.add(
        GoalProgress(
            organisation_id=goal.organisation_id,
            goal_id=goal.id,
            progress=progress,
            note=note,
            by_id=by.staff_id,
            at=now,
        )
    )


def _last_moment(db: "Session", goal: Goal) -> GoalProgress | None:
    return db.scalar(
        select(GoalProgress)
        .where(GoalProgress.goal_id == goal.id)
        .order_by(GoalProgress.id.desc())
        .limit(1)
    )


def _moments(db: "Session", goal: Goal) -> int:
    return (
        db.scalar(
            select(func.count()).select_from(GoalProgress).where(GoalProgress.goal_id == goal.id)
        )
        or 0
    )


def _audit(db: "Session", kind: AuditKind, goal: Goal, *, by: "Identity") -> None:
    audit.record(
        db,
        kind,
        goal,
        by=by,
        subject_id=goal.staff_member_id,
        reason=_why(db, goal, by),
    )


def _why(db: "Session", goal: Goal, by: "Identity") -> str:
    """Say why somebody may, for the person to read."""
    if by.staff_id == goal.staff_member_id:
        return "own record"
    second = exists().where(
        SecondAppraiser.appraisal_id == Appraisal.id,
        SecondAppraiser.staff_member_id == by.staff_id,
        agreed(),
    )
    stand_in = exists().where(
        StandIn.manager_id == Appraisal.appraiser_id,
        StandIn.delegate_id == by.staff_id,
        StandIn.ended_at.is_(None),
    )
    helps = db.execute(
        select(second, stand_in, manages_now(goal.staff_member_id, by.staff_id))
        .select_from(Appraisal)
        .join(AppraisalGoal, AppraisalGoal.appraisal_id == Appraisal.id)
        .where(AppraisalGoal.goal_id == goal.id, Appraisal.stage == AppraisalStage.OPEN)
    ).first()
    if helps is None or helps[2] or not any(helps):  # who is both is told as the manager
        return "manager"
    return "second appraiser" if helps[0] else "stand-in"
