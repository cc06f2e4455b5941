"""Finds the staff record of somebody whom the directory knows."""

import enum
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import DirectoryAccount, Organisation, StaffMember

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from integrations.ldap.records import DirectoryPerson

Found = tuple[StaffMember, Organisation]


class Match(enum.StrEnum):
    """Why no record can be taken for theirs."""

    NOBODY = "nobody"
    HAS_LEFT = "has_left"
    UNCLEAR = "unclear"


def find_staff(
    db: "Session",
    person: "DirectoryPerson",
    *,
    today: date,
    organisation_codes: tuple[str, ...] = (),
) -> list[Found] | Match:
    """Match by the facts that the account holds, in their order; one record an organisation.

    An employee number means one person in one trust's HR system, and somebody else in the next.
    So where this service keeps several organisations and the number fits in more than one, or
    the settings do not say which of them the directory serves, the email has to fit as well.
    """
    served = _served(db, organisation_codes)
    facts = person.joins or _usual_facts(person)
    by_fact = [(fact, _who(db, served, _is_them(fact, value))) for fact, value in facts]
    same_email = {staff.id for fact, found in by_fact if fact == "email" for staff, _ in found}
    everyone: list[Found] = []
    for fact, found in by_fact:
        unsure = len(served) > 1 and (len(found) > 1 or not organisation_codes)
        taken = {organisation.id for _, organisation in everyone}
        everyone += [
            (staff, organisation)
            for staff, organisation in found
            if organisation.id not in taken
            and (fact != "employee_number" or not unsure or staff.id in same_email)
        ]
    if not everyone and not person.employee_number:
        everyone = _as_before(db, served, person.key)
    working = [found for found in everyone if not found[0].has_left(today)]
    if not working:
        return Match.HAS_LEFT if everyone else Match.NOBODY
    clear = _alone_in_their_organisation(working)
    return sorted(clear, key=lambda found: found[1].name) or Match.UNCLEAR


def _as_before(db: "Session", served: list[int], key: str) -> list[Found]:
    """Find whose account it was when the directory was last read, by the directory's own key."""
    rows = db.execute(
        select(StaffMember, Organisation)
        .join(DirectoryAccount, DirectoryAccount.staff_member_id == StaffMember.id)
        .join(Organisation, Organisation.id == StaffMember.organisation_id)
        .where(
            DirectoryAccount.key == key,
            DirectoryAccount.gone_at.is_(None),
            Organisation.id.in_(served),
        )
    )
    return [(staff_member, organisation) for staff_member, organisation in rows]


def _usual_facts(person: "DirectoryPerson") -> tuple[tuple[str, str], ...]:
    facts = (("employee_number", person.employee_number), ("email", person.mail))
    return tuple((fact, value) for fact, value in facts if value)


def _is_them(fact: str, value: str) -> "ColumnElement[bool]":
    if fact == "email":
        return func.lower(StaffMember.email) == value.lower()
    if fact == "nhs_unique_id":
        return StaffMember.nhs_unique_id == value
    return StaffMember.employee_number == value


def _served(db: "Session", codes: tuple[str, ...]) -> list[int]:
    query = select(Organisation.id)
    return list(db.scalars(query.where(Organisation.code.in_(codes)) if codes else query))


def _who(db: "Session", served: list[int], is_them: "ColumnElement[bool]") -> list[Found]:
    query = select(StaffMember, Organisation).join(
        Organisation, Organisation.id == StaffMember.organisation_id
    )
    rows = db.execute(query.where(is_them, Organisation.id.in_(served)))
    return [(staff_member, organisation) for staff_member, organisation in rows]


def _alone_in_their_organisation(found: Iterable[Found]) -> list[Found]:
    by_organisation: dict[int, list[Found]] = {}
    for one in found:
        by_organisation.setdefault(one[1].id, []).append(one)
    return [those[0] for those in by_organisation.values() if len(those) == 1]
