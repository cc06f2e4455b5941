"""Counts anew the days of alerts that feedback changed since the last minute."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.db import session_for
from tracker.models import AlertStaleDay, Organisation, RunState
from tracker.models.base import now
from tracker.services.alert_counts import count_alerts
from tracker.services.import_runs import newest_run, take_turn
from tracker.services.observations import Origin

if TYPE_CHECKING:
    from sqlalchemy import Engine


def run(engine: "Engine") -> int:
    """Count for each organisation that has something to count, and no import under way."""
    with session_for(engine) as db:
        waiting = db.scalars(select(AlertStaleDay.organisation_id).distinct()).all()
    return sum(_count(engine, organisation_id) for organisation_id in waiting)


def _count(engine: "Engine", organisation_id: int) -> bool:
    with session_for(engine) as db:
        last = newest_run(db, organisation_id, "alerts")
        if last is None or last.state is RunState.RUNNING:
            return False
        take_turn(db, organisation_id)
        origin = Origin(run_id=last.id, source="feedback", extracted_at=now())
        count_alerts(db, db.get_one(Organisation, organisation_id), origin)
    return True
