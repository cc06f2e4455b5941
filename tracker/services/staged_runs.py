"""Files that somebody brings to a page: looked at by a worker, then taken in after a yes."""

from datetime import datetime
from typing import TYPE_CHECKING

from tracker.errors import NotAllowedNowError
from tracker.models import AuditKind, ImportRun, RunState, WaitingFile
from tracker.services import audit, job_queue, waiting_files
from tracker.services.oversight import find_import

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: the job that looks at and takes in what was asked for on a page
JOB = "hr_file"


def ask_to_look(
    db: "Session", file: WaitingFile, map_name: str, *, by: "Identity", now: datetime
) -> ImportRun:
    """Ask a worker what a waiting file would change, read by a saved map."""
    run = ImportRun(
        organisation_id=by.organisation_id,
        kind="hr",
        file_name=file.name,
        state=RunState.TO_STAGE,
        started_at=now,
        counts={},
        preview={"map": map_name},
        place=waiting_files.keep_for(file),
    )
    db.add(run)
    db.flush()
    audit.record(db, AuditKind.IMPORT_ASKED, run, by=by)
    _ask(db, run, now)
    return run


def answer(
    db: "Session", public_id: str, *, is_yes: bool, by: "Identity", now: datetime
) -> ImportRun:
    """Take the yes or the no to a file that waits for it.

    :raises NotFoundError: for a run that is not there.
    :raises NotAllowedNowError: for one that waits for nothing.
    """
    run = find_import(db, public_id, by=by)
    if run.state is not RunState.STAGED:
        raise NotAllowedNowError("This file does not wait for a yes any more.")
    audit.record(db, AuditKind.IMPORT_ANSWERED, run, by=by, answer="yes" if is_yes else "no")
    if is_yes:
        run.state = RunState.WAITING
        _ask(db, run, now)
    else:
        run.state, run.message = RunState.REFUSED, "It was put aside. Nothing was changed."
        waiting_files.drop_at(db, run.place)
    return run


def go_on_with(db: "Session", run: ImportRun, *, now: datetime) -> None:
    """Ask anew for what a process was doing that is gone, where the file is still here."""
    place = run.place or ""
    if not place.startswith(waiting_files.PLACE) or not waiting_files.is_there(db, place):
        return
    was_looked_at = "joined" in run.preview
    run.state = RunState.WAITING if was_looked_at else RunState.TO_STAGE
    run.message, run.ended_at = "", None
    _ask(db, run, now)


def _ask(db: "Session", run: ImportRun, now: datetime) -> None:
    job_queue.ask_for(
        db,
        JOB,
        organisation_id=run.organisation_id,
        dedupe_key=f"{JOB}:{run.public_id}:{run.state.value}:{now:%Y%m%d%H%M}",
        due_at=now,
    )
