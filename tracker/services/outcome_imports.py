"""What a quality lead sees of files of outcome data: what came in, what of it needs somebody."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import NotFoundError
from tracker.models import (
    CandidateState,
    ImportRun,
    IncidentCandidate,
    Observation,
    OutcomeMeasure,
    RejectedRecord,
    RunState,
)
from tracker.services import job_queue, staff_counts
from tracker.services.column_maps import saved_maps
from tracker.services.outcome_uploads import KINDS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

BY_MONTH = ("bed_days", "contacts", "staff_in_post", "how_to_calls", "training_completion")
#: whose columns may be mapped
MAPPED = ("incidents", "alerts", "calls")
OPEN = {RunState.WAITING, RunState.RUNNING}
SHOWN_RUNS = 50
SHOWN_REJECTED = 200


@dataclass(frozen=True, kw_only=True)
class Known:
    """How far the numbers of a measure go that comes by month."""

    name: str
    newest: date | None
    source: str
    is_ours: bool


@dataclass(frozen=True, kw_only=True)
class FilesPage:
    runs: tuple[ImportRun, ...]
    waiting: int
    #: key and name
    measures: tuple[tuple[str, str], ...]
    #: what is chosen, and what a person reads
    maps: tuple[tuple[str, str], ...]
    #: what other counts are divided by, and what comes beside them
    by_month: tuple[Known, ...]


@dataclass(frozen=True, kw_only=True)
class RunPage:
    run: ImportRun
    rejected: tuple[RejectedRecord, ...]
    rejected_total: int
    #: it is being loaded, or will be: the page looks again by itself
    is_open: bool
    #: nobody is there to load what waits
    has_no_worker: bool


def files_page(db: "Session", *, by: "Identity") -> FilesPage:
    runs = db.scalars(
        select(ImportRun)
        .where(ImportRun.organisation_id == by.organisation_id, ImportRun.kind.in_(KINDS))
        .order_by(ImportRun.id.desc())
        .limit(SHOWN_RUNS)
    )
    waiting = db.scalar(
        select(func.count(IncidentCandidate.id)).where(
            IncidentCandidate.organisation_id == by.organisation_id,
            IncidentCandidate.state == CandidateState.WAITING,
        )
    )
    measures = db.execute(
        select(OutcomeMeasure.key, OutcomeMeasure.name)
        .where(OutcomeMeasure.organisation_id == by.organisation_id)
        .order_by(OutcomeMeasure.name)
    )
    return FilesPage(
        runs=tuple(runs),
        waiting=waiting or 0,
        measures=tuple((key, name) for key, name in measures),
        by_month=_by_month(db, by.organisation_id),
        maps=tuple(
            (f"{kind}:{one.name}", f"{KINDS[kind]}: {one.name}")
            for kind in MAPPED
            for one in saved_maps(db, by.organisation_id, kind)
        ),
    )


def _by_month(db: "Session", organisation_id: int) -> tuple[Known, ...]:
    rows = db.execute(
        select(
            OutcomeMeasure.key,
            OutcomeMeasure.name,
            func.max(Observation.month),
            func.max(Observation.source),
        )
        .outerjoin(Observation, Observation.outcome_measure_id == OutcomeMeasure.id)
        .where(OutcomeMeasure.organisation_id == organisation_id, OutcomeMeasure.key.in_(BY_MONTH))
        .group_by(OutcomeMeasure.key, OutcomeMeasure.name)
        .order_by(OutcomeMeasure.name)
    )
    return tuple(
        Known(name=name, newest=newest, source=source or "", is_ours=key == staff_counts.KEY)
        for key, name, newest, source in rows
    )


def run_page(db: "Session", public_id: str, *, by: "Identity", now: datetime) -> RunPage:
    """Show one import, with the lines that it left out.

    :raises NotFoundError: if this organisation has no such import of outcome data.
    """
    run = db.scalar(
        select(ImportRun).where(
            ImportRun.public_id == public_id,
            ImportRun.organisation_id == by.organisation_id,
            ImportRun.kind.in_(KINDS),
        )
    )
    if run is None:
        raise NotFoundError("There is no such import.")
    rejected = db.scalars(
        select(RejectedRecord)
        .where(RejectedRecord.import_run_id == run.id)
        .order_by(RejectedRecord.line, RejectedRecord.id)
        .limit(SHOWN_REJECTED)
    )
    is_open = run.state in OPEN
    beat = job_queue.last_beat(db, by.organisation_id) if is_open else None
    return RunPage(
        is_open=is_open,
        has_no_worker=is_open and not job_queue.is_alive(beat, now=now),
        run=run,
        rejected=tuple(rejected),
        rejected_total=int((run.counts or {}).get("rejected", 0)),
    )
