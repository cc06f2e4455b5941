"""Goals as people look at them: with the help offered, what stands in the way, and the story."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalStage,
    Barrier,
    BarrierKind,
    Goal,
    GoalProgress,
    OfferOfSupport,
    Progress,
    StaffMember,
    SupportKind,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PROGRESS_WORDS = {
    Progress.NOT_YET: "Not yet",
    Progress.GETTING_THERE: "Getting there",
    Progress.CONFIDENT: "Confident",
    Progress.HELPS_OTHERS: "Helps others",
}
SUPPORT_WORDS = {
    SupportKind.TIME: "Time set aside",
    SupportKind.CHAMPION: "A digital champion",
    SupportKind.DROP_IN: "A drop-in session",
    SupportKind.LEARNING_RESOURCE: "Something to learn from",
    SupportKind.OTHER: "Other help",
}
BARRIER_WORDS = {
    BarrierKind.HARDWARE: "Computers and devices",
    BarrierKind.ACCESS: "Logins and access",
    BarrierKind.TRAINING: "Training",
    BarrierKind.USABILITY: "Hard to use",
    BarrierKind.RELIABILITY: "Slow or failing systems",
    BarrierKind.TIME: "Time",
}


@dataclass(frozen=True, kw_only=True)
class StoryMoment:
    """How far the person had come at one moment."""

    progress: str
    note: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class BarrierStory:
    """What stood in the way, and what became of it."""

    public_id: str
    goal_id: int | None
    kind: str
    description: str
    owner: str
    fix_by_on: date | None
    fixed_on: date | None
    outcome: str

    @property
    def is_open(self) -> bool:
        return self.fixed_on is None


@dataclass(frozen=True, kw_only=True)
class GoalStory:
    """One goal, whole."""

    id: int
    public_id: str
    competence_id: int | None
    wording: str
    reason: str
    due_on: date
    progress: Progress
    is_dropped: bool
    is_carried_over: bool
    help_offered: tuple[str, ...]
    barriers: tuple[BarrierStory, ...]
    story: tuple[StoryMoment, ...]

    @property
    def progress_words(self) -> str:
        return "No longer needed" if self.is_dropped else PROGRESS_WORDS[self.progress]


def goals_of_appraisal(db: "Session", appraisal: Appraisal) -> list[GoalStory]:
    """Give every goal of one appraisal, the ones from before first. Four queries."""
    rows = db.execute(
        select(Goal, AppraisalGoal.is_carried_over)
        .join(AppraisalGoal, AppraisalGoal.goal_id == Goal.id)
        .where(AppraisalGoal.appraisal_id == appraisal.id)
        .order_by(AppraisalGoal.is_carried_over.desc(), AppraisalGoal.id)
    ).all()
    shown = [(goal, carried) for goal, carried in rows if carried or not goal.is_dropped]
    return _with_stories(db, shown)


def signed_goals_of(db: "Session", staff_member_id: int) -> list[GoalStory]:
    """Give the goals that were ever signed: what a new manager may see. Four queries."""
    goals = db.scalars(
        select(Goal)
        .where(
            Goal.staff_member_id == staff_member_id,
            Goal.id.in_(
                select(AppraisalGoal.goal_id)
                .join(Appraisal, Appraisal.id == AppraisalGoal.appraisal_id)
                .where(Appraisal.stage == AppraisalStage.SIGNED)
            ),
        )
        .order_by(Goal.is_dropped, Goal.id.desc())
    )
    return _with_stories(db, [(goal, False) for goal in goals])


def barriers_without_goal(
    db: "Session", staff_member_id: int, *, since: date
) -> list[BarrierStory]:
    """Give what was noted apart from any goal, such as in an induction: open, or fixed since."""
    recent = or_(Barrier.fixed_on.is_(None), Barrier.fixed_on >= since)
    return _barriers(
        db, and_(Barrier.staff_member_id == staff_member_id, Barrier.goal_id.is_(None), recent)
    )


def _with_stories(db: "Session", goals: list[tuple[Goal, bool]]) -> list[GoalStory]:
    ids = [goal.id for goal, _carried in goals]
    if not ids:
        return []
    offers: dict[int, list[str]] = {}
    for goal_id, kind, description in db.execute(
        select(OfferOfSupport.goal_id, OfferOfSupport.kind, OfferOfSupport.description)
        .where(OfferOfSupport.goal_id.in_(ids))
        .order_by(OfferOfSupport.id)
    ):
        words = SUPPORT_WORDS[kind]
        offers.setdefault(goal_id, []).append(f"{words}: {description}" if description else words)
    barriers: dict[int | None, list[BarrierStory]] = {}
    for barrier in _barriers(db, Barrier.goal_id.in_(ids)):
        barriers.setdefault(barrier.goal_id, []).append(barrier)
    story = _moments(db, ids)
    return [
        GoalStory(
            id=goal.id,
            public_id=goal.public_id,
            competence_id=goal.competence_id,
            wording=goal.wording,
            reason=goal.reason,
            due_on=goal.due_on,
            progress=goal.progress,
            is_dropped=goal.is_dropped,
            is_carried_over=carried,
            help_offered=tuple(offers.get(goal.id, ())),
            barriers=tuple(barriers.get(goal.id, ())),
            story=tuple(story.get(goal.id, ())),
        )
        for goal, carried in goals
    ]


def _moments(db: "Session", goal_ids: Iterable[int]) -> dict[int, list[StoryMoment]]:
    moments: dict[int, list[StoryMoment]] = {}
    rows = db.execute(
        select(GoalProgress.goal_id, GoalProgress.progress, GoalProgress.note, GoalProgress.at)
        .where(GoalProgress.goal_id.in_(list(goal_ids)))
        .order_by(GoalProgress.id)
    )
    for goal_id, progress, note, at in rows:
        moments.setdefault(goal_id, []).append(
            StoryMoment(progress=PROGRESS_WORDS[progress], note=note, at=at)
        )
    return moments


def _barriers(db: "Session", condition: Any) -> list[BarrierStory]:  # noqa: ANN401 - an SQL test
    rows = db.execute(
        select(Barrier, StaffMember)
        .outerjoin(StaffMember, StaffMember.id == Barrier.owner_id)
        .where(condition)
        .order_by(Barrier.id)
    )
    return [
        BarrierStory(
            public_id=barrier.public_id,
            goal_id=barrier.goal_id,
            kind=BARRIER_WORDS[barrier.kind],
            description=barrier.description,
            owner=owner.name if owner else "",
            fix_by_on=barrier.fix_by_on,
            fixed_on=barrier.fixed_on,
            outcome=barrier.outcome,
        )
        for barrier, owner in rows
    ]
