"""A register's file on its way in: kept aside while somebody looks through what it would change."""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sqlalchemy import delete, select

from integrations.systems.csv_file import LARGEST_FILE, read_register, write_register
from integrations.systems.records import SystemRecord
from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import Organisation, RegisterFile
from tracker.services.systems_exchange import RegisterChanges, apply_register, changes_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: A file that nobody kept is forgotten after this.
WAITS_FOR = timedelta(days=1)
LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class FilePreview:
    """What a file would change, and the file itself."""

    file: RegisterFile
    changes: RegisterChanges


def take_file(  # noqa: PLR0913 - a file, its name, who, when
    db: "Session",
    organisation: Organisation,
    name: str,
    content: IO[bytes],
    *,
    by: "Identity",
    now: datetime,
    today: date,
) -> FilePreview:
    """Read an uploaded file and put it aside. Nothing of it is kept in the register yet.

    :raises InvalidInputError: for a file that is too large.
    :raises FileRefusedError: with everything that is wrong with it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        with path.open("wb") as out:
            left = LARGEST_FILE + 1
            while left > 0 and (chunk := content.read(min(left, 1 << 20))):
                out.write(chunk)
                left -= len(chunk)
        if left <= 0:
            raise InvalidInputError(
                "The file is larger than 10 MB. Check that it is the right file.", field="file"
            )
        systems = read_register(path)
    changes = changes_of(db, organisation, systems, today=today)
    db.execute(
        delete(RegisterFile).where(
            RegisterFile.organisation_id == organisation.id,
            (RegisterFile.by_id == by.staff_id) | (RegisterFile.uploaded_at < now - WAITS_FOR),
        )
    )
    file = RegisterFile(
        organisation_id=organisation.id,
        by_id=by.staff_id,
        name=Path(name.replace("\\", "/")).name[:LONGEST_NAME] or "register.csv",
        content=write_register(systems),
        uploaded_at=now,
    )
    db.add(file)
    db.flush()
    return FilePreview(file=file, changes=changes)


def preview(
    db: "Session", organisation: Organisation, public_id: str, *, by: "Identity", today: date
) -> FilePreview:
    """Say once more what a file that was put aside would change.

    :raises NotFoundError: for a file that is not there, or somebody else's.
    """
    file = _file(db, public_id, by=by)
    changes = changes_of(db, organisation, _systems(file), today=today)
    return FilePreview(file=file, changes=changes)


def keep_file(  # noqa: PLR0913 - a use case, its file and its choice
    db: "Session",
    organisation: Organisation,
    public_id: str,
    *,
    ends_gone: bool,
    by: "Identity",
    today: date,
) -> RegisterChanges:
    """Bring the register to what the file says, and forget the file."""
    file = _file(db, public_id, by=by)
    changes = apply_register(
        db, organisation, _systems(file), ends_gone=ends_gone, by=by, today=today
    )
    db.delete(file)
    return changes


def _file(db: "Session", public_id: str, *, by: "Identity") -> RegisterFile:
    file = db.scalar(
        select(RegisterFile).where(
            RegisterFile.organisation_id == by.organisation_id,
            RegisterFile.public_id == public_id,
            RegisterFile.by_id == by.staff_id,
        )
    )
    if file is None:
        raise NotFoundError("This file is no longer here. Choose it once more.")
    return file


def _systems(file: RegisterFile) -> tuple[SystemRecord, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        path.write_text(file.content, encoding="utf-8", newline="")
        return read_register(path)
