"""Applies the dated assignments of an HR file: who fills which post, and who has moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Select,
    String,
    Table,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union,
)

from tracker.models import Assignment, OrganisationUnit, Post, StaffMember
from tracker.services.roster_sets import Tally, add_new, change_known, count, rows_changed, table_of
from tracker.services.roster_staging import (
    ASSIGNMENTS,
    DELETIONS,
    PEOPLE,
    Rejections,
    analyze,
    analyze_grown,
    found,
    temporary_table,
)

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_GIVEN = (
    "source_key",
    "number",
    "staff_group",
    "job_role",
    "status",
    "category",
    "is_primary",
    "fte",
    "started_on",
    "effective_from",
    "effective_to",
    "ended_on",
)
_FOUND = ("staff_member_id", "post_id", "organisation_unit_id", "supervisor_key")
_staff = table_of(StaffMember)
_assignment = table_of(Assignment)
_unit, _post = table_of(OrganisationUnit), table_of(Post)

#: the staged assignments with the ids of ours that their keys stand for
_RESOLVED = temporary_table(
    "resolved_assignment",
    *(Column(name, ASSIGNMENTS.c[name].type) for name in _GIVEN),
    found("staff_member_id"),
    found("post_id"),
    found("organisation_unit_id"),
    Column("supervisor_key", String),
    found("known_id"),
)
#: where people were before the file
PLACES = temporary_table("place_before", found("staff_id"), found("unit_id"), found("post_id"))
#: and after it
AFTER = temporary_table("place_after", found("staff_id"), found("unit_id"), found("post_id"))


@dataclass(frozen=True, kw_only=True)
class AssignmentChange:
    tally: Tally
    removed: int


@dataclass(frozen=True, kw_only=True)
class Moves:
    movers: tuple[int, ...]
    #: how many had a place before, and stay
    staying: int
    #: how many of them have none any more
    lost: int


def apply_assignments(
    db: "Session", organisation_id: int, *, rejected: Rejections, is_full: bool
) -> AssignmentChange:
    """Bring the assignments of those in the file to what it says, and take away what it took."""
    columns = (*_GIVEN, *_FOUND)
    staged_rows = count(db, ASSIGNMENTS)
    any_before = exists().where(_assignment.c.organisation_id == organisation_id)
    if not db.scalar(select(any_before)):
        # There is nothing to compare with: they go in at once.
        used = added = rows_changed(
            db,
            insert(_assignment).from_select(
                ["organisation_id", *columns],
                _resolved(organisation_id, literal(organisation_id)),
                include_defaults=False,
            ),
        )
        changed = removed = 0
    else:
        used = _resolve(db, organisation_id)
        gone = _withdrawn(rejected) if is_full else _deleted()
        if is_full and used < staged_rows:
            gone &= _assignment.c.source_key.not_in(_of_nobody(organisation_id))
        removed = rows_changed(
            db,
            delete(_assignment).where(
                _assignment.c.organisation_id == organisation_id,
                gone,
                ~exists().where(_RESOLVED.c.known_id == _assignment.c.id),
            ),
        )
        changed = change_known(db, Assignment, _RESOLVED, columns)
        added = add_new(db, organisation_id, Assignment, _RESOLVED, columns)
    if used < staged_rows:
        _reject_nobodys(db, organisation_id, rejected)
    _list_unknown_places(db, organisation_id, rejected)
    analyze_grown(db, _assignment, added)
    tally = Tally(added=added, changed=changed, unchanged=used - added - changed)
    return AssignmentChange(tally=tally, removed=removed)


def _with_keys(organisation_id: int, *tables: Table) -> Any:  # noqa: ANN401 - a join
    """Join what the keys of the staged rows stand for, where it is known."""
    keys = {_staff: ASSIGNMENTS.c.person_key, _unit: ASSIGNMENTS.c.unit_key}
    keys |= {_post: ASSIGNMENTS.c.post_key}
    source: Any = ASSIGNMENTS
    for one in tables:
        is_it = (one.c.organisation_id == organisation_id) & (one.c.source_key == keys[one])
        source = source.outerjoin(one, is_it)
    return source


def _resolved(organisation_id: int, *first: Any) -> Select[Any]:  # noqa: ANN401 - columns
    """Select the staged rows of people of ours, with the ids that their keys stand for."""
    row = ASSIGNMENTS.c
    found_ids = (_staff.c.id, _post.c.id, _unit.c.id, row.supervisor_person_key)
    return (
        select(*first, *(row[name] for name in _GIVEN), *found_ids)
        .select_from(_with_keys(organisation_id, _staff, _unit, _post))
        .where(_staff.c.id.is_not(None))
    )


def _resolve(db: "Session", organisation_id: int) -> int:
    """Note what the keys stand for, and which assignment of ours each row is; gives how many."""
    resolved = _resolved(organisation_id).subquery()
    known = resolved.outerjoin(
        _assignment,
        (_assignment.c.organisation_id == organisation_id)
        & (_assignment.c.source_key == resolved.c.source_key)
        & (_assignment.c.effective_from == resolved.c.effective_from),
    )
    used = rows_changed(
        db,
        insert(_RESOLVED).from_select(
            [*_GIVEN, *_FOUND, "known_id"],
            select(*resolved.c, _assignment.c.id).select_from(known),
            include_defaults=False,
        ),
    )
    analyze(db, _RESOLVED)
    return used


def _reject_nobodys(db: "Session", organisation_id: int, rejected: Rejections) -> None:
    for line in db.scalars(
        select(ASSIGNMENTS.c.line)
        .select_from(_with_keys(organisation_id, _staff))
        .where(_staff.c.id.is_(None))
        .order_by(ASSIGNMENTS.c.line)
    ):
        rejected.add(
            line,
            "The person of this assignment was not taken from the file. "
            "Correct the person in HR first.",
            None,
        )


def _list_unknown_places(db: "Session", organisation_id: int, rejected: Rejections) -> None:
    no_unit = ASSIGNMENTS.c.unit_key.is_not(None) & _unit.c.id.is_(None)
    no_post = ASSIGNMENTS.c.post_key.is_not(None) & _post.c.id.is_(None)
    for line, number, unit_missing in db.execute(
        select(ASSIGNMENTS.c.line, _staff.c.employee_number, no_unit)
        .select_from(_with_keys(organisation_id, _unit, _post, _staff))
        .where(_staff.c.id.is_not(None), or_(no_unit, no_post))
    ):
        what = "organisation unit" if unit_missing else "post"
        rejected.add(
            line,
            f"The assignment was used, but not its {what}, which is not in the file. "
            "Correct it in HR.",
            number,
        )
    rejected.write()


def _withdrawn(rejected: Rejections) -> Any:  # noqa: ANN401 - a condition
    """Say whose rows a full file tells wholly: theirs that it leaves out are no more."""
    told_of = (
        select(_staff.c.id)
        .join(PEOPLE, PEOPLE.c.known_id == _staff.c.id)
        .where(_staff.c.employee_number.not_in(rejected.employee_numbers))
    )
    return _assignment.c.staff_member_id.in_(told_of)


def _of_nobody(organisation_id: int) -> Any:  # noqa: ANN401 - a select, for use within another
    """Select the keys of staged rows whose person is unknown: what they tell of goes on."""
    return (
        select(ASSIGNMENTS.c.source_key)
        .select_from(_with_keys(organisation_id, _staff))
        .where(_staff.c.id.is_(None))
    )


def _deleted() -> Any:  # noqa: ANN401 - a condition
    deleted = select(DELETIONS.c.source_key).where(DELETIONS.c.kind == "assignment")
    return _assignment.c.source_key.in_(deleted)


def touched_staff(organisation_id: int) -> Select[Any]:
    """Select the ids of the staff that a file of changes says something of."""
    ours = _staff.c.organisation_id == organisation_id
    deleted = select(DELETIONS.c.source_key)
    theirs = select(_assignment.c.staff_member_id).where(
        _assignment.c.organisation_id == organisation_id,
    )
    return select(
        union(
            select(_staff.c.id).where(ours, _staff.c.source_key.in_(select(PEOPLE.c.source_key))),
            select(PEOPLE.c.known_id).where(PEOPLE.c.known_id.is_not(None)),
            select(_staff.c.id).where(ours, _staff.c.source_key.in_(deleted)),
            select(_staff.c.id).where(
                ours, _staff.c.source_key.in_(select(ASSIGNMENTS.c.person_key))
            ),
            theirs.where(_assignment.c.source_key.in_(select(ASSIGNMENTS.c.source_key))),
            theirs.where(_assignment.c.source_key.in_(deleted)),
        ).subquery()
    )


def note_places(db: "Session", organisation_id: int, today: "date", *, is_full: bool) -> None:
    """Note which unit and post people have before the file, in their main assignment."""
    places = _current_places(organisation_id, today)
    if not is_full:
        places = places.where(_assignment.c.staff_member_id.in_(touched_staff(organisation_id)))
    main = places.subquery()
    db.execute(
        insert(PLACES).from_select(
            ["staff_id", "unit_id", "post_id"],
            select(main.c.staff_id, main.c.unit_id, main.c.post_id).where(main.c.place == 1),
        )
    )
    analyze(db, PLACES)


def find_moves(
    db: "Session",
    organisation_id: int,
    today: "date",
    *,
    leavers: Iterable[int],
    is_other: bool = False,
) -> Moves:
    """Say who has another unit or post than before the file, and who has none any more.

    Another HR system has posts of its own: of its file, only another unit is a move.
    """
    before = count(db, PLACES)
    if not before:
        return Moves(movers=(), staying=0, lost=0)
    after = AFTER
    now_in = _current_places(organisation_id, today)
    main = now_in.where(_assignment.c.staff_member_id.in_(select(PLACES.c.staff_id))).subquery()
    db.execute(
        insert(after).from_select(
            ["staff_id", "unit_id", "post_id"],
            select(main.c.staff_id, main.c.unit_id, main.c.post_id).where(main.c.place == 1),
        )
    )
    analyze(db, after)
    joined = PLACES.outerjoin(after, after.c.staff_id == PLACES.c.staff_id)
    is_elsewhere = PLACES.c.unit_id.is_distinct_from(after.c.unit_id)
    if not is_other:
        is_elsewhere |= PLACES.c.post_id.is_distinct_from(after.c.post_id)
    movers = db.scalars(
        select(PLACES.c.staff_id)
        .select_from(joined)
        .where(after.c.staff_id.is_not(None), is_elsewhere)
        .order_by(PLACES.c.staff_id)
    ).all()
    gone = set(leavers)
    lost = [
        staff_id
        for staff_id in db.scalars(
            select(PLACES.c.staff_id).select_from(joined).where(after.c.staff_id.is_(None))
        )
        if staff_id not in gone
    ]
    had_place = len(gone) and len(
        gone & set(db.scalars(select(PLACES.c.staff_id).where(PLACES.c.staff_id.in_(_some(gone)))))
    )
    return Moves(movers=tuple(movers), staying=before - had_place, lost=len(lost))


def _some(ids: set[int]) -> list[int]:
    """Give no more ids than a list in SQL may have; a file that loses more is stopped before."""
    return sorted(ids)[:30_000]


def _current_places(organisation_id: int, today: "date") -> Select[Any]:
    place = func.row_number().over(
        partition_by=_assignment.c.staff_member_id,
        order_by=(_assignment.c.is_primary.desc(), _assignment.c.effective_from.desc()),
    )
    return select(
        _assignment.c.staff_member_id.label("staff_id"),
        _assignment.c.organisation_unit_id.label("unit_id"),
        _assignment.c.post_id,
        place.label("place"),
    ).where(
        _assignment.c.organisation_id == organisation_id,
        _assignment.c.effective_from <= today,
        or_(_assignment.c.effective_to.is_(None), _assignment.c.effective_to >= today),
    )
