"""Brings the trust's staff, posts, units and reporting lines to what an HR file says.

The file is staged in temporary tables, and then applied a set at a time, so that the number of
statements does not grow with the number of staff. Applying a file twice changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from integrations.hr.records import HRRecord
from tracker.errors import NotAllowedNowError
from tracker.services.roster_assignments import apply_assignments, current_places
from tracker.services.roster_lines import apply_lines
from tracker.services.roster_people import apply_people
from tracker.services.roster_staging import Rejections, stage, staged
from tracker.services.roster_units import apply_posts, apply_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import ImportRun

MOST_LEAVERS = 0.10


class TooManyWithoutPlaceError(NotAllowedNowError):
    """Raised instead of taking their assignments from many of the staff. Nothing was changed."""


Place = tuple[int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class RosterChange:
    """What a file brought: who came, left and moved (ids of staff), and how many of each thing."""

    #: first met in this file, and hired lately or still to come
    starters: tuple[int, ...]
    #: had left, and work here again
    returners: tuple[int, ...]
    leavers: tuple[int, ...]
    #: have another unit or post than before the file
    movers: tuple[int, ...]
    counts: dict[str, int]

    @property
    def is_empty(self) -> bool:
        """Say whether the file told us nothing that we did not know."""
        return not any(
            number
            for name, number in self.counts.items()
            if name.endswith(("_added", "_changed", "_removed", "_ended")) or name == "leavers"
        )


def apply_records(  # noqa: PLR0913 - each is one plain fact of the import
    db: "Session",
    records: Iterable[HRRecord],
    *,
    run: "ImportRun",
    today: date,
    most_leavers: float | None = MOST_LEAVERS,
    on_progress: Callable[[int], None] | None = None,
) -> RosterChange:
    """Apply a full file's records; `most_leavers=None` lets any number leave.

    :raises TooManyLeaversError: if more than that share of the current staff would leave.
    :raises TooManyWithoutPlaceError: if so many would stay without an assignment.
    """
    ours = run.organisation_id
    db.flush()
    rejected = Rejections(db, organisation_id=ours, import_run_id=run.id)
    with staged(db):
        stage(db, records, rejected=rejected, on_progress=on_progress)
        before = current_places(db, ours, today)
        units = apply_units(db, ours, rejected=rejected, today=today)
        posts = apply_posts(db, ours, today=today)
        people = apply_people(db, ours, rejected=rejected, today=today, most_leavers=most_leavers)
        assignments = apply_assignments(db, ours, rejected=rejected)
        lines = apply_lines(db, ours, rejected=rejected, today=today)
        after = current_places(db, ours, today)
        _check_places(before, after, people.leavers, most_leavers)
        movers = _moved(before, after)
    db.expire_all()  # what the session remembers may have changed beneath it
    counts = {
        **units.counts("units"),
        **posts.counts("posts"),
        **people.tally.counts("staff"),
        "staff_left_long_ago": people.left_long_ago,
        "starters": len(people.starters),
        "returners": len(people.returners),
        "leavers": len(people.leavers),
        "movers": len(movers),
        **assignments.tally.counts("assignments"),
        "assignments_removed": assignments.removed,
        **lines.counts(),
        "rejected": rejected.count,
    }
    return RosterChange(
        starters=people.starters,
        returners=people.returners,
        leavers=people.leavers,
        movers=movers,
        counts=counts,
    )


def _check_places(
    before: dict[int, Place],
    after: dict[int, Place],
    leavers: Iterable[int],
    most_lost: float | None,
) -> None:
    """Refuse a file without its assignments: everybody would be nowhere, and have no manager."""
    staying = before.keys() - set(leavers)
    lost = len(staying - after.keys())
    if most_lost is None or lost <= most_lost * len(staying):
        return
    raise TooManyWithoutPlaceError(
        f"This file would leave {lost} of {len(staying)} current staff without an assignment, "
        f"which is more than {most_lost:.0%}, so nothing was changed. Check that the file is "
        "complete. If it is right, run the import again with --allow-leavers."
    )


def _moved(before: dict[int, Place], after: dict[int, Place]) -> tuple[int, ...]:
    return tuple(
        staff_id
        for staff_id, place in after.items()
        if staff_id in before and before[staff_id] != place
    )
