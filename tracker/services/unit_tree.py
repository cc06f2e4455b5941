"""The tree of organisation units, as the database and as Python can use it."""

from typing import TYPE_CHECKING

from sqlalchemy import CTE, select

from tracker.models import OrganisationUnit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def units_and_those_above(organisation_id: int) -> CTE:
    """Give each unit of the organisation with itself and every unit above it."""
    start = select(
        OrganisationUnit.id.label("unit_id"),
        OrganisationUnit.id.label("above_id"),
        OrganisationUnit.parent_id.label("next_id"),
    ).where(OrganisationUnit.organisation_id == organisation_id)
    tree = start.cte("units_and_those_above", recursive=True)
    step = select(tree.c.unit_id, OrganisationUnit.id, OrganisationUnit.parent_id).join(
        OrganisationUnit, OrganisationUnit.id == tree.c.next_id
    )
    # UNION, not UNION ALL: a loop in the tree ends by itself.
    return tree.union(step)


def ids_below(db: "Session", organisation_id: int, unit_id: int) -> frozenset[int]:
    """Give the unit and every unit below it."""
    tree = units_and_those_above(organisation_id)
    return frozenset(db.scalars(select(tree.c.unit_id).where(tree.c.above_id == unit_id)))
