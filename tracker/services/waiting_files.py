"""Keeps a file aside while somebody looks through it. What we may not keep never gets in."""

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sqlalchemy import delete, or_, select

from integrations.outcomes.call_table import CALL_TABLE, how_to_marks
from integrations.outcomes.incident_table import story_words
from integrations.tables.file import open_table
from integrations.tables.guard import guard, without_nhs_numbers
from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import WaitingFile
from tracker.services.passing_files import passing_folder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.tables.maps import TableKind
    from tracker.security.identity import Identity

#: A file that nobody took in is forgotten after this.
WAITS_FOR = timedelta(days=1)
LARGEST = 25 * 1024 * 1024
LONGEST_NAME = 100
CHUNK = 1 << 20
#: packed in a third of the time, a tenth larger: somebody waits for it
QUICK = 3
#: what is kept aside of a story, where that is not our words about IT
STORIES = {CALL_TABLE.key: how_to_marks}
#: the start of a run's place, where its file waits here
PLACE = "waiting:"
STAGED, OUTCOME = "staged", "outcome"
#: files that a run needs, and how long they wait for it
KEPT_FOR_RUNS = {STAGED: timedelta(days=30), OUTCOME: timedelta(days=7)}


def put_aside(  # noqa: PLR0913 - a file, its name, who, when
    db: "Session",
    kind: "TableKind",
    name: str,
    content: IO[bytes],
    *,
    by: "Identity",
    now: datetime,
) -> WaitingFile:
    """Keep what we may of a table, for a day, in the place of this person's last one.

    :raises FileRefusedError: for a file that is no table.
    """
    with passing_folder() as folder:
        path, clean = folder / "table", folder / "clean"
        _save(content, path)
        table = open_table(path, known=kind.known_names, never=kind.never)
        with clean.open("w", encoding="utf-8", newline="") as out:
            if kind.is_guarded:
                table.write_clean(out, guard(table, kind, STORIES.get(kind.key, story_words)))
            else:
                table.write_clean(out)
        packed = zlib.compress(clean.read_bytes(), QUICK)
    forget(db, organisation_id=by.organisation_id, staff_id=by.staff_id, now=now)
    file = WaitingFile(
        organisation_id=by.organisation_id,
        kind=kind.key,
        by_id=by.staff_id,
        name=without_nhs_numbers(Path(name.replace("\\", "/")).name)[-LONGEST_NAME:] or "table.csv",
        content=packed,
        uploaded_at=now,
    )
    db.add(file)
    db.flush()
    return file


def _save(content: IO[bytes], path: Path) -> None:
    size = 0
    with path.open("wb") as out:
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise InvalidInputError(
                    "The file is larger than 25 MB. Take it in on the command line instead.",
                    field="file",
                )
            out.write(chunk)


def find(db: "Session", kind: str, public_id: str, *, by: "Identity") -> WaitingFile:
    """Give a file that this person put aside.

    :raises NotFoundError: for one that is not there, or somebody else's.
    """
    file = db.scalar(
        select(WaitingFile).where(
            WaitingFile.organisation_id == by.organisation_id,
            WaitingFile.kind == kind,
            WaitingFile.public_id == public_id,
            WaitingFile.by_id == by.staff_id,
        )
    )
    if file is None:
        raise NotFoundError("This file is no longer here. Choose it once more.")
    return file


@contextmanager
def opened(file: WaitingFile) -> Iterator[Path]:
    """Give the file on disk, under its own name, for as long as it is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(zlib.decompress(file.content))
        yield path


def keep_for(file: WaitingFile) -> str:
    """Keep a file on for a run, until it was applied; gives the run's place for it."""
    file.kind = STAGED
    return f"{PLACE}{file.public_id}"


def keep_for_run(db: "Session", name: str, content: bytes, *, by: "Identity", now: datetime) -> str:
    """Keep what was read of outcome data until a run has loaded it; gives the run's place for it.

    Only records of ours go in here, never the file itself.
    """
    file = WaitingFile(
        organisation_id=by.organisation_id,
        kind=OUTCOME,
        by_id=by.staff_id,
        name=name[-LONGEST_NAME:],
        content=zlib.compress(content, QUICK),
        uploaded_at=now,
    )
    db.add(file)
    db.flush()
    return f"{PLACE}{file.public_id}"


def is_there(db: "Session", place: str) -> bool:
    wanted = select(WaitingFile.id).where(WaitingFile.public_id == place.removeprefix(PLACE))
    return db.scalar(wanted) is not None


def content_at(db: "Session", place: str) -> bytes | None:
    file = db.scalar(select(WaitingFile).where(WaitingFile.public_id == place.removeprefix(PLACE)))
    return zlib.decompress(file.content) if file else None


def drop_at(db: "Session", place: str | None) -> None:
    """Forget the file of a run that is over."""
    if place and place.startswith(PLACE):
        db.execute(delete(WaitingFile).where(WaitingFile.public_id == place.removeprefix(PLACE)))


def forget(db: "Session", *, organisation_id: int, staff_id: int | None, now: datetime) -> None:
    """Drop what a person put aside before, and whatever has waited too long."""
    of_runs = WaitingFile.kind.in_(KEPT_FOR_RUNS)
    db.execute(
        delete(WaitingFile).where(
            WaitingFile.organisation_id == organisation_id,
            or_(
                ~of_runs & (WaitingFile.by_id == staff_id),
                ~of_runs & (WaitingFile.uploaded_at < now - WAITS_FOR),
                *(
                    (WaitingFile.kind == kind) & (WaitingFile.uploaded_at < now - lasts)
                    for kind, lasts in KEPT_FOR_RUNS.items()
                ),
            ),
        )
    )
