"""Watches the folder where ESR's files arrive, and takes them in, in their order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from integrations.errors import FileRefusedError, IntegrationError
from integrations.hr import ftp
from integrations.hr.esr import open_file
from tracker.db import session_for
from tracker.errors import NotAllowedNowError, TrackerError
from tracker.jobs import import_hr
from tracker.models import ImportRun, Organisation, RunState
from tracker.security.identity import System
from tracker.services import esr_order, import_runs
from tracker.services.fresh_files import draw_request, is_wanted_after
from tracker.services.job_times import last_quarter

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tracker.settings import Settings

log = structlog.get_logger()

NAME = re.compile(r"GO_(\d{3})_[A-Z0-9]{3}_(GOF|GOC)_(\d{8})_(\d{8})\.DAT", re.IGNORECASE)
#: A file that changed so lately may still be being written.
SETTLES_IN = timedelta(minutes=1)
#: One that has no end after so long will not get one.
GIVEN_UP_AFTER = timedelta(hours=6)
EVERY = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class _Arrived:
    path: Path
    is_full: bool
    order: tuple[str, str, bool]


def last_due(_organisation: Organisation, *, now: datetime) -> datetime:
    """Give the last quarter of an hour."""
    return last_quarter(now)


def serves(settings: "Settings", organisation: Organisation) -> bool:
    return settings.hr_folder is not None and organisation.vpd is not None


def work(
    engine: "Engine", organisation_id: int, *, today: date, now: datetime, settings: "Settings"
) -> Mapping[str, int]:
    """Fetch what is new, and take in what follows on what we have. Safe to run twice.

    :raises integrations.errors.IntegrationError: when the hub gives no answer.
    """
    del today
    folder = settings.hr_folder
    with session_for(engine) as db:
        organisation = db.get_one(Organisation, organisation_id)
        code, vpd = organisation.code, organisation.vpd
    counts = {"fetched": 0, "taken in": 0, "refused": 0, "still being written": 0}
    if folder is None or vpd is None:
        return counts
    trouble: IntegrationError | None = None
    if settings.hr_hub is not None:
        try:
            counts["fetched"] = len(ftp.fetch(settings.hr_hub, folder, f"GO_{vpd.zfill(3)}_"))
        except IntegrationError as problem:
            trouble = problem  # what is here already need not wait for it
    choices = import_hr.Choices(
        asks=True, most_leavers=settings.hr_most_leavers, most_broken=settings.hr_most_broken
    )
    for arrived in [*arrived_files(folder, vpd), *_strays(engine, folder)]:
        if _was_seen(engine, organisation_id, arrived.path):
            continue
        if is_being_written(arrived.path, now=now):
            counts["still being written"] += 1
            break
        if _is_behind(engine, organisation_id, arrived.path, vpd):
            continue
        is_in = _take_in(engine, arrived.path, code, now=now, choices=choices)
        counts["taken in" if is_in else "refused"] += 1
        if not is_in and not arrived.is_full:
            break
    if trouble is not None:
        raise trouble
    return counts


def _take_in(
    engine: "Engine", path: Path, code: str, *, now: datetime, choices: import_hr.Choices
) -> bool:
    try:
        import_hr.run(engine, path, organisation_code=code, now=now, choices=choices)
    except import_runs.UnderWayError:
        raise  # nothing is wrong with the file: the job is tried again
    except (IntegrationError, TrackerError):
        return False  # the run says why
    return True


def _strays(engine: "Engine", folder: Path) -> list[_Arrived]:
    """List the files of trusts that we do not serve, so that somebody hears of them."""
    with session_for(engine) as db:
        vpds = {(vpd or "").zfill(3) for vpd in db.scalars(select(Organisation.vpd))}
    named = ((path, NAME.fullmatch(path.name)) for path in sorted(folder.iterdir()))
    return [
        _Arrived(path=path, is_full=True, order=("", "", True))
        for path, name in named
        if name and name[1] not in vpds
    ]


def arrived_files(folder: Path, vpd: str) -> list[_Arrived]:
    """List the organisation's files by their day, full ones first, then by number."""
    found = []
    for path in folder.iterdir():
        name = NAME.fullmatch(path.name)
        if name and path.is_file() and name[1] == vpd.zfill(3):
            is_full = name[2].upper() == "GOF"
            found.append(_Arrived(path=path, is_full=is_full, order=(name[3], name[4], is_full)))
    # A full file covers all until its day: the older ones need not be taken in before it.
    newest_full = max((one.order[0] for one in found if one.is_full), default="")
    found = [one for one in found if one.order[0] >= newest_full]
    return sorted(found, key=lambda one: (one.order[0], not one.is_full, one.order[1]))


def is_being_written(path: Path, *, now: datetime) -> bool:
    """Tell a file that has no end yet, or changed a moment ago, from one that will get none."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if now - changed > GIVEN_UP_AFTER:
        return False
    return not ftp.ends_whole(path) or timedelta(0) <= now - changed < SETTLES_IN


def _was_seen(engine: "Engine", organisation_id: int, path: Path) -> bool:
    """Say whether this very file was taken in, waits for a yes, or was refused for good."""
    with session_for(engine) as db:
        run = import_runs.newest_run(db, organisation_id, "hr", ImportRun.file_name == path.name)
        if run is None or run.state in {RunState.FAILED, RunState.INTERRUPTED, RunState.RUNNING}:
            return False
        if run.state is RunState.REFUSED and is_wanted_after(run):
            last = esr_order.last_taken(db, organisation_id)
            return last is None or last.covers_to != run.covers_from
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return run.state is not RunState.REFUSED or changed <= run.started_at


def _is_behind(engine: "Engine", organisation_id: int, path: Path, vpd: str) -> bool:
    """Say whether all that a file tells was taken in before; such a one is passed over."""
    try:
        feed = open_file(path, organisation_vpd=vpd)
    except FileRefusedError:
        return False  # the run will say why
    with session_for(engine) as db:
        try:
            esr_order.check_order(db, organisation_id, feed.file)
        except esr_order.AlreadyTakenError:
            return True
        except NotAllowedNowError:
            return False
    return False


def ask_for_full_file(
    engine: "Engine", organisation_id: int, folder: Path, *, settings: "Settings", now: datetime
) -> Path:
    """Write the file that asks ESR for a fresh full one, and hand it in where we can.

    :raises integrations.errors.IntegrationError: when the hub does not take it.
    """
    with session_for(engine) as db:
        by = System(organisation_id=organisation_id)
        name, content = draw_request(db, destination=settings.hr_destination, by=by, now=now)
    path = folder / name
    path.write_text(content, encoding="latin-1", newline="")
    if settings.hr_hub is not None:
        ftp.hand_in(settings.hr_hub, path)
    return path
