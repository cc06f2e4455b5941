"""Takes in an HR file: applies it in one transaction, with all that it makes due, or not at all."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import OperationalError

from integrations.errors import IntegrationError
from integrations.hr.feed import open_feed
from tracker.db import session_for
from tracker.errors import NotAllowedNowError, TrackerError
from tracker.models import AuditKind, ImportRun, Organisation, RunState
from tracker.request import LONDON
from tracker.security.identity import System
from tracker.services import audit, import_runs, roster
from tracker.services.appraisal_round import open_due_appraisals
from tracker.services.induction_begin import begin_inductions
from tracker.services.organisations import find_organisation

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

log = structlog.get_logger()

#: told how many lines of the file have been read, and how many there are
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class HRImport:
    """What became of a file."""

    run_id: int
    state: RunState
    change: roster.RosterChange
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class _Begun:
    """A run that has been written down, and whose it is."""

    run_id: int
    organisation_code: str
    organisation_vpd: str | None


@dataclass(frozen=True, kw_only=True)
class _Choices:
    now: datetime
    most_leavers: float | None
    allow_older: bool
    on_progress: Progress | None


def run(  # noqa: PLR0913 - each is one choice of whoever starts the job
    engine: "Engine",
    path: Path,
    *,
    organisation_code: str | None = None,
    now: datetime,
    most_leavers: float | None = roster.MOST_LEAVERS,
    allow_older: bool = False,
    on_progress: Progress | None = None,
) -> HRImport:
    """Import a full HR file. All of it is kept, or none.

    :raises integrations.errors.IntegrationError: for a file that cannot be used.
    :raises tracker.errors.TrackerError: for one that must not be, such as one without most staff.
    """
    begun = _begin(engine, path.name, organisation_code, now)
    choices = _Choices(
        now=now, most_leavers=most_leavers, allow_older=allow_older, on_progress=on_progress
    )
    try:
        done = _apply(engine, path, begun, choices)
    except (IntegrationError, TrackerError) as refusal:
        with session_for(engine) as db:
            import_runs.refuse_run(db.get_one(ImportRun, begun.run_id), str(refusal), now=now)
        log.info("hr_import_refused", run=begun.run_id, why=type(refusal).__name__)
        raise
    except Exception as error:
        with session_for(engine) as db:
            import_runs.fail_run(db.get_one(ImportRun, begun.run_id), now=now)
        log.error("hr_import_failed", run=begun.run_id, why=type(error).__name__)  # noqa: TRY400
        raise
    log.info("hr_imported", run=done.run_id, state=done.state.value, **done.counts)
    return done


def _begin(
    engine: "Engine", file_name: str, organisation_code: str | None, now: datetime
) -> _Begun:
    try:
        with session_for(engine) as db:
            organisation = find_organisation(db, organisation_code)
            begun = import_runs.begin_run(
                db, organisation.id, kind="hr", file_name=file_name, now=now
            )
            return _Begun(
                run_id=begun.id,
                organisation_code=organisation.code,
                organisation_vpd=organisation.vpd,
            )
    except OperationalError as error:
        if "locked" not in str(error.orig):
            raise
        raise NotAllowedNowError(
            "The database is busy with another change. Wait a minute, then try again."
        ) from None


def _apply(engine: "Engine", path: Path, begun: _Begun, choices: _Choices) -> HRImport:
    feed = open_feed(
        path, organisation_code=begun.organisation_code, organisation_vpd=begun.organisation_vpd
    )
    today = choices.now.astimezone(LONDON).date()
    with session_for(engine) as db:
        run = db.get_one(ImportRun, begun.run_id)
        import_runs.take_turn(db, run.organisation_id)
        run.file_made_at = feed.file.created_at
        if not choices.allow_older:
            import_runs.check_not_older(db, run)
        change = roster.apply_records(
            db,
            feed.records,
            run=run,
            today=today,
            most_leavers=choices.most_leavers,
            on_progress=_counted(choices.on_progress, feed.file.row_count),
        )
        if choices.on_progress is not None:
            choices.on_progress(feed.file.row_count, feed.file.row_count)
        followed = _follow_up(db, run.organisation_id, today=today)
        run.content_hash = _hash(path)
        import_runs.finish_run(
            run,
            {**change.counts, **followed},
            is_empty=change.is_empty and not any(followed.values()),
            now=choices.now,
        )
        audit.record(
            db,
            AuditKind.HR_IMPORTED,
            run,
            by=System(organisation_id=run.organisation_id),
            starters=len(change.starters),
            leavers=len(change.leavers),
            rejected=change.counts["rejected"],
        )
        return HRImport(run_id=run.id, state=run.state, change=change, counts=run.counts)


def _follow_up(db: "Session", organisation_id: int, *, today: date) -> dict[str, int]:
    """Begin what the file makes due: starters' inductions, and appraisals."""
    organisation = db.get_one(Organisation, organisation_id)
    begun = begin_inductions(db, organisation, today=today)
    due = open_due_appraisals(db, organisation, today=today)
    return {
        "inductions_begun": begun,
        "appraisals_opened": due.opened,
        "appraisals_handed_over": due.handed_over,
    }


def _counted(on_progress: Progress | None, row_count: int) -> Callable[[int], None] | None:
    return None if on_progress is None else lambda line: on_progress(line, row_count)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
