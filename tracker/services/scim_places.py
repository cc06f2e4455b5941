"""Gives people whom only an identity provider knows a place: their unit and their work."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import Assignment, OrganisationUnit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.scim.accounts import Account
    from tracker.models import StaffMember

STATUS = "Active Assignment"


def give_place(db: "Session", person: "StaffMember", account: "Account", *, today: date) -> None:
    """Bring a person's one assignment to what the account says; a change begins a new row."""
    unit_id = unit_of(db, person.organisation_id, account)
    job_role = account.job_title or ""
    is_new = not person.id
    now_held = None if is_new else _newest(db, person)
    is_over = now_held is not None and now_held.effective_to is not None
    if now_held is not None and not is_over:
        if (now_held.organisation_unit_id, now_held.job_role) == (unit_id, job_role):
            return
        if now_held.effective_from == today:
            now_held.organisation_unit_id, now_held.job_role = unit_id, job_role
            return
        now_held.effective_to = today - timedelta(days=1)
    elif now_held is not None and now_held.effective_from >= today:
        # back on the day on which they came, or left
        now_held.effective_to = now_held.ended_on = None
        now_held.organisation_unit_id, now_held.job_role = unit_id, job_role
        return
    _add(db, person, unit_id, job_role, today=today)


def _newest(db: "Session", person: "StaffMember") -> Assignment | None:
    return db.scalar(
        select(Assignment)
        .where(Assignment.staff_member_id == person.id, Assignment.source_key == person.source_key)
        .order_by(Assignment.effective_from.desc())
        .limit(1)
    )


def leave_place(db: "Session", person: "StaffMember", *, on: date) -> None:
    """End the assignments that an account gave."""
    for held in db.scalars(
        select(Assignment).where(
            Assignment.staff_member_id == person.id, Assignment.source_key == person.source_key
        )
    ):
        if held.effective_to is None:
            held.effective_to = held.ended_on = on


def _add(
    db: "Session", person: "StaffMember", unit_id: int | None, job_role: str, *, today: date
) -> None:
    db.add(
        Assignment(
            organisation_id=person.organisation_id,
            source_key=person.source_key,
            number=person.employee_number,
            staff_member=person,
            organisation_unit_id=unit_id,
            staff_group="",
            job_role=job_role,
            status=STATUS,
            is_primary=True,
            effective_from=today,
        )
    )


def unit_of(db: "Session", organisation_id: int, account: "Account") -> int | None:
    """Find a unit by cost centre, else by its name; one that nobody knows is added."""
    ours = OrganisationUnit.organisation_id == organisation_id
    if account.cost_centre:
        coded = db.scalars(
            select(OrganisationUnit.id).where(ours, OrganisationUnit.code == account.cost_centre)
        ).all()
        if len(coded) == 1:
            return coded[0]
    if not account.unit_name:
        return None
    named = db.scalars(
        select(OrganisationUnit.id).where(
            ours, func.lower(OrganisationUnit.name) == account.unit_name.lower()
        )
    ).all()
    if named:
        # HR's own, where HR has exactly one of that name
        return named[0] if len(named) == 1 else None
    unit = OrganisationUnit(
        organisation_id=organisation_id,
        source_key=f"scim:{account.unit_name.lower()}"[:80],
        code=account.cost_centre,
        name=account.unit_name,
        kind="Department",
    )
    db.add(unit)
    db.flush()
    return unit.id
