"""Text that was sent after its writer's session had ended: kept for that account alone.

It is proposed again on the page it was typed on, and gone once it is used or thrown away. What
nobody comes back for is deleted after a while.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tracker.models import KeptText, StaffMember

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

LONGEST_FIELD = 12_000
MOST_FIELDS = 60
LONGEST_PLACE = 300


def keep_text(  # noqa: PLR0913 - each is one plain fact of what was sent
    db: "Session",
    *,
    staff_id: int,
    organisation_id: int,
    place: str,
    fields: Mapping[str, str],
    now: datetime,
) -> bool:
    """Keep what was typed, once for each page; say whether there was anything to keep."""
    kept = {
        name[:80]: text[:LONGEST_FIELD]
        for name, text in list(fields.items())[:MOST_FIELDS]
        if text.strip()
    }
    works_here = db.scalar(
        select(StaffMember.id).where(
            StaffMember.id == staff_id, StaffMember.organisation_id == organisation_id
        )
    )
    if not kept or works_here is None or len(place) > LONGEST_PLACE:
        return False
    found = _find(db, staff_id, place)
    if found is None:
        try:
            with db.begin_nested():
                db.add(
                    KeptText(
                        organisation_id=organisation_id,
                        staff_member_id=staff_id,
                        place=place,
                        fields=kept,
                        kept_at=now,
                    )
                )
        except IntegrityError:  # sent twice at the same moment
            found = _find(db, staff_id, place)
    if found is not None:
        found.fields, found.kept_at = kept, now
    return True


def kept_for(db: "Session", *, by: "Identity", place: str) -> KeptText | None:
    """Give what was kept for this person on this page."""
    return _find(db, by.staff_id, place)


def all_kept_for(db: "Session", *, by: "Identity") -> list[KeptText]:
    return list(
        db.scalars(
            select(KeptText)
            .where(KeptText.staff_member_id == by.staff_id)
            .order_by(KeptText.kept_at.desc())
        )
    )


def throw_away(db: "Session", *, by: "Identity", place: str) -> None:
    db.execute(
        delete(KeptText).where(KeptText.staff_member_id == by.staff_id, KeptText.place == place)
    )


def _find(db: "Session", staff_id: int, place: str) -> KeptText | None:
    return db.scalar(
        select(KeptText).where(KeptText.staff_member_id == staff_id, KeptText.place == place)
    )
