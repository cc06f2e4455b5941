"""Slows down failed sign-ins, and stops them short of the directory's own lock-out.

A directory locks an account after so many wrong passwords in a row. If we passed on every try, a
stranger could lock any nurse out of her ward's computers from our sign-in page. So each try is
written down before the directory is asked; once too many of an account's have failed, nobody's
is passed on until the directory has forgotten them. Names that are no account are treated alike.
"""

import hashlib
import hmac
import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text

from tracker.models import SignInAttempt

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: The directory notes a failure a little later than we do: it forgets it a little later too.
MARGIN = timedelta(seconds=30)
ADDRESS_WINDOW = timedelta(minutes=10)
KEEP = timedelta(days=1)

#: Where a directory never locks: after this many failures each next try waits twice as long.
FREE_TRIES = 3
FIRST_WAIT = timedelta(seconds=30)
MOST_DOUBLINGS = 5


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many tries there are. The first two must be the directory's own figures, or stricter."""

    lockout_threshold: int = 5
    observation_window: timedelta = timedelta(minutes=30)
    address_failures: int = 60

    @property
    def passed_on(self) -> int:
        """How many failures may reach the directory: two are left for the person's own computer."""
        return max(1, self.lockout_threshold - 2)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Which account somebody tries to open, and from where; as keyed hashes, never as names."""

    account_hash: str
    address_hash: str


def caller(secret: str, *, username: str, address: str | None) -> Caller:
    return Caller(
        account_hash=_keyed(secret, "account", _one_spelling(username)),
        address_hash=_keyed(secret, "address", _network(address)),
    )


def admit(
    db: "Session", limits: Limits, who: Caller, *, now: datetime
) -> tuple[SignInAttempt | None, timedelta]:
    """Write a try down as failed and let it through; or let nothing through and say how long."""
    _one_at_a_time(db, who)
    db.execute(delete(SignInAttempt).where(SignInAttempt.at < now - max(KEEP, _memory(limits))))
    address_wait = _address_wait(db, limits, who, now)
    wait = max(_account_wait(db, limits, who, now), address_wait)
    attempt = SignInAttempt(
        account_hash=who.account_hash,
        address_hash=who.address_hash,
        at=now,
        reached_directory=not wait,
    )
    if not address_wait:
        # A try that is not passed on counts against its address, but not for ever.
        db.add(attempt)
        db.flush()
    return (None if wait else attempt), wait


def account(secret: str, key: str) -> Caller:
    """Name an account by its key in the directory: it is one account, whatever name was typed."""
    return Caller(account_hash=_keyed(secret, "directory-account", key), address_hash="")


def admit_account(db: "Session", limits: Limits, who: Caller, *, now: datetime) -> int | None:
    """Write a try down against an account that the directory has found, and let it through.

    The name that was typed has been let through before. Whoever goes on with another name of the
    same account is not told so: it would show that there is such an account.
    """
    _one_at_a_time(db, who)
    if _account_wait(db, limits, who, now):
        return None
    attempt = SignInAttempt(
        account_hash=who.account_hash, address_hash="", at=now, reached_directory=True
    )
    db.add(attempt)
    db.flush()
    return attempt.id


def take_back(db: "Session", *attempt_ids: int) -> None:
    """Forget one try: the directory could not be asked, or the password was right after all."""
    db.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(attempt_ids)))


def forgive(db: "Session", *who: Caller) -> None:
    """Forget an account's failures: its owner has signed in, and the directory forgets as well."""
    hashes = [one.account_hash for one in who]
    db.execute(delete(SignInAttempt).where(SignInAttempt.account_hash.in_(hashes)))


def _memory(limits: Limits) -> timedelta:
    return limits.observation_window + MARGIN


def _account_wait(db: "Session", limits: Limits, who: Caller, now: datetime) -> timedelta:
    failures = _row_of_failures(db, limits, who, now)
    if not failures:
        return timedelta(0)
    if limits.lockout_threshold:
        if len(failures) < limits.passed_on:
            return timedelta(0)
        return _until(failures[0] + _memory(limits), now)
    if len(failures) < FREE_TRIES:
        return timedelta(0)
    doublings = min(len(failures) - FREE_TRIES, MOST_DOUBLINGS)
    return _until(failures[0] + FIRST_WAIT * 2**doublings, now)


def _row_of_failures(db: "Session", limits: Limits, who: Caller, now: datetime) -> list[datetime]:
    """Find the latest failures that the directory still holds together, newest first.

    Active Directory starts to count anew only when the whole window has passed since the last
    failure, so it is the gap between two failures that matters, not the age of the first.
    """
    newest_first = db.scalars(
        select(SignInAttempt.at)
        .where(
            SignInAttempt.account_hash == who.account_hash,
            SignInAttempt.reached_directory.is_(True),
        )
        .order_by(SignInAttempt.at.desc())
        .limit(limits.passed_on + FREE_TRIES + MOST_DOUBLINGS)
    )
    held: list[datetime] = []
    for at in newest_first:
        if (held[-1] if held else now) - at >= _memory(limits):
            break
        held.append(at)
    return held


def _address_wait(db: "Session", limits: Limits, who: Caller, now: datetime) -> timedelta:
    nth_last = db.scalar(
        select(SignInAttempt.at)
        .where(SignInAttempt.address_hash == who.address_hash)
        .order_by(SignInAttempt.at.desc())
        .offset(limits.address_failures - 1)
        .limit(1)
    )
    return timedelta(0) if nth_last is None else _until(nth_last + ADDRESS_WINDOW, now)


def _until(moment: datetime, now: datetime) -> timedelta:
    return max(moment - now, timedelta(0))


def _one_at_a_time(db: "Session", who: Caller) -> None:
    """Hold back other tries of this account until ours is written down."""
    if db.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(bytes.fromhex(who.account_hash)[:8], "big", signed=True)
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _keyed(secret: str, kind: str, value: str) -> str:
    return hmac.new(secret.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def _one_spelling(username: str) -> str:
    """Leave out what a directory may not look at: case, spaces, accents, wide letters."""
    letters = unicodedata.normalize("NFKD", username)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def _network(address: str | None) -> str:
    """Count a whole IPv6 network as one: a home or a phone has that many addresses."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


def keyed_network(secret: str, kind: str, address: str | None) -> str:
    """Name a network by a keyed hash, for one kind of try."""
    return _keyed(secret, f"{kind}-address", _network(address))
