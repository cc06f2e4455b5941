"""Looks at, and applies, the HR files that somebody brought to a page."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.errors import IntegrationError
from tracker.db import session_for
from tracker.errors import NotAllowedNowError, TrackerError
from tracker.jobs import import_hr
from tracker.jobs.progress import Progress
from tracker.models import ImportRun, RunState
from tracker.services import import_runs, staged_runs, waiting_files

if TYPE_CHECKING:
    from sqlalchemy import Engine


def apply_staged(
    engine: "Engine", run_id: int, *, now: datetime, on_progress: Progress | None = None
) -> import_hr.HRImport:
    """Apply a file that somebody has looked through and said yes to.

    :raises integrations.errors.IntegrationError: for a file that cannot be used any more.
    :raises tracker.errors.TrackerError: for a run that waits for nothing, or a file that is gone.
    """
    return _go_on(engine, run_id, is_staged=False, now=now, on_progress=on_progress)


def work(
    engine: "Engine", organisation_id: int, *, today: date, now: datetime
) -> Mapping[str, int]:
    """Do what was asked for on the pages, the oldest first. Safe to run twice."""
    del today
    counts = {"looked at": 0, "taken in": 0, "refused": 0}
    with session_for(engine) as db:
        asked = db.execute(
            select(ImportRun.id, ImportRun.state)
            .where(
                ImportRun.organisation_id == organisation_id,
                ImportRun.kind == "hr",
                ImportRun.state.in_((RunState.TO_STAGE, RunState.WAITING)),
            )
            .order_by(ImportRun.id)
        ).all()
    for run_id, state in asked:
        is_staged = state is RunState.TO_STAGE
        try:
            _go_on(engine, run_id, is_staged=is_staged, now=now)
        except import_runs.UnderWayError:
            raise  # nothing is wrong with it: the job is tried again
        except (IntegrationError, TrackerError):
            counts["refused"] += 1  # the run says why
        else:
            counts["looked at" if is_staged else "taken in"] += 1
    return counts


def mend_killed(engine: "Engine", *, now: datetime) -> None:
    """Say of runs whose process is gone that they were interrupted. Safe to run at any time.

    A file that somebody brought to a page is still here: it is gone on with by itself.
    """
    with Session(engine) as db:
        running = db.execute(
            select(ImportRun.organisation_id, ImportRun.kind)
            .where(ImportRun.state == RunState.RUNNING)
            .distinct()
        ).all()
    for organisation_id, kind in running:
        with (
            suppress(import_runs.UnderWayError),
            import_runs.only_one(engine, organisation_id, kind),
            session_for(engine) as db,
        ):
            for run in import_runs.interrupt(db, organisation_id, kind=kind, now=now):
                if kind == "hr":
                    staged_runs.go_on_with(db, run, now=now)


def _go_on(
    engine: "Engine",
    run_id: int,
    *,
    is_staged: bool,
    now: datetime,
    on_progress: Progress | None = None,
) -> import_hr.HRImport:
    with session_for(engine) as db:
        run = import_runs.find_run(db, run_id)
        if run.state not in {RunState.STAGED, RunState.TO_STAGE, RunState.WAITING}:
            raise NotAllowedNowError("That import does not wait for a yes.")
        place, name, map_name = run.place or "", run.file_name, run.preview.get("map")
    choices = import_hr.Choices(
        most_leavers=None,
        most_broken=None,
        map_name=map_name,
        is_staged=is_staged,
        on_progress=on_progress,
    )
    try:
        with _file(engine, place, name) as path:
            return import_hr.go_on(engine, run_id, path, now=now, choices=choices)
    except FileNotFoundError:
        why = "The file is not there any more. Bring it once more."
        with session_for(engine) as db:
            import_runs.refuse_run(import_runs.find_run(db, run_id), why, now=now)
        raise NotAllowedNowError(why) from None


@contextmanager
def _file(engine: "Engine", place: str, name: str) -> Iterator[Path]:
    if not place.startswith(waiting_files.PLACE):
        path = Path(place)
        if not path.is_file():
            raise FileNotFoundError
        yield path
        return
    with session_for(engine) as db:
        content = waiting_files.content_at(db, place)
    if content is None:
        raise FileNotFoundError
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (name if name.lower().endswith(".csv") else "staff.csv")
        path.write_bytes(content)
        yield path
