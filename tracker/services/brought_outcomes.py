"""A person's own outcomes, brought to one appraisal because that person chose to.

What is brought is a text, as it was at that moment. It can be taken back until somebody signs;
then it stands in the signed text, and nowhere else.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, select
from sqlalchemy.exc import IntegrityError

from tracker.errors import InvalidInputError
from tracker.models import (
    AlertEvent,
    AlertResponse,
    Appraisal,
    AuditKind,
    BroughtOutcome,
    Organisation,
    StaffMember,
)
from tracker.services import audit, practice
from tracker.services.alerts import Pseudonyms
from tracker.services.own_alerts import is_own
from tracker.services.period_words import day_words
from tracker.services.practice_words import practice_end
from tracker.services.preparations import require_unlocked

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

PRACTICE, ALERTS = "practice", "alerts"
TITLES = {PRACTICE: "Practice in spotting alerts", ALERTS: "Alerts at work"}
#: How far back one's own alerts are counted.
ALERTS_BACK = timedelta(days=182)


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Something that a person could bring, or has brought, in the words the other one reads."""

    kind: str
    title: str
    #: empty: there is nothing to bring
    text: str
    is_brought: bool


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What the person brought, as both see it."""

    title: str
    text: str


def could_bring(
    db: "Session", appraisal: Appraisal, *, by: "Identity", secret: str | None, today: date
) -> list[Offered]:
    """List what this person has, for their own eyes; each is brought by a press of a button.

    Without the secret that keys staff numbers, nobody's alerts are looked for.
    """
    brought = dict(
        db.execute(
            select(BroughtOutcome.kind, BroughtOutcome.text).where(
                BroughtOutcome.appraisal_id == appraisal.id
            )
        ).all()
    )
    texts = {
        PRACTICE: brought.get(PRACTICE) or practice_text(db, by),
        ALERTS: brought.get(ALERTS) or alerts_text(db, by, secret, today),
    }
    return [
        Offered(kind=kind, title=TITLES[kind], text=text, is_brought=kind in brought)
        for kind, text in texts.items()
    ]


def bring(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    appraisal: Appraisal,
    kind: str,
    *,
    by: "Identity",
    secret: str | None,
    today: date,
) -> None:
    """Show it to the other side in this appraisal. Pressed twice, it is there once."""
    require_unlocked(db, appraisal)
    offered = {
        one.kind: one for one in could_bring(db, appraisal, by=by, secret=secret, today=today)
    }
    one = offered.get(kind)
    if one is None or not one.text:
        raise InvalidInputError("There is nothing to bring here yet.")
    if one.is_brought:
        return
    brought = BroughtOutcome(
        organisation_id=appraisal.organisation_id,
        appraisal_id=appraisal.id,
        staff_member_id=by.staff_id,
        kind=kind,
        text=one.text,
    )
    try:
        with db.begin_nested():
            db.add(brought)
    except IntegrityError:  # pressed twice at the same moment
        return
    audit.record(
        db, AuditKind.OUTCOME_BROUGHT, brought, by=by, subject_id=by.staff_id, reason="own record"
    )


def take_back(db: "Session", appraisal: Appraisal, kind: str, *, by: "Identity") -> None:
    """Take it out again: the row is deleted, nothing of it stays.

    :raises RecordSealedError: once somebody has signed the text that it stands in.
    """
    require_unlocked(db, appraisal)
    db.execute(
        delete(BroughtOutcome).where(
            BroughtOutcome.appraisal_id == appraisal.id, BroughtOutcome.kind == kind
        )
    )
    audit.record(
        db,
        AuditKind.OUTCOME_TAKEN_BACK,
        appraisal,
        by=by,
        subject_id=by.staff_id,
        reason="own record",
    )


def brought_to(db: "Session", appraisal: Appraisal) -> list[Brought]:
    rows = db.execute(
        select(BroughtOutcome.kind, BroughtOutcome.text)
        .where(BroughtOutcome.appraisal_id == appraisal.id)
        .order_by(BroughtOutcome.id)
    )
    return [Brought(title=TITLES.get(kind, kind), text=text) for kind, text in rows]


def practice_text(db: "Session", by: "Identity") -> str:
    """Say the last finished round in the words that its end said: never a count, never a mark."""
    finished = practice.practice_start(db, by=by).finished
    if finished is None:
        return ""
    end = practice_end(db, finished)
    day = day_words(max(one.answered_on for one in finished.answers))
    return "\n".join((f"My last round was on {day}.", *end.sentences, end.next_step))


def alerts_text(db: "Session", by: "Identity", secret: str | None, today: date) -> str:
    """Count one's own alerts of half a year, where a feed brings them with staff numbers."""
    if secret is None:
        return ""
    person = db.get_one(StaffMember, by.staff_id)
    organisation = db.get_one(Organisation, by.organisation_id)
    own = Pseudonyms(secret, organisation).of(person.employee_number)
    true_alert = AlertEvent.is_true_alert.is_(True)
    acted = (AlertEvent.response == AlertResponse.ACCEPTED) & true_alert
    total, audited, accepted = db.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((true_alert, 1), else_=0)), 0),
            func.coalesce(func.sum(case((acted, 1), else_=0)), 0),
        ).where(
            *is_own(db, by.organisation_id, own),
            AlertEvent.fired_on > today - ALERTS_BACK,
            AlertEvent.fired_on <= today,
        )
    ).one()
    if not total:
        return ""
    seen = f"In the last six months I saw {_times(total, 'alert')}."
    if not audited:
        return f"{seen} None of them was looked at afterwards."
    return (
        f"{seen} {audited} of them were looked at afterwards and were right to fire. "
        f"I acted on {accepted} of those."
    )


def _times(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
