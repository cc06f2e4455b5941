"""The one mail a week that holds all that can wait: on the day and hour that the trust picks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from tracker.content.mail import MAIL
from tracker.errors import InvalidInputError
from tracker.models import (
    AuditKind,
    MailChoice,
    MessageState,
    Organisation,
    OutboxMessage,
    StaffMember,
)
from tracker.services import audit, outbox
from tracker.services.mail_kinds import KINDS
from tracker.services.mail_texts import EVERYWHERE, fill, text_of
from tracker.services.mail_words import LONDON
from tracker.services.reminders import reminders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EARLIEST, LATEST = 6, 20
#: More than this in one mail is not read: the pages have the rest.
MOST_POINTS = 12
#: A line that no weekly mail took for so long is let go.
LISTED_FOR = timedelta(days=30)
_SETTING = "weekly_mail"
_USUAL = (0, 8)


@dataclass(frozen=True, kw_only=True)
class Point:
    text: str
    path: str
    link_text: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What a person's weekly mail says, and which messages are in it."""

    points: tuple[Point, ...]
    holds: Sequence[int]


def weekly_facts(db: "Session", person: StaffMember, *, today: date) -> Waiting:
    """Gather what waits for one person now."""
    listed = list(
        db.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.recipient_id == person.id,
                OutboxMessage.state == MessageState.LISTED,
            )
            .order_by(OutboxMessage.id)
        )
    )
    holds = [message.id for message in listed]
    if not wants_reminders(db, person.id):
        return Waiting(points=(), holds=holds)
    own = {"first_name": person.first_name, "trust": EVERYWHERE["trust"]}
    points: dict[tuple[str, str], Point] = {}
    for reminder in reminders(db, person.organisation_id, today=today, only=[person.id]):
        point = _point(db, person, reminder.kind, {**own, **reminder.words}, reminder.path)
        points.setdefault(_talk_of(reminder.kind, reminder.path), point)
    for message in listed:
        facts = KINDS[message.kind](db, message, today)
        if facts is not None:
            point = _point(db, person, message.kind, {**own, **facts.words}, facts.path)
            points.setdefault(_talk_of(message.kind, facts.path), point)
    found = list(points.values())
    if len(found) > MOST_POINTS:
        more = Point(
            text=f"And {len(found) - MOST_POINTS} more.", path="/", link_text="See them all"
        )
        found = [*found[:MOST_POINTS], more]
    return Waiting(points=tuple(found), holds=holds)


def _talk_of(kind: str, path: str) -> tuple[str, str]:
    """Tell two lines about one thing to do apart from two things."""
    return ("hold" if kind in {"remind.hold", "appraisal.to_hold"} else kind, path)


def _point(
    db: "Session", person: StaffMember, kind: str, words: dict[str, str], path: str
) -> Point:
    filled = fill(text_of(db, person.organisation_id, kind), words)
    return Point(
        text=" ".join(filled.paragraphs), path=path, link_text=MAIL[kind].link_text or "Open it"
    )


def ask_for_weekly_mail(
    db: "Session", organisation: Organisation, *, today: date, now: datetime
) -> int:
    """Ask for a mail to everybody for whom something waits; twice on a day it is one mail."""
    _let_go_of_old_lines(db, organisation, now=now)
    waiting = {one.staff_member_id for one in reminders(db, organisation.id, today=today)}
    waiting |= set(
        db.scalars(
            select(OutboxMessage.recipient_id).where(
                OutboxMessage.organisation_id == organisation.id,
                OutboxMessage.state == MessageState.LISTED,
                OutboxMessage.recipient_id.is_not(None),
            )
        )
    )
    waiting -= set(
        db.scalars(
            select(MailChoice.staff_member_id).where(
                MailChoice.organisation_id == organisation.id,
                MailChoice.wants_reminders.is_(False),
            )
        )
    )
    outbox.enqueue_all(
        db,
        [
            outbox.Message(
                kind="weekly",
                recipient_id=staff_member_id,
                dedupe_key=f"weekly:{staff_member_id}:{today.isoformat()}",
            )
            for staff_member_id in sorted(waiting)
        ],
        organisation_id=organisation.id,
    )
    return len(waiting)


def _let_go_of_old_lines(db: "Session", organisation: Organisation, *, now: datetime) -> None:
    db.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.organisation_id == organisation.id,
            OutboxMessage.state == MessageState.LISTED,
            OutboxMessage.created_at < now - LISTED_FOR,
        )
        .values(state=MessageState.NOT_NEEDED, last_error="It waited too long to be news.")
        .execution_options(synchronize_session=False)
    )


def wants_reminders(db: "Session", staff_member_id: int) -> bool:
    wants = db.scalar(
        select(MailChoice.wants_reminders).where(MailChoice.staff_member_id == staff_member_id)
    )
    return wants is not False


def choose_reminders(db: "Session", *, wants: bool, by: "Identity", now: datetime) -> None:
    """Keep what somebody chose about their own weekly mail."""
    choice = db.scalar(select(MailChoice).where(MailChoice.staff_member_id == by.staff_id))
    if choice is None:
        choice = MailChoice(
            organisation_id=by.organisation_id,
            staff_member_id=by.staff_id,
            wants_reminders=wants,
        )
        db.add(choice)
    choice.wants_reminders, choice.changed_at = wants, now


def weekly_time(organisation: Organisation) -> tuple[int, int]:
    """Say on which day of the week (Monday is 0) and at which hour the weekly mail goes out."""
    kept = (organisation.settings or {}).get(_SETTING)
    return (int(kept[0]), int(kept[1])) if kept else _USUAL


def set_weekly_time(
    db: "Session", organisation: Organisation, *, day: int, hour: int, by: "Identity"
) -> None:
    """Pick the day and the hour.

    :raises InvalidInputError: for what is no day, or an hour at night.
    """
    if not 0 <= day < len(DAYS):
        raise InvalidInputError("Choose a day of the week.", field="day")
    if not EARLIEST <= hour <= LATEST:
        raise InvalidInputError("Choose an hour from 6 in the morning to 8 at night.", field="hour")
    organisation.settings = {**(organisation.settings or {}), _SETTING: [day, hour]}
    audit.record(db, AuditKind.MAIL_TIME_CHANGED, organisation, by=by, day=day, hour=hour)


def last_weekly_moment(organisation: Organisation, *, now: datetime) -> datetime:
    """Give the last time at which the weekly mail was due, on the ward's clock."""
    day, hour = weekly_time(organisation)
    local = now.astimezone(LONDON)
    on = local.date() - timedelta(days=(local.weekday() - day) % 7)
    moment = datetime.combine(on, time(hour), LONDON)
    return moment if moment <= now else moment - timedelta(days=7)
