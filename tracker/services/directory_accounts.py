"""Keeps what the trust's directory says of its accounts, and whose each of them is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from integrations.ldap.accounts import AccountState, Mark
from tracker.errors import NotAllowedNowError
from tracker.models import DirectoryAccount, DirectoryMark, SignInSession, StaffMember
from tracker.services.fact_index import COLUMNS, NAMES, Fact, FactIndex, Match, has_any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.ldap.accounts import Reading

#: A reading without more of the accounts than this is taken for a fault.
MOST_GONE = 0.10
#: So few may go at once in any case.
FEW = 20
#: How long changes are enough, before everything is read again.
FULL_EVERY = timedelta(days=7)
#: How long an account that is gone is still known.
KEPT = timedelta(days=90)
LONGEST = 300
_AT_ONCE = 500

_SHUT = frozenset({AccountState.DISABLED.value, AccountState.EXPIRED.value})
_FACTS = ("username", "display_name", "employee_number", "email", "nhs_unique_id", "state")


class TooManyGoneError(NotAllowedNowError):
    """Raised instead of taking for gone what a fault may have hidden."""


def marks_of(db: "Session", organisation_id: int, *, now: datetime) -> list[Mark]:
    """Say how far each server was read, unless it is time to read everything again."""
    rows = db.scalars(
        select(DirectoryMark).where(
            DirectoryMark.organisation_id == organisation_id,
            DirectoryMark.full_at > now - FULL_EVERY,
        )
    )
    return [Mark(server=row.server, position=row.position) for row in rows]


def known_keys(db: "Session", organisation_id: int) -> frozenset[str]:
    return frozenset(
        db.scalars(
            select(DirectoryAccount.key).where(
                DirectoryAccount.organisation_id == organisation_id,
                DirectoryAccount.gone_at.is_(None),
            )
        )
    )


def apply_reading(
    db: "Session",
    organisation_id: int,
    reading: "Reading",
    *,
    now: datetime,
    most_gone: float | None = MOST_GONE,
) -> dict[str, int]:
    """Bring the accounts up to date; say what came of it in numbers. Safe to do twice.

    :raises TooManyGoneError: when so many accounts are missing that a fault is likely.
    """
    table = DirectoryAccount.__table__
    held = {
        row[1]: row
        for row in db.execute(
            select(
                table.c.id, table.c.key, table.c.gone_at, *(table.c[name] for name in _FACTS)
            ).where(table.c.organisation_id == organisation_id)
        )
    }
    live = {key for key, row in held.items() if row[2] is None}
    gone = set(reading.deleted) & live
    if reading.keys is not None:
        gone |= live - reading.keys
    _require_likely(len(gone), len(live), reading, most_gone)
    new, changed, shut = _compare(held, reading, organisation_id, now)
    for rows in _portions(new):
        db.execute(insert(DirectoryAccount), rows)
    if changed:
        db.execute(update(DirectoryAccount), changed)
    gone_ids = [held[key][0] for key in gone]
    for ids in _portions(gone_ids):
        _set_gone(db, ids, now)
    _forget_long_gone(db, organisation_id, now)
    _note_mark(db, organisation_id, reading, now=now)
    return {
        "accounts": len(live) - len(gone) + len(new) + sum("gone_at" in row for row in changed),
        "new": len(new),
        "changed": len(changed),
        "gone": len(gone),
        "signed_out": _end_sessions(db, [*shut, *gone_ids], now=now),
    }


def _compare(
    held: dict[str, Any], reading: "Reading", organisation_id: int, now: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[int]]:
    """Tell what is new, what is not as it was, and which accounts were shut since."""
    new, changed, shut = [], [], []
    for account in reading.accounts:
        # In the order of _FACTS: this line is passed for every account of a trust.
        facts = (
            account.username[:LONGEST],
            account.display_name and account.display_name[:LONGEST],
            account.employee_number and account.employee_number[:LONGEST],
            account.email and account.email[:LONGEST],
            account.nhs_unique_id and account.nhs_unique_id[:LONGEST],
            account.state.value,
        )
        row = held.get(account.key)
        if row is None:
            more = {"organisation_id": organisation_id, "key": account.key, "first_seen_at": now}
            new.append({**dict(zip(_FACTS, facts, strict=True)), **more})
        elif row[3:] != facts or row[2] is not None:
            back = {} if row[2] is None else {"gone_at": None}
            changed.append({"id": row[0], **dict(zip(_FACTS, facts, strict=True)), **back})
            if facts[-1] in _SHUT and row[-1] not in _SHUT:
                shut.append(row[0])
    return new, changed, shut


def _require_likely(gone: int, live: int, reading: "Reading", most_gone: float | None) -> None:
    if reading.is_full and not reading.accounts:
        raise TooManyGoneError(
            "The directory gave no accounts at all, so nothing was changed. Check "
            "directory.base_dn, directory.people_filter and what the service account may read."
        )
    if most_gone is not None and gone > max(FEW, most_gone * live):
        raise TooManyGoneError(
            f"{gone:,} of {live:,} accounts are no longer in the directory. That looks like a "
            "fault, so nothing was changed. If it is right, run: "
            "tracker sync directory --full --most-gone 100"
        )


def _portions(rows: list[Any]) -> Iterable[list[Any]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _set_gone(db: "Session", ids: list[int], now: datetime) -> None:
    db.execute(
        update(DirectoryAccount)
        .where(DirectoryAccount.id.in_(ids))
        .values(gone_at=now)
        .execution_options(synchronize_session=False)
    )


def _forget_long_gone(db: "Session", organisation_id: int, now: datetime) -> None:
    db.execute(
        delete(DirectoryAccount)
        .where(
            DirectoryAccount.organisation_id == organisation_id,
            DirectoryAccount.gone_at < now - KEPT,
        )
        .execution_options(synchronize_session=False)
    )


def _note_mark(db: "Session", organisation_id: int, reading: "Reading", *, now: datetime) -> None:
    ours = (
        DirectoryMark.organisation_id == organisation_id,
        DirectoryMark.server == reading.mark.server[:LONGEST],
    )
    mark = db.scalar(select(DirectoryMark).where(*ours))
    if mark is None:
        mark = DirectoryMark(organisation_id=organisation_id, server=reading.mark.server[:LONGEST])
        db.add(mark)
    mark.position, mark.read_at = reading.mark.position, now
    if reading.is_full:
        mark.full_at = now


def _end_sessions(db: "Session", account_ids: list[int], *, now: datetime) -> int:
    """Sign out whoever's account was shut or is gone, and who has no other that is open."""
    ended = 0
    for ids in _portions(account_ids):
        open_too = select(DirectoryAccount.staff_member_id).where(
            DirectoryAccount.gone_at.is_(None),
            DirectoryAccount.state.not_in(_SHUT),
            DirectoryAccount.staff_member_id.is_not(None),
        )
        theirs = select(DirectoryAccount.staff_member_id).where(
            DirectoryAccount.id.in_(ids),
            DirectoryAccount.staff_member_id.is_not(None),
            DirectoryAccount.staff_member_id.not_in(open_too),
        )
        ended += db.execute(
            update(SignInSession)
            .where(SignInSession.staff_member_id.in_(theirs), SignInSession.ended_at.is_(None))
            .values(ended_at=now)
            .execution_options(synchronize_session=False)
        ).rowcount  # type: ignore[attr-defined] # it is there for an update
    return ended


def match_accounts(
    db: "Session", organisation_id: int, *, facts: tuple[str, ...], today: date
) -> dict[str, int]:
    """Say whose each account is, by these facts in their order; count who is left over.

    A fact that two records share, or an address that two accounts share, says nothing. An
    account that was somebody's stays theirs while it names no other number.
    """
    accounts = db.execute(
        select(
            DirectoryAccount.id,
            DirectoryAccount.employee_number,
            func.lower(DirectoryAccount.email),
            DirectoryAccount.nhs_unique_id,
            DirectoryAccount.staff_member_id,
            DirectoryAccount.matched_by,
        ).where(
            DirectoryAccount.organisation_id == organisation_id,
            DirectoryAccount.gone_at.is_(None),
        )
    ).all()
    index = index_of(db, organisation_id, today=today)
    elsewhere = _numbered_elsewhere(db, organisation_id)
    addresses = Counter(row[2] for row in accounts if row[2])
    changes, matched, contradicting = [], 0, 0
    for row in accounts:
        known = facts_of(row[1:4], facts, is_shared=addresses.get(row[2], 0) > 1)
        if (row[1], row[2]) in elsewhere and ("employee_number", row[1]) not in index:
            known = [fact for fact in known if fact[0] != "employee_number"]
        answer = index.whose(known)
        found: tuple[int | None, str | None] = (None, None)
        if not isinstance(answer, Match):
            found = answer
        elif answer is Match.CONTRADICTS:
            contradicting += 1
        elif not row[1]:
            found = (row[4], row[5])
        matched += found[0] is not None
        if found != (row[4], row[5]):
            changes.append({"id": row[0], "staff_member_id": found[0], "matched_by": found[1]})
    if changes:
        db.execute(update(DirectoryAccount), changes)
    return {
        "matched": matched,
        "unmatched": len(accounts) - matched,
        "facts_disagree": contradicting,
        "shared_addresses": sum(1 for number in addresses.values() if number > 1),
    }


def index_of(
    db: "Session", organisation_id: int, *, today: date, fitting: Sequence[Fact] | None = None
) -> FactIndex:
    """Index an organisation's staff by their facts: everybody, or whom any of these fits."""
    query = select(*COLUMNS).where(StaffMember.organisation_id == organisation_id)
    if fitting is not None:
        query = query.where(has_any(fitting))
    return FactIndex((tuple(row) for row in db.execute(query)), today=today)


def facts_of(values: Sequence[str | None], names: Iterable[str], *, is_shared: bool) -> list[Fact]:
    """Give an account's facts in the order of the settings; a shared address is none."""
    held = dict(zip(NAMES, values, strict=True))
    return [
        (name, value)
        for name in names
        if (value := held[name]) and not (name == "email" and is_shared)
    ]


def _numbered_elsewhere(db: "Session", organisation_id: int) -> set[tuple[str, str | None]]:
    """Give whose number is another organisation's: one directory may serve several."""
    rows = db.execute(
        select(StaffMember.employee_number, func.lower(StaffMember.email)).where(
            StaffMember.organisation_id != organisation_id, StaffMember.email.is_not(None)
        )
    )
    return {(number, email) for number, email in rows}
