"""Puts messages into the outbox, in the same transaction as the change that they tell of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tracker.content.mail import MAIL
from tracker.models import MessageState, OutboxMessage, new_public_id
from tracker.services.bulk import insert_new

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST_KEY = 80


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message to one person: ids and dates, never what somebody wrote."""

    kind: str
    #: none only where the kind knows an address of its own, before somebody is on the staff
    recipient_id: int | None
    #: what tells two requests for the same message apart; a second one is not sent
    dedupe_key: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None


def enqueue(  # noqa: PLR0913 - each is one plain fact of a message
    db: "Session",
    kind: str,
    *,
    organisation_id: int,
    recipient_id: int | None,
    dedupe_key: str,
    payload: Mapping[str, Any],
    not_before: datetime | None = None,
) -> None:
    """Ask for a message to one person. Asked for twice with one key, it is one message."""
    message = Message(
        kind=kind,
        recipient_id=recipient_id,
        dedupe_key=dedupe_key,
        payload=payload,
        not_before=not_before,
    )
    enqueue_all(db, [message], organisation_id=organisation_id)


def enqueue_all(db: "Session", messages: Iterable[Message], *, organisation_id: int) -> None:
    """Ask for many messages in one statement."""
    rows = [_row(message, organisation_id) for message in messages]
    if not rows:
        return
    insert_new(db, OutboxMessage, rows, unless="dedupe_key")


def _row(message: Message, organisation_id: int) -> dict[str, Any]:
    if message.kind not in MAIL:
        raise ValueError(f"no text for {message.kind}: see docs/how-to/mail.md")
    if len(message.dedupe_key) > LONGEST_KEY:
        raise ValueError("a key against sending twice has 80 characters at most")
    return {
        "organisation_id": organisation_id,
        "public_id": new_public_id(),
        "kind": message.kind,
        "recipient_id": message.recipient_id,
        "dedupe_key": message.dedupe_key,
        "payload": dict(message.payload),
        "state": MessageState.LISTED if MAIL[message.kind].is_weekly else MessageState.WAITING,
        "not_before": message.not_before,
        "tries": 0,
        "last_error": "",
    }
