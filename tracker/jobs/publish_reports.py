"""Publishes the saved reports that are due, each in a transaction of its own."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from tracker.db import session_for
from tracker.errors import NotAllowedNowError, NotFoundError
from tracker.security.identity import System
from tracker.services import saved_reports
from tracker.services.holding import hold

if TYPE_CHECKING:
    from sqlalchemy import Engine


def work(
    engine: "Engine", organisation_id: int, *, today: date, now: datetime
) -> Mapping[str, int]:
    """Publish what is due. One report without numbers does not hold up the others."""
    by = System(organisation_id=organisation_id)
    with session_for(engine) as db:
        due = saved_reports.due_today(db, organisation_id, today=today)
    published = empty = 0
    for public_id, key in due:
        try:
            with session_for(engine) as db:
                saved = saved_reports.find_saved(db, public_id, by=by)
                hold(db, saved)
                if saved_reports.is_published(db, saved, key):
                    continue  # another worker was quicker
                saved_reports.publish_saved(db, saved, by=by, now=now, today=today, due_key=key)
            published += 1
        except (NotAllowedNowError, NotFoundError):
            empty += 1
    return {"reports published": published, "reports without numbers": empty}
