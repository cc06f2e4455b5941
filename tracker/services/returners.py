"""People who came back under a new HR number: suggested, and linked to their old record."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, func, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from tracker.errors import NotAllowedNowError, NotFoundError
from tracker.models import AuditKind, Base, Signature, StaffMember
from tracker.services import audit
from tracker.services.roster_people import HR_SAYS
from tracker.services.roster_sets import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

MOST = 100


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Two records that may be one person, and why we think so."""

    new: StaffMember
    old: StaffMember
    why: str


def suggestions(db: "Session", *, by: "Identity", today: date) -> "Sequence[Suggestion]":
    """Find those who work here and look like somebody who left: by NHS Unique ID, mail, name."""
    new, old = aliased(StaffMember), aliased(StaffMember)
    ours = (
        new.organisation_id == by.organisation_id,
        old.organisation_id == by.organisation_id,
        new.id != old.id,
        or_(new.left_on.is_(None), new.left_on >= today),
        old.left_on < today,
        old.source_key.not_like(f"{LINKED}%"),
        # the same first day: one person, whom another HR system brought anew
        or_(
            new.hired_on.is_(None),
            new.hired_on >= old.left_on,
            new.hired_on == old.hired_on,
        ),
    )
    same_names = (func.lower(new.family_name) == func.lower(old.family_name)) & (
        func.lower(new.given_name) == func.lower(old.given_name)
    )
    found: dict[int, Suggestion] = {}
    for why, same in (
        ("The same NHS Unique ID", new.nhs_unique_id == old.nhs_unique_id),
        ("The same work email", func.lower(new.email) == func.lower(old.email)),
        ("The same name", same_names),
    ):
        rows = db.execute(
            select(new, old).where(*ours, same).order_by(old.left_on.desc()).limit(MOST)
        )
        for one, other in rows:
            is_other = (
                one.nhs_unique_id and other.nhs_unique_id
            ) and one.nhs_unique_id != other.nhs_unique_id
            if not is_other:
                found.setdefault(one.id, Suggestion(new=one, old=other, why=why))
    return list(found.values())[:MOST]


LINKED = "linked:"


def link(db: "Session", new_id: str, old_id: str, *, by: "Identity", today: date) -> StaffMember:
    """Make two records one: the old one goes on under the new number, and nothing is deleted.

    :raises NotFoundError: for records that are not there.
    :raises NotAllowedNowError: where the new record was signed with, or the two are not a pair.
    """
    new, old = _find(db, new_id, by), _find(db, old_id, by)
    pairs = {(one.new.id, one.old.id) for one in suggestions(db, by=by, today=today)}
    if (new.id, old.id) not in pairs:
        raise NotAllowedNowError("These two are not a pair any more. Look at the list again.")
    signed = select(func.count(Signature.id)).where(Signature.signer_id == new.id)
    if db.scalar(signed):
        raise NotAllowedNowError(
            "Something was signed under the new number already, and signatures never change. "
            "Leave the two records as they are."
        )
    facts = {name: getattr(new, name) for name in HR_SAYS}
    # since yesterday, so that nothing is begun for a record that is nobody any more
    key, number, gone = new.source_key, new.employee_number, today - timedelta(days=1)
    new.source_key, new.employee_number = f"{LINKED}{new.id}", f"{LINKED}{new.id}"
    new.left_on, new.email, new.nhs_unique_id = gone, None, None
    db.flush()
    old.source_key, old.employee_number = key, number
    for name, value in facts.items():
        setattr(old, name, value)
    db.flush()
    _move(db, new.id, old.id)
    audit.record(db, AuditKind.STAFF_LINKED, old, by=by, subject_id=old.id)
    db.expire_all()
    return old


def _find(db: "Session", public_id: str, by: "Identity") -> StaffMember:
    person = db.scalar(
        select(StaffMember).where(
            StaffMember.public_id == public_id, StaffMember.organisation_id == by.organisation_id
        )
    )
    if person is None:
        raise NotFoundError("There is no such person.")
    return person


def _move(db: "Session", new_id: int, old_id: int) -> None:
    """Move what hangs on the new record to the old one; what cannot be changed stays."""
    staff = table_of(StaffMember)
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table is staff for key in column.foreign_keys):
                _move_column(db, column, new_id, old_id)


def _move_column(db: "Session", column: Column[Any], new_id: int, old_id: int) -> None:
    try:
        with db.begin_nested():
            db.execute(update(column.table).where(column == new_id).values({column: old_id}))
    except DBAPIError:
        return  # one a person, and the old record has it; or written once and for all
