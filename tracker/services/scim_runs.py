"""Keeps count of what an identity provider brings: one import run for each source and day.

So SCIM, which has no files, shows among the imports and the connections as every source does.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, select

from tracker.models import AccessToken, ImportRun, RejectedRecord, RunState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KIND = "scim"
#: refusals that are listed for one source and day
MOST_LISTED = 500

log = structlog.get_logger()


def count_change(db: "Session", source: AccessToken, what: str, *, now: datetime) -> None:
    """Count one thing that was brought: `people_added`, `groups_changed` and so on."""
    run = _run_of(db, source, now=now)
    run.counts = {**run.counts, what: run.counts.get(what, 0) + 1}
    run.ended_at = now
    db.flush()


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
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    file_name = source.name
    run = db.scalar(
        select(ImportRun)
        .where(
            ImportRun.organisation_id == source.organisation_id,
            ImportRun.kind == KIND,
            ImportRun.content_hash == source.public_id,
            ImportRun.started_at >= day,
            ImportRun.started_at < day + timedelta(days=1),
        )
        .order_by(ImportRun.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if run is None:
        run = ImportRun(
            organisation_id=source.organisation_id,
            kind=KIND,
            file_name=file_name,
            #: whose run it is: the name may change, and two sources may have one name
            content_hash=source.public_id,
            state=RunState.APPLIED,
            started_at=now,
            counts={},
        )
        db.add(run)
        db.flush()
    return run
