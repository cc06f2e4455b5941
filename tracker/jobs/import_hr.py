"""Takes in an HR file: looks at what it would change, or applies it in one transaction.

What a file makes due (inductions, appraisals) comes after it, in steps of their own.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from integrations.errors import IntegrationError
from integrations.hr.feed import open_feed
from tracker.db import session_for
from tracker.errors import NotAllowedNowError, TrackerError
from tracker.jobs import open_round
from tracker.jobs.hr_return import look_for_returns
from tracker.jobs.hr_turn import hr_turn
from tracker.jobs.progress import Progress, watched
from tracker.models import AuditKind, ImportRun, Organisation, RunState
from tracker.request import LONDON
from tracker.security.identity import System
from tracker.services import (
    audit,
    column_maps,
    esr_order,
    import_runs,
    roster,
    waiting_files,
)
from tracker.services.appraisal_round import Opened
from tracker.services.induction_begin import begin_inductions
from tracker.services.line_disputes import settle_mended
from tracker.services.roster_copy import can_copy
from tracker.services.roster_staging import GuardRailError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from integrations.hr.records import HRFeed

log = structlog.get_logger()

#: A file with more broken lines than this share of its lines, and than this number, is looked at.
MOST_BROKEN = 0.05
FEW_BROKEN = 20
KEPT_LINES = 10_000
#: More staff than the largest trust has: of so many, the night's work opens the appraisals.
MOST_AT_ONCE = 50_000
#: Of more people than this, all are asked for at once.
MOST_TOLD_OF = 10_000


@dataclass(frozen=True, kw_only=True)
class HRImport:
    """What became of a file."""

    run_id: int
    state: RunState
    counts: dict[str, int]
    #: whom a file of changes is about; none: all
    told_of: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What whoever takes in a file may choose."""

    most_leavers: float | None = roster.MOST_LEAVERS
    most_broken: float | None = MOST_BROKEN
    allow_older: bool = False
    #: the name of a saved map of columns
    map_name: str | None = None
    #: only look at what it would change
    is_staged: bool = False
    #: where it changes too much, leave it for somebody to say yes
    asks: bool = False
    on_progress: Progress | None = None


@dataclass(frozen=True, kw_only=True)
class _Begun:
    """A run that has been written down, and whose it is."""

    run_id: int
    organisation_id: int
    file: Path
    place: str
    choices: Choices
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(LONDON).date()


class _OnlyLookedError(Exception):
    """Undoes what was tried, and carries what it came to."""

    def __init__(
        self, change: roster.RosterChange, rejected: list[tuple[int, str, str | None]]
    ) -> None:
        super().__init__()
        self.change = change
        self.rejected = rejected


def run(
    engine: "Engine",
    path: Path,
    *,
    organisation_code: str | None = None,
    now: datetime,
    choices: Choices = Choices(),
) -> HRImport:
    """Take in an HR file. All of it is kept, or none.

    :raises integrations.errors.IntegrationError: for a file that cannot be used.
    :raises tracker.errors.TrackerError: for one that must not be, such as one without most staff.
    :raises tracker.services.import_runs.UnderWayError: while another process takes one in.
    """
    with hr_turn(engine, organisation_code) as organisation_id:
        begun = _Begun(
            run_id=_begin(engine, path.name, organisation_id, now),
            organisation_id=organisation_id,
            file=path,
            place=str(path.resolve()),
            choices=choices,
            now=now,
        )
        return _do(engine, begun)


def go_on(
    engine: "Engine", run_id: int, path: Path, *, now: datetime, choices: Choices
) -> HRImport:
    """Look at, or apply, a file whose run is written down already.

    :raises IntegrationError, TrackerError: as `run`, and for a file that is another by now.
    """
    with Session(engine) as db:
        organisation_id = import_runs.find_run(db, run_id).organisation_id
    with hr_turn(engine, organisation_id=organisation_id):
        return _go_on(engine, run_id, path, now=now, choices=choices)


def _go_on(
    engine: "Engine", run_id: int, path: Path, *, now: datetime, choices: Choices
) -> HRImport:
    with session_for(engine) as db:
        run = import_runs.find_run(db, run_id)
        is_other = run.content_hash is not None and run.content_hash != _hash(path)
        if is_other:
            why = "The file is not the one that was looked at. Take in the newest file instead."
            import_runs.refuse_run(run, why, now=now)
        else:
            import_runs.take_up(db, run, now=now)
        organisation_id, place = run.organisation_id, run.place or str(path.resolve())
    if is_other:
        raise NotAllowedNowError(why)
    return _do(
        engine,
        _Begun(
            run_id=run_id,
            organisation_id=organisation_id,
            file=path,
            place=place,
            choices=choices,
            now=now,
        ),
    )


def _do(engine: "Engine", begun: _Begun) -> HRImport:
    try:
        done = _try(engine, begun)
    except (IntegrationError, TrackerError) as refusal:
        with session_for(engine) as db:
            import_runs.refuse_run(db.get_one(ImportRun, begun.run_id), str(refusal), now=begun.now)
        log.info("hr_import_refused", run=begun.run_id, why=type(refusal).__name__)
        raise
    except Exception as error:
        with session_for(engine) as db:
            import_runs.fail_run(db.get_one(ImportRun, begun.run_id), now=begun.now)
        log.error("hr_import_failed", run=begun.run_id, why=type(error).__name__)  # noqa: TRY400
        raise
    log.info("hr_imported", run=done.run_id, state=done.state.value, **done.counts)
    return done


def _try(engine: "Engine", begun: _Begun) -> HRImport:
    feed = _open(engine, begun)
    if begun.choices.is_staged:
        return _look(engine, begun, feed, "")
    try:
        done = _apply(engine, begun, feed)
    except GuardRailError as why:
        if not begun.choices.asks:
            raise
        free = replace(begun.choices, most_leavers=None, most_broken=None)
        return _look(engine, replace(begun, choices=free), _open(engine, begun), str(why))
    return _follow_up(engine, begun, done)


def _begin(engine: "Engine", file_name: str, organisation_id: int, now: datetime) -> int:
    try:
        with session_for(engine) as db:
            return import_runs.begin_run(
                db, organisation_id, kind="hr", file_name=file_name, now=now
            ).id
    except OperationalError as error:
        if "locked" not in str(error.orig):
            raise
        raise import_runs.UnderWayError(
            "The database is busy with another change. Wait a minute, then try again."
        ) from None


def _open(engine: "Engine", begun: _Begun) -> "HRFeed":
    """Check the file as a whole, and write down what it says of itself."""
    with session_for(engine) as db:
        organisation = db.get_one(Organisation, begun.organisation_id)
        code, vpd = organisation.code, organisation.vpd
        name = begun.choices.map_name
        table_map = column_maps.find_map(db, organisation.id, "hr", name) if name else None
    feed = open_feed(
        begun.file,
        organisation_code=code,
        organisation_vpd=vpd,
        table_map=table_map,
        is_written=can_copy(engine),
    )
    content_hash = _hash(begun.file)
    with session_for(engine) as db:
        run = db.get_one(ImportRun, begun.run_id)
        run.content_hash, run.place = content_hash, begun.place
        run.file_made_at = feed.file.created_at
        run.lines_total = feed.file.row_count
        run.covers_from, run.covers_to = feed.file.covers_from, feed.file.covers_to
        run.sequence = feed.file.sequence if feed.file.kind == "changes" else None
    return feed


def _change(db: "Session", begun: _Begun, feed: "HRFeed", run: ImportRun) -> roster.RosterChange:
    import_runs.take_turn(db, run.organisation_id, waits=True)
    esr_order.check_order(db, run.organisation_id, feed.file)
    if not begun.choices.allow_older:
        import_runs.check_not_older(db, run)
    with watched(db, run, feed.file.row_count, begun.choices.on_progress) as tell:
        change = roster.apply_records(
            db,
            feed.records,
            run=run,
            today=begun.today,
            is_full=feed.file.kind == "full",
            most_leavers=begun.choices.most_leavers,
            on_progress=tell,
        )
    _check_broken(change.counts["rejected"], feed.file.row_count, begun.choices.most_broken)
    return change


def _check_broken(broken: int, lines: int, most: float | None) -> None:
    if most is None or broken <= FEW_BROKEN or broken <= most * lines:
        return
    raise roster.TooManyBrokenError(
        f"{broken} of {lines} lines of this file cannot be used, or not wholly, which is more than "
        f"{most:.0%}, so nothing was changed. Check that the file is right. If it is, run the "
        "import again with --allow-broken."
    )


def _look(engine: "Engine", begun: _Begun, feed: "HRFeed", why: str) -> HRImport:
    """Note what applying the file comes to; nothing of it is kept."""
    try:
        _apply_and_undo(engine, begun, feed)
    except _OnlyLookedError as looked:
        change, rejected = looked.change, looked.rejected
    with session_for(engine) as db:
        run = db.get_one(ImportRun, begun.run_id)
        shown = {**change.preview, "map": begun.choices.map_name}
        import_runs.stage_run(
            db,
            run,
            why,
            counts=change.counts,
            preview=shown,
            rejected=rejected,
            place=begun.place,
            now=begun.now,
        )
        return HRImport(run_id=run.id, state=run.state, counts=change.counts)


def _apply_and_undo(engine: "Engine", begun: _Begun, feed: "HRFeed") -> None:
    with session_for(engine) as db:
        run = db.get_one(ImportRun, begun.run_id)
        change = _change(db, begun, feed, run)
        rejected = [
            (one.line, one.reason, one.employee_number)
            for one in import_runs.rejected_records(db, run, at_most=KEPT_LINES)
        ]
        raise _OnlyLookedError(change, rejected)


def _apply(engine: "Engine", begun: _Begun, feed: "HRFeed") -> HRImport:
    with session_for(engine) as db:
        run = db.get_one(ImportRun, begun.run_id)
        change = _change(db, begun, feed, run)
        run.preview = dict(change.preview)
        import_runs.finish_run(run, change.counts, is_empty=change.is_empty, now=begun.now)
        import_runs.drop_staged(db, run)
        is_full = feed.file.kind == "full"
        look_for_returns(db, begun.file, run.organisation_id, today=begun.today, is_full=is_full)
        waiting_files.drop_at(db, run.place)
        audit.record(
            db,
            AuditKind.HR_IMPORTED,
            run,
            by=System(organisation_id=run.organisation_id),
            starters=len(change.starters),
            leavers=len(change.leavers),
            rejected=change.counts["rejected"],
        )
        return HRImport(
            run_id=run.id, state=run.state, counts=change.counts, told_of=change.told_of
        )


def _follow_up(engine: "Engine", begun: _Begun, done: HRImport) -> HRImport:
    """Begin what the file makes due: starters' inductions, and appraisals. Safe to run twice."""
    with session_for(engine) as db:
        organisation = db.get_one(Organisation, begun.organisation_id)
        inductions = begin_inductions(db, organisation, today=begun.today)
        settle_mended(db, organisation.id, today=begun.today)
    due = Opened()
    if _people_of(done) <= MOST_AT_ONCE:
        few = done.told_of is not None and len(done.told_of) <= MOST_TOLD_OF
        only = done.told_of if few else None
        due = open_round.run(engine, begun.organisation_id, today=begun.today, only=only)
    followed = {
        "inductions_begun": inductions,
        "appraisals_opened": due.opened,
        "appraisals_handed_over": due.handed_over,
    }
    with session_for(engine) as db:
        run = db.get_one(ImportRun, begun.run_id)
        run.counts = {**done.counts, **followed}
        if any(followed.values()):
            run.state = RunState.APPLIED
        return HRImport(run_id=run.id, state=run.state, counts=run.counts)


def _people_of(done: HRImport) -> int:
    if done.told_of is not None:
        return len(done.told_of)
    return sum(done.counts[f"staff_{what}"] for what in ("added", "changed", "unchanged"))


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
