"""Brings the trust's staff, posts, units and reporting lines to what an HR file says.

The file is staged in temporary tables, and then applied a set at a time, so that the number of
statements does not grow with the number of staff. Applying a file twice changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_, select, update

from integrations.hr.records import HRRecord, WrittenRecords
from tracker.models import Assignment, OrganisationUnit, Post, StaffMember
from tracker.services.roster_assignments import Moves, apply_assignments, find_moves, note_places
from tracker.services.roster_fill import filled_at_once
from tracker.services.roster_lines import affected_staff, apply_lines
from tracker.services.roster_other import OtherSystem, know_again, take_people_over
from tracker.services.roster_people import PeopleChange, apply_people
from tracker.services.roster_planned import bring_due, forget_planned, keep_planned
from tracker.services.roster_preview import Preview, preview
from tracker.services.roster_primary import choose_main
from tracker.services.roster_sets import count, table_of
from tracker.services.roster_staging import (
    ASSIGNMENTS,
    DELETIONS,
    PEOPLE,
    POSTS,
    UNITS,
    GuardRailError,
    Rejections,
    drop_repeated,
    index_and_count,
    keep_current,
    stage,
    staged,
)
from tracker.services.roster_units import apply_posts, apply_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import ImportRun

MOST_LEAVERS = 0.10
_staff = table_of(StaffMember)


class TooManyBrokenError(GuardRailError):
    """Raised where many of a file's lines cannot be used."""


class TooManyWithoutPlaceError(GuardRailError):
    """Raised instead of taking their assignments from many of the staff. Nothing was changed."""


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
    #: whom a file of changes says something of, themselves or of their manager; none: of all
    told_of: tuple[int, ...] | None
    counts: dict[str, int]
    #: whom it concerns, by employee number and unit: the first of each kind
    preview: Preview

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
    records: Iterable[HRRecord | WrittenRecords],
    *,
    run: "ImportRun",
    today: date,
    is_full: bool = True,
    most_leavers: float | None = MOST_LEAVERS,
    on_progress: Callable[[int], None] | None = None,
) -> RosterChange:
    """Apply a file's records; `most_leavers=None` lets any number leave.

    A full file says all that holds: whoever is not in it has left. A file of changes says
    nothing of what is not in it.

    :raises OtherSystemError: if it looks like another HR system's, and nobody said yes.
    :raises TooManyLeaversError: if more than that share of the current staff would leave.
    :raises TooManyWithoutPlaceError: if so many would stay without an assignment.
    """
    ours = run.organisation_id
    db.flush()
    rejected = Rejections(db, organisation_id=ours, import_run_id=run.id)
    with staged(db):
        stage(db, records, rejected=rejected, on_progress=on_progress)
        _sift(db, ours, rejected, today, is_full=is_full)
        note_places(db, ours, today, is_full=is_full)
        other = _other_system(db, ours, today, most_leavers) if is_full else None
        how: dict[str, Any] = {"today": today, "is_full": is_full}
        where: dict[str, Any] = {**how, "is_other": other is not None}
        with filled_at_once(db):
            units = apply_units(db, ours, rejected=rejected, **where)
            posts = apply_posts(db, ours, **where)
            people = apply_people(db, ours, rejected=rejected, most_leavers=most_leavers, **where)
            assignments = apply_assignments(db, ours, rejected=rejected, is_full=is_full)
            lines = apply_lines(db, ours, rejected=rejected, **how)
        moves = find_moves(db, ours, today, leavers=people.leavers, is_other=other is not None)
        _check_places(db, ours, moves, most_leavers, **how)
        told_of = None if is_full else affected_staff(db)
        shown = preview(db, ours, people=people, moved=moves.movers, today=today)
    db.expire_all()  # what the session remembers may have changed beneath it
    counts = {
        **units.counts("units"),
        **posts.counts("posts"),
        **_people_counts(people, moves, other),
        **assignments.tally.counts("assignments"),
        "assignments_removed": assignments.removed,
        **lines.counts(),
        "rejected": rejected.count,
    }
    return RosterChange(
        starters=people.starters,
        returners=people.returners,
        leavers=people.leavers,
        movers=moves.movers,
        told_of=told_of,
        counts=counts,
        preview=shown,
    )


def _sift(db: "Session", ours: int, rejected: Rejections, today: date, *, is_full: bool) -> None:
    """Leave one row for each thing, and keep for later what holds later.

    Of changes, also list what the file deletes.
    """
    index_and_count(db)
    several = [
        table
        for table in (UNITS, POSTS, PEOPLE)
        if drop_repeated(db, table, rejected, is_full=is_full)
    ]
    drop_repeated(db, ASSIGNMENTS, rejected, is_full=is_full)
    if is_full:
        choose_main(db, rejected, today)
    else:
        _delete(db, ours, rejected, today)
        bring_due(db, ours, today=today)
        several = [UNITS, POSTS, PEOPLE]
    keep_planned(db, ours, today=today, is_full=is_full)
    for table in several:
        keep_current(db, table, today)


def _other_system(
    db: "Session", ours: int, today: date, most_leavers: float | None
) -> OtherSystem | None:
    """Know people again in another HR system's file, where somebody said yes to it."""
    other = know_again(db, ours, today=today)
    if other is not None:
        if most_leavers is not None:
            other.ask()
        take_people_over(db, ours)
    return other


def _people_counts(people: PeopleChange, moves: Moves, other: OtherSystem | None) -> dict[str, int]:
    return {
        **(other.counts() if other is not None else {}),
        **people.tally.counts("staff"),
        "staff_left_long_ago": people.left_long_ago,
        "starters": len(people.starters),
        "returners": len(people.returners),
        "leavers": len(people.leavers),
        "movers": len(moves.movers),
    }


_DELETABLE: tuple[tuple[str, Any], ...] = (
    ("unit", OrganisationUnit),
    ("post", Post),
    ("person", StaffMember),
    ("assignment", Assignment),
)


def _delete(db: "Session", organisation_id: int, rejected: Rejections, today: date) -> None:
    """List deletions of what is not known here; close units and posts; forget what was planned."""
    for kind, model in _DELETABLE:
        table = table_of(model)
        known = exists().where(
            table.c.organisation_id == organisation_id,
            table.c.source_key == DELETIONS.c.source_key,
        )
        ours = DELETIONS.c.kind == kind
        for line in db.scalars(select(DELETIONS.c.line).where(ours, ~known)):
            rejected.add(
                line,
                f"HR has deleted something ({kind}) that is not known here. Nothing was changed "
                "by this line.",
                None,
            )
        keys = list(db.scalars(select(DELETIONS.c.source_key).where(ours)))
        forget_planned(db, organisation_id, kind, keys)
        if kind in {"unit", "post"} and keys:
            db.execute(
                update(table)
                .where(
                    table.c.organisation_id == organisation_id,
                    table.c.source_key.in_(select(DELETIONS.c.source_key).where(ours)),
                    table.c.effective_to.is_(None) | (table.c.effective_to >= today),
                )
                .values(effective_to=today - timedelta(days=1))
            )
    rejected.write()


def _check_places(  # noqa: PLR0913 - each is one plain fact of the import
    db: "Session",
    organisation_id: int,
    moves: Moves,
    most_lost: float | None,
    *,
    today: date,
    is_full: bool,
) -> None:
    """Refuse a file without its assignments: everybody would be nowhere, and have no manager."""
    if most_lost is None or moves.lost <= most_lost * moves.staying:
        return
    staff = moves.staying
    if not is_full:  # it tells of a few only, and the share is one of all
        ours = _staff.c.organisation_id == organisation_id
        staff = count(db, _staff, ours, or_(_staff.c.left_on.is_(None), _staff.c.left_on >= today))
    if moves.lost <= most_lost * staff:
        return
    raise TooManyWithoutPlaceError(
        f"This file would leave {moves.lost} of {staff} current staff without an "
        f"assignment, which is more than {most_lost:.0%}, so nothing was changed. Check that the "
        "file is complete. If it is right, run the import again with --allow-leavers."
    )
