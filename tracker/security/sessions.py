"""Signed-in sessions, kept in the database: the cookie holds a token, the table its hash."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.models import SignInSession, StaffMember
from tracker.security.identity import Identity, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.settings import Settings

#: How stale "last seen" may become before it is written again: not a write for every page.
SEEN_EVERY = timedelta(minutes=1)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(
    db: Session, staff_member: StaffMember, roles: "Iterable[Role]", *, now: datetime
) -> str:
    """Begin a session and give the token for the cookie. The token is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    db.add(
        SignInSession(
            organisation_id=staff_member.organisation_id,
            staff_member_id=staff_member.id,
            token_hash=_hash(token),
            roles=",".join(sorted(roles)),
            started_at=now,
            last_seen_at=now,
        )
    )
    return token


def find_identity(
    db: Session, token: str, *, settings: "Settings", now: datetime
) -> Identity | None:
    """Say whose session this is; none when it has ended, gone stale, or its person has left."""
    row = db.scalar(
        select(SignInSession)
        .where(SignInSession.token_hash == _hash(token), SignInSession.ended_at.is_(None))
        .options(joinedload(SignInSession.staff_member, innerjoin=True))
    )
    if (
        row is None
        or now - row.started_at > settings.absolute_limit
        or now - row.last_seen_at > settings.idle_limit
        or row.staff_member.has_left(now.date())
    ):
        return None
    if now - row.last_seen_at > SEEN_EVERY:
        row.last_seen_at = now
    return Identity(
        staff_id=row.staff_member_id,
        organisation_id=row.organisation_id,
        name=row.staff_member.name,
        roles=frozenset(Role(role) for role in row.roles.split(",") if role),
        session_id=row.id,
    )


def end_session(db: Session, token: str, *, now: datetime) -> None:
    row = db.scalar(
        select(SignInSession).where(
            SignInSession.token_hash == _hash(token), SignInSession.ended_at.is_(None)
        )
    )
    if row is not None:
        row.ended_at = now
