"""A framework file from a page: read, looked through, then kept as a draft, or not."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING

from sqlalchemy import delete, select

from integrations.errors import FileRefusedError
from integrations.frameworks.document import read_document, write_document
from integrations.frameworks.files import LARGEST_FILE, kind_of, read_framework
from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import Framework, FrameworkUpload, Organisation
from tracker.services.framework_changes import Changes
from tracker.services.framework_exchange import add_draft, changes_of, exchange_schema

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from integrations.frameworks.records import FrameworkRecord
    from tracker.security.identity import Identity

#: what somebody uploaded and did not keep is dropped after this
KEPT_FOR = timedelta(days=1)
CHUNK = 1 << 20
LONGEST_NAME = 300


@dataclass(frozen=True, kw_only=True)
class UploadPage:
    upload: FrameworkUpload
    name: str
    competences: int
    changes: Changes


def take_upload(
    db: "Session", name: str, content: IO[bytes], *, by: "Identity", now: "datetime"
) -> FrameworkUpload:
    """Read a file and keep what it holds until somebody has looked through the changes.

    :raises InvalidInputError: with everything that is wrong with the file.
    """
    db.execute(
        delete(FrameworkUpload).where(
            FrameworkUpload.organisation_id == by.organisation_id,
            FrameworkUpload.uploaded_at < now - KEPT_FOR,
        )
    )
    # Only the last part of the name is looked at, whatever folders it climbs through.
    plain = PurePath(name.replace("\\", "/")).name[-LONGEST_NAME:]
    try:
        record = _read(plain, content)
    except FileRefusedError as why:
        raise InvalidInputError(str(why), field="file") from why
    upload = FrameworkUpload(
        organisation_id=by.organisation_id,
        uploaded_by_id=by.staff_id,
        uploaded_at=now,
        file_name=plain,
        key=record.key,
        document=write_document(record),
    )
    db.add(upload)
    db.flush()
    return upload


def upload_page(db: "Session", public_id: str, *, by: "Identity") -> UploadPage:
    """Show what keeping the file would add, change, move and leave out."""
    upload, record = _find(db, public_id, by=by)
    return UploadPage(
        upload=upload,
        name=record.name,
        competences=sum(1 for _one in record.competences()),
        changes=changes_of(db, _organisation(db, by), record),
    )


def keep_upload(db: "Session", public_id: str, *, by: "Identity") -> Framework | None:
    """Make a draft of it; none if it says the same as the latest version."""
    upload, record = _find(db, public_id, by=by)
    draft = add_draft(db, _organisation(db, by), record, by=by)
    db.delete(upload)
    return draft


def _read(name: str, content: IO[bytes]) -> "FrameworkRecord":
    with NamedTemporaryFile(suffix=kind_of(Path(name))) as file:
        size = 0
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_FILE:
                raise FileRefusedError(
                    "The file is larger than 50 MB. Check that it is the right file."
                )
            file.write(chunk)
        file.flush()
        return read_framework(Path(file.name), exchange_schema())


def _find(
    db: "Session", public_id: str, *, by: "Identity"
) -> "tuple[FrameworkUpload, FrameworkRecord]":
    upload = db.scalar(
        select(FrameworkUpload).where(
            FrameworkUpload.public_id == public_id,
            FrameworkUpload.organisation_id == by.organisation_id,
            FrameworkUpload.uploaded_by_id == by.staff_id,
        )
    )
    if upload is None:
        raise NotFoundError("That file is not here any more. Choose it again.")
    record = read_document(upload.document, exchange_schema(), say_where=str)
    return upload, record


def _organisation(db: "Session", by: "Identity") -> Organisation:
    return db.get_one(Organisation, by.organisation_id)
