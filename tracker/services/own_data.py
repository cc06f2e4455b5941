"""A person's own look at all that is held about them, and for how long."""

from typing import TYPE_CHECKING

from tracker.models import StaffMember
from tracker.services.disposal import Kept, schedule_of
from tracker.services.subject_access import Held, all_held

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

__all__ = ["Held", "Kept", "own_data", "schedule_of"]


def own_data(db: "Session", *, secret: str, by: "Identity", now: "datetime") -> Held:
    """Gather everything about the one who asks."""
    return all_held(db, db.get_one(StaffMember, by.staff_id), secret=secret, by=by, now=now)
