"""The demo trust's first published report, and the schedule that will bring the next."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from tracker.security.identity import System
from tracker.services import saved_reports

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

NAME = "Board report"


def publish_first_report(
    db: "Session", organisation: "Organisation", *, now: datetime, today: date
) -> int:
    """Save and publish it, unless it is there; say how many are new."""
    if saved_reports.list_saved(db, organisation.id):
        return 0
    by = System(organisation_id=organisation.id)
    draft = saved_reports.SavedDraft(name=NAME, unit=None, months=36, every="month", day=20)
    saved = saved_reports.save(db, draft, by=by, now=now)
    db.flush()
    saved_reports.publish_saved(db, saved, by=by, now=now, today=today)
    return 1
