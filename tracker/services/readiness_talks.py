"""What two people write in a readiness talk: for each system alone, with somebody near, not yet.

Each milestone has a talk of its own. The one before stays as it was signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from tracker.errors import InvalidInputError, NotAllowedNowError, RecordSealedError, StaleTextError
from tracker.models import (
    AuditKind,
    Induction,
    InductionTask,
    Readiness,
    ReadinessLine,
    ReadinessTalk,
)
from tracker.services import audit, signatures
from tracker.services.systems import systems_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

READINESS_WORDS = {
    Readiness.ALONE: "alone",
    Readiness.NEAR: "with somebody near",
    Readiness.NOT_YET: "not yet",
}
TEXTS = {
    "alone": "What goes well alone",
    "with_help": "Where somebody should be near",
    "next_help": "The next help we give",
}


@dataclass(frozen=True, kw_only=True)
class ReadinessDraft:
    """What the two wrote on the readiness page. Named as the talk's columns are."""

    alone: str
    with_help: str
    next_help: str
    #: when they talk again; none: this is the last talk
    again_on: date | None = None
    #: what they said of each system, by its public id; one that is left out stays as it was
    systems: Mapping[str, Readiness | None]
    #: the version that was on the writer's screen; 0 for a talk that nobody has written in yet
    version: int


@dataclass(frozen=True, kw_only=True)
class SystemLine:
    """One system of the post, as the talk's page shows it."""

    system_id: int
    #: none for a system that has left the register's pages
    public_id: str
    name: str
    readiness: Readiness | None
    #: what they said last time, if they talked before
    before: Readiness | None
    #: a system with alerts comes first: there it matters most
    has_alerts: bool

    @property
    def words(self) -> str:
        return READINESS_WORDS[self.readiness] if self.readiness else ""

    @property
    def words_before(self) -> str:
        return READINESS_WORDS[self.before] if self.before else ""


def talks_of(db: "Session", induction: Induction) -> list[ReadinessTalk]:
    """Give the talks of an induction, the first one first."""
    return list(
        db.scalars(
            select(ReadinessTalk)
            .where(ReadinessTalk.induction_id == induction.id)
            .order_by(ReadinessTalk.number)
            .options(selectinload(ReadinessTalk.lines))
        )
    )


def open_talk(talks: list[ReadinessTalk]) -> ReadinessTalk | None:
    """Give the talk that is not signed by both yet."""
    return next((one for one in reversed(talks) if one.sealed_on is None), None)


def lines_for(
    db: "Session", induction: Induction, talks: list[ReadinessTalk], *, today: date
) -> tuple[SystemLine, ...]:
    """Give a line for each system of the post today, with what was said of it.

    A post without systems has none: then the talk is in free words alone.
    """
    current = open_talk(talks)
    before = next((one for one in reversed(talks) if one.sealed_on is not None), None)
    said = {line.system_id: line.readiness for line in (current.lines if current else ())}
    said_before = {line.system_id: line.readiness for line in (before.lines if before else ())}
    return tuple(
        SystemLine(
            system_id=system.id,
            public_id=system.public_id,
            name=system.name,
            # A new talk starts from what was agreed last time.
            readiness=said.get(system.id) if current else said_before.get(system.id),
            before=said_before.get(system.id),
            has_alerts=bool(system.alerts),
        )
        for system in systems_of(db, induction.staff_member, today)
    )


def next_milestone(db: "Session", induction: Induction, *, today: date) -> date | None:
    """Give the day of the milestone that comes next: a good day to talk again."""
    return db.scalar(
        select(func.min(InductionTask.due_on)).where(
            InductionTask.induction_id == induction.id, InductionTask.due_on > today
        )
    )


def save_readiness(
    db: "Session", induction: Induction, draft: ReadinessDraft, *, by: "Identity", today: date
) -> ReadinessTalk:
    """Keep what the two wrote, in the talk that is open or in a new one.

    :raises RecordSealedError: once somebody has signed.
    :raises StaleTextError: with both texts, when it changed since it was put on this screen.
    """
    signatures.lock(db, induction)
    if not induction.is_under_way:
        raise NotAllowedNowError("This induction is over. The talks that were signed stay here.")
    talks = talks_of(db, induction)
    talk = open_talk(talks)
    if talk is not None and signatures.signatures_of(db, talk):
        raise RecordSealedError(
            "One of you has signed this text, so it stays as it is. "
            "To change it, take the signature back first."
        )
    if draft.version != (talk.version if talk else 0):
        raise StaleTextError(
            "Somebody else changed this page after you opened it. "
            "Your text is still below, next to theirs.",
            saved=in_words(talk) if talk else {},
            version=talk.version if talk else 0,
        )
    _check(draft, today)
    lines = lines_for(db, induction, talks, today=today)
    if talk is None:
        talk = ReadinessTalk(
            organisation_id=induction.organisation_id,
            induction_id=induction.id,
            number=len(talks) + 1,
            version=0,
        )
        db.add(talk)
    if _write(talk, draft, lines):
        talk.version += 1
        audit.record(
            db, AuditKind.INDUCTION_CHANGED, induction, by=by, subject_id=induction.staff_member_id
        )
    db.flush()
    return talk


def _check(draft: ReadinessDraft, today: date) -> None:
    if draft.again_on is not None and draft.again_on <= today:
        raise InvalidInputError(
            "Choose a day that is still to come, or leave it empty if this was the last talk.",
            field="again_on",
        )


def _write(talk: ReadinessTalk, draft: ReadinessDraft, lines: tuple[SystemLine, ...]) -> bool:
    """Bring the talk to what the draft says; tell whether that changed anything."""
    is_new = talk.version == 0
    wanted = {line.system_id: draft.systems.get(line.public_id, line.readiness) for line in lines}
    texts = {name: getattr(draft, name) for name in (*TEXTS, "again_on")}
    kept = {line.system_id: line.readiness for line in talk.lines}
    if not is_new and wanted == kept and all(getattr(talk, n) == v for n, v in texts.items()):
        return False
    for name, value in texts.items():
        setattr(talk, name, value)
    known = {line.system_id: line for line in talk.lines}
    talk.lines[:] = [known[line.system_id] for line in lines if line.system_id in known]
    for position, line in enumerate(lines):
        one = known.get(line.system_id)
        if one is None:
            one = ReadinessLine(
                organisation_id=talk.organisation_id,
                system_id=line.system_id,
                system_name=line.name,
                position=position,
            )
            talk.lines.append(one)
        one.readiness = wanted[line.system_id]
    return True


def in_words(talk: ReadinessTalk) -> dict[str, str]:
    """Give what a talk says, as the second writer of a page is shown it."""
    words = {label: getattr(talk, name) for name, label in TEXTS.items()}
    said = [
        f"{line.system_name}: {READINESS_WORDS[line.readiness]}"
        for line in talk.lines
        if line.readiness
    ]
    return {"Systems": "\n".join(said), **words} if said else words
