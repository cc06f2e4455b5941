"""Lets one HR file at a time into an organisation, also between processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from tracker.services.import_runs import only_one
from tracker.services.organisations import find_organisation

if TYPE_CHECKING:
    from sqlalchemy import Engine


@contextmanager
def hr_turn(
    engine: "Engine", code: str | None = None, *, organisation_id: int | None = None
) -> Iterator[int]:
    """Be the only one who takes in a file of this organisation; gives its id.

    :raises UnderWayError: while another process is at it, saying which file that one has.
    """
    if organisation_id is None:
        with Session(engine) as db:  # only reads, so it waits for nobody
            organisation_id = find_organisation(db, code).id
    with only_one(engine, organisation_id, "hr"):
        yield organisation_id
