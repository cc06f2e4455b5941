"""Writes the audit trail, in the same transaction as the change or the look it describes."""

from typing import TYPE_CHECKING

from sqlalchemy import insert

from tracker.models import AuditEvent, AuditKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from tracker.models import Base
    from tracker.security.identity import Actor


def record(  # noqa: PLR0913 - each is one plain fact of the event
    db: "Session",
    kind: AuditKind,
    about: "Base",
    *,
    by: "Actor",
    subject_id: int | None = None,
    reason: str = "",
    **details: str | int,
) -> None:
    """Add one event. Details hold keys and numbers, never what somebody wrote."""
    (key,) = about.__mapper__.primary_key_from_instance(about)
    if key is None:
        db.flush()  # a new record gets its id now
        (key,) = about.__mapper__.primary_key_from_instance(about)
    db.add(
        AuditEvent(
            organisation_id=by.organisation_id,
            kind=kind,
            actor_id=by.staff_id,
            subject_id=subject_id,
            record=f"{about.__tablename__}:{key}",
            reason=reason,
            details=details,
        )
    )


def record_each(  # noqa: PLR0913
    db: "Session",
    kind: AuditKind,
    table: str,
    subjects: "Mapping[int, int]",
    *,
    by: "Actor",
    reason: str = "",
) -> None:
    """Add one event for each of many records: the record's id, and the staff member it is about."""
    if subjects:
        db.execute(
            insert(AuditEvent),
            [
                {
                    "organisation_id": by.organisation_id,
                    "kind": kind,
                    "actor_id": by.staff_id,
                    "subject_id": subject_id,
                    "record": f"{table}:{key}",
                    "reason": reason,
                    "details": {},
                }
                for key, subject_id in subjects.items()
            ],
        )


def record_look(  # noqa: PLR0913
    db: "Session",
    kind: AuditKind,
    about: "Base",
    *,
    by: "Actor",
    subject_id: int,
    reason: str,
) -> None:
    """Add an event for a look at somebody else's record. One's own is nobody's business."""
    if by.staff_id != subject_id:
        record(db, kind, about, by=by, subject_id=subject_id, reason=reason)
