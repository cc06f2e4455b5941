"""Goals that the trust offers to many at once: made, answered, looked at again, ended.

An offer is one row. A row a person is written only when that person answers it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Assignment,
    AuditKind,
    GoalOffer,
    GoalOfferAnswer,
    GoalOfferReview,
    OfferAnswer,
    OrganisationUnit,
    StaffMember,
)
from tracker.services import audit
from tracker.services.goal_groups import reach

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: Fewer than this many answers are not told as a number.
FEWEST_TOLD = 8
LONGEST_YEARS = 2


@dataclass(frozen=True, kw_only=True)
class OfferDraft:
    """What somebody wrote about a goal for many."""

    wording: str
    reason: str
    due_on: date
    help_offered: str = ""
    staff_group: str = ""
    #: public id of the unit; empty: everywhere
    unit: str = ""
    is_mandatory: bool = False
    safety_reason: str = ""
    owner_email: str = ""
    review_on: date | None = None
    form_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class OfferRow:
    """An offer as those who make them see it: how far it goes, and how many took it up."""

    offer: GoalOffer
    unit_name: str
    taken_up: str
    is_due_for_review: bool


def check_offer(db: "Session", draft: OfferDraft, *, by: "Identity", today: date) -> int:
    """Say how many people the offer would reach.

    :raises InvalidInputError: for a mandatory one without its three reasons to exist, a wrong day,
        an unknown unit or owner, or a group of nobody.
    """
    if draft.due_on < today or draft.due_on.year > today.year + LONGEST_YEARS:
        raise InvalidInputError(
            "Choose a day that is still to come, within the next two years.", field="due_on"
        )
    _check_mandate(draft, today)
    if draft.owner_email:
        _owner_id(db, draft, by)
    number = reach(
        db,
        by.organisation_id,
        staff_group=draft.staff_group,
        unit_id=_unit_id(db, draft, by),
        today=today,
    )
    if number == 0:
        raise InvalidInputError(
            "Nobody is in this group. Choose another unit or staff group.", field="staff_group"
        )
    return number


def make_offer(db: "Session", draft: OfferDraft, *, by: "Identity", today: date) -> GoalOffer:
    """Offer a goal to a group. The same form sent twice makes one offer."""
    twin = _from_the_same_form(db, draft)
    if twin is not None:
        return twin
    number = check_offer(db, draft, by=by, today=today)
    offer = GoalOffer(
        organisation_id=by.organisation_id,
        wording=draft.wording,
        reason=draft.reason,
        help_offered=draft.help_offered,
        due_on=draft.due_on,
        staff_group=draft.staff_group,
        organisation_unit_id=_unit_id(db, draft, by),
        is_mandatory=draft.is_mandatory,
        safety_reason=draft.safety_reason if draft.is_mandatory else "",
        owner_id=_owner_id(db, draft, by) if draft.owner_email else None,
        review_on=draft.review_on,
        offered_by_id=by.staff_id,
        form_key=draft.form_key,
    )
    try:
        with db.begin_nested():
            db.add(offer)
    except IntegrityError:  # the same form, sent twice at the same moment
        twin = _from_the_same_form(db, draft)
        if twin is None:
            raise
        return twin
    audit.record(db, AuditKind.GOAL_OFFERED, offer, by=by, reason="role", reached=number)
    return offer


def _check_mandate(draft: OfferDraft, today: date) -> None:
    """Hold back what is mandatory without a reason: it can put people off, and leave some out."""
    if draft.is_mandatory and not draft.safety_reason.strip():
        raise InvalidInputError(
            "A mandatory goal needs a safety reason. Say what could happen without it.",
            field="safety_reason",
        )
    if draft.is_mandatory and not draft.owner_email:
        raise InvalidInputError(
            "A mandatory goal needs an owner. Give the work email of who answers for it.",
            field="owner_email",
        )
    if draft.is_mandatory and draft.review_on is None:
        raise InvalidInputError(
            "A mandatory goal needs a day on which it is looked at again.", field="review_on"
        )
    if draft.review_on is not None and draft.review_on <= today:
        raise InvalidInputError("Choose a day after today for the review.", field="review_on")


def units_to_choose(db: "Session", organisation_id: int, *, today: date) -> list[tuple[str, str]]:
    rows = db.execute(
        select(OrganisationUnit.public_id, OrganisationUnit.name)
        .where(
            OrganisationUnit.organisation_id == organisation_id,
            or_(OrganisationUnit.effective_to.is_(None), OrganisationUnit.effective_to >= today),
        )
        .order_by(OrganisationUnit.name)
    )
    return [(public_id, name) for public_id, name in rows]


def _from_the_same_form(db: "Session", draft: OfferDraft) -> GoalOffer | None:
    if not draft.form_key:
        return None
    return db.scalar(select(GoalOffer).where(GoalOffer.form_key == draft.form_key))


def _unit_id(db: "Session", draft: OfferDraft, by: "Identity") -> int | None:
    if not draft.unit:
        return None
    unit_id = db.scalar(
        select(OrganisationUnit.id).where(
            OrganisationUnit.organisation_id == by.organisation_id,
            OrganisationUnit.public_id == draft.unit,
        )
    )
    if unit_id is None:
        raise InvalidInputError("Choose a unit from the list.", field="unit")
    return unit_id


def _owner_id(db: "Session", draft: OfferDraft, by: "Identity") -> int:
    owner_id = db.scalar(
        select(StaffMember.id)
        .where(
            StaffMember.organisation_id == by.organisation_id,
            func.lower(StaffMember.email) == draft.owner_email.lower(),
            StaffMember.left_on.is_(None),
        )
        .order_by(StaffMember.id)
        .limit(1)
    )
    if owner_id is None:
        raise InvalidInputError(
            "We know nobody with that work email. Check it, and try again.", field="owner_email"
        )
    return owner_id


def offers_made(db: "Session", *, by: "Identity", today: date) -> list[OfferRow]:
    """List the offers of the organisation, open ones first. Small numbers are not told."""
    taken = (
        select(GoalOfferAnswer.goal_offer_id, func.count().label("number"))
        .where(
            GoalOfferAnswer.organisation_id == by.organisation_id,
            GoalOfferAnswer.answer == OfferAnswer.TAKEN_UP,
        )
        .group_by(GoalOfferAnswer.goal_offer_id)
        .subquery()
    )
    rows = db.execute(
        select(GoalOffer, OrganisationUnit.name, taken.c.number)
        .outerjoin(OrganisationUnit, OrganisationUnit.id == GoalOffer.organisation_unit_id)
        .outerjoin(taken, taken.c.goal_offer_id == GoalOffer.id)
        .where(GoalOffer.organisation_id == by.organisation_id)
        .options(joinedload(GoalOffer.owner))
        .order_by(GoalOffer.ended_at.is_not(None), GoalOffer.id.desc())
    )
    return [
        OfferRow(
            offer=offer,
            unit_name=name or "",
            taken_up=_told(number or 0),
            is_due_for_review=is_due_for_review(offer, today),
        )
        for offer, name, number in rows
    ]


def is_due_for_review(offer: GoalOffer, today: date) -> bool:
    return offer.ended_at is None and offer.review_on is not None and offer.review_on <= today


def _told(number: int) -> str:
    if number == 0:
        return "Nobody yet"
    return f"{number:,} people" if number >= FEWEST_TOLD else "Fewer than 8 people"


def groups_to_choose(db: "Session", organisation_id: int, *, today: date) -> list[str]:
    return list(
        db.scalars(
            select(Assignment.staff_group)
            .where(
                Assignment.organisation_id == organisation_id,
                Assignment.staff_group.is_not(None),
                Assignment.staff_group != "",
                Assignment.current_on(today),
            )
            .distinct()
            .order_by(Assignment.staff_group)
        )
    )


def review_offer(  # noqa: PLR0913
    db: "Session",
    offer: GoalOffer,
    finding: str,
    *,
    next_review_on: date | None,
    by: "Identity",
    today: date,
) -> None:
    """Write down what a look at an offer found, and when the next one is."""
    if offer.ended_at is not None:
        raise NotAllowedNowError("This offer has ended, so there is nothing to review.")
    if next_review_on is None or next_review_on <= today:
        raise InvalidInputError(
            "Say on which day it is looked at next: a day after today. Or end the offer.",
            field="next_review_on",
        )
    db.add(
        GoalOfferReview(
            organisation_id=offer.organisation_id,
            goal_offer_id=offer.id,
            finding=finding,
            next_review_on=next_review_on,
            by_id=by.staff_id,
        )
    )
    offer.review_on = next_review_on
    audit.record(db, AuditKind.GOAL_OFFER_REVIEWED, offer, by=by, reason="role")


def end_offer(
    db: "Session", offer: GoalOffer, finding: str, *, by: "Identity", now: datetime
) -> None:
    """End an offer. Goals that people took up stay theirs, and are mandatory no longer."""
    if offer.ended_at is not None:
        return
    db.add(
        GoalOfferReview(
            organisation_id=offer.organisation_id,
            goal_offer_id=offer.id,
            finding=finding,
            next_review_on=None,
            by_id=by.staff_id,
        )
    )
    offer.ended_at = now
    audit.record(db, AuditKind.GOAL_OFFER_ENDED, offer, by=by, reason="role")


def reviews_of(db: "Session", offer: GoalOffer) -> list[tuple[GoalOfferReview, str]]:
    rows = db.execute(
        select(GoalOfferReview, StaffMember)
        .join(StaffMember, StaffMember.id == GoalOfferReview.by_id)
        .where(GoalOfferReview.goal_offer_id == offer.id)
        .order_by(GoalOfferReview.id.desc())
    )
    return [(review, who.name) for review, who in rows]


def offers_to_answer_for(db: "Session", *, by: "Identity") -> list[GoalOffer]:
    """Give the offers that this person answers for, the soonest to review first."""
    return list(
        db.scalars(
            select(GoalOffer)
            .where(
                GoalOffer.organisation_id == by.organisation_id,
                GoalOffer.owner_id == by.staff_id,
                GoalOffer.ended_at.is_(None),
            )
            .order_by(GoalOffer.review_on.is_(None), GoalOffer.review_on, GoalOffer.id)
        )
    )
