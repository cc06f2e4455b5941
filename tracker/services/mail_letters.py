"""Writes the letter for a message, by how things stand when its turn has come."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from integrations.mail.calendars import Meeting
from integrations.mail.letters import Letter, Line
from tracker.models import Organisation, OutboxMessage
from tracker.services import mail_queue
from tracker.services.mail_facts import Facts
from tracker.services.mail_kinds import KINDS
from tracker.services.mail_texts import fill, text_of
from tracker.services.weekly_mail import weekly_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.models import StaffMember

#: Where a person chooses about mail.
CHOICES_PATH = "/mail"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A letter to send, or why there is none."""

    letter: Letter | None = None
    #: why it need not be sent, in words without names
    not_needed: str = ""
    #: whether there is no address that can be right
    has_no_address: bool = False
    #: messages that this letter holds as lines
    holds: "Sequence[int]" = ()


def letter_for(
    db: "Session", message: OutboxMessage, *, base_url: str, today: date, now: datetime
) -> Prepared:
    """Write the letter, or say why there is none to send."""
    recipient = message.recipient
    if recipient is not None and recipient.has_left(today):
        return Prepared(not_needed="The person has left.")
    if mail_queue.is_stale(message, now=now):
        return Prepared(not_needed="It waited too long to be news.")
    if message.kind == "weekly":
        return _weekly(db, message, base_url=base_url, today=today)
    facts = KINDS[message.kind](db, message, today)
    if facts is None:
        return Prepared(not_needed="It was done by then.")
    address = facts.address or (recipient.email if recipient else "") or ""
    if not address or (recipient and not facts.address and mail_queue.is_known_bad(db, recipient)):
        return Prepared(has_no_address=True)
    return Prepared(letter=_letter(db, message, facts, address=address, base_url=base_url))


def _letter(
    db: "Session", message: OutboxMessage, facts: Facts, *, address: str, base_url: str
) -> Letter:
    organisation = db.get_one(Organisation, message.organisation_id)
    recipient = message.recipient
    text = text_of(db, message.organisation_id, message.kind)
    filled = fill(text, {**_names(organisation, recipient), **facts.words})
    lines = [Line(text=paragraph) for paragraph in filled.paragraphs]
    if facts.path:
        label = text.content.link_text or "Open the page"
        lines.append(Line(text="", url=base_url + facts.path, link_text=label))
    return Letter(
        key=message.public_id,
        to=address,
        to_name=recipient.name if recipient and not facts.address else "",
        subject=filled.subject,
        lines=lines,
        footer=[Line(text=f"From the Competence Tracker of {organisation.name}.")],
        meeting=_meeting(facts, base_url),
    )


def _meeting(facts: Facts, base_url: str) -> Meeting | None:
    if facts.meeting is None:
        return None
    return replace(facts.meeting, url=base_url + facts.path)


def _weekly(db: "Session", message: OutboxMessage, *, base_url: str, today: date) -> Prepared:
    recipient = message.recipient
    if recipient is None:
        return Prepared(not_needed="Nobody is named.")
    waiting = weekly_facts(db, recipient, today=today)
    if not waiting.points:
        return Prepared(not_needed="Nothing waited any more.", holds=waiting.holds)
    if not recipient.email or mail_queue.is_known_bad(db, recipient):
        return Prepared(has_no_address=True)
    organisation = db.get_one(Organisation, message.organisation_id)
    filled = fill(
        text_of(db, message.organisation_id, message.kind), _names(organisation, recipient)
    )
    points = [
        Line(
            text=point.text,
            url=base_url + point.path if point.path else "",
            link_text=point.link_text,
            is_point=True,
        )
        for point in waiting.points
    ]
    stop_url = base_url + CHOICES_PATH
    footer = [
        Line(text=f"From the Competence Tracker of {organisation.name}."),
        Line(text="You can turn this weekly mail off.", url=stop_url, link_text="Mail you get"),
    ]
    letter = Letter(
        key=message.public_id,
        to=recipient.email,
        to_name=recipient.name,
        subject=filled.subject,
        lines=[*(Line(text=paragraph) for paragraph in filled.paragraphs), *points],
        footer=footer,
        stop_url=stop_url,
    )
    return Prepared(letter=letter, holds=waiting.holds)


def _names(organisation: Organisation, recipient: "StaffMember | None") -> dict[str, str]:
    first_name = recipient.first_name if recipient else "there"
    return {"first_name": first_name, "trust": organisation.name}
