"""Sends what waits in the outbox: takes one message, sends it, notes it, until none is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import OperationalError

from integrations.mail.client import MailServer
from integrations.mail.errors import (
    AddressRefusedError,
    LetterRefusedError,
    MailServerUnavailableError,
    TryLaterError,
)
from tracker.db import session_for
from tracker.models import MessageState, OutboxMessage
from tracker.services import mail_queue
from tracker.services.mail_letters import Prepared, letter_for
from tracker.services.mail_words import LONDON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from integrations.mail.letters import Letter
    from integrations.mail.settings import MailSettings

log = structlog.get_logger()

#: One run does not go on for ever: the next one goes on.
MOST_AT_ONCE = 2000
Clock = Callable[[], datetime]


@dataclass(kw_only=True)
class Sent:
    """What became of the messages of one run, in numbers."""

    sent: int = 0
    not_needed: int = 0
    refused: int = 0
    later: int = 0
    failed: int = 0
    #: why nothing more could be sent, in words without names
    trouble: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What one run works with."""

    engine: "Engine"
    server: MailServer
    base_url: str
    clock: Clock
    done: Sent


def run(engine: "Engine", settings: "MailSettings", *, clock: Clock = _now) -> Sent:
    """Send what is due. Several workers may do so at once."""
    done = Sent()
    with session_for(engine) as db:
        mail_queue.follow_new_addresses(db, now=clock())
    with MailServer(settings) as server:
        run = _Run(engine=engine, server=server, base_url=settings.base_url, clock=clock, done=done)
        for _ in range(MOST_AT_ONCE):
            if done.trouble or not _one(run):
                break
    if done != Sent():
        log.info("mail.sent", sent=done.sent, later=done.later, refused=done.refused)
    return done


def _one(run: _Run) -> bool:
    """See to one message; say whether there was one."""
    now = run.clock()
    with session_for(run.engine) as db:
        message = mail_queue.take_next(db, now=now)
        if message is None:
            return False
        message_id = message.id
    try:
        with session_for(run.engine) as db:
            prepared = _prepare(db, message_id, run, now)
    except OperationalError:
        raise  # the database is away: the lease gives the message back
    except Exception as error:  # noqa: BLE001 - one that cannot be written must not stop the others
        # What it is about stays out of the log.
        log.error("mail.not_written", kind=type(error).__name__)  # noqa: TRY400
        _note(run, message_id, lambda _db, one: mail_queue.give_up(one, _BROKEN))
        run.done.failed += 1
        return True
    if prepared.letter is not None:
        _send(run, message_id, prepared.letter, prepared.holds)
    return True


_BROKEN = "The mail could not be written. This is a fault in the service: tell those who run it."


def _prepare(db: "Session", message_id: int, run: _Run, now: datetime) -> Prepared:
    message = mail_queue.find(db, message_id)
    today = now.astimezone(LONDON).date()
    prepared = letter_for(db, message, base_url=run.base_url, today=today, now=now)
    if prepared.not_needed:
        mail_queue.note_not_needed(message, prepared.not_needed)
        mail_queue.note_lines(db, prepared.holds, MessageState.NOT_NEEDED, now=now)
        run.done.not_needed += 1
    elif prepared.has_no_address:
        email = message.recipient.email if message.recipient else None
        mail_queue.note_bad_address(db, message, email or "", code=None, now=now)
        run.done.refused += 1
    return prepared


def _send(run: _Run, message_id: int, letter: "Letter", holds: "Sequence[int]") -> None:
    now = run.clock()

    def sent(db: "Session", one: OutboxMessage) -> None:
        mail_queue.note_sent(db, one, now=now)
        mail_queue.note_lines(db, holds, MessageState.SENT, now=now)

    try:
        run.server.send(letter, now=now)
    except AddressRefusedError as refusal:
        code = refusal.code
        run.done.refused += 1
        _note(
            run,
            message_id,
            lambda db, one: mail_queue.note_bad_address(db, one, letter.to, code=code, now=now),
        )
    except LetterRefusedError as refusal:
        why = str(refusal)
        run.done.failed += 1
        _note(run, message_id, lambda _db, one: mail_queue.give_up(one, why))
    except TryLaterError as refusal:
        why = str(refusal)
        run.done.later += 1
        _note(run, message_id, lambda _db, one: mail_queue.try_later(one, why, now=now))
    except MailServerUnavailableError as trouble:
        run.done.trouble = why = str(trouble)
        _note(run, message_id, lambda _db, one: mail_queue.put_back(one, why, now=now))
    else:
        run.done.sent += 1
        _note(run, message_id, sent)


def _note(run: _Run, message_id: int, write: Callable[["Session", OutboxMessage], None]) -> None:
    with session_for(run.engine) as db:
        message = mail_queue.find_in_hand(db, message_id)
        if message is not None:
            write(db, message)
