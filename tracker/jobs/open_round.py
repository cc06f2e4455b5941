"""Opens an organisation's round in short transactions, so that nobody who signs has to wait.

A job that was cut off is simply run again: it finds what is left. Two at once do no harm.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import OperationalError

from tracker.db import session_for
from tracker.services.appraisal_round import STEP, Opened, plan_round, take_step

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger()


def run(  # noqa: PLR0913 - each is one plain fact of the round
    engine: "Engine",
    organisation_id: int,
    *,
    today: date,
    step_size: int = STEP,
    after_step: Callable[[Opened], None] | None = None,
    only: Collection[int] | None = None,
) -> Opened:
    """Open what is due, of all or only of these; a step that met another writer is tried again."""
    with session_for(engine) as db:
        planned = plan_round(db, organisation_id, today=today, only=only)
    done = Opened()
    for step in planned.steps(step_size):
        try:
            with session_for(engine) as db:
                part = take_step(db, planned, step)
        except OperationalError:
            with session_for(engine) as db:
                part = take_step(db, planned, step)
        done += part
        if after_step is not None:
            after_step(part)
    log.info(
        "round.opened",
        opened=done.opened,
        handed_over=done.handed_over,
        closed=done.closed,
    )
    return done
