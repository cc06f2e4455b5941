"""Keys with which a quality lead's own spreadsheet reads the published outcomes.

A key opens what its holder may see: no longer than they work here, and only while they are a
quality lead. What somebody is, the directory says when they sign in.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import NotAllowedNowError, NotFoundError
from tracker.models import SignInSession, StaffMember, TokenPurpose
from tracker.security.identity import Identity, Role
from tracker.services import access_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.models import AccessToken
    from tracker.services.access_tokens import Issued

LASTS = timedelta(days=365)
MOST_KEYS = 10


def list_keys(db: "Session", *, by: Identity) -> "Sequence[AccessToken]":
    """Give one's own keys, the newest first."""
    person = db.get_one(StaffMember, by.staff_id)
    return access_tokens.list_tokens(db, TokenPurpose.REPORT, by=by, person=person)[::-1]


def make_key(db: "Session", name: str, *, by: Identity, now: datetime) -> "Issued":
    """Make a key of one's own.

    :raises InvalidInputError: for a name that is empty or too long.
    :raises NotAllowedNowError: for more keys than anybody needs.
    """
    live = [key for key in list_keys(db, by=by) if key.is_live(now)]
    if len(live) >= MOST_KEYS:
        raise NotAllowedNowError(f"You have {MOST_KEYS} keys. Take one back first.")
    person = db.get_one(StaffMember, by.staff_id)
    return access_tokens.issue(
        db, TokenPurpose.REPORT, name, by=by, now=now, person=person, lasts=LASTS
    )


def take_back(db: "Session", public_id: str, *, by: Identity, now: datetime) -> None:
    """Take a key of one's own back.

    :raises NotFoundError: for a key that is not there, or not one's own.
    """
    key = access_tokens.find_own(db, public_id, by=by)
    if key.staff_member_id != by.staff_id or key.purpose != TokenPurpose.REPORT:
        raise NotFoundError("There is no such key.")
    access_tokens.revoke(db, key, by=by, now=now)


def reader_of(db: "Session", secret: str, *, now: datetime) -> Identity | None:
    """Say who reads with this key; nobody, where it opens nothing."""
    key = access_tokens.find(db, secret, TokenPurpose.REPORT, now=now)
    if key is None or key.staff_member_id is None:
        return None
    roles = db.scalar(
        select(SignInSession.roles)
        .where(
            SignInSession.staff_member_id == key.staff_member_id,
            SignInSession.organisation_id == key.organisation_id,
        )
        .order_by(SignInSession.id.desc())
        .limit(1)
    )
    if roles is not None and Role.QUALITY_LEAD not in roles.split(","):
        return None
    return Identity(
        staff_id=key.staff_member_id,
        organisation_id=key.organisation_id,
        roles=frozenset({Role.QUALITY_LEAD}),
    )
