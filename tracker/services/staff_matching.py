"""Finds the staff record of somebody whom the directory or a provider has just proved."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import DirectoryAccount, Organisation, StaffMember
from tracker.services.fact_index import COLUMNS, Fact, FactIndex, Match, as_compared, has_any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.ldap.records import DirectoryPerson

Found = tuple[StaffMember, Organisation]
NUMBER = "employee_number"


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
    query = select(Organisation.id)
    if organisation_codes:
        query = query.where(Organisation.code.in_(organisation_codes))
    served = list(db.scalars(query))
    facts = as_compared(person.joins or _usual_facts(person))
    answers = _by_organisation(db, served, facts, is_named=bool(organisation_codes), today=today)
    ids = [answer[0] for answer in answers if not isinstance(answer, Match)]
    if not ids and not person.employee_number and Match.CONTRADICTS not in answers:
        ids = _as_before(db, served, person.key)
    found = _load(db, ids)
    working = [one for one in found if not one[0].has_left(today)]
    if working:
        return working
    why = [answer for answer in answers if isinstance(answer, Match)]
    order = [Match.CONTRADICTS, Match.UNCLEAR, Match.HAS_LEFT]
    said = next((match for match in order if match in why), Match.NOBODY)
    return Match.HAS_LEFT if found and said is Match.NOBODY else said


def _by_organisation(
    db: "Session", served: list[int], facts: tuple[Fact, ...], *, is_named: bool, today: date
) -> list[tuple[int, str] | Match]:
    if not facts:
        return []
    rows = db.execute(
        select(StaffMember.organisation_id, *COLUMNS).where(
            StaffMember.organisation_id.in_(served), has_any(facts)
        )
    ).all()
    where = sorted({row[0] for row in rows})
    mine = {one: [tuple(row)[1:] for row in rows if row[0] == one] for one in where}
    numbers = [fact for fact in facts if fact[0] == NUMBER]
    others = tuple(fact for fact in facts if fact[0] != NUMBER)
    numbered = [one for one in where if any((NUMBER, row[1]) in numbers for row in mine[one])]
    if len(served) > 1 and (len(numbered) > 1 or not is_named):
        mails = {value for name, value in facts if name == "email"}
        numbered = [
            one
            for one in numbered
            if any((NUMBER, row[1]) in numbers and row[2] in mails for row in mine[one])
        ]
    answers: list[tuple[int, str] | Match] = []
    for one in where:
        index = FactIndex(mine[one], today=today)
        if one in numbered:
            answers.append(index.whose(facts))
        else:  # the number is another trust's, or it speaks against but not for
            answers.append(index.whose(others, against=others if numbered else facts))
    return answers


def _load(db: "Session", ids: list[int]) -> list[Found]:
    rows = db.execute(
        select(StaffMember, Organisation)
        .join(Organisation, Organisation.id == StaffMember.organisation_id)
        .where(StaffMember.id.in_(ids))
        .order_by(Organisation.name)
    )
    return [(staff_member, organisation) for staff_member, organisation in rows]


def _as_before(db: "Session", served: list[int], key: str) -> list[int]:
    """Find whose account it was when the directory was last read, by the directory's own key."""
    return list(
        db.scalars(
            select(StaffMember.id)
            .join(DirectoryAccount, DirectoryAccount.staff_member_id == StaffMember.id)
            .where(
                DirectoryAccount.key == key,
                DirectoryAccount.gone_at.is_(None),
                StaffMember.organisation_id.in_(served),
            )
        )
    )


def _usual_facts(person: "DirectoryPerson") -> tuple[Fact, ...]:
    facts = ((NUMBER, person.employee_number), ("email", person.mail))
    return tuple((fact, value) for fact, value in facts if value)
