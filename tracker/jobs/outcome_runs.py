"""Loads outcome data that somebody brought to a page and that was too much to load at once."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from tracker.db import session_for
from tracker.jobs.progress import note_lines
from tracker.services.outcome_uploads import load, run_named

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tracker.settings import Settings


def work(  # noqa: PLR0913 - what a job is given
    engine: "Engine",
    organisation_id: int,
    *,
    today: date,
    now: datetime,
    settings: "Settings",
    key: str,
) -> Mapping[str, int]:
    """Load one file, from where an earlier try of it stopped. Safe to run twice."""
    del organisation_id
    public_id = run_named(key)
    tally = load(
        partial(session_for, engine),
        public_id,
        secret=settings.secret,
        now=now,
        today=today,
        on_row=note_lines(engine, public_id),
    )
    if tally is None:
        return {}
    return {"read": tally.read, "added": tally.added, "restated": tally.restated}
