"""Applies the dated assignments of an HR file: who fills which post, and who has moved."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select, update

from tracker.models import Assignment, OrganisationUnit, Post, StaffMember
from tracker.services.roster_sets import (
    Tally,
    add_new,
    change_known,
    count,
    look_up,
    rows_changed,
    table_of,
)
from tracker.services.roster_staging import ASSIGNMENTS, PEOPLE, Rejections

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_ASSIGNMENT = (
    "source_key",
    "number",
    "staff_member_id",
    "post_id",
    "organisation_unit_id",
    "staff_group",
    "job_role",
    "status",
    "category",
    "is_primary",
    "fte",
    "started_on",
    "effective_from",
    "effective_to",
    "ended_on",
)
_assignment = table_of(Assignment)


@dataclass(frozen=True, kw_only=True)
class AssignmentChange:
    tally: Tally
    removed: int


def apply_assignments(
    db: "Session", organisation_id: int, *, rejected: Rejections
) -> AssignmentChange:
    """Bring the assignments of those in the file to what it says, and take away what it took."""
    for model, id_column, key_column in (
        (StaffMember, "staff_member_id", "person_key"),
        (OrganisationUnit, "organisation_unit_id", "unit_key"),
        (Post, "post_id", "post_key"),
    ):
        look_up(
            db,
            organisation_id,
            model,
            ASSIGNMENTS,
            id_column=id_column,
            key_column=key_column,
        )
    _reject_nobodys(db, rejected)
    _list_unknown_places(db, rejected)
    _find_known(db, organisation_id)
    removed = _remove_what_is_gone(db, organisation_id, rejected)
    staged = count(db, ASSIGNMENTS)
    changed = change_known(db, Assignment, ASSIGNMENTS, _ASSIGNMENT)
    added = add_new(db, organisation_id, Assignment, ASSIGNMENTS, _ASSIGNMENT)
    tally = Tally(added=added, changed=changed, unchanged=staged - added - changed)
    return AssignmentChange(tally=tally, removed=removed)


def _reject_nobodys(db: "Session", rejected: Rejections) -> None:
    nobodys = ASSIGNMENTS.c.staff_member_id.is_(None)
    for line in db.scalars(select(ASSIGNMENTS.c.line).where(nobodys)):
        rejected.add(
            line,
            "The person of this assignment was not taken from the file. "
            "Correct the person in HR first.",
            None,
        )
    db.execute(delete(ASSIGNMENTS).where(nobodys))


def _list_unknown_places(db: "Session", rejected: Rejections) -> None:
    staff = table_of(StaffMember)
    for line, number, unit_missing in db.execute(
        select(
            ASSIGNMENTS.c.line,
            staff.c.employee_number,
            ASSIGNMENTS.c.unit_key.is_not(None) & ASSIGNMENTS.c.organisation_unit_id.is_(None),
        )
        .join(staff, staff.c.id == ASSIGNMENTS.c.staff_member_id)
        .where(
            or_(
                ASSIGNMENTS.c.unit_key.is_not(None) & ASSIGNMENTS.c.organisation_unit_id.is_(None),
                ASSIGNMENTS.c.post_key.is_not(None) & ASSIGNMENTS.c.post_id.is_(None),
            )
        )
    ):
        what = "organisation unit" if unit_missing else "post"
        rejected.add(
            line,
            f"The assignment was used, but not its {what}, which is not in the file. "
            "Correct it in HR.",
            number,
        )
    rejected.write()


def _find_known(db: "Session", organisation_id: int) -> None:
    db.execute(
        update(ASSIGNMENTS)
        .values(known_id=_assignment.c.id)
        .where(
            _assignment.c.organisation_id == organisation_id,
            _assignment.c.source_key == ASSIGNMENTS.c.source_key,
            _assignment.c.effective_from == ASSIGNMENTS.c.effective_from,
        )
    )


def _remove_what_is_gone(db: "Session", organisation_id: int, rejected: Rejections) -> int:
    """Remove rows that HR has withdrawn or dated anew, unless something of theirs was rejected."""
    staff = table_of(StaffMember)
    told_of = (
        select(PEOPLE.c.known_id)
        .join(staff, staff.c.id == PEOPLE.c.known_id)
        .where(staff.c.employee_number.not_in(rejected.employee_numbers))
    )
    still_there = select(ASSIGNMENTS.c.known_id).where(ASSIGNMENTS.c.known_id.is_not(None))
    return rows_changed(
        db,
        delete(_assignment).where(
            _assignment.c.organisation_id == organisation_id,
            _assignment.c.staff_member_id.in_(told_of),
            _assignment.c.id.not_in(still_there),
        ),
    )


def current_places(
    db: "Session", organisation_id: int, today: "date"
) -> dict[int, tuple[int | None, int | None]]:
    """Say which unit and post each staff member has today, in their main assignment."""
    place = (
        func.row_number()
        .over(
            partition_by=_assignment.c.staff_member_id,
            order_by=(_assignment.c.is_primary.desc(), _assignment.c.effective_from.desc()),
        )
        .label("place")
    )
    held = (
        select(
            _assignment.c.staff_member_id,
            _assignment.c.organisation_unit_id,
            _assignment.c.post_id,
            place,
        )
        .where(
            _assignment.c.organisation_id == organisation_id,
            _assignment.c.effective_from <= today,
            or_(_assignment.c.effective_to.is_(None), _assignment.c.effective_to >= today),
        )
        .subquery()
    )
    return {
        row.staff_member_id: (row.organisation_unit_id, row.post_id)
        for row in db.execute(select(held).where(held.c.place == 1))
    }
