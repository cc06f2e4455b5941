"""Adds up what happened anew, where units moved, merged or split since a file last came.

A unit's number holds all below it. So its events count elsewhere from the night after HR moved it,
as its beds do, and not only once the next file of events comes.
"""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import AlertDay, Incident, Observation, Organisation, ServiceCallDay
from tracker.services.alert_counts import count_alerts
from tracker.services.incidents import count_incidents
from tracker.services.measures import find_measure
from tracker.services.observations import Origin
from tracker.services.service_calls import KEY as CALLS
from tracker.services.service_calls import count_calls

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    #: where one organisation's events of a sort are kept
    Kept = type[AlertDay | Incident | ServiceCallDay]


def add_up_anew(db: "Session", organisation: Organisation, *, today: date) -> None:
    """Let months say what the events under each unit come to today. Twice changes nothing."""
    if origin := _last_origin(db, organisation, "incident_reporting", Incident):
        count_incidents(db, organisation, origin, today=today)
    if origin := _last_origin(db, organisation, CALLS, ServiceCallDay):
        count_calls(db, organisation, origin, today=today)
    if origin := _last_origin(db, organisation, "alert_burden", AlertDay):
        count_alerts(db, organisation, origin)


def _last_origin(
    db: "Session", organisation: Organisation, key: str, kept: "Kept"
) -> Origin | None:
    """Give the newest file that the counts rest on; none where no events are kept.

    A trust may bring the same measure as ready-made months: those stand as they came.
    """
    if db.scalar(select(kept.id).where(kept.organisation_id == organisation.id).limit(1)) is None:
        return None
    newest = db.execute(
        select(Observation.import_run_id, Observation.source, Observation.extracted_at)
        .where(
            Observation.organisation_id == organisation.id,
            Observation.outcome_measure_id == find_measure(db, organisation, key).id,
            Observation.import_run_id.is_not(None),
        )
        .order_by(Observation.extracted_at.desc(), Observation.id.desc())
        .limit(1)
    ).first()
    if newest is None or newest[0] is None:
        return None
    return Origin(run_id=newest[0], source=newest[1], extracted_at=newest[2])
