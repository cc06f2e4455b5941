"""Keeps count of what an identity provider brings: one import run for each source and day.

So SCIM, which has no files, shows among the imports and the connections as every source does.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

import structlog
from sqlalchemy import bindparam, func, select

from tracker.models import AccessToken, ImportRun, RejectedRecord, RunState

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

KIND = "scim"
#: refusals that are listed for one source and day
MOST_LISTED = 500
_RUN = cast("Table", ImportRun.__table__)
#: a source's run of one day
_IS_TODAYS = (
    _RUN.c.organisation_id == bindparam("organisation"),
    _RUN.c.kind == KIND,
    _RUN.c.content_hash == bindparam("source"),
    _RUN.c.started_at >= bindparam("begins"),
    _RUN.c.started_at < bindparam("ends"),
)
#: built once, and plain: they come with every request
_TODAYS = (
    select(_RUN.c.id, _RUN.c.counts)
    .where(*_IS_TODAYS)
    .order_by(_RUN.c.id)
    .limit(1)
    .with_for_update()
)
_COUNTED = (
    _RUN.update()
    .where(_RUN.c.id == bindparam("run_id"))
    .values(counts=bindparam("counts"), ended_at=bindparam("ended_at"))
)

log = structlog.get_logger()


def count_change(db: "Session", source: AccessToken, what: str, *, now: datetime) -> None:
    """Count one thing that was brought: `people_added`, `groups_changed` and so on."""
    held = db.execute(_TODAYS, _day(source, now)).first()
    if held is None:
        run = _run_of(db, source, now=now)
        held_id, counts = run.id, run.counts
    else:
        held_id, counts = held
    counted = {**counts, what: counts.get(what, 0) + 1}
    db.execute(_COUNTED, {"run_id": held_id, "counts": counted, "ended_at": now})


def note_refusal(
    db: "Session",
    source: AccessToken,
    reason: str,
    *,
    employee_number: str | None,
    now: datetime,
) -> None:
    """List something that could not be done; asked for again, it is listed once a day."""
    log.info("scim.refused", source=source.public_id, why=reason)
    run = _run_of(db, source, now=now)
    run.message = reason
    run.ended_at = now
    number = employee_number[:80] if employee_number else None
    listed = (
        select(func.count())
        .select_from(RejectedRecord)
        .where(RejectedRecord.import_run_id == run.id)
    )
    is_known = db.scalar(
        listed.where(
            RejectedRecord.reason == reason[:300],
            RejectedRecord.employee_number.is_not_distinct_from(number),
        )
    )
    count = db.scalar(listed) or 0
    if is_known or count >= MOST_LISTED:
        return
    run.counts = {**run.counts, "rejected": run.counts.get("rejected", 0) + 1}
    db.add(
        RejectedRecord(
            organisation_id=run.organisation_id,
            import_run_id=run.id,
            line=count + 1,
            reason=reason[:300],
            employee_number=number,
        )
    )


def _run_of(db: "Session", source: AccessToken, *, now: datetime) -> ImportRun:
    """Give today's run, locked, so that two requests count both."""
    run = db.scalar(
        select(ImportRun)
        .where(*_IS_TODAYS)
        .order_by(ImportRun.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True),
        _day(source, now),
    )
    if run is None:
        run = ImportRun(
            organisation_id=source.organisation_id,
            kind=KIND,
            file_name=source.name,
            #: whose run it is: the name may change, and two sources may have one name
            content_hash=source.public_id,
            state=RunState.APPLIED,
            started_at=now,
            counts={},
        )
        db.add(run)
        db.flush()
    return run


def _day(source: AccessToken, now: datetime) -> dict[str, object]:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "organisation": source.organisation_id,
        "source": source.public_id,
        "begins": day,
        "ends": day + timedelta(days=1),
    }
