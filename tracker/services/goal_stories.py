"""Goals as people look at them: with the help offered, what stands in the way, and the story."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, false, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalStage,
    Barrier,
    BarrierKind,
    Goal,
    GoalOffer,
    GoalOfferAnswer,
    GoalProgress,
    GoalStep,
    OfferOfSupport,
    Progress,
    StaffMember,
    SupportKind,
)
from tracker.services.period_words import day_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_NAMES = ("preferred_name", "given_name", "family_name")
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
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A small part of a goal, ticked off or not yet."""

    public_id: str
    wording: str
    done_at: datetime | None

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True, kw_only=True)
class Help:
    """Help that goes with a goal, and where to find it, if it is to be found by a link."""

    words: str
    link: str


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """Why a goal is mandatory, who answers for that, and when it is looked at again."""

    safety_reason: str
    owner: str
    review_on: date | None
    is_ended: bool

    @property
    def in_words(self) -> str:
        """Say it in two sentences, for a record that stays."""
        again = f" and looks at it again on {day_words(self.review_on)}" if self.review_on else ""
        return f"{self.safety_reason.rstrip(' .')}. {self.owner} answers for it{again}."


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
    steps: tuple[Step, ...] = ()
    links: tuple[Help, ...] = ()
    mandate: Mandate | None = None
    closed_at: datetime | None = None

    @property
    def progress_words(self) -> str:
        return "No longer needed" if self.is_dropped else PROGRESS_WORDS[self.progress]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and not self.is_dropped


def conversation(
    db: "Session", appraisal: Appraisal, *, since: date
) -> tuple[list[GoalStory], list[BarrierStory]]:
    """Give every goal of one appraisal, the ones from before first, and the barriers apart.

    Apart is what was noted without a goal, such as in an induction: open, or fixed since. Three
    queries, whatever there is to show.
    """
    rows = db.execute(
        _with_mandates(AppraisalGoal.is_carried_over)
        .join(AppraisalGoal, AppraisalGoal.goal_id == Goal.id)
        .where(AppraisalGoal.appraisal_id == appraisal.id)
        .order_by(AppraisalGoal.is_carried_over.desc(), AppraisalGoal.id)
    ).all()
    shown = [row for row in rows if row.is_carried_over or not row.Goal.is_dropped]
    recent = or_(Barrier.fixed_on.is_(None), Barrier.fixed_on >= since)
    apart = and_(
        Barrier.staff_member_id == appraisal.appraisee_id, Barrier.goal_id.is_(None), recent
    )
    return _told(db, shown, also=apart)


def goals_of_appraisal(db: "Session", appraisal: Appraisal) -> list[GoalStory]:
    return conversation(db, appraisal, since=date.max)[0]


def goals_of(db: "Session", staff_member_id: int, *, only_signed: bool = False) -> list[GoalStory]:
    """Give somebody's goals, those at work first. A new manager sees only what was signed."""
    query = _with_mandates(literal(value=False).label("is_carried_over")).where(
        Goal.staff_member_id == staff_member_id
    )
    if only_signed:
        signed = (
            select(AppraisalGoal.goal_id)
            .join(Appraisal, Appraisal.id == AppraisalGoal.appraisal_id)
            .where(Appraisal.stage == AppraisalStage.SIGNED)
        )
        query = query.where(Goal.id.in_(signed))
    order = (Goal.is_dropped, Goal.closed_at.is_not(None), Goal.id.desc())
    return _told(db, db.execute(query.order_by(*order)).all())[0]


def story_of(db: "Session", goal: Goal) -> GoalStory:
    """Give one goal, whole."""
    rows = db.execute(
        _with_mandates(literal(value=False).label("is_carried_over")).where(Goal.id == goal.id)
    ).all()
    return _told(db, rows)[0][0]


def _with_mandates(is_carried_over: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own kinds
    """Select goals, each with the offer to many that it came from, if any."""
    owner = aliased(StaffMember, name="offer_owner")
    return (
        select(Goal, GoalOffer, owner, is_carried_over)
        .outerjoin(GoalOfferAnswer, GoalOfferAnswer.goal_id == Goal.id)
        .outerjoin(GoalOffer, GoalOffer.id == GoalOfferAnswer.goal_offer_id)
        .outerjoin(owner, owner.id == GoalOffer.owner_id)
    )


def _told(
    db: "Session",
    rows: Iterable[Any],
    *,
    also: Any = None,  # noqa: ANN401 - an SQL test
) -> tuple[list[GoalStory], list[BarrierStory]]:
    rows = list(rows)
    ids = [row.Goal.id for row in rows]
    of_goals = Barrier.goal_id.in_(ids) if ids else false()
    barriers: dict[int | None, list[BarrierStory]] = {}
    if ids or also is not None:
        for barrier in _barriers(db, of_goals if also is None else or_(of_goals, also)):
            barriers.setdefault(barrier.goal_id, []).append(barrier)
    parts = _parts(db, ids)
    goals = [
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
            help_offered=tuple(one.words for one in parts[goal.id].links),
            barriers=tuple(barriers.get(goal.id, ())),
            story=tuple(parts[goal.id].story),
            steps=tuple(parts[goal.id].steps),
            links=tuple(parts[goal.id].links),
            mandate=_mandate(offer, owner),
            closed_at=goal.closed_at,
        )
        for goal, offer, owner, carried in rows
    ]
    return goals, barriers.get(None, [])


def _mandate(offer: GoalOffer | None, owner: StaffMember | None) -> Mandate | None:
    if offer is None or not offer.is_mandatory:
        return None
    return Mandate(
        safety_reason=offer.safety_reason,
        owner=owner.name if owner else "",
        review_on=offer.review_on,
        is_ended=offer.ended_at is not None,
    )


@dataclass(frozen=True)
class _Parts:
    story: list[StoryMoment] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    links: list[Help] = field(default_factory=list)


def _parts(db: "Session", goal_ids: list[int]) -> dict[int, _Parts]:
    """Read steps, help and progress of goals in one query: each part is a few plain columns."""
    parts = {goal_id: _Parts() for goal_id in goal_ids}
    if not goal_ids:
        return parts
    for row in db.execute(_parts_query(goal_ids)):
        into = parts[row.goal_id]
        if row.what == "help":
            words = SUPPORT_WORDS[SupportKind(row.key)]
            said = f"{words}: {row.text}" if row.text else words
            into.links.append(Help(words=said, link=row.link))
        elif row.what == "step":
            into.steps.append(Step(public_id=row.key, wording=row.text, done_at=row.at))
        else:
            moment = StoryMoment(
                progress=PROGRESS_WORDS[Progress(row.key)],
                note=row.text,
                at=row.at,
                by=" ".join(filter(None, (row.preferred_name or row.given_name, row.family_name))),
            )
            into.story.append(moment)
    return parts


def _parts_query(goal_ids: list[int]) -> Any:  # noqa: ANN401 - SQLAlchemy's own kinds
    nobody = [cast(null(), String).label(name) for name in _NAMES]
    helped = select(
        literal("help").label("what"),
        OfferOfSupport.id.label("id"),
        OfferOfSupport.goal_id.label("goal_id"),
        cast(OfferOfSupport.kind, String).label("key"),
        OfferOfSupport.description.label("text"),
        OfferOfSupport.link.label("link"),
        OfferOfSupport.offered_at.label("at"),
        *nobody,
    ).where(OfferOfSupport.goal_id.in_(goal_ids))
    steps = select(
        literal("step"),
        GoalStep.id,
        GoalStep.goal_id,
        GoalStep.public_id,
        GoalStep.wording,
        literal(""),
        GoalStep.done_at,
        *nobody,
    ).where(GoalStep.goal_id.in_(goal_ids))
    moments = (
        select(
            literal("moment"),
            GoalProgress.id,
            GoalProgress.goal_id,
            cast(GoalProgress.progress, String),
            GoalProgress.note,
            literal(""),
            GoalProgress.at,
            *(getattr(StaffMember, name) for name in _NAMES),
        )
        .join(StaffMember, StaffMember.id == GoalProgress.by_id)
        .where(GoalProgress.goal_id.in_(goal_ids))
    )
    return union_all(helped, steps, moments).order_by("what", "id")


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
