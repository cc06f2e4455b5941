"""The queue of mail: who takes which message, what became of it, and when it is tried again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select, update

from tracker.errors import NotFoundError
from tracker.models import AddressProblem, MessageState, OutboxMessage, StaffMember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

#: A worker that has said nothing of a message for so long has died with it.
LEASE = timedelta(minutes=15)
#: How long to wait after each try that failed; after the last one we stop.
WAITS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720, 1440, 1440))
#: What waited longer than this says nothing new.
STALE_AFTER = timedelta(days=14)
LONGEST_ERROR = 300


def take_next(db: "Session", *, now: datetime) -> OutboxMessage | None:
    """Take the next message that is due, so that no other worker takes it.

    Commit before sending. A worker that is killed between sending and noting that it sent leaves
    one message, the one in its hand, to be sent a second time when its lease is over.
    """
    message = db.scalar(
        select(OutboxMessage)
        .where(
            or_(
                and_(
                    OutboxMessage.state == MessageState.WAITING,
                    or_(OutboxMessage.not_before.is_(None), OutboxMessage.not_before <= now),
                ),
                and_(
                    OutboxMessage.state == MessageState.SENDING,
                    OutboxMessage.claimed_at < now - LEASE,
                ),
            )
        )
        .order_by(OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is not None:
        message.state = MessageState.SENDING
        message.claimed_at = now
        message.tries += 1
    return message


def find(db: "Session", message_id: int) -> OutboxMessage:
    return db.get_one(OutboxMessage, message_id)


def find_in_hand(db: "Session", message_id: int) -> OutboxMessage | None:
    """Give a message that a worker still has; none when somebody else has seen to it."""
    return db.scalar(
        select(OutboxMessage).where(
            OutboxMessage.id == message_id, OutboxMessage.state == MessageState.SENDING
        )
    )


def note_lines(
    db: "Session", message_ids: "Sequence[int]", state: MessageState, *, now: datetime
) -> None:
    """Note what became of the messages that were lines of a weekly mail."""
    if message_ids:
        db.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(message_ids), OutboxMessage.state == MessageState.LISTED)
            .values(state=state, sent_at=now if state is MessageState.SENT else None)
            .execution_options(synchronize_session=False)
        )


def is_stale(message: OutboxMessage, *, now: datetime) -> bool:
    return max(message.created_at, message.not_before or message.created_at) < now - STALE_AFTER


def note_sent(db: "Session", message: OutboxMessage, *, now: datetime) -> None:
    message.state = MessageState.SENT
    message.sent_at = now
    message.last_error = ""
    if message.recipient_id is not None:
        _forget_problem(db, message.recipient_id)


def note_not_needed(message: OutboxMessage, why: str) -> None:
    message.state = MessageState.NOT_NEEDED
    message.last_error = why


def put_back(message: OutboxMessage, why: str, *, now: datetime) -> None:
    """Give it back as it was: nothing can be sent now, and that is not the message's fault."""
    message.state = MessageState.WAITING
    message.tries -= 1
    message.not_before = now + WAITS[0]
    message.last_error = why[:LONGEST_ERROR]


def try_later(message: OutboxMessage, why: str, *, now: datetime) -> None:
    """Try again after a while, longer each time, and stop in the end."""
    message.last_error = why[:LONGEST_ERROR]
    if message.tries > len(WAITS):
        message.state = MessageState.FAILED
        return
    message.state = MessageState.WAITING
    message.not_before = now + WAITS[message.tries - 1]


def give_up(message: OutboxMessage, why: str) -> None:
    message.state = MessageState.FAILED
    message.last_error = why[:LONGEST_ERROR]


def note_bad_address(
    db: "Session", message: OutboxMessage, address: str, *, code: int | None, now: datetime
) -> None:
    """Stop writing to an address that nobody has, and show the person to HR."""
    message.state = MessageState.REFUSED
    message.last_error = (
        "The mail server knows no such address." if address else "There is no work address."
    )
    if message.recipient_id is None:
        return
    _forget_problem(db, message.recipient_id)
    db.add(
        AddressProblem(
            organisation_id=message.organisation_id,
            staff_member_id=message.recipient_id,
            address=address,
            reply_code=code,
            found_at=now,
        )
    )


def is_known_bad(db: "Session", recipient: StaffMember) -> bool:
    """Say whether the address that the person has now is the one that failed."""
    address = db.scalar(
        select(AddressProblem.address).where(AddressProblem.staff_member_id == recipient.id)
    )
    return address is not None and address == (recipient.email or "")


def follow_new_addresses(db: "Session", *, now: datetime) -> int:
    """Send again what was refused to people who have another address by now."""
    mended = list(
        db.scalars(
            select(AddressProblem.staff_member_id)
            .join(StaffMember, StaffMember.id == AddressProblem.staff_member_id)
            .where(AddressProblem.address != func.coalesce(StaffMember.email, ""))
        )
    )
    if not mended:
        return 0
    db.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.recipient_id.in_(mended),
            OutboxMessage.state == MessageState.REFUSED,
            OutboxMessage.created_at > now - STALE_AFTER,
        )
        .values(state=MessageState.WAITING, not_before=None, tries=0, last_error="")
        .execution_options(synchronize_session=False)
    )
    db.execute(delete(AddressProblem).where(AddressProblem.staff_member_id.in_(mended)))
    return len(mended)


def _forget_problem(db: "Session", staff_member_id: int) -> None:
    db.execute(delete(AddressProblem).where(AddressProblem.staff_member_id == staff_member_id))


def send_again(db: "Session", organisation_id: int, public_id: str) -> None:
    """Put one message that stopped back into the queue."""
    message = _stopped(db, organisation_id, public_id)
    if message.recipient_id is not None:
        _forget_problem(db, message.recipient_id)
    message.state = MessageState.WAITING
    message.not_before, message.tries, message.last_error = None, 0, ""


def discard(db: "Session", organisation_id: int, public_id: str) -> None:
    """Put one message that stopped aside for good."""
    _stopped(db, organisation_id, public_id).state = MessageState.DISCARDED


def _stopped(db: "Session", organisation_id: int, public_id: str) -> OutboxMessage:
    message = db.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.organisation_id == organisation_id,
            OutboxMessage.public_id == public_id,
            OutboxMessage.state.in_([MessageState.FAILED, MessageState.REFUSED]),
        )
        .with_for_update()
    )
    if message is None:
        raise NotFoundError("That message is not there, or it has gone out by now.")
    return message


def counts(db: "Session", organisation_id: int) -> dict[MessageState, int]:
    """Count an organisation's messages by state."""
    rows = db.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.organisation_id == organisation_id)
        .group_by(OutboxMessage.state)
    )
    return {state: number for state, number in rows}  # noqa: C416 - dict() asks for keys


def stopped(db: "Session", organisation_id: int, *, most: int = 50) -> list[OutboxMessage]:
    """Give the messages that stopped, the newest first."""
    return list(
        db.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.organisation_id == organisation_id,
                OutboxMessage.state.in_([MessageState.FAILED, MessageState.REFUSED]),
            )
            .order_by(OutboxMessage.id.desc())
            .limit(most)
        )
    )
