"""Finds the alerts of one pseudonym among millions, by the units and months that it is known in."""

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select

from tracker.models import AlertEvent, AlertStaffMonth

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def is_own(db: "Session", organisation_id: int, pseudonym: str) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions of one person's alerts: where they were shown any, and theirs alone."""
    units = set(
        db.scalars(
            select(AlertStaffMonth.organisation_unit_id)
            .where(
                AlertStaffMonth.organisation_id == organisation_id,
                AlertStaffMonth.staff_pseudonym == pseudonym,
            )
            .distinct()
        )
    )
    own = (
        AlertEvent.organisation_id == organisation_id,
        AlertEvent.staff_pseudonym == pseudonym,
    )
    if not units:  # nothing was counted by month yet
        return own
    unit = AlertEvent.organisation_unit_id
    # 0 stands for a unit that is not known
    return (*own, func.coalesce(unit, 0).in_(units) if 0 in units else unit.in_(units))
