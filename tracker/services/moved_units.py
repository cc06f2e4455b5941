"""Adds up what happened anew, where units moved, merged or split since a file last came.

A unit's number holds all below it. So its events count elsewhere from the night after HR moved it,
as its beds do, and not only once the next file of events comes.
"""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import (
    AlertDay,
    ImportRun,
    Incident,
    Observation,
    Organisation,
    RunState,
    ServiceCallDay,
)
from tracker.services.alert_counts import count_alerts
from tracker.services.import_runs import newest_run, take_turn
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
    """Let months say what the events under each unit come to today. Twice changes nothing.

    What is being imported just now is left alone: it is added up when that is done.
    """
    take_turn(db, organisation.id, waits=True)
    if origin := _last_origin(db, organisation, "incidents", "incident_reporting", Incident):
        count_incidents(db, organisation, origin, today=today)
    if origin := _last_origin(db, organisation, "calls", CALLS, ServiceCallDay):
        count_calls(db, organisation, origin, today=today)
    if origin := _last_origin(db, organisation, "alerts", "alert_burden", AlertDay):
        count_alerts(db, organisation, origin)


def _last_origin(
    db: "Session", organisation: Organisation, kind: str, key: str, kept: "Kept"
) -> Origin | None:
    """Give the newest file that the counts rest on; none where no events are kept.

    A trust may bring the same measure as ready-made months: those stand as they came.
    """
    last = newest_run(db, organisation.id, kind)
    if last is not None and last.state is RunState.RUNNING:
        return None
    if db.scalar(select(kept.id).where(kept.organisation_id == organisation.id).limit(1)) is None:
        return None
    newest = db.execute(
        select(ImportRun.id, Observation.source, Observation.extracted_at)
        .join(ImportRun, ImportRun.id == Observation.import_run_id)
        .where(
            Observation.organisation_id == organisation.id,
            Observation.outcome_measure_id == find_measure(db, organisation, key).id,
        )
        .order_by(Observation.extracted_at.desc(), Observation.id.desc())
        .limit(1)
    ).first()
    return newest and Origin(run_id=newest[0], source=newest[1], extracted_at=newest[2])
