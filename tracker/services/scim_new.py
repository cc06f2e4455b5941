"""Puts the person of a new account on the list of staff, in as few statements as there are rows.

An identity provider sends thousands of them one by one, and waits for each. So the rows are
written plainly, without the session's bookkeeping.
"""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import insert

from tracker.models import (
    AccountState,
    Assignment,
    LineSource,
    ReportingLine,
    ScimUser,
    StaffMember,
)
from tracker.services.roster_people import OF_SCIM
from tracker.services.scim_lines import manager_of
from tracker.services.scim_places import STATUS, unit_of

if TYPE_CHECKING:
    from sqlalchemy import Insert, Table
    from sqlalchemy.orm import Session

    from integrations.scim.accounts import Account
    from tracker.models import Base


def add_person(db: "Session", user: ScimUser, account: "Account", *, today: date) -> None:
    """Write a person whom nobody knew, their work, their manager and their account."""
    ours = {"organisation_id": user.organisation_id}
    key = f"{OF_SCIM}{user.public_id}"
    staff_id = _write(
        db,
        StaffMember,
        {
            **ours,
            "source_key": key,
            "employee_number": account.employee_number,
            "title": account.title,
            "family_name": account.family_name,
            "given_name": account.given_name,
            "preferred_name": account.preferred_name,
            "email": account.email,
        },
    )
    theirs = {**ours, "staff_member_id": staff_id}
    place = {
        **theirs,
        "source_key": key,
        "number": account.employee_number,
        "organisation_unit_id": unit_of(db, user.organisation_id, account),
        "staff_group": "",
        "job_role": account.job_title or "",
        "status": STATUS,
        "is_primary": True,
        "effective_from": today,
    }
    _write(db, Assignment, place)
    manager_id = manager_of(db, user)
    if manager_id is not None:
        line = {"manager_id": manager_id, "source": LineSource.DIRECTORY, "starts_on": today}
        _write(db, ReportingLine, {**theirs, **line})
    user.staff_member_id, user.state = staff_id, AccountState.MADE
    names = ScimUser.__table__.columns.keys()
    _write(db, ScimUser, {name: vars(user)[name] for name in names if name in vars(user)})


def _write(db: "Session", model: "type[Base]", values: dict[str, Any]) -> int:
    return int(db.execute(_insert(model), values).scalar_one())


@cache
def _insert(model: "type[Base]") -> "Insert":
    table = cast("Table", model.__table__)
    return insert(table).returning(table.c.id)
