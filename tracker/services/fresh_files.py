"""Asks ESR for a fresh full file, where files of changes are missing that nobody can find."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from integrations.hr import ftp
from integrations.hr.esr import request_full_file
from tracker.errors import NotAllowedNowError
from tracker.models import AuditKind, ImportRun, Organisation, RunState
from tracker.services import audit
from tracker.services.esr_order import MISSING, last_taken

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor


def is_wanted_after(run: ImportRun | None) -> bool:
    """Say whether a run was refused because files before it are missing."""
    return (
        run is not None
        and run.kind == "hr"
        and run.state is RunState.REFUSED
        and any(sign in run.message for sign in MISSING)
    )


def is_gap_open(db: "Session", run: ImportRun) -> bool:
    """Say whether the files that a run missed are missing still."""
    if not is_wanted_after(run):
        return False
    last = last_taken(db, run.organisation_id)
    if last is None or last.covers_to is None or run.covers_to is None:
        return True
    return last.covers_to < run.covers_to


def draw_request(db: "Session", *, destination: str, by: "Actor", now: datetime) -> tuple[str, str]:
    """Give the name and the content of the file that asks for a fresh full one.

    It asks for all until the end of the newest changes that we have seen, also of those that
    could not be taken in: so the next file of changes follows on the full one.

    :raises NotAllowedNowError: for an organisation without a VPD.
    """
    organisation = db.get_one(Organisation, by.organisation_id)
    if organisation.vpd is None:
        raise NotAllowedNowError(
            "The organisation has no VPD yet. Set it with: tracker organisation add CODE NAME "
            "--vpd NNN"
        )
    newest = db.scalar(
        select(func.max(ImportRun.covers_to)).where(
            ImportRun.organisation_id == organisation.id,
            ImportRun.kind == "hr",
            ImportRun.covers_to <= now,
        )
    )
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    audit.record(db, AuditKind.FULL_FILE_ASKED, organisation, by=by)
    return request_full_file(organisation.vpd, destination=destination, since=newest or midnight)


def hand_in(hub: ftp.Hub, name: str, content: str) -> None:
    """Hand a request in at the NHS Hub.

    :raises integrations.errors.IntegrationError: when the hub does not take it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(content, encoding="latin-1", newline="")
        ftp.hand_in(hub, path)
