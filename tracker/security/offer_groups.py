"""Who a goal that the trust offers is for: asked anew whenever somebody looks."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, or_, select

from tracker.models import Assignment, GoalOffer, GoalOfferAnswer, OrganisationUnit
from tracker.models.base import Day, Id

if TYPE_CHECKING:
    from sqlalchemy import CTE
    from sqlalchemy.orm import Session


def is_offered_to(db: "Session", offer: GoalOffer, staff_member_id: int, *, today: date) -> bool:
    """Say whether somebody belongs to the group, or did when they answered."""
    answered = exists().where(
        GoalOfferAnswer.goal_offer_id == offer.id,
        GoalOfferAnswer.staff_member_id == staff_member_id,
    )
    query = select(GoalOffer.id).where(
        GoalOffer.id == offer.id, or_(answered, is_for(staff_member_id, today))
    )
    return db.scalar(query) is not None


def places_of(staff_member_id: Id, today: Day) -> ColumnElement[bool]:
    """Say which assignments are somebody's today."""
    return and_(Assignment.staff_member_id == staff_member_id, Assignment.current_on(today))


def above(staff_member_id: Id, today: Day, *, name: str = "units_above") -> "CTE":
    """Give the units where somebody works today, with every unit above them.

    A union drops what it has met, so a tree that loops comes to an end.
    """
    own = (
        select(OrganisationUnit.id, OrganisationUnit.parent_id)
        .join(Assignment, Assignment.organisation_unit_id == OrganisationUnit.id)
        .where(places_of(staff_member_id, today))
        .cte(name, recursive=True)
    )
    return own.union(
        select(OrganisationUnit.id, OrganisationUnit.parent_id).join(
            own, OrganisationUnit.id == own.c.parent_id
        )
    )


def is_for(staff_member_id: Id, today: Day) -> ColumnElement[bool]:
    group = select(Assignment.staff_group).where(places_of(staff_member_id, today))
    return and_(
        or_(GoalOffer.staff_group == "", GoalOffer.staff_group.in_(group)),
        or_(
            GoalOffer.organisation_unit_id.is_(None),
            GoalOffer.organisation_unit_id.in_(select(above(staff_member_id, today).c.id)),
        ),
    )
