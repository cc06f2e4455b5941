"""Notes that each side of an appraisal keeps for themselves: never shown, never sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tracker.errors import StaleTextError
from tracker.models import Appraisal, PrivateNote
from tracker.services.preparations import SOMEBODY_ELSE_SAVED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class NoteDraft:
    text: str
    version: int


def own_note(db: "Session", appraisal: Appraisal, *, by: "Identity") -> PrivateNote | None:
    """Give this person's own note, and nobody else's: the query knows no other."""
    return db.scalar(
        select(PrivateNote).where(
            PrivateNote.appraisal_id == appraisal.id, PrivateNote.staff_member_id == by.staff_id
        )
    )


def save_note(
    db: "Session", appraisal: Appraisal, draft: NoteDraft, *, by: "Identity", now: datetime
) -> int:
    """Keep the note and give its version. It may change at any time, also after signing.

    :raises StaleTextError: when another tab or device saved different words.
    """
    note = _locked(db, appraisal, by)
    if note is None:
        try:
            with db.begin_nested():
                db.add(
                    PrivateNote(
                        organisation_id=appraisal.organisation_id,
                        appraisal_id=appraisal.id,
                        staff_member_id=by.staff_id,
                        text=draft.text,
                        version=draft.version + 1,
                        saved_at=now,
                    )
                )
        except IntegrityError:  # another tab was first by a moment
            note = _locked(db, appraisal, by)
        else:
            return draft.version + 1
    if note is None or note.text == draft.text:
        return note.version if note else draft.version
    if note.version != draft.version:
        raise StaleTextError(SOMEBODY_ELSE_SAVED, saved={"text": note.text}, version=note.version)
    note.text, note.saved_at = draft.text, now
    note.version += 1
    return note.version


def erase_note(db: "Session", appraisal: Appraisal, *, by: "Identity") -> None:
    """Delete the note for good."""
    db.execute(
        delete(PrivateNote).where(
            PrivateNote.appraisal_id == appraisal.id, PrivateNote.staff_member_id == by.staff_id
        )
    )


def _locked(db: "Session", appraisal: Appraisal, by: "Identity") -> PrivateNote | None:
    return db.scalar(
        select(PrivateNote)
        .where(PrivateNote.appraisal_id == appraisal.id, PrivateNote.staff_member_id == by.staff_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
