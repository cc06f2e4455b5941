"""Draws the reporting lines that HR's supervisors make.

A line that somebody set by hand wins over HR's for as long as its manager works here. Nobody is
made the manager of a person who is, round some corner, their own manager: such circles are
listed for HR, and the lines that were there stay.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    String,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union,
    update,
)

from tracker.models import (
    Assignment,
    LineSource,
    LineTrouble,
    LineTroubleKind,
    ReportingLine,
    StaffMember,
)
from tracker.models.base import now
from tracker.services.roster_assignments import touched_staff
from tracker.services.roster_copy import BATCH
from tracker.services.roster_loops import in_loops
from tracker.services.roster_sets import count, rows_changed, table_of
from tracker.services.roster_staging import (
    ASSIGNMENTS,
    DELETIONS,
    PEOPLE,
    Rejections,
    analyze,
    analyze_grown,
    by_effect,
    found,
    index,
    temporary_table,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_staff = table_of(StaffMember)
_line = table_of(ReportingLine)
_assignment = table_of(Assignment)
_trouble = table_of(LineTrouble)

#: whose lines may have to be drawn anew
_AFFECTED = temporary_table("affected_staff", found("staff_id"), Column("is_here", Boolean))
#: whom HR names as somebody's supervisor; no manager where HR names nobody we know
_WISHES = temporary_table(
    "wished_line",
    found("staff_id"),
    Column("supervisor_key", String),
    found("manager_id"),
    Column("since", Date),
    Column("is_open", Boolean),
)


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
    db: "Session",
    organisation_id: int,
    *,
    rejected: Rejections,
    today: date,
    is_full: bool,
) -> LineChange:
    """Bring HR's reporting lines to what the file says, and end those of people who left."""
    _find_affected(db, organisation_id, today, is_full=is_full)
    ended_with_people = _end_for_leavers(db, organisation_id, today)
    _wish(db, organisation_id, today)
    loops = in_loops(db, organisation_id, _WISHES, today=today, is_full=is_full)
    _keep_troubles(db, organisation_id, loops.members, rejected)
    for start in range(0, len(loops.members), BATCH):
        some = loops.members[start : start + BATCH]
        db.execute(update(_WISHES).where(_WISHES.c.staff_id.in_(some)).values(is_open=False))
    by_hand = _held_by_hand(organisation_id, today)
    kept_by_hand = rows_changed(
        db, update(_WISHES).where(_WISHES.c.is_open, by_hand).values(is_open=False)
    )
    if kept_by_hand:
        _hand_over_to_hr(db, organisation_id, today)
    ended, unchanged, added = _draw(db, organisation_id, today)
    names = _WISHES.c.supervisor_key.is_not(None)
    return LineChange(
        added=added,
        ended=ended + ended_with_people,
        unchanged=unchanged,
        kept_by_hand=kept_by_hand,
        without_manager=count(db, _WISHES, ~names),
        missing_managers=count(db, _WISHES, names, _WISHES.c.manager_id.is_(None)),
        loops=loops.number,
    )


def _find_affected(db: "Session", organisation_id: int, today: date, *, is_full: bool) -> None:
    ours = _staff.c.organisation_id == organisation_id
    if is_full:
        who: Any = _staff.c.source_key.in_(select(ASSIGNMENTS.c.person_key))
    else:
        who = _staff.c.id.in_(_touched(organisation_id, today))
    is_here = or_(_staff.c.left_on.is_(None), _staff.c.left_on >= today)
    db.execute(
        insert(_AFFECTED).from_select(
            ["staff_id", "is_here"], select(_staff.c.id, is_here).where(ours, who)
        )
    )
    analyze(db, _AFFECTED)


def _touched(organisation_id: int, today: date) -> Any:  # noqa: ANN401 - a select
    """Select those whom a file of changes may give another manager."""
    ours = _assignment.c.organisation_id == organisation_id
    told = union(select(PEOPLE.c.source_key), select(DELETIONS.c.source_key))
    told_ids = select(touched_staff(organisation_id).subquery().c[0])
    lately = _assignment.c.effective_from.between(today - timedelta(days=7), today)
    return union(
        told_ids,
        select(_assignment.c.staff_member_id).where(
            ours, _assignment.c.supervisor_key.in_(select(told.subquery().c[0]))
        ),
        select(_assignment.c.staff_member_id).where(ours, lately),
        select(_trouble.c.staff_member_id).where(_trouble.c.organisation_id == organisation_id),
        # Whoever set their line, its manager has left: what HR says holds again.
        select(_line.c.staff_member_id)
        .join(_staff, _staff.c.id == _line.c.manager_id)
        .where(
            _line.c.organisation_id == organisation_id,
            _open_line(today),
            _staff.c.left_on < today,
        ),
    )


def affected_staff(db: "Session") -> tuple[int, ...]:
    """Give the ids of those whose lines were looked at. Asked before the tables are gone."""
    return tuple(db.scalars(select(_AFFECTED.c.staff_id)))


def _open_line(today: date) -> Any:  # noqa: ANN401 - a condition
    return or_(_line.c.ends_on.is_(None), _line.c.ends_on >= today)


def _end_for_leavers(db: "Session", organisation_id: int, today: date) -> int:
    """End the lines to and from those who have left on the day that they left."""
    return sum(
        rows_changed(
            db,
            update(_line)
            .values(ends_on=_staff.c.left_on)
            .where(
                _line.c.organisation_id == organisation_id,
                _open_line(today),
                person == _staff.c.id,
                _staff.c.organisation_id == organisation_id,
                _staff.c.left_on < today,
            ),
        )
        for person in (_line.c.staff_member_id, _line.c.manager_id)
    )


def _wish(db: "Session", organisation_id: int, today: date) -> None:
    """Read from each affected person's main assignment whom HR names as supervisor."""
    of = _assignment.c.staff_member_id
    theirs = (_AFFECTED.c.staff_id == of) & (_assignment.c.organisation_id == organisation_id)
    one = (
        select(
            of,
            func.min(_assignment.c.supervisor_key).label("supervisor_key"),
            func.min(_assignment.c.effective_from).label("since"),
            (func.count() == 1).label("is_open"),
        )
        .select_from(_assignment.join(_AFFECTED, theirs & _AFFECTED.c.is_here))
        .group_by(of)
        .subquery()
    )
    _add_wishes(db, organisation_id, one, today)
    _wish_by_main_rows(db, organisation_id, today)
    analyze(db, _WISHES)


def _add_wishes(db: "Session", organisation_id: int, rows: Any, today: date) -> None:  # noqa: ANN401
    """Note who is to have which manager, of rows of: whom, supervisor's key, since, is it open."""
    boss = _staff.alias()
    is_boss = (
        (boss.c.organisation_id == organisation_id)
        & (boss.c.source_key == rows.c[1])
        & or_(boss.c.left_on.is_(None), boss.c.left_on >= today)
    )
    wishes = select(rows.c[0], rows.c[1], boss.c.id, rows.c[2], rows.c[3])
    db.execute(
        insert(_WISHES).from_select(
            ["staff_id", "supervisor_key", "manager_id", "since", "is_open"],
            wishes.select_from(rows.outerjoin(boss, is_boss)),
            include_defaults=False,
        )
    )


def _wish_by_main_rows(db: "Session", organisation_id: int, today: date) -> None:
    """Of those with several rows, the main one says who is to be their manager."""
    of = _assignment.c.staff_member_id
    several = select(_WISHES.c.staff_id).where(~_WISHES.c.is_open)
    place, upcoming, *rest = by_effect(_assignment, today, _assignment.c.id)
    order = (place, upcoming, _assignment.c.is_primary.desc(), *rest)
    ranked = (
        select(
            of,
            _assignment.c.supervisor_key,
            _assignment.c.effective_from,
            func.row_number().over(partition_by=of, order_by=order).label("place"),
        )
        .where(_assignment.c.organisation_id == organisation_id, of.in_(several))
        .subquery()
    )
    main = select(ranked.c[0], ranked.c[1], ranked.c[2], true().label("is_open"))
    _add_wishes(db, organisation_id, main.where(ranked.c.place == 1).subquery(), today)
    db.execute(delete(_WISHES).where(~_WISHES.c.is_open))


def _keep_troubles(
    db: "Session", organisation_id: int, in_loop: list[int], rejected: Rejections
) -> None:
    """List the supervisors that cannot be drawn, for HR to mend, and on which line they stand."""
    affected = select(_AFFECTED.c.staff_id)
    db.execute(delete(_trouble).where(_trouble.c.staff_member_id.in_(affected)))
    loop = set(in_loop)
    missing = db.scalars(
        select(_WISHES.c.staff_id).where(
            _WISHES.c.supervisor_key.is_not(None), _WISHES.c.manager_id.is_(None)
        )
    ).all()
    rows = [(one, LineTroubleKind.LOOP) for one in in_loop]
    rows += [(one, LineTroubleKind.MISSING) for one in missing if one not in loop]
    if rows:
        index(db, ASSIGNMENTS.c.person_key)
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        db.connection().execute(
            insert(_trouble),
            [
                {"organisation_id": organisation_id, "staff_member_id": staff_id, "kind": kind}
                for staff_id, kind in some
            ],
        )
        _list(db, dict(some), rejected)
    rejected.write()


def _list(db: "Session", some: dict[int, LineTroubleKind], rejected: Rejections) -> None:
    place = select(func.min(ASSIGNMENTS.c.line)).where(
        ASSIGNMENTS.c.person_key == _staff.c.source_key
    )
    found_lines = select(
        _staff.c.id, _staff.c.employee_number, place.scalar_subquery().label("line")
    ).where(_staff.c.id.in_(some))
    for staff_id, number, line in db.execute(found_lines.order_by("line")):
        if line is None:
            continue  # the file says nothing new of it
        why = (
            "the supervisors in HR lead round in a circle. Correct it in HR."
            if some[staff_id] is LineTroubleKind.LOOP
            else "who is not among the current staff. Name another in HR."
        )
        sign = ":" if some[staff_id] is LineTroubleKind.LOOP else ","
        rejected.add(line, f"The person was used, but not the supervisor{sign} {why}", number)


def _held_by_hand(organisation_id: int, today: date) -> Any:  # noqa: ANN401 - a condition
    return exists().where(
        _line.c.organisation_id == organisation_id,
        _line.c.staff_member_id == _WISHES.c.staff_id,
        _line.c.source == LineSource.BY_HAND,
        _open_line(today),
    )


def _hand_over_to_hr(db: "Session", organisation_id: int, today: date) -> None:
    """Make a line that was set by hand HR's own again, once HR names the same manager."""
    db.execute(
        update(_line)
        .values(source=LineSource.HR)
        .where(
            _line.c.organisation_id == organisation_id,
            _line.c.source == LineSource.BY_HAND,
            _open_line(today),
            _line.c.starts_on <= today,
            _line.c.staff_member_id == _WISHES.c.staff_id,
            _line.c.manager_id == _WISHES.c.manager_id,
            ~exists().where(
                _trouble.c.staff_member_id == _WISHES.c.staff_id,
                _trouble.c.kind == LineTroubleKind.LOOP,
            ),
        )
    )


def _draw(db: "Session", organisation_id: int, today: date) -> tuple[int, int, int]:
    """End the lines that are wrong now, and add the new ones; count those that stay."""
    of_wish = (
        _line.c.organisation_id == organisation_id,
        _line.c.staff_member_id == _WISHES.c.staff_id,
        _open_line(today),
    )
    is_hr = _line.c.source == LineSource.HR
    wrong = _line.c.manager_id.is_distinct_from(_WISHES.c.manager_id)
    right = exists().where(*of_wish, is_hr, _line.c.manager_id == _WISHES.c.manager_id)
    unchanged = count(db, _WISHES, _WISHES.c.is_open, right)
    fills_gap = (_line.c.source == LineSource.DIRECTORY) & _WISHES.c.manager_id.is_not(None)
    ended = rows_changed(  # what the directory says only fills HR's gaps
        db,
        update(_line)
        .values(ends_on=today - timedelta(days=1))
        .where(*of_wish, _WISHES.c.is_open, (is_hr & wrong) | fills_gap),
    )
    added = rows_changed(
        db,
        insert(_line).from_select(
            _NEW_LINE,
            _new_lines(organisation_id, today).where(_WISHES.c.is_open, ~right),
            include_defaults=False,
        ),
    )
    analyze_grown(db, _line, added)
    return ended, unchanged, added


_NEW_LINE = (
    "organisation_id",
    "staff_member_id",
    "manager_id",
    "source",
    "starts_on",
    "recorded_at",
)


def _new_lines(organisation_id: int, today: date) -> Any:  # noqa: ANN401 - a select
    """Give the wished lines. The first goes back to when HR's own row began; a new one does not."""
    had_one = exists().where(_line.c.staff_member_id == _WISHES.c.staff_id)
    since = case((_WISHES.c.since > today, today), else_=_WISHES.c.since)
    return select(
        literal(organisation_id),
        _WISHES.c.staff_id,
        _WISHES.c.manager_id,
        literal(LineSource.HR, _line.c.source.type),
        case((had_one, today), else_=since),
        literal(now(), _line.c.recorded_at.type),
    ).where(_WISHES.c.manager_id.is_not(None))
