"""Who starts, when, and how: worked out from HR's rows. The rule is in docs/adr (inductions)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_, select, union
from sqlalchemy.orm import aliased

from tracker.models import Assignment, EntryKind, Induction, InductionStage, StaffMember
from tracker.services.reporting import AWAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: How long after the first day somebody still counts as a starter, when HR first tells us.
STARTER_FOR = timedelta(days=90)
#: How far ahead of the first day an induction begins.
BEGINS_BEFORE = timedelta(days=42)
#: Starts that are closer together than this are one start.
ONE_START = timedelta(days=28)
#: Who was away, or gone, for this long comes back to screens that have changed.
LONG_AWAY = timedelta(days=90)
#: So many from one ward to another on one day are a change of HR's units, not people who move.
A_WHOLE_WARD = 5

#: What a dated row says of somebody's work.
DATED = (
    Assignment.staff_member_id,
    Assignment.source_key,
    Assignment.post_id,
    Assignment.organisation_unit_id,
    Assignment.staff_group,
    Assignment.job_role,
    Assignment.status,
    Assignment.category,
    Assignment.is_primary,
    Assignment.effective_from,
    Assignment.effective_to,
    Assignment.ended_on,
)

#: The kinds that begin with the day on which somebody joined the trust.
HIRED = frozenset({EntryKind.NEW, EntryKind.BANK, EntryKind.STUDENT})


@dataclass(frozen=True, kw_only=True)
class Start:
    """Somebody's first day in a post, and what HR says of the post."""

    staff_member_id: int
    starts_on: date
    kind: EntryKind
    assignment_key: str | None = None
    post_id: int | None = None
    organisation_unit_id: int | None = None
    staff_group: str = ""
    job_role: str = ""


def find_starts(db: "Session", organisation_id: int, *, today: date) -> list[Start]:
    """List who started lately or starts soon, one start a person. Three queries for any number."""
    hired = _hired(db, organisation_id, today=today)
    rows = _rows_of(db, organisation_id, today=today)
    before = _here_before(db, organisation_id, hired)
    whole_wards = _whole_wards(rows)
    found: dict[int, Start] = {
        staff_id: _hired_start(staff_id, on, rows.get(staff_id, ()), was_here=staff_id in before)
        for staff_id, on in hired.items()
    }
    for staff_id, own in rows.items():
        change = _change_of_work(own, whole_wards, today=today)
        joined = hired.get(staff_id)
        if change is None or (joined is not None and not _is_anew(change, joined, today)):
            continue
        found[staff_id] = change
    return sorted(found.values(), key=lambda one: one.staff_member_id)


def _is_anew(change: Start, joined: date, today: date) -> bool:
    """Say whether who joined lately has come to other work since, and not in the first weeks."""
    return change.starts_on - joined > ONE_START and change.starts_on <= today


def _whole_wards(rows: dict[int, list[Any]]) -> set[tuple[Any, ...]]:
    """Find moves that many made together: a ward that HR has put elsewhere moves nobody."""
    moves = Counter(
        _ward_move(before, after)
        for own in rows.values()
        for before, after in pairwise([row for row in own if row.is_primary])
    )
    return {move for move, people in moves.items() if people >= A_WHOLE_WARD}


def _ward_move(before: Any, after: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return before.organisation_unit_id, after.organisation_unit_id, after.effective_from


def _hired(db: "Session", organisation_id: int, *, today: date) -> dict[int, date]:
    return {
        row.id: row.hired_on
        for row in db.execute(
            select(StaffMember.id, StaffMember.hired_on).where(
                StaffMember.organisation_id == organisation_id,
                StaffMember.hired_on.between(today - STARTER_FOR, today + BEGINS_BEFORE),
                or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
            )
        )
        if row.hired_on is not None
    }


def _rows_of(db: "Session", organisation_id: int, *, today: date) -> dict[int, list[Any]]:
    """Give the rows of those hired in the window, and of those whose work may have changed."""
    later, earlier = aliased(Assignment), aliased(Assignment)
    window = (today - STARTER_FOR, today + BEGINS_BEFORE)
    # Both are few, and found by an index: an `or` between them would look at everybody.
    hired = select(StaffMember.id).where(
        StaffMember.organisation_id == organisation_id, StaffMember.hired_on.between(*window)
    )
    changed = select(later.staff_member_id).where(
        later.organisation_id == organisation_id,
        later.is_primary,
        later.effective_from.between(*window),
        exists().where(
            earlier.staff_member_id == later.staff_member_id,
            earlier.is_primary,
            earlier.effective_from < later.effective_from,
        ),
    )
    grouped: dict[int, list[Any]] = {}
    for row in db.execute(
        select(*DATED)
        .join(StaffMember, StaffMember.id == Assignment.staff_member_id)
        .where(
            StaffMember.organisation_id == organisation_id,
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
            Assignment.staff_member_id.in_(union(hired, changed)),
        )
        .order_by(
            Assignment.staff_member_id,
            Assignment.effective_from,
            Assignment.is_primary.desc(),
            Assignment.id,
        )
    ):
        grouped.setdefault(row.staff_member_id, []).append(row)
    return grouped


def _here_before(db: "Session", organisation_id: int, hired: dict[int, date]) -> set[int]:
    """Say who of those hired had an induction here long before."""
    rows = db.execute(
        select(Induction.staff_member_id, Induction.starts_on)
        .join(StaffMember, StaffMember.id == Induction.staff_member_id)
        .where(
            Induction.organisation_id == organisation_id,
            Induction.stage != InductionStage.UNDER_WAY,
            StaffMember.hired_on > Induction.starts_on,
        )
    )
    return {
        row.staff_member_id
        for row in rows
        if row.staff_member_id in hired and hired[row.staff_member_id] - row.starts_on > LONG_AWAY
    }


def _hired_start(staff_id: int, on: date, rows: Sequence[Any], *, was_here: bool) -> Start:
    place = first_place(rows, on)
    was_here = was_here or any(row.effective_from < on - ONE_START for row in rows)
    kind = EntryKind.RETURNED if was_here else EntryKind.NEW
    if place is not None:
        kind = _special_kind(place) or kind
    return _start(staff_id, on, kind, place)


def first_place(rows: Sequence[Any], on: date) -> Any | None:  # noqa: ANN401 - a row of a query
    """Give the row that says where somebody begins: the main one that holds on the first day.

    Where none does, it is the next one to come; of two that begin together, the main one.
    """
    holds = [row for row in rows if row.effective_to is None or row.effective_to >= on]
    begun = [row for row in holds if row.effective_from <= on]
    if begun:
        return min(begun, key=lambda row: (not row.is_primary, -row.effective_from.toordinal()))
    if holds:
        return min(holds, key=lambda row: (row.effective_from, not row.is_primary))
    return rows[-1] if rows else None


def _special_kind(row: Any) -> EntryKind | None:  # noqa: ANN401
    if "student" in f"{row.staff_group} {row.job_role}".lower():
        return EntryKind.STUDENT
    if "bank" in f"{row.category or ''} {row.status}".lower():
        return EntryKind.BANK
    return None


def _change_of_work(
    rows: Sequence[Any], whole_wards: set[tuple[Any, ...]], *, today: date
) -> Start | None:
    """Find the latest day, near today, on which somebody came to new work or back from long away.

    New work is another post and, with it, another staff group, job role or ward: a new line in
    HR about the same post is not, nor is a ward that was put elsewhere with all its people, nor
    work that somebody did beside the main one before.
    """
    main = [row for row in rows if row.is_primary]
    found = None
    away_since: date | None = None
    for before, after in pairwise(main):
        if not _is_away(before):
            away_since = None
        elif away_since is None:
            away_since = before.effective_from
        on = after.effective_from
        if not today - STARTER_FOR <= on <= today + BEGINS_BEFORE or _is_away(after):
            continue
        is_long = away_since is not None and on - away_since >= LONG_AWAY
        if is_long or _is_gap(before, on):
            found = _start(after.staff_member_id, on, EntryKind.RETURNED, after)
        elif _is_other_work(before, after, whole_wards) and not _is_known_work(rows, after):
            kind = _special_kind(after) or EntryKind.MOVED
            found = _start(after.staff_member_id, on, kind, after)
    return found


def _is_gap(before: Any, on: date) -> bool:  # noqa: ANN401
    ended = before.ended_on or before.effective_to
    return ended is not None and on - ended >= LONG_AWAY


def _is_other_work(before: Any, after: Any, whole_wards: set[tuple[Any, ...]]) -> bool:  # noqa: ANN401
    if before.post_id == after.post_id:
        return False
    if (before.staff_group, before.job_role) != (after.staff_group, after.job_role):
        return True
    is_other_ward = before.organisation_unit_id != after.organisation_unit_id
    return is_other_ward and _ward_move(before, after) not in whole_wards


def _is_known_work(rows: Sequence[Any], after: Any) -> bool:  # noqa: ANN401
    """Say whether somebody did this work beside the main one, which it now is."""
    on = after.effective_from
    return after.post_id is not None and any(
        row.post_id == after.post_id
        and row.effective_from < on - ONE_START
        and not _is_gap(row, on)
        for row in rows
    )


def _is_away(row: Any) -> bool:  # noqa: ANN401
    return any(word in row.status.lower() for word in AWAY)


def _start(staff_id: int, on: date, kind: EntryKind, row: Any | None) -> Start:  # noqa: ANN401
    if row is None:
        return Start(staff_member_id=staff_id, starts_on=on, kind=kind)
    return Start(
        staff_member_id=staff_id,
        starts_on=on,
        kind=kind,
        assignment_key=row.source_key,
        post_id=row.post_id,
        organisation_unit_id=row.organisation_unit_id,
        staff_group=row.staff_group,
        job_role=row.job_role,
    )
