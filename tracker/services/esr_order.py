"""Says whether a file of ESR follows on the last one, and what is missing where it does not."""

from datetime import datetime
from typing import TYPE_CHECKING

from tracker.errors import NotAllowedNowError
from tracker.models import ImportRun, RunState
from tracker.services.import_runs import newest_run

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.hr.records import HRFile

_TAKEN = (RunState.APPLIED, RunState.UNCHANGED)
#: what is said of a file only where others before it are missing
MISSING = ("Changes are missing", "no full file was taken in yet")


class NoFullFileYetError(NotAllowedNowError):
    """Raised for changes before any full file was taken in."""


class AlreadyTakenError(NotAllowedNowError):
    """Raised for a file whose changes we have."""


class MissingFilesError(NotAllowedNowError):
    """Raised for a file that does not follow on the last one."""


def last_taken(db: "Session", organisation_id: int) -> ImportRun | None:
    """Give the run of the last ESR file that was taken in."""
    return newest_run(
        db,
        organisation_id,
        "hr",
        ImportRun.state.in_(_TAKEN),
        ImportRun.covers_to.is_not(None),
    )


def check_order(db: "Session", organisation_id: int, file: "HRFile") -> None:
    """Refuse a file of changes that does not abut what was taken in before.

    :raises NotAllowedNowError: saying what is missing, or that it was taken in already.
    """
    if file.kind != "changes":
        return
    last = last_taken(db, organisation_id)
    if last is None:
        raise NoFullFileYetError(
            "This file holds changes only, and no full file was taken in yet. Take in a full file "
            "first (its name has GOF in it). To ask ESR for one, use the page of this import, or "
            "the command: tracker hr request FOLDER"
        )
    assert file.covers_to is not None  # noqa: S101 - the reader refuses changes without it
    assert last.covers_to is not None  # noqa: S101 - asked for above
    if file.covers_to <= last.covers_to:
        raise AlreadyTakenError(
            f"This file holds changes until {_moment(file.covers_to)}, and all until "
            f"{_moment(last.covers_to)} was taken in before, so nothing was changed."
        )
    is_next = last.sequence is None or file.sequence == last.sequence + 1
    if file.covers_from == last.covers_to and is_next:
        return
    raise MissingFilesError(_what_is_missing(file, last))


def _what_is_missing(file: "HRFile", last: ImportRun) -> str:
    assert last.covers_to is not None  # noqa: S101 - asked for above
    if last.sequence is not None and file.sequence is not None:
        first, before = last.sequence + 1, file.sequence - 1
        numbers = f"number {first:08}" if first == before else f"numbers {first:08} to {before:08}"
        missing = f" (files with the {numbers})" if first <= before else ""
    else:
        missing = ""
    begins = _moment(file.covers_from) if file.covers_from else "a time that it does not say"
    return (
        f"Changes are missing{missing}: all until {_moment(last.covers_to)} was taken in, and this "
        f"file begins at {begins}. Nothing was changed. Fetch the missing files and take them in "
        "first. Or ask ESR for a fresh full file on the page of this import, or with the command: "
        "tracker hr request FOLDER"
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y %H:%M}"
