"""Who manages whom today, as one place says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker.errors import InvalidInputError
from tracker.models import Assignment, LineSource, ReportingLine, StaffMember
from tracker.services.bulk import among

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: What a person put right by hand goes before what HR says, and HR before the directory.
TRUST = {LineSource.BY_HAND: 0, LineSource.HR: 1, LineSource.DIRECTORY: 2}
#: Assignment statuses that say the person is not at work: nothing opens for them meanwhile.
AWAY = ("inactive", "suspend", "maternity", "adoption", "career break", "external secondment")


@dataclass(frozen=True, kw_only=True)
class Managed:
    """Somebody who is managed today, and by whom."""

    staff_member_id: int
    manager_id: int
    #: all who are their manager today: some have two
    manager_ids: frozenset[int]
    hired_on: date | None
    staff_group: str | None
    job_role: str | None
    status: str | None
    category: str | None

    @property
    def is_away(self) -> bool:
        return any(word in (self.status or "").lower() for word in AWAY)


def is_primary_today(today: date) -> ColumnElement[bool]:
    return and_(
        Assignment.is_primary,
        Assignment.current_on(today),
    )


def _managed(organisation_id: int, today: date) -> Any:  # noqa: ANN401 - a select of eight columns
    manager = aliased(StaffMember)
    return (
        select(
            StaffMember.id,
            ReportingLine.manager_id,
            ReportingLine.source,
            StaffMember.hired_on,
            Assignment.staff_group,
            Assignment.job_role,
            Assignment.status,
            Assignment.category,
        )
        .join(ReportingLine, ReportingLine.staff_member_id == StaffMember.id)
        .join(manager, manager.id == ReportingLine.manager_id)
        .outerjoin(
            Assignment,
            and_(Assignment.staff_member_id == StaffMember.id, is_primary_today(today)),
        )
        .where(
            StaffMember.organisation_id == organisation_id,
            ReportingLine.current_on(today),
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
            or_(manager.left_on.is_(None), manager.left_on >= today),
            or_(StaffMember.hired_on.is_(None), StaffMember.hired_on <= today),
        )
        .order_by(StaffMember.id, ReportingLine.starts_on.desc(), ReportingLine.id.desc())
    )


def who_manages(
    db: "Session", organisation_id: int, *, today: date, only: Iterable[int] | None = None
) -> dict[int, Managed]:
    """Give each managed person with one manager: the line we trust most, then the newest."""
    query = _managed(organisation_id, today)
    if only is not None:
        query = query.where(among(db, StaffMember.id, only))
    lines: dict[int, list[Any]] = {}
    for row in db.execute(query):
        lines.setdefault(row.id, []).append(row)
    return {staff_id: _most_trusted(rows) for staff_id, rows in lines.items()}


def _most_trusted(rows: list[Any]) -> Managed:
    best = min(rows, key=lambda row: TRUST[row.source])  # of equals the first, which is the newest
    return Managed(
        staff_member_id=best.id,
        manager_id=best.manager_id,
        manager_ids=frozenset(row.manager_id for row in rows),
        hired_on=best.hired_on,
        staff_group=best.staff_group,
        job_role=best.job_role,
        status=best.status,
        category=best.category,
    )


def require_here(db: "Session", person: StaffMember, day: date) -> None:
    """Refuse a day on which somebody did not work here: after they left, or between two times.

    What HR's first file does not reach back to is no gap.

    :raises InvalidInputError: with what to do.
    """
    own = Assignment.staff_member_id == person.id
    ends = func.coalesce(Assignment.ended_on, Assignment.effective_to)
    before, there, after = db.execute(
        select(
            exists().where(own, ends < day),
            exists().where(own, Assignment.current_on(day)),
            exists().where(own, Assignment.effective_from > day),
        )
    ).one()
    if person.has_left(day) or (before and after and not there):
        raise InvalidInputError(
            "The staff record says that the person did not work here on that day. "
            "Give the day on which you met.",
            field="held_on",
        )
