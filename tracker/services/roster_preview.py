"""Says whom a file concerns, by number and unit, for somebody to look through before a yes."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker.models import Assignment, OrganisationUnit, StaffMember
from tracker.services.roster_assignments import PLACES
from tracker.services.roster_sets import table_of
from tracker.services.roster_staging import PEOPLE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.services.roster_people import PeopleChange

#: The first of each kind are shown; the counts say how many there are.
MOST = 200

Preview = dict[str, list[list[str]]]


def preview(
    db: "Session",
    organisation_id: int,
    *,
    people: "PeopleChange",
    moved: Sequence[int],
    today: date,
) -> Preview:
    """List who joined, returned, moved and left: employee numbers, and the units concerned."""
    staff = table_of(StaffMember)
    new = select(PEOPLE.c.source_key).where(PEOPLE.c.known_id.is_(None))
    keys = db.scalars(new.order_by(PEOPLE.c.line).limit(MOST)).all()
    joined = db.scalars(
        select(staff.c.id).where(
            staff.c.organisation_id == organisation_id, staff.c.source_key.in_(keys)
        )
    ).all()
    return {
        "joined": _now(db, joined, today),
        "returned": _now(db, people.returners[:MOST], today),
        "changed": [[number] for number in people.changed],
        "moved": _moved(db, moved[:MOST], today),
        "left": _before(db, people.leavers[:MOST]),
    }


def _now(db: "Session", ids: Iterable[int], today: date) -> list[list[str]]:
    rows = db.execute(
        select(StaffMember.id, StaffMember.employee_number, OrganisationUnit.name)
        .outerjoin(
            Assignment,
            (Assignment.staff_member_id == StaffMember.id)
            & Assignment.is_primary
            & (Assignment.effective_to.is_(None) | (Assignment.effective_to >= today)),
        )
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Assignment.organisation_unit_id)
        .where(StaffMember.id.in_(list(ids)))
        .order_by(StaffMember.employee_number, Assignment.effective_from)
    )
    first: dict[int, list[str]] = {}
    for staff_id, number, unit in rows:
        first.setdefault(staff_id, [number, unit or ""])
    return list(first.values())


def _before(db: "Session", ids: Iterable[int]) -> list[list[str]]:
    unit = aliased(OrganisationUnit)
    rows = db.execute(
        select(StaffMember.employee_number, unit.name)
        .outerjoin(PLACES, PLACES.c.staff_id == StaffMember.id)
        .outerjoin(unit, unit.id == PLACES.c.unit_id)
        .where(StaffMember.id.in_(list(ids)))
        .order_by(StaffMember.employee_number)
    )
    return [[number, name or ""] for number, name in rows]


def _moved(db: "Session", ids: Sequence[int], today: date) -> list[list[str]]:
    before = {number: unit for number, unit in _before(db, ids)}  # noqa: C416 - lists, not pairs
    return [[number, before.get(number, ""), unit] for number, unit in _now(db, ids, today)]
