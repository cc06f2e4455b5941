"""Goals agreed in an appraisal: what will be different at work, and the help offered."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import InvalidInputError, NotFoundError, StaleTextError
from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AuditKind,
    BarrierKind,
    Competence,
    Framework,
    FrameworkState,
    Goal,
    OfferOfSupport,
    SupportKind,
)
from tracker.models.competence import Domain
from tracker.services import audit, resources
from tracker.services.barriers import BarrierDraft, raise_or_change
from tracker.services.goal_offer_answers import link_to_offer
from tracker.services.goal_stories import BARRIER_WORDS, SUPPORT_WORDS
from tracker.services.holding import hold
from tracker.services.period_words import day_words
from tracker.services.preparations import SOMEBODY_ELSE_SAVED, require_unlocked

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

MOST_NEW = 3
#: A goal that lies further off than this is a plan; two years leaves room for any cycle.
LONGEST_YEARS = 2
LONGEST_WORDS = 300


@dataclass(frozen=True, kw_only=True)
class GoalDraft:
    """What two people wrote on the goal form."""

    wording: str
    due_on: date
    competence_id: int | None = None
    reason: str = ""
    support_kind: SupportKind | None = None
    support: str = ""
    barrier_kind: BarrierKind | None = None
    barrier: str = ""
    barrier_owner_email: str = ""
    barrier_fix_by_on: date | None = None
    #: the public id of something to learn from, out of the trust's list
    learning_resource: str = ""
    #: the public id of the offer to many that this is
    offer_id: str = ""
    #: made up when the form was shown: a second press brings the same one
    form_key: str | None = None
    #: the goal's version that this began from
    version: int = 0


def agree_goal(
    db: "Session", appraisal: Appraisal, draft: GoalDraft, *, by: "Identity", today: date
) -> Goal:
    """Add a goal to an open appraisal. The same form sent twice makes one goal.

    :raises InvalidInputError: for a date in the past, a goal that is there already, a fourth goal.
    """
    hold(db, appraisal)  # the same form, sent twice at the same moment: the second finds the first
    twin = _from_the_same_form(db, appraisal, draft)
    if twin is not None:
        return twin
    require_unlocked(db, appraisal)
    _check(db, appraisal, draft, today=today)
    if _new_goals(db, appraisal) >= MOST_NEW:
        raise InvalidInputError(
            "You have three new goals. That is plenty for six months: change or remove one of "
            "them to make room."
        )
    with db.begin_nested():  # all of it, or nothing
        goal = _add(db, appraisal, draft, by=by, today=today)
    audit.record(
        db, AuditKind.GOAL_AGREED, goal, by=by, subject_id=goal.staff_member_id, reason="appraisal"
    )
    return goal


def _add(
    db: "Session", appraisal: Appraisal, draft: GoalDraft, *, by: "Identity", today: date
) -> Goal:
    goal = Goal(
        organisation_id=appraisal.organisation_id,
        staff_member_id=appraisal.appraisee_id,
        competence_id=_known_competence(db, appraisal, draft.competence_id),
        wording=draft.wording,
        reason=draft.reason,
        due_on=draft.due_on,
        form_key=draft.form_key,
    )
    db.add(goal)
    db.flush()  # its place in the appraisal needs its id
    db.add(
        AppraisalGoal(
            organisation_id=appraisal.organisation_id,
            appraisal_id=appraisal.id,
            goal_id=goal.id,
        )
    )
    _offer_help(db, goal, draft)
    raise_or_change(db, appraisal, goal, _barrier(draft), by=by, today=today)
    if draft.offer_id:
        link_to_offer(db, goal, draft.offer_id, today=today)
    return goal


def change_goal(  # noqa: PLR0913 - each is one plain fact of the change
    db: "Session",
    appraisal: Appraisal,
    goal: Goal,
    draft: GoalDraft,
    *,
    by: "Identity",
    today: date,
) -> Goal:
    """Change the words, date, help or barrier of a goal in an open appraisal.

    :raises StaleTextError: when somebody else changed the goal in the meantime.
    """
    hold(db, goal)
    require_unlocked(db, appraisal)
    if goal.version != draft.version:
        if _same(draft_of(goal), draft):
            return goal
        raise StaleTextError(SOMEBODY_ELSE_SAVED, saved=in_words(goal), version=goal.version)
    _check(db, appraisal, draft, today=today, but=goal)
    with db.begin_nested():
        goal.version += 1
        goal.wording = draft.wording
        goal.due_on = draft.due_on
        _offer_help(db, goal, draft)
        raise_or_change(db, appraisal, goal, _barrier(draft), by=by, today=today)
    audit.record(
        db, AuditKind.GOAL_CHANGED, goal, by=by, subject_id=goal.staff_member_id, reason="appraisal"
    )
    return goal


def drop_goal(db: "Session", appraisal: Appraisal, goal: Goal, *, by: "Identity") -> None:
    """Take a goal out: a new one as if it had not been, an old one as no longer needed."""
    require_unlocked(db, appraisal)
    if goal.is_dropped:
        return
    goal.is_dropped = True
    audit.record(
        db, AuditKind.GOAL_DROPPED, goal, by=by, subject_id=goal.staff_member_id, reason="appraisal"
    )


def goal_in(db: "Session", appraisal: Appraisal, public_id: str) -> Goal:
    """Give one goal of an appraisal.

    :raises NotFoundError: when it has no such goal.
    """
    goal = db.scalar(
        select(Goal)
        .join(AppraisalGoal, AppraisalGoal.goal_id == Goal.id)
        .where(AppraisalGoal.appraisal_id == appraisal.id, Goal.public_id == public_id)
    )
    if goal is None:
        raise NotFoundError("There is no such goal.")
    return goal


def draft_of(goal: Goal) -> GoalDraft:
    """Give a goal as its form shows it."""
    offer = goal.offers[0] if goal.offers else None
    barrier = goal.barriers[0] if goal.barriers else None
    return GoalDraft(
        wording=goal.wording,
        due_on=goal.due_on,
        competence_id=goal.competence_id,
        reason=goal.reason,
        support_kind=offer.kind if offer else None,
        support=offer.description if offer else "",
        barrier_kind=barrier.kind if barrier else None,
        barrier=barrier.description if barrier else "",
        barrier_owner_email=(barrier.owner.email or "") if barrier and barrier.owner else "",
        barrier_fix_by_on=barrier.fix_by_on if barrier else None,
        version=goal.version,
    )


def in_words(goal: Goal) -> dict[str, str]:
    """Say what a goal holds as a person reads it, by the name of the box on its form."""
    kept = draft_of(goal)
    return {
        "wording": kept.wording,
        "due_on": day_words(kept.due_on),
        "support_kind": SUPPORT_WORDS[kept.support_kind] if kept.support_kind else "",
        "support": kept.support,
        "barrier_kind": BARRIER_WORDS[kept.barrier_kind] if kept.barrier_kind else "",
        "barrier": kept.barrier,
        "barrier_owner_email": kept.barrier_owner_email,
        "barrier_fix_by_on": day_words(kept.barrier_fix_by_on) if kept.barrier_fix_by_on else "",
    }


def _same(kept: GoalDraft, given: GoalDraft) -> bool:
    """Say whether a form brings what is there already: sent twice, it is no quarrel."""
    names = ("wording", "due_on", "support_kind", "support", "barrier_kind", "barrier_fix_by_on")
    return all(getattr(kept, name) == getattr(given, name) for name in names)


def _from_the_same_form(db: "Session", appraisal: Appraisal, draft: GoalDraft) -> Goal | None:
    if not draft.form_key:
        return None
    return db.scalar(
        select(Goal).where(
            Goal.staff_member_id == appraisal.appraisee_id, Goal.form_key == draft.form_key
        )
    )


def _check(
    db: "Session", appraisal: Appraisal, draft: GoalDraft, *, today: date, but: Goal | None = None
) -> None:
    if draft.due_on < today and (but is None or but.due_on != draft.due_on):
        raise InvalidInputError(
            "That date has passed. Choose a day that is still to come, so that there is time.",
            field="due_on",
        )
    if draft.due_on.year > today.year + LONGEST_YEARS:
        raise InvalidInputError(
            "That is far away. Choose a date within the next two years.", field="due_on"
        )
    wording = " ".join(draft.wording.lower().split()).rstrip(".")
    for other in _live_goals(db, appraisal):
        if but is not None and other.id == but.id:
            continue
        if " ".join(other.wording.lower().split()).rstrip(".") == wording:
            raise InvalidInputError(
                "This goal is on the list already. Change that one, or choose other words.",
                field="wording",
            )


def _live_goals(db: "Session", appraisal: Appraisal) -> list[Goal]:
    return list(
        db.scalars(
            select(Goal)
            .join(AppraisalGoal, AppraisalGoal.goal_id == Goal.id)
            .where(AppraisalGoal.appraisal_id == appraisal.id, Goal.is_dropped.is_(False))
        )
    )


def _new_goals(db: "Session", appraisal: Appraisal) -> int:
    count = db.scalar(
        select(func.count())
        .select_from(AppraisalGoal)
        .join(Goal, Goal.id == AppraisalGoal.goal_id)
        .where(
            AppraisalGoal.appraisal_id == appraisal.id,
            AppraisalGoal.is_carried_over.is_(False),
            Goal.is_dropped.is_(False),
        )
    )
    return count or 0


def _known_competence(db: "Session", appraisal: Appraisal, competence_id: int | None) -> int | None:
    """Give the id back only if it is one of this trust's: a form field can hold anything."""
    if competence_id is None:
        return None
    return db.scalar(
        select(Competence.id)
        .join(Domain, Domain.id == Competence.domain_id)
        .join(Framework, Framework.id == Domain.framework_id)
        .where(
            Competence.id == competence_id,
            Competence.organisation_id == appraisal.organisation_id,
            Framework.state == FrameworkState.PUBLISHED,
        )
    )


def _offer_help(db: "Session", goal: Goal, draft: GoalDraft) -> None:
    resource = resources.chosen(db, goal.organisation_id, draft.learning_resource)
    offers = goal.offers
    if draft.support_kind is None and resource is None:
        for offer in offers:
            db.delete(offer)
        return
    if not offers:
        offers.append(OfferOfSupport(organisation_id=goal.organisation_id, link=""))
    offer = offers[0]
    offer.kind = draft.support_kind or SupportKind.LEARNING_RESOURCE
    offer.description = draft.support
    if resource is not None:
        said = f"{resource.title}. {draft.support}" if draft.support else resource.title
        offer.description = said[:LONGEST_WORDS]
        offer.link = resource.link


def _barrier(draft: GoalDraft) -> BarrierDraft | None:
    if draft.barrier_kind is None:
        return None
    return BarrierDraft(
        kind=draft.barrier_kind,
        description=draft.barrier,
        owner_email=draft.barrier_owner_email,
        fix_by_on=draft.barrier_fix_by_on,
    )
