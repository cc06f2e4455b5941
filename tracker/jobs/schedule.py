"""Which jobs there are, when each is due, and how one is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from integrations.errors import IntegrationError
from tracker.db import session_for
from tracker.errors import TrackerError
from tracker.jobs import hr_folder, hr_runs, nightly, outcome_runs, sync_directory
from tracker.models import Organisation
from tracker.services import job_queue, outcome_uploads, staged_runs
from tracker.services.appointment_follow import follow
from tracker.services.job_times import before_night, last_night
from tracker.services.mail_words import LONDON
from tracker.services.weekly_mail import ask_for_weekly_mail, last_weekly_moment

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tracker.settings import Settings

log = structlog.get_logger()

#: A weekly mail that no worker was there for is still sent for so long.
LATE_FOR = timedelta(days=2)
Clock = Callable[[], datetime]
#: the jobs that this process is at
IN_HAND: set[int] = set()


def now() -> datetime:
    return datetime.now(UTC)


def _nightly(
    engine: "Engine", organisation_id: int, *, today: date, now: datetime
) -> Mapping[str, int]:
    night = nightly.work(engine, organisation_id, today=today, now=now)
    return {
        "appraisals opened": night.appraisals_opened,
        "appraisals handed over": night.appraisals_handed_over,
        "inductions begun": night.inductions_begun,
    }


def _directory(
    engine: "Engine",
    organisation_id: int,
    *,
    today: date,
    now: datetime,
    settings: "Settings",
) -> Mapping[str, int]:
    counts = sync_directory.run(engine, settings, organisation_id, now=now, today=today)
    return {name: counts[name] for name in ("accounts", "new", "changed", "gone", "unmatched")}


def _weekly_mail(
    engine: "Engine", organisation_id: int, *, today: date, now: datetime
) -> Mapping[str, int]:
    with session_for(engine) as db:
        organisation = db.get_one(Organisation, organisation_id)
        return {"mails asked for": ask_for_weekly_mail(db, organisation, today=today, now=now)}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A job that comes round."""

    #: the last time at which it was due; none for one that is only done when somebody asks
    last_due: Callable[..., datetime] | None
    work: Callable[..., Mapping[str, int]]
    #: how late it is still worth doing
    late_for: timedelta
    #: for which organisations; such a job is given the settings, and planned only where they are
    serves: Callable[["Settings", Organisation], bool] | None = None
    #: whether it is for one thing, which its own key names
    has_key: bool = False


KINDS = {
    "nightly": Kind(
        last_due=last_night,
        work=_nightly,
        late_for=timedelta(days=1),
    ),
    "directory": Kind(
        last_due=before_night,
        work=_directory,
        late_for=timedelta(days=1),
        serves=sync_directory.serves,
    ),
    "hr_folder": Kind(
        last_due=hr_folder.last_due,
        work=hr_folder.work,
        late_for=hr_folder.EVERY,
        serves=hr_folder.serves,
    ),
    staged_runs.JOB: Kind(last_due=None, work=hr_runs.work, late_for=timedelta(days=1)),
    outcome_uploads.JOB: Kind(
        last_due=None,
        work=outcome_runs.work,
        late_for=timedelta(days=1),
        serves=lambda _settings, _organisation: True,
        has_key=True,
    ),
    "weekly_mail": Kind(
        last_due=last_weekly_moment,
        work=_weekly_mail,
        late_for=LATE_FOR,
    ),
}


def plan(engine: "Engine", *, now: datetime, settings: "Settings | None" = None) -> None:
    """Ask for each job that is due by now and was not asked for; keep calendars true.

    Safe to run at any time.
    """
    hr_runs.mend_killed(engine, now=now)
    with session_for(engine) as db:
        for organisation in db.scalars(select(Organisation).order_by(Organisation.id)):
            for key, kind in KINDS.items():
                if kind.serves and not (settings and kind.serves(settings, organisation)):
                    continue
                if kind.last_due is None:
                    continue
                due_at = kind.last_due(organisation, now=now)
                if now - due_at < kind.late_for:
                    _ask(db, organisation, key, due_at)
            follow(db, organisation.id, today=now.astimezone(LONDON).date(), now=now)


def beat(engine: "Engine", *, now: datetime) -> None:
    """Say that a worker is there."""
    with session_for(engine) as db:
        job_queue.note_beat(db, db.scalars(select(Organisation.id)), now=now)
        job_queue.note_in_hand(db, set(IN_HAND), now=now)


def note_done(engine: "Engine", key: str, *, now: datetime) -> None:
    """Note that a job which is due was done by hand, so that no worker does it again."""
    with session_for(engine) as db:
        for organisation in db.scalars(select(Organisation).order_by(Organisation.id)):
            last_due = KINDS[key].last_due
            if last_due is not None:
                _ask(db, organisation, key, last_due(organisation, now=now))
        job_queue.note_all_done(db, key, now=now)


def _ask(db: "Session", organisation: Organisation, key: str, due_at: datetime) -> None:
    day = due_at.astimezone(LONDON).date().isoformat()
    is_often = KINDS[key].late_for < timedelta(days=1)  # it comes round more than once a day
    if is_often:
        day = f"{due_at:%Y-%m-%dT%H:%M}"
    dedupe_key = f"{key}:{organisation.id}:{day}"
    job_queue.ask_for(
        db, key, organisation_id=organisation.id, dedupe_key=dedupe_key, due_at=due_at
    )
    if is_often:
        job_queue.put_aside_older(db, key, organisation_id=organisation.id, dedupe_key=dedupe_key)


def work(
    engine: "Engine",
    *,
    clock: Clock = now,
    settings: "Settings | None" = None,
    beats: bool = False,
) -> int:
    """Do what is due until nothing is; say how many jobs were done. Several workers may.

    One that beats is missed within minutes, should it be killed over a job.
    """
    done = 0
    while _one(engine, clock, settings, beats=beats):
        done += 1
    return done


def _one(engine: "Engine", clock: Clock, settings: "Settings | None", *, beats: bool) -> bool:
    leave = () if settings else tuple(key for key, kind in KINDS.items() if kind.serves)
    with session_for(engine) as db:
        job = job_queue.take_next(db, now=clock(), leave=leave)
        if job is None:
            return False
        job_id, name, organisation_id = job.id, job.name, job.organisation_id
        job_key = job.dedupe_key
        job.heard_at = clock() if beats else None
    IN_HAND.add(job_id)
    try:
        moment = clock()
        today = moment.astimezone(LONDON).date()
        kind = KINDS[name]
        more: dict[str, object] = {"settings": settings} if kind.serves else {}
        if kind.has_key:
            more["key"] = job_key
        counts = kind.work(engine, organisation_id, today=today, now=moment, **more)
        with session_for(engine) as db:
            job_queue.note_done(db, job_id, counts, now=clock())
    except Exception as error:  # noqa: BLE001 - it is noted, and tried again
        why = _in_words(error)
        log.error("job.failed", job=name, kind=type(error).__name__)  # noqa: TRY400
        with session_for(engine) as db:
            job_queue.note_failed(db, job_id, why, now=clock())
    else:
        log.info("job.done", job=name)
    finally:
        IN_HAND.discard(job_id)
    return True


def _in_words(error: Exception) -> str:
    """Say what an administrator can do, without quoting what the job was working on."""
    if isinstance(error, TrackerError | IntegrationError):
        return str(error)
    if isinstance(error, OperationalError):
        return "The database was busy or away. It is tried again by itself."
    return f"A fault in the service ({type(error).__name__}). Tell those who run it."
