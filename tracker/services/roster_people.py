"""Applies the people of an HR file: starters, changes, and those who have left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, or_, select, update

from tracker.models import StaffMember
from tracker.services.roster_planned import set_aside
from tracker.services.roster_sets import (
    Tally,
    add_new,
    change_known,
    count,
    find_by_key,
    rows_changed,
    table_of,
)
from tracker.services.roster_staging import (
    ASSIGNMENTS,
    DELETIONS,
    PEOPLE,
    GuardRailError,
    Rejections,
    analyze,
    analyze_grown,
    delete_lines,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: Somebody first met within so many days of being hired is a starter.
RECENTLY = timedelta(days=28)

#: Of those whose details change, the first are listed.
MOST_SHOWN = 200

#: the start of the key of somebody who is on the list because of an account
OF_SCIM = "scim:"

#: what HR says of a person, beside the keys they are known by
HR_SAYS = (
    "title",
    "family_name",
    "given_name",
    "preferred_name",
    "email",
    "nhs_unique_id",
    "hired_on",
    "left_on",
    "effective_from",
    "effective_to",
)
_PERSON = ("source_key", "employee_number", *HR_SAYS)
_staff = table_of(StaffMember)


class TooManyLeaversError(GuardRailError):
    """Raised instead of taking a large share of the staff for leavers. Nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class PeopleChange:
    tally: Tally
    starters: tuple[int, ...]
    returners: tuple[int, ...]
    leavers: tuple[int, ...]
    left_long_ago: int
    #: employee numbers of the first of those whose details differ
    changed: tuple[str, ...]


def apply_people(  # noqa: PLR0913 - each is one plain fact of the import
    db: "Session",
    organisation_id: int,
    *,
    rejected: Rejections,
    today: date,
    most_leavers: float | None,
    is_full: bool,
    is_other: bool,
) -> PeopleChange:
    """Add starters, correct what changed, and give leavers their leaving date.

    Of another HR system's file, it is known already whom it means.

    :raises TooManyLeaversError: if more than this share of the current staff would leave.
    """
    if not is_other:
        find_by_key(db, organisation_id, StaffMember, PEOPLE)
        _find_by_number(db, organisation_id)
    analyze(db, PEOPLE)  # else PostgreSQL takes it that none is known
    _reject_shared_numbers(db, organisation_id, rejected)
    if not is_full:
        set_aside(db, StaffMember, PEOPLE, today=today)
    left_long_ago = _pass_over_old_leavers(db, today)
    is_current = or_(_staff.c.left_on.is_(None), _staff.c.left_on >= today)
    returners = _ids(db, organisation_id, ~is_current, _will_stay(today))
    leaving = _ids(db, organisation_id, is_current, PEOPLE.c.left_on < today)
    gone = _absent if is_full else _deleted
    absent = gone(db, organisation_id, is_current, rejected)
    if leaving or absent:
        current = select(_staff.c.id).where(_staff.c.organisation_id == organisation_id, is_current)
        _check_share(db, current, len(absent), len(leaving) + len(absent), most_leavers)
    if is_full and most_leavers is not None:
        _check_unread(rejected.nobody_knows_whose, absent=len(absent))

    changed, tally = _differing(db), _write(db, organisation_id)
    _mark_as_left(db, absent, today)
    return PeopleChange(
        tally=tally,
        starters=tuple(
            db.scalars(
                select(_staff.c.id)
                .join(PEOPLE, PEOPLE.c.source_key == _staff.c.source_key)
                .where(
                    _staff.c.organisation_id == organisation_id,
                    PEOPLE.c.known_id.is_(None),
                    PEOPLE.c.hired_on >= today - RECENTLY,
                )
                .order_by(PEOPLE.c.line)
            )
        ),
        returners=tuple(returners),
        leavers=(*leaving, *absent),
        left_long_ago=left_long_ago,
        changed=changed,
    )


def _differing(db: "Session") -> tuple[str, ...]:
    differs = or_(*(_staff.c[name].is_distinct_from(PEOPLE.c[name]) for name in _PERSON))
    return tuple(
        db.scalars(
            select(PEOPLE.c.employee_number)
            .join(_staff, _staff.c.id == PEOPLE.c.known_id)
            .where(differs)
            .order_by(PEOPLE.c.line)
            .limit(MOST_SHOWN)
        )
    )


def _will_stay(today: date) -> ColumnElement[bool]:
    return or_(PEOPLE.c.left_on.is_(None), PEOPLE.c.left_on >= today)


def _write(db: "Session", organisation_id: int) -> Tally:
    staged = count(db, PEOPLE)
    changed = change_known(db, StaffMember, PEOPLE, _PERSON)
    added = add_new(
        db,
        organisation_id,
        StaffMember,
        PEOPLE,
        _PERSON,
        more={"public_id": PEOPLE.c.public_id},
    )
    analyze_grown(db, _staff, added)
    return Tally(added=added, changed=changed, unchanged=staged - added - changed)


def _find_by_number(db: "Session", organisation_id: int) -> None:
    """Know a person by employee number when the key is new, unless the NHS Unique ID is another."""
    others = PEOPLE.alias()
    db.execute(
        update(PEOPLE)
        .values(known_id=_staff.c.id)
        .where(
            PEOPLE.c.known_id.is_(None),
            _staff.c.organisation_id == organisation_id,
            _staff.c.employee_number == PEOPLE.c.employee_number,
            or_(
                _staff.c.nhs_unique_id.is_(None),
                PEOPLE.c.nhs_unique_id.is_(None),
                _staff.c.nhs_unique_id == PEOPLE.c.nhs_unique_id,
            ),
            ~exists().where(others.c.source_key == _staff.c.source_key),
        )
    )


def _reject_shared_numbers(db: "Session", organisation_id: int, rejected: Rejections) -> None:
    """Reject whoever has an employee number that belongs to somebody else."""
    number = PEOPLE.c.employee_number
    several = select(number).group_by(number).having(func.count() > 1)
    order = (PEOPLE.c.known_id.is_(None), PEOPLE.c.line)
    place = func.row_number().over(partition_by=number, order_by=order)
    ranked = select(PEOPLE.c.line, place.label("place")).where(number.in_(several)).subquery()
    twice = select(PEOPLE.c.line, PEOPLE.c.employee_number).where(
        PEOPLE.c.line.in_(select(ranked.c.line).where(ranked.c.place > 1))
    )
    taken = select(PEOPLE.c.line, PEOPLE.c.employee_number).join(
        _staff,
        (_staff.c.organisation_id == organisation_id)
        & (_staff.c.employee_number == PEOPLE.c.employee_number)
        & _staff.c.id.is_distinct_from(PEOPLE.c.known_id),
    )
    shared = twice.union(taken).order_by("line")
    lines: list[int] = []
    for line, number in db.execute(shared):
        lines.append(line)
        rejected.add(
            line,
            "This employee number belongs to somebody else too. Give each person their own in HR.",
            number,
        )
    rejected.write()
    delete_lines(db, PEOPLE, lines)


def _pass_over_old_leavers(db: "Session", today: date) -> int:
    """Leave out those who had left before we ever heard of them: there is no need to know them."""
    unknown = PEOPLE.c.known_id.is_(None) & (PEOPLE.c.left_on < today)
    theirs = select(PEOPLE.c.source_key).where(unknown)
    db.execute(delete(ASSIGNMENTS).where(ASSIGNMENTS.c.person_key.in_(theirs)))
    return rows_changed(db, delete(PEOPLE).where(unknown))


def _ids(db: "Session", organisation_id: int, *where: Any) -> Sequence[int]:  # noqa: ANN401
    return db.scalars(
        select(_staff.c.id)
        .join(PEOPLE, PEOPLE.c.known_id == _staff.c.id)
        .where(_staff.c.organisation_id == organisation_id, *where)
        .order_by(_staff.c.id)
    ).all()


def _absent(
    db: "Session", organisation_id: int, is_current: ColumnElement[bool], rejected: Rejections
) -> Sequence[int]:
    """Find current staff of whom a full file says nothing; a rejected row does say something."""
    return db.scalars(
        select(_staff.c.id)
        .where(
            _staff.c.organisation_id == organisation_id,
            is_current,
            ~exists().where(PEOPLE.c.known_id == _staff.c.id),
            ~exists().where(ASSIGNMENTS.c.person_key == _staff.c.source_key),
            # Whom only an identity provider knows is for that one to take away.
            ~_staff.c.source_key.startswith(OF_SCIM),
            _staff.c.employee_number.not_in(rejected.employee_numbers),
        )
        .order_by(_staff.c.id)
    ).all()


def _deleted(
    db: "Session", organisation_id: int, is_current: ColumnElement[bool], _rejected: Rejections
) -> Sequence[int]:
    """Find current staff whose record HR has deleted, and has not sent anew in the same file."""
    return db.scalars(
        select(_staff.c.id)
        .where(
            _staff.c.organisation_id == organisation_id,
            is_current,
            _staff.c.source_key.in_(
                select(DELETIONS.c.source_key).where(DELETIONS.c.kind == "person")
            ),
            _staff.c.source_key.not_in(select(PEOPLE.c.source_key)),
        )
        .order_by(_staff.c.id)
    ).all()


def _check_share(
    db: "Session", current: Select[Any], absent: int, leavers: int, most_leavers: float | None
) -> None:
    if most_leavers != 0:
        # Counted only as far as it matters, which does not grow with the trust.
        current = current.limit(max(absent, int(leavers / (most_leavers or leavers))) + 1)
    staff = count(db, current.subquery())
    if staff and absent == staff:
        # Whatever was allowed: a trust that all have left does not send a file any more.
        raise TooManyLeaversError(
            f"This file names none of the {staff} current staff, so nothing was changed. "
            "Check that it is the right file, and that it is complete."
        )
    if most_leavers is None or leavers <= most_leavers * staff:
        return
    raise TooManyLeaversError(
        f"This file would make leavers of {leavers} of the {staff} current staff, which is more "
        f"than {most_leavers:.0%}, so nothing was changed. Check that the file is complete. "
        "If they did leave, run the import again with --allow-leavers."
    )


def _check_unread(unread: int, *, absent: int) -> None:
    """Ask, where those who are missing may be the ones whose lines cannot be read."""
    if unread and absent:
        lines = "1 line" if unread == 1 else f"{unread} lines"
        are = "1 of the current staff is" if absent == 1 else f"{absent} of the current staff are"
        raise TooManyLeaversError(
            f"{lines} cannot be read so far that we know whose, and {are} in no other line, so "
            "nothing was changed. Mend the lines and bring the file again. If those people did "
            "leave, run the import again with --allow-leavers."
        )


def _mark_as_left(db: "Session", absent: Sequence[int], today: date) -> None:
    if absent:
        db.connection().execute(
            update(_staff)
            .where(_staff.c.id == bindparam("absent_id"))
            .values(left_on=today - timedelta(days=1)),
            [{"absent_id": staff_id} for staff_id in absent],
        )
