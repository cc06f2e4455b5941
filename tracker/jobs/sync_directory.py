"""Reads the trust's directory, and keeps what it says of one organisation's accounts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from integrations.errors import IntegrationError
from integrations.ldap.accounts import read_accounts
from tracker.db import session_for
from tracker.errors import NotAllowedNowError, TrackerError
from tracker.models import AuditKind, ImportRun, Organisation
from tracker.security.identity import System
from tracker.services import audit, directory_accounts, import_runs

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from integrations.ldap.accounts import Reading
    from integrations.ldap.settings import Directory
    from tracker.settings import Settings

log = structlog.get_logger()

KIND = "directory"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What whoever starts it may choose."""

    is_full: bool = False
    most_gone: float | None = directory_accounts.MOST_GONE


def serves(settings: "Settings", organisation: Organisation) -> bool:
    """Tell whether the directory of the settings is this organisation's."""
    codes = settings.directory_organisations
    return not codes or organisation.code in codes


def run(  # noqa: PLR0913 - each is one plain fact
    engine: "Engine",
    settings: "Settings",
    organisation_id: int,
    *,
    now: datetime,
    today: date,
    choices: Choices | None = None,
) -> dict[str, int]:
    """Read what changed, or everything, and keep all of it or none. Safe to run twice.

    :raises integrations.errors.IntegrationError: when the directory gives no answer to trust.
    :raises tracker.errors.TrackerError: when its answer looks like a fault, or while another
        process reads it.
    """
    with import_runs.only_one(engine, organisation_id, KIND):
        return _run(engine, settings, organisation_id, choices or Choices(), now=now, today=today)


def _run(  # noqa: PLR0913 - each is one plain fact
    engine: "Engine",
    settings: "Settings",
    organisation_id: int,
    choices: Choices,
    *,
    now: datetime,
    today: date,
) -> dict[str, int]:
    with session_for(engine) as db:
        organisation = db.get_one(Organisation, organisation_id)
        if not serves(settings, organisation):
            raise NotAllowedNowError("directory.organisations does not name this organisation.")
        begun = import_runs.begin_run(
            db, organisation_id, kind=KIND, file_name="The directory", now=now
        )
        run_id = begun.id
    try:
        reading = _read(engine, settings.directory, organisation_id, choices, now)
        return _apply(engine, settings, run_id, reading, choices, now=now, today=today)
    except (IntegrationError, TrackerError) as refusal:
        with session_for(engine) as db:
            import_runs.refuse_run(db.get_one(ImportRun, run_id), str(refusal), now=now)
        log.info("directory.sync_refused", run=run_id, why=type(refusal).__name__)
        raise
    except Exception as error:
        with session_for(engine) as db:
            import_runs.fail_run(db.get_one(ImportRun, run_id), now=now)
        log.error("directory.sync_failed", run=run_id, why=type(error).__name__)  # noqa: TRY400
        raise


def _read(
    engine: "Engine",
    directory: "Directory",
    organisation_id: int,
    choices: Choices,
    now: datetime,
) -> "Reading":
    with Session(engine) as db:
        marks = directory_accounts.marks_of(db, organisation_id, now=now)
        known = directory_accounts.known_keys(db, organisation_id)
    return read_accounts(directory, marks=() if choices.is_full else marks, known=known)


def _apply(  # noqa: PLR0913 - each is one plain fact
    engine: "Engine",
    settings: "Settings",
    run_id: int,
    reading: "Reading",
    choices: Choices,
    *,
    now: datetime,
    today: date,
) -> dict[str, int]:
    with session_for(engine) as db:
        run = db.get_one(ImportRun, run_id)
        import_runs.take_turn(db, run.organisation_id)
        counts = directory_accounts.apply_reading(
            db, run.organisation_id, reading, now=now, most_gone=choices.most_gone
        )
        facts = tuple(dict.fromkeys(fact for _, fact in settings.directory.attributes.joins))
        counts |= directory_accounts.match_accounts(
            db, run.organisation_id, facts=facts, today=today
        )
        run.file_name = "All accounts" if reading.is_full else "What changed"
        is_empty = not any(counts[name] for name in ("new", "changed", "gone"))
        import_runs.finish_run(run, counts, is_empty=is_empty, now=now)
        by = System(organisation_id=run.organisation_id)
        new, gone = counts["new"], counts["gone"]
        audit.record(db, AuditKind.DIRECTORY_SYNCED, run, by=by, new=new, gone=gone)
    log.info("directory.synced", run=run_id, is_full=reading.is_full, **counts)
    return counts
