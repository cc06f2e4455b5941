"""The way in before day one: a link and a short code that show nothing about anybody.

Whoever has the link sees a welcome, and may try made-up screens. A private address is kept only
until day one, and stands in no log, no audit event and no payload.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from tracker.content import welcome as content
from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import AuditKind, Induction, Invitation, Organisation, SignInAttempt
from tracker.services import audit, outbox
from tracker.services.induction_follow import OPEN_AFTER_START
from tracker.services.sign_in_limits import keyed_network

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: No look-alikes, and nothing that makes a word.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
#: So many wrong codes or links may come from one network before it has to wait.
MOST_TRIES = 20
TRIES_WINDOW = timedelta(minutes=10)
TRIES_KIND = "welcome"

_ADDRESS = re.compile(r"[^@\s<>\"',;:()\\]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}")


@dataclass(frozen=True, kw_only=True)
class WelcomePage:
    """What the link shows: the trust's name, and nothing else that is anybody's."""

    public_id: str
    trust: str
    first_day: tuple[str, ...]
    bring: tuple[str, ...]


def invitation_of(db: "Session", induction: Induction) -> Invitation | None:
    return db.scalar(select(Invitation).where(Invitation.induction_id == induction.id))


def make_invitation(
    db: "Session", induction: Induction, *, by: "Identity", today: date
) -> Invitation:
    """Give the starter a link and a code. Asked for twice, they are the same.

    :raises NotAllowedNowError: when the first day is long past.
    """
    expires_on = induction.starts_on + OPEN_AFTER_START
    if not induction.is_under_way or expires_on < today:
        raise NotAllowedNowError("The welcome is for the time before day one. It has passed.")
    known = invitation_of(db, induction)
    if known is not None:
        known.expires_on = expires_on
        return known
    invitation = Invitation(
        organisation_id=induction.organisation_id,
        induction_id=induction.id,
        code="".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)),
        expires_on=expires_on,
    )
    db.add(invitation)
    audit.record(
        db,
        AuditKind.INVITATION_MADE,
        invitation,
        by=by,
        subject_id=induction.staff_member_id,
    )
    return invitation


def write_to(
    db: "Session", induction: Induction, address: str, *, by: "Identity", today: date
) -> Invitation:
    """Send the link to a private address, and keep the address until day one.

    :raises InvalidInputError: for what cannot be an address.
    :raises NotAllowedNowError: from day one on.
    """
    address = address.strip()
    if not _ADDRESS.fullmatch(address):
        raise InvalidInputError(
            "Type the whole email address, such as name@example.com.", field="address"
        )
    if induction.starts_on <= today:
        raise NotAllowedNowError(
            "Day one has come, so we keep no private address any more. "
            "They can use their work email now."
        )
    invitation = make_invitation(db, induction, by=by, today=today)
    invitation.private_address = address
    invitation.erased_at = None
    db.flush()
    outbox.enqueue(
        db,
        "induction.welcome",
        organisation_id=induction.organisation_id,
        recipient_id=None,
        dedupe_key=f"induction.welcome:{invitation.id}:{today.isoformat()}",
        payload={"invitation": invitation.id},
    )
    return invitation


def erase_addresses(
    db: "Session", organisation: Organisation, *, today: date, now: datetime
) -> int:
    """Forget the private address of everybody whose first day has come; say how many."""
    over = select(Induction.id).where(
        Induction.organisation_id == organisation.id,
        or_(Induction.starts_on <= today, Induction.ended_on.is_not(None)),
    )
    ids = db.scalars(
        select(Invitation.id).where(
            Invitation.organisation_id == organisation.id,
            Invitation.private_address.is_not(None),
            Invitation.induction_id.in_(over),
        )
    ).all()
    if ids:
        db.execute(
            update(Invitation)
            .where(Invitation.id.in_(ids))
            .values(private_address=None, erased_at=now)
            .execution_options(synchronize_session="fetch")
        )
    return len(ids)


def open_link(db: "Session", public_id: str, *, today: date) -> WelcomePage:
    """Show the welcome behind a link.

    :raises NotFoundError: for a link that was never made, is too old, or was shut.
    """
    row = db.execute(
        select(Invitation, Induction, Organisation)
        .join(Induction, Induction.id == Invitation.induction_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.public_id == public_id)
    ).first()
    if row is None or not _is_open(row[0], row[1], today):
        raise NotFoundError("This link does not work any more. Ask your new manager for another.")
    return WelcomePage(
        public_id=public_id,
        trust=row[2].name,
        first_day=tuple(_texts(row[2], "welcome_first_day") or content.FIRST_DAY),
        bring=tuple(_texts(row[2], "welcome_bring") or content.BRING),
    )


def link_of_code(db: "Session", code: str, *, today: date) -> str | None:
    """Give the link that a code stands for; none for a code that does not work."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    rows = db.execute(
        select(Invitation, Induction)
        .join(Induction, Induction.id == Invitation.induction_id)
        .where(Invitation.code == typed)
    )
    return next((one.public_id for one, induction in rows if _is_open(one, induction, today)), None)


def _is_open(invitation: Invitation, induction: Induction, today: date) -> bool:
    return induction.is_under_way and today <= invitation.expires_on


def too_many_tries(db: "Session", secret: str, address: str | None, *, now: datetime) -> bool:
    """Say whether too many wrong codes came from this network lately."""
    tries = db.scalar(
        select(func.count(SignInAttempt.id)).where(
            SignInAttempt.address_hash == keyed_network(secret, TRIES_KIND, address),
            SignInAttempt.at > now - TRIES_WINDOW,
        )
    )
    return (tries or 0) >= MOST_TRIES


def note_try(db: "Session", secret: str, address: str | None, *, now: datetime) -> None:
    """Write down a wrong code or link, so that guessing is slow. Nobody is named."""
    network = keyed_network(secret, TRIES_KIND, address)
    db.add(
        SignInAttempt(account_hash=network, address_hash=network, at=now, reached_directory=False)
    )


def welcome_texts(organisation: Organisation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give what the welcome says of the first day and of what to bring."""
    return (
        tuple(_texts(organisation, "welcome_first_day") or content.FIRST_DAY),
        tuple(_texts(organisation, "welcome_bring") or content.BRING),
    )


def set_welcome_texts(organisation: Organisation, *, first_day: str, bring: str) -> None:
    """Say it in the trust's own words, a line each. Nothing typed: our words again."""
    organisation.settings = {
        **(organisation.settings or {}),
        "welcome_first_day": _lines(first_day),
        "welcome_bring": _lines(bring),
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _texts(organisation: Organisation, name: str) -> list[str]:
    return list((organisation.settings or {}).get(name, []))
