"""Which accounts of the directory and which staff do not fit together, for administrators."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker.models import AuditKind, DirectoryAccount, Organisation, StaffMember
from tracker.services import audit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Unmatched:
    """Both sides, a page at a time."""

    accounts: list[DirectoryAccount]
    #: for an account by its id: somebody of the same name on HR's list, who has no account
    likely: dict[int, StaffMember]
    accounts_total: int
    staff: list[StaffMember]
    staff_total: int
    shared_addresses: list[str]
    has_been_read: bool
    number: int
    pages: int


def unmatched_page(
    db: "Session", *, by: "Identity", today: date, number: int = 1, search: str = ""
) -> Unmatched:
    """List the accounts that are nobody's, and staff without an account; note the look."""
    others = list(db.scalars(select(Organisation.id).where(Organisation.id != by.organisation_id)))
    accounts = _accounts(by.organisation_id, search, others)
    staff = _staff(by.organisation_id, today, search)
    accounts_total = db.scalar(select(func.count()).select_from(accounts.subquery())) or 0
    staff_total = db.scalar(select(func.count()).select_from(staff.subquery())) or 0
    most = max(accounts_total, staff_total)
    pages = max(1, -(-most // PAGE_SIZE))
    number = min(max(1, number), pages)
    shown = list(db.scalars(_part(accounts, number, DirectoryAccount.username)))
    organisation = db.get_one(Organisation, by.organisation_id)
    audit.record(db, AuditKind.DIRECTORY_READ, organisation, by=by, reason="unmatched")
    return Unmatched(
        accounts=shown,
        likely=_likely(db, shown, staff),
        accounts_total=accounts_total,
        staff=list(db.scalars(_part(staff, number, StaffMember.family_name, StaffMember.id))),
        staff_total=staff_total,
        shared_addresses=_shared_addresses(db, by.organisation_id),
        has_been_read=bool(db.scalar(select(exists().where(_ours(by.organisation_id))))),
        number=number,
        pages=pages,
    )


def _part(query: "Select[Any]", number: int, *order: Any) -> "Select[Any]":  # noqa: ANN401
    return query.order_by(*order).offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)


def _ours(organisation_id: int) -> "ColumnElement[bool]":
    return (DirectoryAccount.organisation_id == organisation_id) & (
        DirectoryAccount.gone_at.is_(None)
    )


def _accounts(organisation_id: int, search: str, others: list[int]) -> "Select[DirectoryAccount]":
    """Select accounts that are nobody's here, nor in another organisation of this directory."""
    elsewhere = aliased(DirectoryAccount)
    query = select(DirectoryAccount).where(
        _ours(organisation_id),
        DirectoryAccount.staff_member_id.is_(None),
        ~exists().where(
            # Named one by one, so that the index of organisation and key is used.
            elsewhere.organisation_id.in_(others),
            elsewhere.key == DirectoryAccount.key,
            elsewhere.staff_member_id.is_not(None),
        ),
    )
    if search:
        like = f"%{_plain(search)}%"
        query = query.where(
            or_(
                *(
                    func.lower(column).like(like, escape="\\")
                    for column in (
                        DirectoryAccount.username,
                        DirectoryAccount.display_name,
                        DirectoryAccount.email,
                        DirectoryAccount.employee_number,
                    )
                )
            )
        )
    return query


def _staff(organisation_id: int, today: date, search: str) -> "Select[StaffMember]":
    query = select(StaffMember).where(
        StaffMember.organisation_id == organisation_id,
        or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
        ~exists().where(_ours(organisation_id), DirectoryAccount.staff_member_id == StaffMember.id),
    )
    if search:
        like = f"%{_plain(search)}%"
        name = func.lower(StaffMember.given_name + " " + StaffMember.family_name)
        query = query.where(
            or_(
                name.like(like, escape="\\"),
                func.lower(StaffMember.email).like(like, escape="\\"),
                func.lower(StaffMember.employee_number).like(like, escape="\\"),
            )
        )
    return query


def _plain(search: str) -> str:
    text = search.strip().lower()[:100]
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _likely(
    db: "Session", accounts: list[DirectoryAccount], staff: "Select[StaffMember]"
) -> dict[int, StaffMember]:
    """Find who has no account and bears the name on one, where only one person does."""
    names = {
        " ".join(account.display_name.split()).lower(): account.id
        for account in accounts
        if account.display_name
    }
    if not names:
        return {}
    given = func.lower(StaffMember.given_name + " " + StaffMember.family_name)
    found: dict[str, list[StaffMember]] = {}
    for person in db.scalars(staff.where(given.in_(names))):
        name = f"{person.given_name} {person.family_name}".lower()
        found.setdefault(name, []).append(person)
    return {names[name]: people[0] for name, people in found.items() if len(people) == 1}


def _shared_addresses(db: "Session", organisation_id: int) -> list[str]:
    address = func.lower(DirectoryAccount.email)
    return list(
        db.scalars(
            select(address)
            .where(_ours(organisation_id), DirectoryAccount.email.is_not(None))
            .group_by(address)
            .having(func.count() > 1)
            .order_by(address)
            .limit(PAGE_SIZE)
        )
    )
