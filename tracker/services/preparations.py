"""What each side writes before the meeting: private until they share it, never lost."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from tracker.errors import NotAllowedNowError, RecordSealedError, StaleTextError
from tracker.models import (
    Appraisal,
    AppraisalPreparation,
    AppraisalStep,
    AuditKind,
    Side,
    Signature,
)
from tracker.services import audit
from tracker.services.confidence import Answers, add_answers, answers_of, with_own_answers
from tracker.services.frameworks import NeededCompetence, needed_competences
from tracker.services.profiles import Work, work_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

NO_ANSWERS = Answers(now={}, before={})
SOMEBODY_ELSE_SAVED = (
    "This text was saved somewhere else in the meantime, in another tab or on another device. "
    "Nothing is lost: both texts are below. Put together what you want to keep, then save."
)


@dataclass(frozen=True, kw_only=True)
class Notes:
    """The text of one side's preparation."""

    went_well: str = ""
    got_in_the_way: str = ""
    would_help: str = ""
    wellbeing: str = ""


@dataclass(frozen=True, kw_only=True)
class PreparationDraft:
    """What somebody wrote on the preparation page, and which version they began from."""

    notes: Notes
    version: int
    #: how confident they feel, by competence; only asked of the person whose appraisal it is
    confidence: Mapping[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PreparePage:
    """What the preparation page shows to one side: their own things only."""

    side: Side
    notes: Notes
    version: int
    saved_at: datetime | None
    shared_at: datetime | None
    is_locked: bool
    asked: tuple[NeededCompetence, ...]
    answers: Answers


def side_of(appraisal: Appraisal, by: "Identity") -> Side:
    return Side.APPRAISEE if by.staff_id == appraisal.appraisee_id else Side.APPRAISER


def is_locked(db: "Session", appraisal: Appraisal) -> bool:
    """Say whether the text stands still: closed, or signed by at least one."""
    return not appraisal.is_open or bool(
        db.scalar(select(exists().where(Signature.appraisal_id == appraisal.id)))
    )


def require_unlocked(db: "Session", appraisal: Appraisal) -> None:
    """Refuse a change to a text that somebody has signed.

    :raises RecordSealedError: always with what to do.
    """
    if not appraisal.is_open:
        raise RecordSealedError("This appraisal is closed. What was signed stays as it is.")
    if is_locked(db, appraisal):
        raise RecordSealedError(
            "One of you has signed, so the text stands still. "
            "To change it, that person takes their signature back first."
        )


def asked_of(db: "Session", appraisal: Appraisal, *, today: "date") -> tuple[NeededCompetence, ...]:
    """Say which competences the person's work needs most, by the framework it began under."""
    works = work_of(db, appraisal.organisation_id, [appraisal.appraisee_id], today=today)
    return tuple(
        needed_competences(
            db,
            appraisal.organisation_id,
            works.get(appraisal.appraisee_id, Work()),
            today=today,
            opened_on=appraisal.opened_on,
        )
    )


def prepare_page(
    db: "Session", appraisal: Appraisal, *, by: "Identity", today: "date"
) -> PreparePage:
    side = side_of(appraisal, by)
    own = _own(db, appraisal, side)
    is_appraisee = side is Side.APPRAISEE
    return PreparePage(
        side=side,
        notes=notes_in(own),
        version=own.version if own else 0,
        saved_at=own.saved_at if own else None,
        shared_at=own.shared_at if own else None,
        is_locked=is_locked(db, appraisal),
        asked=asked_of(db, appraisal, today=today) if is_appraisee else (),
        answers=_own_answers(db, appraisal, today=today) if is_appraisee else NO_ANSWERS,
    )


def _own_answers(db: "Session", appraisal: Appraisal, *, today: "date") -> Answers:
    return with_own_answers(db, appraisal, answers_of(db, appraisal), today=today)


def save_preparation(
    db: "Session",
    appraisal: Appraisal,
    draft: PreparationDraft,
    *,
    by: "Identity",
    now: datetime,
) -> AppraisalPreparation:
    """Keep one side's notes. The same text twice is no change; a text from elsewhere is shown.

    :raises StaleTextError: when another tab or device saved other words in the meantime.
    """
    require_unlocked(db, appraisal)
    side = side_of(appraisal, by)
    own = _own(db, appraisal, side, lock=True) or _begin(db, appraisal, side, by=by)
    if side is Side.APPRAISEE:
        add_answers(db, appraisal, draft.confidence, now=now)
    if notes_in(own) == draft.notes:
        return own
    if own.version != draft.version:
        raise StaleTextError(SOMEBODY_ELSE_SAVED, saved=asdict(notes_in(own)), version=own.version)
    for name, text in asdict(draft.notes).items():
        setattr(own, name, text)
    own.version += 1
    own.saved_at = now
    return own


def add_to_notes(
    db: "Session", appraisal: Appraisal, sentence: str, *, by: "Identity", now: datetime
) -> None:
    """Add a sentence that the person chose to bring to what went well, once."""
    require_unlocked(db, appraisal)
    side = side_of(appraisal, by)
    own = _own(db, appraisal, side, lock=True) or _begin(db, appraisal, side, by=by)
    if sentence not in own.went_well:
        own.went_well = "\n".join(filter(None, [own.went_well, sentence]))
        own.version += 1
        own.saved_at = now


def share_preparation(
    db: "Session", appraisal: Appraisal, *, by: "Identity", now: datetime
) -> AppraisalPreparation:
    """Let the other side read one's notes, and for the person their answers. Once is enough."""
    require_unlocked(db, appraisal)
    side = side_of(appraisal, by)
    own = _own(db, appraisal, side, lock=True)
    if own is None:
        raise NotAllowedNowError("Write something first, and save it. Then you can share it.")
    if own.is_shared:
        return own
    own.shared_at = now
    db.add(
        AppraisalStep(
            organisation_id=appraisal.organisation_id,
            appraisal_id=appraisal.id,
            step="shared",
            by_id=by.staff_id,
            at=now,
        )
    )
    audit.record(
        db,
        AuditKind.APPRAISAL_SHARED,
        appraisal,
        by=by,
        subject_id=appraisal.appraisee_id,
        reason=side.value,
    )
    return own


def _own(
    db: "Session", appraisal: Appraisal, side: Side, *, lock: bool = False
) -> AppraisalPreparation | None:
    query = select(AppraisalPreparation).where(
        AppraisalPreparation.appraisal_id == appraisal.id, AppraisalPreparation.side == side
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.scalar(query)


def _begin(
    db: "Session", appraisal: Appraisal, side: Side, *, by: "Identity"
) -> AppraisalPreparation:
    own = AppraisalPreparation(
        organisation_id=appraisal.organisation_id,
        appraisal_id=appraisal.id,
        side=side,
        went_well="",
        got_in_the_way="",
        would_help="",
        wellbeing="",
        version=0,
    )
    try:
        with db.begin_nested():
            db.add(own)
    except IntegrityError:  # another tab was first by a moment
        kept = _own(db, appraisal, side, lock=True)
        if kept is not None:
            return kept
        raise
    audit.record(
        db,
        AuditKind.APPRAISAL_PREPARED,
        appraisal,
        by=by,
        subject_id=appraisal.appraisee_id,
        reason=side.value,
    )
    return own


def is_shared_by_appraisee(db: "Session", appraisal: Appraisal) -> bool:
    own = _own(db, appraisal, Side.APPRAISEE)
    return own is not None and own.is_shared


def notes_in(own: AppraisalPreparation | None) -> Notes:
    if own is None:
        return Notes()
    return Notes(
        went_well=own.went_well,
        got_in_the_way=own.got_in_the_way,
        would_help=own.would_help,
        wellbeing=own.wellbeing,
    )
