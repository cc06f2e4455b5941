"""The jobs that workers do: which are due, who does which, what came of it, when it is tried again.

The rows are the truth. What a worker's own queue holds is only a call to look here.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.errors import NotFoundError
from tracker.models import AuditKind, Job, JobState, WorkerBeat, new_public_id
from tracker.services import audit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: A job that runs for so long, and of which no worker ever spoke, has lost its worker.
LEASE = timedelta(hours=1)
#: A worker that was not heard of for so long is not there; it speaks once a minute.
SILENCE = timedelta(minutes=4)
#: How long to wait after each try that failed; after the last one we stop.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120))
LONGEST_MESSAGE = 300
#: Jobs that went well are shown for so long.
KEPT_FOR = timedelta(days=30)


def ask_for(
    db: "Session",
    name: str,
    *,
    organisation_id: int,
    dedupe_key: str,
    due_at: datetime,
) -> None:
    """Ask for a job. Asked for twice with one key it is one job."""
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(
        dialect.insert(Job.__table__).on_conflict_do_nothing(index_elements=["dedupe_key"]),
        {
            "organisation_id": organisation_id,
            "public_id": new_public_id(),
            "name": name,
            "dedupe_key": dedupe_key,
            "state": JobState.QUEUED,
            "due_at": due_at,
            "tries": 0,
            "counts": {},
            "message": "",
        },
    )


def put_aside_older(db: "Session", name: str, *, organisation_id: int, dedupe_key: str) -> None:
    """Let a newer job do what older ones of its kind still try: they are not made up for."""
    db.execute(
        update(Job)
        .where(
            Job.organisation_id == organisation_id,
            Job.name == name,
            Job.state == JobState.QUEUED,
            Job.tries > 0,
            Job.dedupe_key != dedupe_key,
        )
        .values(state=JobState.DISCARDED)
        .execution_options(synchronize_session=False)
    )


def take_next(db: "Session", *, now: datetime, leave: tuple[str, ...] = ()) -> Job | None:
    """Take the job that is due for longest, so that no other worker takes it. Commit at once.

    Jobs of the kinds to `leave` wait for a worker that can do them.
    """
    job = db.scalar(
        select(Job)
        .where(
            Job.name.not_in(leave),
            or_(
                and_(Job.state == JobState.QUEUED, Job.due_at <= now),
                and_(Job.state == JobState.RUNNING, _is_left(now)),
            ),
        )
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is not None:
        job.state = JobState.RUNNING
        job.started_at = now
        job.ended_at = None
        job.tries += 1
    return job


def _is_left(now: datetime) -> "ColumnElement[bool]":
    """Tell a job whose worker is silent: killed, or its machine is gone."""
    return or_(
        Job.heard_at < now - SILENCE,
        and_(Job.heard_at.is_(None), Job.started_at < now - LEASE),
    )


def taken_up_at(job: Job) -> datetime:
    """Say when a job whose worker died is taken up by another."""
    if job.heard_at is not None:
        return job.heard_at + SILENCE
    return (job.started_at or job.due_at) + LEASE


def note_in_hand(db: "Session", job_ids: "Collection[int]", *, now: datetime) -> None:
    """Say that a worker is at these jobs."""
    if job_ids:
        db.execute(
            update(Job)
            .where(Job.id.in_(job_ids), Job.state == JobState.RUNNING)
            .values(heard_at=now)
            .execution_options(synchronize_session=False)
        )


def note_beat(db: "Session", organisation_ids: "Iterable[int]", *, now: datetime) -> None:
    """Say that a worker is there."""
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    rows = [{"organisation_id": one, "at": now} for one in organisation_ids]
    if rows:
        new = dialect.insert(WorkerBeat.__table__)
        db.execute(
            new.on_conflict_do_update(
                index_elements=["organisation_id"], set_={"at": new.excluded.at}
            ),
            rows,
        )


def last_beat(db: "Session", organisation_id: int) -> datetime | None:
    return db.scalar(select(WorkerBeat.at).where(WorkerBeat.organisation_id == organisation_id))


def is_alive(beat: datetime | None, *, now: datetime) -> bool:
    """Tell whether a worker has been heard of lately."""
    return beat is not None and now - beat < SILENCE


def note_done(db: "Session", job_id: int, counts: "Mapping[str, int]", *, now: datetime) -> None:
    job = db.get_one(Job, job_id)
    job.state, job.ended_at, job.message = JobState.DONE, now, ""
    job.counts = dict(counts)


def note_all_done(db: "Session", name: str, *, now: datetime) -> None:
    """Note that the jobs of one kind which wait were done another way."""
    db.execute(
        update(Job)
        .where(Job.name == name, Job.state == JobState.QUEUED, Job.due_at <= now)
        .values(state=JobState.DONE, started_at=now, ended_at=now, message="")
        .execution_options(synchronize_session=False)
    )


def drop_waiting(db: "Session", dedupe_key: str) -> None:
    """Take a job that waits out of the queue: what it was for is done."""
    db.execute(delete(Job).where(Job.dedupe_key == dedupe_key, Job.state == JobState.QUEUED))


def note_failed(db: "Session", job_id: int, why: str, *, now: datetime) -> None:
    """Try again after a while, longer each time, and stop in the end."""
    job = db.get_one(Job, job_id)
    job.ended_at, job.message = now, why[:LONGEST_MESSAGE]
    if job.tries > len(WAITS):
        job.state = JobState.FAILED
        return
    job.state = JobState.QUEUED
    job.due_at = now + WAITS[job.tries - 1]


def jobs(db: "Session", organisation_id: int, *, now: datetime, most: int = 60) -> list[Job]:
    """Give an organisation's jobs: what needs somebody first, then the newest."""
    order = {JobState.FAILED: 0, JobState.RUNNING: 1, JobState.QUEUED: 2}
    found = db.scalars(
        select(Job)
        .where(
            Job.organisation_id == organisation_id,
            or_(
                Job.state.in_(order),
                func.coalesce(Job.ended_at, Job.due_at) > now - KEPT_FOR,
            ),
        )
        .order_by(Job.id.desc())
        .limit(most)
    )
    return sorted(found, key=lambda job: (order.get(job.state, 3), -job.id))


def try_again(db: "Session", public_id: str, *, by: "Identity", now: datetime) -> None:
    """Put a job that failed back into the queue."""
    job = _failed(db, public_id, by)
    job.state, job.due_at, job.tries = JobState.QUEUED, now, 0
    audit.record(db, AuditKind.JOB_ACTED, job, by=by, reason="try again")


def discard(db: "Session", public_id: str, *, by: "Identity") -> None:
    """Put a job that failed aside for good."""
    job = _failed(db, public_id, by)
    job.state = JobState.DISCARDED
    audit.record(db, AuditKind.JOB_ACTED, job, by=by, reason="discard")


def _failed(db: "Session", public_id: str, by: "Identity") -> Job:
    job = db.scalar(
        select(Job)
        .where(
            Job.organisation_id == by.organisation_id,
            Job.public_id == public_id,
            Job.state == JobState.FAILED,
        )
        .with_for_update()
    )
    if job is None:
        raise NotFoundError("That job is not there, or it is under way again.")
    return job
