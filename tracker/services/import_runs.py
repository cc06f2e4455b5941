"""Keeps the record of each file taken in or refused.

A run is written down before its file is applied, in a transaction of its own. So a run whose
process was killed stays behind as `running`; the next run finds it, and says that it was
interrupted. What it had begun to apply was never committed. One process at a time takes in a kind
of file for an organisation, so whatever else is `running` then has no process any more.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker.alone import alone, beside
from tracker.errors import NotAllowedNowError, NotFoundError
from tracker.models import ImportRun, Organisation, RejectedRecord, RunState

if TYPE_CHECKING:
    from sqlalchemy import Engine

_INTERRUPTED = (
    "The import was stopped before its end. Import the file again: it goes on, or starts anew."
)
_READING_INTERRUPTED = "The reading was stopped before its end. It begins anew by itself."
_LOADING_INTERRUPTED = "The loading was stopped before its end. It goes on by itself."


class OlderFileError(NotAllowedNowError):
    """Raised instead of letting an old file undo what a newer one brought."""


class UnderWayError(NotAllowedNowError):
    """Raised where somebody else is at it just now. Nothing is wrong with the file: try again."""


def turn_name(kind: str, organisation_id: int) -> str:
    """Name the one process that takes in files of this kind for this organisation."""
    return f"{kind}-{organisation_id}"


@contextmanager
def only_one(engine: "Engine", organisation_id: int, kind: str) -> Iterator[None]:
    """Be the only one who takes in files of this kind for this organisation.

    :raises UnderWayError: while another process is at it, saying which file that one has.
    """
    with alone(engine, turn_name(kind, organisation_id)) as is_ours:
        if not is_ours:
            raise UnderWayError(_who_is_at_it(engine, organisation_id, kind))
        yield


def _who_is_at_it(engine: "Engine", organisation_id: int, kind: str) -> str:
    with Session(engine) as db:
        run = newest_run(db, organisation_id, kind, ImportRun.state == RunState.RUNNING)
        name = run.file_name if run else "Another file"
    if kind == "directory":
        return (
            "The directory is being read at this moment. Wait until that is done. Nothing was "
            "changed by this one."
        )
    return (
        f"{name} is being taken in at this moment. Wait until it is done, then try again. "
        "Nothing was changed by this one."
    )


def lines_read(db: "Session", run: ImportRun) -> int:
    """Say how far a file is read that is being taken in."""
    path = beside(db.connection().engine, turn_name(run.kind, run.organisation_id))
    try:
        told = path.read_text().split() if path is not None else []
    except (OSError, ValueError):
        told = []
    if len(told) == 2 and told[0] == str(run.id) and told[1].isdecimal():  # noqa: PLR2004
        return int(told[1])
    return run.lines_read


def newest_run(
    db: "Session", organisation_id: int, kind: str, *where: ColumnElement[bool]
) -> ImportRun | None:
    """Give the run of this kind that was begun last."""
    return db.scalar(
        select(ImportRun)
        .where(ImportRun.organisation_id == organisation_id, ImportRun.kind == kind, *where)
        .order_by(ImportRun.id.desc())
        .limit(1)
    )


def take_turn(db: "Session", organisation_id: int, *, waits: bool = False) -> None:
    """Let one import at a time change an organisation, until this transaction ends.

    SQLite has one writer at a time in any case; PostgreSQL locks the organisation's row.

    :raises UnderWayError: while another import is under way, unless it `waits` for that.
    """
    try:
        db.execute(
            select(Organisation.id)
            .where(Organisation.id == organisation_id)
            .with_for_update(nowait=not waits, key_share=True)
        )
    except OperationalError:
        raise UnderWayError(
            "Another import for this organisation is under way. Wait until it is done, then try "
            "again."
        ) from None


def begin_run(
    db: "Session", organisation_id: int, *, kind: str, file_name: str, now: datetime
) -> ImportRun:
    """Write down that an import begins, and that earlier ones left unfinished were interrupted.

    Whoever calls this is the `only_one`: none of those others is alive.
    """
    take_turn(db, organisation_id)
    interrupt(db, organisation_id, kind=kind, now=now)
    run = ImportRun(
        organisation_id=organisation_id,
        kind=kind,
        file_name=file_name[:300],
        state=RunState.RUNNING,
        started_at=now,
        counts={},
    )
    db.add(run)
    db.flush()
    return run


def interrupt(
    db: "Session", organisation_id: int, *, kind: str, now: datetime
) -> Sequence[ImportRun]:
    """Write down that the runs which have not ended were interrupted; gives them."""
    runs = db.scalars(
        select(ImportRun).where(
            ImportRun.organisation_id == organisation_id,
            ImportRun.kind == kind,
            ImportRun.state == RunState.RUNNING,
        )
    ).all()
    for run in runs:
        run.state, run.ended_at, run.message = RunState.INTERRUPTED, now, _INTERRUPTED
        if kind == "directory":
            run.message = _READING_INTERRUPTED
        elif kind != "hr" and run.place:  # brought to a page: a worker sees to it
            run.message = _LOADING_INTERRUPTED
    return runs


def take_up(db: "Session", run: ImportRun, *, now: datetime) -> None:
    """Go on with a run that was written down before."""
    take_turn(db, run.organisation_id)
    run.state, run.started_at, run.ended_at, run.message = RunState.RUNNING, now, None, ""
    run.lines_read = 0
    db.execute(delete(RejectedRecord).where(RejectedRecord.import_run_id == run.id))


def check_not_older(db: "Session", run: ImportRun) -> None:
    """Refuse a file that was made before the last one that was taken in.

    :raises OlderFileError: if it was.
    """
    newest = db.scalar(
        select(func.max(ImportRun.file_made_at)).where(
            ImportRun.organisation_id == run.organisation_id,
            ImportRun.kind == run.kind,
            ImportRun.state.in_((RunState.APPLIED, RunState.UNCHANGED)),
        )
    )
    if run.file_made_at is not None and newest is not None and run.file_made_at < newest:
        raise OlderFileError(
            f"This file was made on {run.file_made_at:%d/%m/%Y}, before the last one that was "
            f"taken in ({newest:%d/%m/%Y}), so nothing was changed. Choose the newest file. To "
            "go back to this one on purpose, run the import again with --older-file."
        )


def finish_run(run: ImportRun, counts: dict[str, int], *, is_empty: bool, now: datetime) -> None:
    """Write down what a run brought. Belongs in the transaction that brings it."""
    run.state = RunState.UNCHANGED if is_empty else RunState.APPLIED
    run.counts = counts
    run.ended_at = now


def stage_run(  # noqa: PLR0913 - each is one plain fact of what was found
    db: "Session",
    run: ImportRun,
    message: str,
    *,
    counts: dict[str, int],
    preview: dict[str, Any],
    rejected: Sequence[tuple[int, str, str | None]],
    place: str,
    now: datetime,
) -> None:
    """Write down what a file would change, for somebody to say yes or no to."""
    run.state, run.message, run.ended_at = RunState.STAGED, message, now
    run.counts, run.preview, run.place = counts, preview, place
    db.add_all(
        RejectedRecord(
            organisation_id=run.organisation_id,
            import_run_id=run.id,
            line=line,
            reason=reason,
            employee_number=number,
        )
        for line, reason, number in rejected
    )


def drop_staged(db: "Session", run: ImportRun) -> None:
    """Say of older files that wait for a yes that they are out of date: another was taken in."""
    db.execute(
        update(ImportRun)
        .where(
            ImportRun.organisation_id == run.organisation_id,
            ImportRun.kind == run.kind,
            ImportRun.id < run.id,
            ImportRun.state.in_((RunState.STAGED, RunState.WAITING, RunState.TO_STAGE)),
        )
        .values(
            state=RunState.REFUSED,
            message="Another file was taken in since. Look at the newest file instead.",
        )
        .execution_options(synchronize_session=False)
    )


def refuse_run(run: ImportRun, message: str, *, now: datetime) -> None:
    """Write down why a file was not taken in. The message holds no names."""
    run.state = RunState.REFUSED
    run.message = message
    run.ended_at = now


def fail_run(run: ImportRun, *, now: datetime) -> None:
    run.state = RunState.FAILED
    run.message = (
        "Something went wrong in the service itself. Nothing of the file was kept. "
        "Tell whoever looks after the service."
    )
    run.ended_at = now


def find_run(db: "Session", run_id: int) -> ImportRun:
    """Give a run by its number, for whoever looks after the service.

    :raises NotFoundError: if there is none.
    """
    run = db.get(ImportRun, run_id)
    if run is None:
        raise NotFoundError("There is no import with that number.")
    return run


def rejected_records(
    db: "Session", run: ImportRun, *, at_most: int = 1000
) -> Sequence[RejectedRecord]:
    """List the lines of a run's file that were not used, or not wholly."""
    return db.scalars(
        select(RejectedRecord)
        .where(
            RejectedRecord.organisation_id == run.organisation_id,
            RejectedRecord.import_run_id == run.id,
        )
        .order_by(RejectedRecord.line, RejectedRecord.id)
        .limit(at_most)
    ).all()
