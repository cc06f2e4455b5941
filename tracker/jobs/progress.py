"""Writes down how far a file is read, while its own transaction is still open."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import update

from tracker.models import ImportRun

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
    db: "Session", run_id: int, lines: int, on_progress: Progress | None
) -> Iterator[Callable[[int], None]]:
    """Tell whoever watches, and PostgreSQL's other readers, how far it is.

    SQLite has one writer at a time: there the page only says that the file is being read.
    """
    engine = db.connection().engine
    others_see = engine.dialect.name == "postgresql"
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

    yield tell
    if on_progress is not None:
        on_progress(lines, lines)
