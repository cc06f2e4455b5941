"""Lets one HR file at a time into an organisation, also between processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.alone import alone
from tracker.models import ImportRun, RunState
from tracker.services.import_runs import UnderWayError, hr_name
from tracker.services.organisations import find_organisation

if TYPE_CHECKING:
    from sqlalchemy import Engine


@contextmanager
def hr_turn(
    engine: "Engine", code: str | None = None, *, organisation_id: int | None = None
) -> Iterator[int]:
    """Be the only one who takes in a file of this organisation; gives its id.

    :raises UnderWayError: while another process is at it, saying how far that one is.
    """
    if organisation_id is None:
        with Session(engine) as db:  # only reads, so it waits for nobody
            organisation_id = find_organisation(db, code).id
    with alone(engine, hr_name(organisation_id)) as is_ours:
        if not is_ours:
            raise UnderWayError(_who_is_at_it(engine, organisation_id))
        yield organisation_id


def _who_is_at_it(engine: "Engine", organisation_id: int) -> str:
    with Session(engine) as db:
        run = db.scalar(
            select(ImportRun)
            .where(
                ImportRun.organisation_id == organisation_id,
                ImportRun.kind == "hr",
                ImportRun.state == RunState.RUNNING,
            )
            .order_by(ImportRun.id.desc())
            .limit(1)
        )
        what = run.file_name if run else "Another HR file"
    return (
        f"{what} is being taken in at this moment. Wait until it is done, then try again. "
        "Nothing was changed by this one."
    )
