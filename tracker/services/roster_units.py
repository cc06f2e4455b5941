"""Applies the organisation units and posts of an HR file."""

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from tracker.models import OrganisationUnit, Post
from tracker.services.roster_other import know_units_again, take_posts_over, take_units_over
from tracker.services.roster_planned import set_aside
from tracker.services.roster_sets import (
    Tally,
    add_new,
    change_known,
    count,
    find_by_key,
    look_up,
    loops_in,
    table_of,
)
from tracker.services.roster_staging import (
    POSTS,
    UNITS,
    Rejections,
    public_id_of_each,
)

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_UNIT = ("source_key", "code", "name", "kind", "effective_from", "effective_to")
_POST = (
    "source_key",
    "title",
    "staff_group",
    "job_role",
    "organisation_unit_id",
    "effective_from",
    "effective_to",
)


def apply_units(  # noqa: PLR0913 - each is one plain fact of the import
    db: "Session",
    organisation_id: int,
    *,
    rejected: Rejections,
    today: "date",
    is_full: bool,
    is_other: bool,
) -> Tally:
    """Bring the tree of organisation units to what the file says. Absent ones stay as they are."""
    find_by_key(db, organisation_id, OrganisationUnit, UNITS)
    if not is_full:
        set_aside(db, OrganisationUnit, UNITS, today=today)
    if is_other:
        know_units_again(db, organisation_id)
    _find_by_code(db, organisation_id)
    if is_other:
        take_units_over(db, organisation_id)
    _break_loops(db, organisation_id, rejected)
    staged = count(db, UNITS)
    added = add_new(
        db,
        organisation_id,
        OrganisationUnit,
        UNITS,
        _UNIT,
        more={"public_id": public_id_of_each(db)},
    )
    look_up(
        db,
        organisation_id,
        OrganisationUnit,
        UNITS,
        id_column="parent_id",
        key_column="parent_key",
    )
    changed = change_known(db, OrganisationUnit, UNITS, (*_UNIT, "parent_id"))
    _place_new(db, organisation_id)
    return Tally(added=added, changed=changed, unchanged=staged - added - changed)


def _find_by_code(db: "Session", organisation_id: int) -> None:
    """Know a unit by its code when its key is new, as after a change of HR system."""
    known = table_of(OrganisationUnit)
    others = UNITS.alias()
    met = select(others.c.known_id).where(others.c.known_id.is_not(None))
    db.execute(
        update(UNITS)
        .where(
            UNITS.c.known_id.is_(None),
            UNITS.c.code.is_not(None),
            select(func.count()).where(others.c.code == UNITS.c.code).scalar_subquery() == 1,
        )
        .values(
            known_id=select(func.min(known.c.id))
            .where(
                known.c.organisation_id == organisation_id,
                known.c.code == UNITS.c.code,
                known.c.id.not_in(met),
            )
            .having(func.count() == 1)
            .scalar_subquery()
        )
    )


def _break_loops(db: "Session", organisation_id: int, rejected: Rejections) -> None:
    """Leave out the parents of units that would be their own ancestors."""
    unit, parent = table_of(OrganisationUnit), table_of(OrganisationUnit).alias()
    known = db.execute(
        select(unit.c.source_key, parent.c.source_key)
        .outerjoin(parent, parent.c.id == unit.c.parent_id)
        .where(unit.c.organisation_id == organisation_id)
    )
    above: dict[str, str | None] = dict(known.all())
    lines: dict[str, int] = {}
    for key, parent_key, line in db.execute(
        select(UNITS.c.source_key, UNITS.c.parent_key, UNITS.c.line)
    ):
        above[key], lines[key] = parent_key, line
    in_loop = [key for loop in loops_in(above) for key in loop if key in lines]
    for key in in_loop:
        rejected.add(
            lines[key],
            "The unit was used, but not its place: the units above it lead round in a circle. "
            "Correct the hierarchy in HR.",
            None,
        )
    if in_loop:
        db.connection().execute(
            update(UNITS).where(UNITS.c.source_key == bindparam("in_loop")).values(parent_key=None),
            [{"in_loop": key} for key in in_loop],
        )


def _place_new(db: "Session", organisation_id: int) -> None:
    unit = table_of(OrganisationUnit)
    db.execute(
        update(unit)
        .values(parent_id=UNITS.c.parent_id)
        .where(
            unit.c.organisation_id == organisation_id,
            unit.c.source_key == UNITS.c.source_key,
            UNITS.c.known_id.is_(None),
        )
    )


def apply_posts(
    db: "Session", organisation_id: int, *, today: "date", is_full: bool, is_other: bool
) -> Tally:
    """Bring the posts to what the file says. Absent ones stay as they are."""
    find_by_key(db, organisation_id, Post, POSTS)
    if not is_full:
        set_aside(db, Post, POSTS, today=today)
    look_up(
        db,
        organisation_id,
        OrganisationUnit,
        POSTS,
        id_column="organisation_unit_id",
        key_column="unit_key",
    )
    if is_other:
        take_posts_over(db, organisation_id)
    staged = count(db, POSTS)
    added = add_new(db, organisation_id, Post, POSTS, _POST)
    changed = change_known(db, Post, POSTS, _POST)
    return Tally(added=added, changed=changed, unchanged=staged - added - changed)
