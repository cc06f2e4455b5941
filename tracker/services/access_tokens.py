"""Gives other systems a key to come in with, finds whose key one is, and takes it back.

The key is shown once. What is kept is its hash, so that a copy of the database opens nothing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, update

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import AccessToken, AuditKind, TokenPurpose
from tracker.services import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.models import StaffMember
    from tracker.security.identity import Actor

#: How stale "last used" may become before it is written again.
USED_EVERY = timedelta(hours=1)
#: How long the key before a new one still opens, when the holder needs time to change it.
OVERLAP = timedelta(days=1)
LONGEST_NAME = 100
#: nobody's key is longer: more is not worth a hash
LONGEST_SECRET = 200
#: built once: it comes with every request
_BY_SECRET = select(AccessToken).where(
    or_(
        AccessToken.token_hash == bindparam("digest"),
        AccessToken.former_hash == bindparam("digest"),
    ),
    AccessToken.purpose == bindparam("purpose"),
)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A token, and the secret that is shown this once."""

    token: AccessToken
    secret: str


def issue(  # noqa: PLR0913 - each is one plain fact of the token
    db: "Session",
    purpose: TokenPurpose,
    name: str,
    *,
    by: "Actor",
    now: datetime,
    person: "StaffMember | None" = None,
    lasts: timedelta | None = None,
) -> Issued:
    """Make a key for one system. With a person it opens what that person may see, until they leave.

    :raises InvalidInputError: for a name that is empty or too long.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInputError(
            f"Give the key a name of up to {LONGEST_NAME} letters.", field="name"
        )
    secret = _new_secret(purpose)
    token = AccessToken(
        organisation_id=by.organisation_id,
        purpose=purpose,
        name=name,
        token_hash=_hash(secret),
        staff_member_id=person.id if person else None,
        created_at=now,
        expires_at=now + lasts if lasts else None,
    )
    db.add(token)
    _note(db, AuditKind.KEY_ISSUED, token, by=by)
    return Issued(token=token, secret=secret)


def find(db: "Session", secret: str, purpose: TokenPurpose, *, now: datetime) -> AccessToken | None:
    """Give the live token that a secret belongs to; none for a wrong, old or foreign one.

    Its organisation is the only one that the caller may touch.
    """
    if not secret or len(secret) > LONGEST_SECRET:
        return None
    digest = _hash(secret)
    token = db.scalar(_BY_SECRET, {"digest": digest, "purpose": purpose})
    if token is None or not _opens(token, digest, now) or not token.is_live(now):
        return None
    if token.staff_member is not None and token.staff_member.has_left(now.date()):
        return None
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        # A statement rather than a change of the record: two requests may both come first.
        db.execute(update(AccessToken).where(AccessToken.id == token.id).values(last_used_at=now))
    return token


def find_bearer(
    db: "Session", header: str | None, purpose: TokenPurpose, *, now: datetime
) -> AccessToken | None:
    """Give the token of an `Authorization: Bearer ...` header."""
    scheme, _, secret = (header or "").partition(" ")
    return find(db, secret.strip(), purpose, now=now) if scheme.lower() == "bearer" else None


def find_own(db: "Session", public_id: str, *, by: "Actor") -> AccessToken:
    """Give a token of the organisation by its id.

    :raises NotFoundError: where there is none.
    """
    token = db.scalar(
        select(AccessToken).where(
            AccessToken.public_id == public_id, AccessToken.organisation_id == by.organisation_id
        )
    )
    if token is None:
        raise NotFoundError("There is no such key.")
    return token


def list_tokens(
    db: "Session",
    purpose: TokenPurpose,
    *,
    by: "Actor",
    person: "StaffMember | None" = None,
) -> "Sequence[AccessToken]":
    """Give the organisation's tokens of one purpose, those taken back too; or one person's own."""
    asked = select(AccessToken).where(
        AccessToken.organisation_id == by.organisation_id, AccessToken.purpose == purpose
    )
    if person is not None:
        asked = asked.where(AccessToken.staff_member_id == person.id)
    return db.scalars(asked.order_by(AccessToken.id)).all()


def rotate(
    db: "Session",
    token: AccessToken,
    *,
    by: "Actor",
    now: datetime,
    overlap: timedelta = OVERLAP,
) -> Issued:
    """Give a token a new secret. The one before opens for the overlap; with none, no more."""
    secret = _new_secret(token.purpose)
    was_live = token.is_live(now)
    lasts = token.expires_at - token.created_at if token.expires_at else None
    token.former_hash = token.token_hash if overlap and was_live else None
    token.former_until = now + overlap if token.former_hash else None
    token.token_hash = _hash(secret)
    token.expires_at = now + lasts if lasts else None
    token.created_at = now
    token.revoked_at = None
    _note(db, AuditKind.KEY_ROTATED, token, by=by)
    return Issued(token=token, secret=secret)


def revoke(db: "Session", token: AccessToken, *, by: "Actor", now: datetime) -> None:
    """Take a token back: from now on it opens nothing. A second time changes nothing."""
    if token.revoked_at is not None:
        return
    token.revoked_at = now
    token.former_hash = token.former_until = None
    _note(db, AuditKind.KEY_REVOKED, token, by=by)


def _opens(token: AccessToken, digest: str, now: datetime) -> bool:
    """Tell whether a hash is the token's own, in a time that does not depend on how near it is."""
    if hmac.compare_digest(token.token_hash, digest):
        return True
    is_former = hmac.compare_digest(token.former_hash or "", digest)
    return is_former and token.former_until is not None and now < token.former_until


def _new_secret(purpose: TokenPurpose) -> str:
    # The prefix says to a person, and to a scanner of leaked keys, what this is.
    return f"tracker_{purpose}_{secrets.token_urlsafe(32)}"


def _hash(secret: str) -> str:
    # The secret is 256 random bits: a slow hash would add nothing.
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(db: "Session", kind: AuditKind, token: AccessToken, *, by: "Actor") -> None:
    audit.record(
        db, kind, token, by=by, subject_id=token.staff_member_id, purpose=str(token.purpose)
    )
