"""Draws the reporting lines that HR's supervisors make.

A line that somebody set by hand wins over HR's for as long as its manager works here. Nobody is
made the manager of a person who is, round some corner, their own manager: such circles are
listed for HR, and the lines that were there stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, insert, or_, select, update

from tracker.models import LineSource, ReportingLine, StaffMember
from tracker.services.roster_sets import loops_in, rows_changed, table_of
from tracker.services.roster_staging import ASSIGNMENTS, Rejections, by_effect

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_staff = table_of(StaffMember)
_line = table_of(ReportingLine)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    """Whom HR names as somebody's supervisor; no manager where HR names nobody we know."""

    line: int
    staff_id: int
    employee_number: str
    names_somebody: bool
    manager_id: int | None
    since: date


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """A reporting line that holds now, or will."""

    id: int
    manager_id: int
    source: LineSource


@dataclass(frozen=True, kw_only=True)
class LineChange:
    added: int
    ended: int
    unchanged: int
    kept_by_hand: int
    without_manager: int
    missing_managers: int
    loops: int

    def counts(self) -> dict[str, int]:
        return {
            "reporting_lines_added": self.added,
            "reporting_lines_ended": self.ended,
            "reporting_lines_unchanged": self.unchanged,
            "reporting_lines_kept_by_hand": self.kept_by_hand,
            "staff_without_supervisor": self.without_manager,
            "supervisors_missing": self.missing_managers,
            "supervisor_loops": self.loops,
        }


def apply_lines(
    db: "Session", organisation_id: int, *, rejected: Rejections, today: date
) -> LineChange:
    """Bring HR's reporting lines to what the file says, and end those of people who left."""
    ended_with_people = _end_for_leavers(db, organisation_id, today)
    wishes = _wishes(db, organisation_id, today)
    loops = loops_in({wish.staff_id: wish.manager_id for wish in wishes})
    in_loop = {staff_id for loop in loops for staff_id in loop}
    missing = [wish for wish in wishes if wish.names_somebody and wish.manager_id is None]
    _list(rejected, [wish for wish in wishes if wish.staff_id in in_loop], missing)

    plan = _Plan()
    held = _held(db, organisation_id, today)
    for wish in wishes:
        if wish.staff_id not in in_loop:
            plan.add(wish, held.get(wish.staff_id, []))
    plan.write(db, organisation_id, today)
    return LineChange(
        added=len(plan.new),
        ended=len(plan.over) + ended_with_people,
        unchanged=plan.unchanged,
        kept_by_hand=plan.kept_by_hand,
        without_manager=sum(not wish.names_somebody for wish in wishes),
        missing_managers=len(missing),
        loops=len(loops),
    )


class _Plan:
    """Compares what HR wants with what holds, and gathers what has to be written."""

    def __init__(self) -> None:
        self.new: list[_Wish] = []
        self.over: list[_Held] = []
        self.unchanged = 0
        self.kept_by_hand = 0

    def add(self, wish: _Wish, held: Sequence[_Held]) -> None:
        if any(line.source is LineSource.BY_HAND for line in held):
            self.kept_by_hand += 1
            return
        from_hr = [line for line in held if line.source is LineSource.HR]
        right = next((line for line in from_hr if line.manager_id == wish.manager_id), None)
        self.over += [line for line in from_hr if line is not right]
        if wish.manager_id is not None:  # what the directory says only fills HR's gaps
            self.over += [line for line in held if line.source is LineSource.DIRECTORY]
        if right is not None:
            self.unchanged += 1
        elif wish.manager_id is not None:
            self.new.append(wish)

    def write(self, db: "Session", organisation_id: int, today: date) -> None:
        if self.over:
            db.connection().execute(
                update(_line)
                .where(_line.c.id == bindparam("over_id"))
                .values(ends_on=today - timedelta(days=1)),
                [{"over_id": line.id} for line in self.over],
            )
        if self.new:
            had_one = _who_ever_had_a_manager(db, organisation_id)
            db.connection().execute(
                insert(_line),
                [
                    {
                        "organisation_id": organisation_id,
                        "staff_member_id": wish.staff_id,
                        "manager_id": wish.manager_id,
                        "source": LineSource.HR,
                        # The first line goes back to when HR's own row began; a new one does not.
                        "starts_on": today if wish.staff_id in had_one else min(today, wish.since),
                    }
                    for wish in self.new
                ],
            )


def _who_ever_had_a_manager(db: "Session", organisation_id: int) -> set[int]:
    return set(
        db.scalars(
            select(_line.c.staff_member_id).where(_line.c.organisation_id == organisation_id)
        )
    )


def _end_for_leavers(db: "Session", organisation_id: int, today: date) -> int:
    """End the lines to and from those who have left on the day that they left."""
    return sum(
        rows_changed(
            db,
            update(_line)
            .values(ends_on=_staff.c.left_on)
            .where(
                _line.c.organisation_id == organisation_id,
                or_(_line.c.ends_on.is_(None), _line.c.ends_on >= today),
                person == _staff.c.id,
                _staff.c.left_on < today,
            ),
        )
        for person in (_line.c.staff_member_id, _line.c.manager_id)
    )


def _wishes(db: "Session", organisation_id: int, today: date) -> list[_Wish]:
    """Read from each current person's main assignment whom HR names as supervisor."""
    place, upcoming, *rest = by_effect(ASSIGNMENTS, today)
    order = (place, upcoming, ASSIGNMENTS.c.is_primary.desc(), *rest)
    partition = ASSIGNMENTS.c.staff_member_id
    main = select(
        ASSIGNMENTS,
        func.row_number().over(partition_by=partition, order_by=order).label("place"),
    ).subquery()
    boss = _staff.alias()
    works_here = or_(_staff.c.left_on.is_(None), _staff.c.left_on >= today)
    found = db.execute(
        select(
            main.c.line,
            main.c.staff_member_id,
            _staff.c.employee_number,
            main.c.supervisor_person_key,
            boss.c.id,
            main.c.effective_from,
        )
        .join(_staff, _staff.c.id == main.c.staff_member_id)
        .outerjoin(
            boss,
            (boss.c.organisation_id == organisation_id)
            & (boss.c.source_key == main.c.supervisor_person_key)
            & or_(boss.c.left_on.is_(None), boss.c.left_on >= today),
        )
        .where(main.c.place == 1, works_here)
        .order_by(main.c.line)
    )
    return [
        _Wish(
            line=line,
            staff_id=staff_id,
            employee_number=number,
            names_somebody=key is not None,
            manager_id=manager_id,
            since=since,
        )
        for line, staff_id, number, key, manager_id, since in found
    ]


def _held(db: "Session", organisation_id: int, today: date) -> dict[int, list[_Held]]:
    held: dict[int, list[_Held]] = {}
    for row in db.execute(
        select(_line.c.id, _line.c.staff_member_id, _line.c.manager_id, _line.c.source).where(
            _line.c.organisation_id == organisation_id,
            or_(_line.c.ends_on.is_(None), _line.c.ends_on >= today),
        )
    ):
        line = _Held(id=row.id, manager_id=row.manager_id, source=row.source)
        held.setdefault(row.staff_member_id, []).append(line)
    return held


def _list(rejected: Rejections, in_loop: Sequence[_Wish], missing: Sequence[_Wish]) -> None:
    for wish in in_loop:
        rejected.add(
            wish.line,
            "The person was used, but not the supervisor: the supervisors in HR lead round in a "
            "circle. Correct it in HR.",
            wish.employee_number,
        )
    for wish in missing:
        rejected.add(
            wish.line,
            "The person was used, but not the supervisor, who is not among the current staff. "
            "Name another in HR.",
            wish.employee_number,
        )
    rejected.write()
