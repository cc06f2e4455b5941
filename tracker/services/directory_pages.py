"""Which accounts of the directory and which staff do not fit together, for administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from integrations.scim.accounts import account_in
from tracker.models import AuditKind, DirectoryAccount, Organisation, ScimUser, StaffMember
from tracker.services import audit
from tracker.services.directory_accounts import facts_of, index_of
from tracker.services.fact_index import FactIndex, as_compared, has_any
from tracker.services.unmatched_words import AT_PROVIDER, IN_DIRECTORY, why_unmatched

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity
    from tracker.services.fact_index import Fact

PAGE_SIZE = 50
USUAL = ("employee_number", "email")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An account of an identity provider that is nobody's."""

    source: str
    user_name: str
    employee_number: str | None
    email: str | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Unmatched:
    """Both sides, a page at a time."""

    accounts: list[DirectoryAccount]
    #: for an account by its id: why it is nobody's, and what would mend it
    why: dict[int, str]
    accounts_total: int
    waiting: list[Waiting]
    waiting_total: int
    staff: list[StaffMember]
    staff_total: int
    shared_addresses: list[str]
    has_been_read: bool
    number: int
    pages: int


def unmatched_page(  # noqa: PLR0913 - each is one plain fact
    db: "Session",
    *,
    by: "Identity",
    today: date,
    facts: Sequence[str] = USUAL,
    number: int = 1,
    search: str = "",
) -> Unmatched:
    """List the accounts that are nobody's, and staff without an account; note the look."""
    others = list(db.scalars(select(Organisation.id).where(Organisation.id != by.organisation_id)))
    accounts = _accounts(by.organisation_id, search, others)
    staff = _staff(by.organisation_id, today, search)
    accounts_total = db.scalar(select(func.count()).select_from(accounts.subquery())) or 0
    staff_total = db.scalar(select(func.count()).select_from(staff.subquery())) or 0
    waiting = _waiting(by.organisation_id, search)
    waiting_total = db.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    most = max(accounts_total, staff_total, waiting_total)
    pages = max(1, -(-most // PAGE_SIZE))
    number = min(max(1, number), pages)
    shown = list(db.scalars(_part(accounts, number, DirectoryAccount.username)))
    shared = _shared_addresses(db, by.organisation_id)
    organisation = db.get_one(Organisation, by.organisation_id)
    audit.record(db, AuditKind.DIRECTORY_READ, organisation, by=by, reason="unmatched")
    return Unmatched(
        accounts=shown,
        why=_why(db, shown, staff, facts=facts, by=by, today=today),
        accounts_total=accounts_total,
        waiting=_told(db, _part(waiting, number, ScimUser.user_name_key), by=by, today=today),
        waiting_total=waiting_total,
        staff=list(db.scalars(_part(staff, number, StaffMember.family_name, StaffMember.id))),
        staff_total=staff_total,
        shared_addresses=shared,
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


def _why(  # noqa: PLR0913 - each is one plain fact
    db: "Session",
    accounts: list[DirectoryAccount],
    staff: "Select[StaffMember]",
    *,
    facts: Sequence[str],
    by: "Identity",
    today: date,
) -> dict[int, str]:
    """Say of each account why it is nobody's."""
    shared = _shared_among(db, by.organisation_id, [one.email for one in accounts])
    is_shared = {one.id: (one.email or "").lower() in shared for one in accounts}
    held = {
        one.id: facts_of(
            (one.employee_number, (one.email or "").lower(), one.nhs_unique_id),
            facts,
            is_shared=is_shared[one.id],
        )
        for one in accounts
    }
    index, people = _people(db, list(held.values()), by=by, today=today)
    likely = _likely(db, accounts, staff)
    return {
        one.id: why_unmatched(
            held[one.id],
            index,
            people,
            is_shared=is_shared[one.id],
            likely=likely.get(one.id),
            where=IN_DIRECTORY,
        )
        for one in accounts
    }


def _people(
    db: "Session", facts: "list[list[Fact]]", *, by: "Identity", today: date
) -> tuple[FactIndex, dict[int, StaffMember]]:
    """Give the staff whom any of these facts fits, in two queries."""
    all_facts = [fact for those in facts for fact in those]
    if not all_facts:
        return FactIndex((), today=today), {}
    ours = (StaffMember.organisation_id == by.organisation_id, has_any(all_facts))
    people = {one.id: one for one in db.scalars(select(StaffMember).where(*ours))}
    return index_of(db, by.organisation_id, today=today, fitting=all_facts), people


def _waiting(organisation_id: int, search: str) -> "Select[ScimUser]":
    """Select the accounts of identity providers that are nobody's."""
    query = select(ScimUser).where(
        ScimUser.organisation_id == organisation_id,
        ScimUser.staff_member_id.is_(None),
        ScimUser.is_active,
        ScimUser.source.has(revoked_at=None),
    )
    if search:
        query = query.where(ScimUser.user_name_key.like(f"%{_plain(search)}%", escape="\\"))
    return query


def _told(
    db: "Session", query: "Select[ScimUser]", *, by: "Identity", today: date
) -> list[Waiting]:
    rows = list(db.scalars(query.options(joinedload(ScimUser.source))))
    accounts = [account_in(row.document) for row in rows]
    held = [
        list(as_compared(pair for pair in zip(USUAL, said, strict=True) if pair[1]))
        for said in ((one.employee_number or "", one.email or "") for one in accounts)
    ]
    index, people = _people(db, held, by=by, today=today)
    return [
        Waiting(
            source=row.source.name,
            user_name=one.user_name,
            employee_number=one.employee_number,
            email=one.email,
            why=why_unmatched(
                facts, index, people, is_shared=False, likely=None, where=AT_PROVIDER
            ),
        )
        for row, one, facts in zip(rows, accounts, held, strict=True)
    ]


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


def _shared_among(
    db: "Session", organisation_id: int, addresses: list[str | None]
) -> frozenset[str]:
    """Give those of some addresses that more than one account has."""
    address = func.lower(DirectoryAccount.email)
    asked = {one.lower() for one in addresses if one}
    rows = db.scalars(
        select(address)
        .where(_ours(organisation_id), address.in_(asked))
        .group_by(address)
        .having(func.count() > 1)
    )
    return frozenset(rows)


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
