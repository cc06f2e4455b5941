"""Writes down how far a file is read, while its own transaction is still open."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import update

from tracker.alone import beside
from tracker.models import ImportRun
from tracker.services.import_runs import turn_name

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

#: told how many lines of the file have been read, and how many there are
Progress = Callable[[int, int], None]
EVERY = 2.0


def note_lines(engine: "Engine", public_id: str) -> Callable[[int], None]:
    """Give what writes down, for the page of a run, up to which line its file is read."""
    others_see = engine.dialect.name == "postgresql"
    last = time.monotonic()

    def tell(line: int) -> None:
        nonlocal last
        if others_see and time.monotonic() - last > EVERY:
            last = time.monotonic()
            with engine.begin() as other:
                other.execute(
                    update(ImportRun)
                    .where(ImportRun.public_id == public_id)
                    .values(lines_read=line)
                )

    return tell


@contextmanager
def watched(
    db: "Session", run: ImportRun, lines: int, on_progress: Progress | None
) -> Iterator[Callable[[int], None]]:
    """Tell whoever watches, and the pages, how far it is.

    SQLite has one writer at a time: there it is told in a file beside the database.
    """
    engine = db.connection().engine
    others_see = engine.dialect.name == "postgresql"
    run_id, path = run.id, beside(engine, turn_name(run.kind, run.organisation_id))
    last = time.monotonic()

    def tell(line: int) -> None:
        nonlocal last
        if on_progress is not None:
            on_progress(line, lines)
        if others_see and time.monotonic() - last > EVERY:
            last = time.monotonic()
            with engine.begin() as other:
                other.execute(
                    update(ImportRun).where(ImportRun.id == run_id).values(lines_read=line)
                )
        elif path is not None and time.monotonic() - last > EVERY:
            last = time.monotonic()
            with suppress(OSError):
                path.write_text(f"{run_id} {line}")

    yield tell
    if on_progress is not None:
        on_progress(lines, lines)
