"""The time that a champion gave: when, how long, of what kind. What was said is not kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Appraisal,
    AppraisalStage,
    SessionKind,
    SupportSession,
)
from tracker.services.champions import champion_of
from tracker.services.holding import hold
from tracker.services.preparations import add_to_notes

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

KIND_WORDS = {
    SessionKind.ONE_TO_ONE: "With one person",
    SessionKind.DROP_IN: "A drop-in",
    SessionKind.TEAM: "With a team",
    SessionKind.MESSAGES: "By phone or message",
}
LONGEST = 600
YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class SessionDraft:
    """What a champion notes down."""

    held_on: date
    minutes: int
    kind: SessionKind
    form_key: str


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a champion gave in the last year, in their own eyes only."""

    sessions: tuple[SupportSession, ...]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.sessions)

    @property
    def in_words(self) -> str:
        hours, minutes = divmod(self.minutes, 60)
        parts = [f"{hours} {'hour' if hours == 1 else 'hours'}"] if hours else []
        parts += [f"{minutes} minutes"] if minutes or not hours else []
        return " and ".join(parts)


def note_session(
    db: "Session", draft: SessionDraft, *, by: "Identity", today: date
) -> SupportSession:
    """Keep one session. A form that is sent twice is kept once."""
    champion = champion_of(db, by=by)
    if champion is None:
        raise NotAllowedNowError("First say what you offer as a champion. Then note your time.")
    if not today - YEAR <= draft.held_on <= today:
        raise InvalidInputError("Choose a day of the last twelve months.", field="held_on")
    if not 0 < draft.minutes <= LONGEST:
        raise InvalidInputError("Write the minutes as a number from 1 to 600.", field="minutes")
    hold(db, champion)  # a form sent twice at the same moment: the second finds the first
    known = db.scalar(
        select(SupportSession).where(
            SupportSession.champion_id == champion.id, SupportSession.form_key == draft.form_key
        )
    )
    if known is not None:
        return known
    session = SupportSession(
        organisation_id=by.organisation_id, champion_id=champion.id, **vars(draft)
    )
    db.add(session)
    return session


def take_out(db: "Session", public_id: str, *, by: "Identity") -> None:
    """Take out a session that was noted by mistake; twice does no harm."""
    for one in given_by(db, by=by, since=date.min).sessions:
        if one.public_id == public_id:
            db.delete(one)


def given_by(db: "Session", *, by: "Identity", since: date) -> Given:
    """Give the time that this person gave since a day."""
    champion = champion_of(db, by=by)
    if champion is None:
        return Given(sessions=())
    found = db.scalars(
        select(SupportSession)
        .where(SupportSession.champion_id == champion.id, SupportSession.held_on >= since)
        .order_by(SupportSession.held_on.desc(), SupportSession.id.desc())
    )
    return Given(sessions=tuple(found))


def own_open_appraisal(db: "Session", *, by: "Identity") -> Appraisal | None:
    """Give the appraisal to which one can bring one's hours."""
    return db.scalar(
        select(Appraisal)
        .where(Appraisal.appraisee_id == by.staff_id, Appraisal.stage == AppraisalStage.OPEN)
        .order_by(Appraisal.id.desc())
        .limit(1)
    )


def bring_to_appraisal(db: "Session", *, by: "Identity", now: datetime, today: date) -> Appraisal:
    """Write the hours into one's own notes for the talk: the person chose to.

    :raises NotAllowedNowError: without an open appraisal.
    """
    appraisal = own_open_appraisal(db, by=by)
    if appraisal is None:
        raise NotAllowedNowError("No appraisal of yours is open. You can bring it to the next.")
    given = given_by(db, by=by, since=today - YEAR)
    sentence = f"As a champion I gave {given.in_words} of help to others in the last year."
    add_to_notes(db, appraisal, sentence, by=by, now=now)
    return appraisal
