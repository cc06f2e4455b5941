"""Who belongs to the group that a goal is offered to: asked anew whenever somebody looks."""

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select

from tracker.models import (
    Assignment,
    GoalOffer,
    GoalOfferAnswer,
    OrganisationUnit,
    StaffMember,
)
from tracker.models.base import Day, Id
from tracker.security.offer_groups import is_for

if TYPE_CHECKING:
    from sqlalchemy import CTE
    from sqlalchemy.orm import Session


def below(unit_id: int) -> "CTE":
    """Give a unit with every unit below it."""
    top = (
        select(OrganisationUnit.id)
        .where(OrganisationUnit.id == unit_id)
        .cte("below", recursive=True)
    )
    return top.union(select(OrganisationUnit.id).join(top, OrganisationUnit.parent_id == top.c.id))


def open_offers(
    organisation_id: Id,
    staff_member_id: Id,
    today: Day,
    *columns: Any,  # noqa: ANN401 - SQLAlchemy's own kinds
) -> Any:  # noqa: ANN401
    """Select the offers that are for somebody today and that they have not answered yet."""
    answered = exists().where(
        GoalOfferAnswer.goal_offer_id == GoalOffer.id,
        GoalOfferAnswer.staff_member_id == staff_member_id,
    )
    return select(*(columns or (GoalOffer,))).where(
        GoalOffer.organisation_id == organisation_id,
        GoalOffer.ended_at.is_(None),
        GoalOffer.due_on >= today,
        ~answered,
        is_for(staff_member_id, today),
    )


def reach(
    db: "Session", organisation_id: int, *, staff_group: str, unit_id: int | None, today: date
) -> int:
    """Count the people at work today whom an offer to this group would reach."""
    query = (
        select(func.count(func.distinct(StaffMember.id)))
        .outerjoin(
            Assignment,
            and_(Assignment.staff_member_id == StaffMember.id, Assignment.current_on(today)),
        )
        .where(
            StaffMember.organisation_id == organisation_id,
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
        )
    )
    if staff_group:
        query = query.where(Assignment.staff_group == staff_group)
    if unit_id is not None:
        query = query.where(Assignment.organisation_unit_id.in_(select(below(unit_id).c.id)))
    return db.scalar(query) or 0
