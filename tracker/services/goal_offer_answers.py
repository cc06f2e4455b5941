"""What one person says to a goal that the trust offers to many: taken up, or not for me."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from tracker.errors import NotAllowedNowError, NotFoundError
from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalStage,
    AuditKind,
    Goal,
    GoalOffer,
    GoalOfferAnswer,
    OfferAnswer,
    OfferOfSupport,
    Signature,
    StaffMember,
    SupportKind,
)
from tracker.security.offer_groups import is_offered_to
from tracker.services import audit
from tracker.services.bulk import among
from tracker.services.goal_groups import open_offers
from tracker.services.holding import hold

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


def offers_for(db: "Session", *, by: "Identity", today: date) -> list[GoalOffer]:
    """Give the offers that wait for this person's answer, mandatory ones first."""
    query = open_offers(by.organisation_id, by.staff_id, today)
    return list(
        db.scalars(
            query.options(joinedload(GoalOffer.owner)).order_by(
                GoalOffer.is_mandatory.desc(), GoalOffer.id
            )
        )
    )


def take_up(db: "Session", offer: GoalOffer, *, by: "Identity", today: date, now: datetime) -> Goal:
    """Make an offer one's own goal. Pressed twice, it is one goal.

    :raises NotFoundError: when the offer is not for this person.
    """
    answer = _begin_answer(db, offer, OfferAnswer.TAKEN_UP, by=by, today=today, now=now)
    if answer.goal is not None:
        return answer.goal
    goal = Goal(
        organisation_id=offer.organisation_id,
        staff_member_id=by.staff_id,
        wording=offer.wording,
        reason=offer.reason,
        due_on=offer.due_on,
    )
    if offer.help_offered:
        goal.offers.append(
            OfferOfSupport(
                organisation_id=offer.organisation_id,
                kind=SupportKind.OTHER,
                description=offer.help_offered,
            )
        )
    db.add(goal)
    db.flush()
    answer.goal_id = goal.id
    answer.answer = OfferAnswer.TAKEN_UP
    _into_open_appraisal(db, goal)
    audit.record(
        db, AuditKind.GOAL_OFFER_ANSWERED, offer, by=by, subject_id=by.staff_id, reason="own record"
    )
    return goal


def decline(db: "Session", offer: GoalOffer, *, by: "Identity", today: date, now: datetime) -> None:
    """Say that an offer is not for oneself. Nobody asks why; a mandatory one is another matter.

    :raises NotAllowedNowError: for a mandatory one, with whom to talk to.
    """
    if offer.is_mandatory:
        owner = offer.owner.name if offer.owner else "its owner"
        raise NotAllowedNowError(
            f"This goal keeps people safe, so it is for everybody in the group. If it does not fit "
            f"your work, talk to {owner} or to your manager."
        )
    _begin_answer(db, offer, OfferAnswer.NOT_FOR_ME, by=by, today=today, now=now)


def _begin_answer(  # noqa: PLR0913 - each is one plain fact of the answer
    db: "Session",
    offer: GoalOffer,
    said: OfferAnswer,
    *,
    by: "Identity",
    today: date,
    now: datetime,
) -> GoalOfferAnswer:
    """Give this person's one answer to an offer; a thought-over no may become a yes."""
    if not is_offered_to(db, offer, by.staff_id, today=today):
        raise NotFoundError("There is no such offer.")
    found = _answer_of(db, offer, by)
    if found is None:
        if offer.ended_at is not None:
            raise NotAllowedNowError("This offer has ended. Talk to your manager if you want it.")
        try:
            with db.begin_nested():
                db.add(
                    GoalOfferAnswer(
                        organisation_id=offer.organisation_id,
                        goal_offer_id=offer.id,
                        staff_member_id=by.staff_id,
                        answer=said,
                        answered_at=now,
                    )
                )
        except IntegrityError:  # the button was pressed twice at the same moment
            pass
        found = _answer_of(db, offer, by)
    if found is None:  # pragma: no cover - the constraint that refused it says there is one
        raise NotFoundError("There is no such offer.")
    hold(db, found)
    return found


def _answer_of(db: "Session", offer: GoalOffer, by: "Identity") -> GoalOfferAnswer | None:
    return db.scalar(
        select(GoalOfferAnswer).where(
            GoalOfferAnswer.goal_offer_id == offer.id,
            GoalOfferAnswer.staff_member_id == by.staff_id,
        )
    )


def _into_open_appraisal(db: "Session", goal: Goal) -> None:
    """Bring a goal into the appraisal that is open, unless its text stands still already."""
    appraisal_id = db.scalar(
        select(Appraisal.id).where(
            Appraisal.appraisee_id == goal.staff_member_id,
            Appraisal.stage == AppraisalStage.OPEN,
            ~select(Signature.id).where(Signature.appraisal_id == Appraisal.id).exists(),
        )
    )
    if appraisal_id is not None:
        db.add(
            AppraisalGoal(
                organisation_id=goal.organisation_id,
                appraisal_id=appraisal_id,
                goal_id=goal.id,
                is_carried_over=True,
            )
        )


def bring_taken_up(db: "Session", opened: list[int]) -> None:
    """Bring goals that were taken up between appraisals into those just opened. One statement."""
    here = select(AppraisalGoal.id).where(
        AppraisalGoal.appraisal_id == Appraisal.id, AppraisalGoal.goal_id == Goal.id
    )
    source = (
        select(Appraisal.organisation_id, Appraisal.id, Goal.id, literal(value=True))
        .join(Goal, Goal.staff_member_id == Appraisal.appraisee_id)
        .join(GoalOfferAnswer, GoalOfferAnswer.goal_id == Goal.id)
        .where(
            among(db, Appraisal.id, opened),
            Goal.is_dropped.is_(False),
            Goal.closed_at.is_(None),
            ~here.exists(),
        )
    )
    db.execute(
        insert(AppraisalGoal).from_select(
            ["organisation_id", "appraisal_id", "goal_id", "is_carried_over"], source
        )
    )


def link_to_offer(db: "Session", goal: Goal, public_id: str, *, today: date) -> None:
    """Note that two people agreed an offered goal in their meeting: it is taken up by that."""
    offer = db.scalar(
        select(GoalOffer).where(
            GoalOffer.organisation_id == goal.organisation_id, GoalOffer.public_id == public_id
        )
    )
    if offer is None or offer.ended_at is not None:
        return
    known = db.scalar(
        select(GoalOfferAnswer.id).where(
            GoalOfferAnswer.goal_offer_id == offer.id,
            GoalOfferAnswer.staff_member_id == goal.staff_member_id,
        )
    )
    if known is None and is_offered_to(db, offer, goal.staff_member_id, today=today):
        db.add(
            GoalOfferAnswer(
                organisation_id=offer.organisation_id,
                goal_offer_id=offer.id,
                staff_member_id=goal.staff_member_id,
                answer=OfferAnswer.TAKEN_UP,
                goal_id=goal.id,
            )
        )


def own_public_id(db: "Session", *, by: "Identity") -> str:
    return db.get_one(StaffMember, by.staff_id).public_id
