"""Finds a colleague by what people know of each other: the work email."""

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from tracker.errors import InvalidInputError
from tracker.models import StaffMember

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def find_colleague(
    db: "Session", organisation_id: int, email: str, *, today: "date", field: str
) -> StaffMember:
    """Give who has that work email and works here today.

    :raises InvalidInputError: at the field named, when nobody has.
    """
    person = db.scalar(
        select(StaffMember)
        .where(
            StaffMember.organisation_id == organisation_id,
            func.lower(StaffMember.email) == email.strip().lower(),
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
        )
        .order_by(StaffMember.id)
        .limit(1)
    )
    if person is None:
        raise InvalidInputError("We know nobody with that work email. Check it.", field=field)
    return person
