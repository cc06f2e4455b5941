"""Finds the circles in who manages whom, however many staff there are."""

from array import array
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Table, or_, select

from tracker.models import LineSource, ReportingLine
from tracker.services.roster_sets import loops_in, table_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

BATCH = 10_000
_line = table_of(ReportingLine)


@dataclass(frozen=True, kw_only=True)
class Loops:
    number: int
    #: who is in any of them
    members: list[int]


def in_loops(
    db: "Session", organisation_id: int, wishes: Table, *, today: date, is_full: bool
) -> Loops:
    """Find the circles that the wished lines make, among themselves or with those that hold."""
    if is_full:
        return _in_many(db, wishes)
    edges = select(wishes.c.staff_id, wishes.c.manager_id).where(wishes.c.manager_id.is_not(None))
    above: dict[int, int | None] = {one: other for one, other in db.execute(edges)}  # noqa: C416
    asked = set(above)
    while following := {one for one in above.values() if one is not None} - asked:
        asked |= following
        above |= _held(db, organisation_id, sorted(following), today)
    loops = [loop for loop in loops_in(above) if any(one in above for one in loop)]
    return Loops(number=len(loops), members=[one for loop in loops for one in loop])


def _held(
    db: "Session", organisation_id: int, staff_ids: list[int], today: date
) -> dict[int, int | None]:
    held: dict[int, int | None] = {}
    for start in range(0, len(staff_ids), BATCH):
        rows = db.execute(
            select(_line.c.staff_member_id, _line.c.manager_id).where(
                _line.c.organisation_id == organisation_id,
                _line.c.staff_member_id.in_(staff_ids[start : start + BATCH]),
                _line.c.source == LineSource.HR,
                or_(_line.c.ends_on.is_(None), _line.c.ends_on >= today),
            )
        )
        held.update((staff_id, manager_id) for staff_id, manager_id in rows)
    return held


def _in_many(db: "Session", wishes: Table) -> Loops:
    """Look among those who manage anybody: nobody else can be in a circle, and they are few."""
    staff, manager = wishes.c.staff_id, wishes.c.manager_id
    alone = list(db.scalars(select(staff).where(manager == staff)))
    boss = wishes.alias()
    manages = staff.in_(select(boss.c.manager_id).where(boss.c.manager_id != boss.c.staff_id))
    found = _circles_in(db, select(staff, manager).where(manager != staff, manages))
    return Loops(number=found.number + len(alone), members=[*alone, *found.members])


def _circles_in(db: "Session", edges: object) -> Loops:
    """Follow everybody's manager so often that only those in circles are still reached."""
    staff, managers = array("q"), array("q")
    rows = db.execute(edges, execution_options={"yield_per": BATCH})  # type: ignore[call-overload]
    for staff_id, manager_id in rows:
        staff.append(staff_id)
        managers.append(manager_id)
    if not staff:
        return Loops(number=0, members=[])
    import numpy as np

    ids = np.frombuffer(staff, dtype=np.int64)
    order = np.argsort(ids)
    ids, wanted = ids[order], np.frombuffer(managers, dtype=np.int64)[order]
    place = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    nobody = len(ids)
    above = np.append(np.where(ids[place] == wanted, place, nobody), nobody)
    reached = above
    for _ in range(len(ids).bit_length()):
        reached = reached[reached]
    members = np.unique(reached[reached != nobody])
    inside = {int(one): int(above[one]) for one in members}
    loops = loops_in(inside)
    return Loops(number=len(loops), members=[int(ids[one]) for loop in loops for one in loop])


def manager_chain(db: "Session", staff_id: int, *, today: date) -> set[int]:
    """Give who manages somebody, who manages those, and so on, by the lines that hold today."""
    chain: set[int] = set()
    asked = {staff_id}
    while asked:
        above = set(
            db.scalars(
                select(_line.c.manager_id).where(
                    _line.c.staff_member_id.in_(asked), ReportingLine.current_on(today)
                )
            )
        )
        asked = above - chain
        chain |= above
    return chain
