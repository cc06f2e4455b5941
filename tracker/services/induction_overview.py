"""Who starts when, what waits on whom, what is late on the trust's side. Dates and states only.

Nothing that somebody wrote, practised or said of themselves comes in here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.models import (
    AuditKind,
    Barrier,
    EntryKind,
    Induction,
    InductionStage,
    InductionTask,
    LineKind,
    OrganisationUnit,
    ReportingLine,
    TaskOwner,
)
from tracker.services import audit
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

PAGE_SIZE = 25
#: A file holds all of them, up to this many.
MOST_IN_FILE = 20_000
#: What is due within so many days is waited for.
SOON = timedelta(days=14)
#: How long an induction that is over stays in the lists.
SHOWN_AFTER = timedelta(days=92)

KIND_WORDS = {
    EntryKind.NEW: "New",
    EntryKind.MOVED: "Moved",
    EntryKind.RETURNED: "Came back",
    EntryKind.BANK: "Bank",
    EntryKind.STUDENT: "Student",
}
OWNER_WORDS = {
    TaskOwner.STARTER: "the starter",
    TaskOwner.MANAGER: "the manager",
    TaskOwner.BUDDY: "the buddy",
    TaskOwner.IT: "IT",
    TaskOwner.TRAINER: "the trainer",
}
#: What HR may ask for.
STATES = {
    "": "All",
    "coming": "Not started yet",
    "under_way": "Under way",
    "late": "Late on our side",
    "no_buddy": "No buddy yet",
    "complete": "Complete",
    "ended": "Ended",
}


@dataclass(frozen=True, kw_only=True)
class OverviewLine:
    """One induction in a list."""

    induction: Induction
    done: int
    total: int
    #: on whom something waits now, in words, with how much
    waits: tuple[tuple[str, int], ...]
    #: whose tasks are past their day: the trust's side only
    late: tuple[tuple[str, int], ...]
    #: logins, cards, devices that were said to be missing
    missing: int
    is_before: bool

    @property
    def state(self) -> str:
        if self.induction.stage is InductionStage.COMPLETE:
            return "Complete"
        if self.induction.stage is InductionStage.ENDED:
            return "Ended"
        return "Not started yet" if self.is_before else "Under way"

    @property
    def late_count(self) -> int:
        return sum(number for _who, number in self.late)


@dataclass(frozen=True, kw_only=True)
class OverviewFilter:
    """What HR asks for."""

    unit: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class OverviewPage:
    lines: tuple[OverviewLine, ...]
    page: int
    pages: int
    total: int
    #: of all that fit, how many have something late on the trust's side
    late: int
    units: tuple[OrganisationUnit, ...]


def inductions_of(db: "Session", *, by: "Identity", today: date) -> tuple[OverviewLine, ...]:
    """List the inductions that this person has a part in, the newest start first.

    A buddy sees of it only what the buddy does.
    """
    team = select(ReportingLine.staff_member_id).where(
        ReportingLine.manager_id == by.staff_id,
        ReportingLine.current_on(today),
    )
    found = db.scalars(
        _select(by.organisation_id)
        .where(
            Induction.stage != InductionStage.ENDED,
            or_(
                Induction.staff_member_id == by.staff_id,
                Induction.staff_member_id.in_(team),
                and_(
                    Induction.buddy_id == by.staff_id,
                    Induction.stage == InductionStage.UNDER_WAY,
                ),
            ),
        )
        .order_by(Induction.starts_on.desc(), Induction.id)
    ).all()
    managed = set(db.scalars(team))
    buddy_only = {
        one.id
        for one in found
        if one.staff_member_id != by.staff_id and one.staff_member_id not in managed
    }
    return _lines(db, found, today=today, buddy_only=buddy_only)


def overview_page(
    db: "Session", asked: OverviewFilter, *, by: "Identity", today: date, page: int = 1
) -> OverviewPage:
    """List the organisation's inductions for HR, the next start last, a page at a time."""
    wanted = _wanted(by.organisation_id, asked, today=today)
    total = db.scalar(select(func.count(Induction.id)).where(*wanted)) or 0
    late = db.scalar(select(func.count(Induction.id)).where(*wanted, _has_late(today=today)))
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    found = db.scalars(
        _select(by.organisation_id)
        .where(*wanted)
        .order_by(Induction.starts_on.desc(), Induction.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return OverviewPage(
        lines=_lines(db, found, today=today),
        page=page,
        pages=pages,
        total=total,
        late=late or 0,
        units=_units(db, by.organisation_id),
    )


def overview_rows(
    db: "Session", asked: OverviewFilter, *, by: "Identity", today: date
) -> list[list[str]]:
    """Give the same as rows of a file, with a head. Each person's record says that it was taken."""
    found = db.scalars(
        _select(by.organisation_id)
        .where(*_wanted(by.organisation_id, asked, today=today))
        .order_by(Induction.starts_on.desc(), Induction.id)
        .limit(MOST_IN_FILE)
    ).all()
    audit.record_each(
        db,
        AuditKind.INDUCTION_READ,
        "induction",
        {one.id: one.staff_member_id for one in found},
        by=by,
        reason="role",
    )
    head = ["Name", "Employee number", "Unit", "Kind", "First day", "State", "Manager", "Buddy"]
    rows = [[*head, "Done", "Tasks", "Waits on", "Late on our side", "Said to be missing"]]
    return rows + [_row(line) for line in _lines(db, found, today=today)]


def _row(line: OverviewLine) -> list[str]:
    one = line.induction
    return [
        one.staff_member.name,
        one.staff_member.employee_number,
        one.organisation_unit.name if one.organisation_unit else "",
        KIND_WORDS[one.kind],
        one.starts_on.isoformat(),
        line.state,
        one.manager.name if one.manager else "",
        one.buddy.name if one.buddy else "",
        str(line.done),
        str(line.total),
        ", ".join(f"{who} {number}" for who, number in line.waits),
        ", ".join(f"{who} {number}" for who, number in line.late),
        str(line.missing),
    ]


def _select(organisation_id: int) -> "Select[Induction]":
    return (
        select(Induction)
        .where(Induction.organisation_id == organisation_id)
        .options(
            joinedload(Induction.staff_member, innerjoin=True),
            joinedload(Induction.manager),
            joinedload(Induction.buddy),
            joinedload(Induction.organisation_unit),
        )
    )


def _wanted(
    organisation_id: int, asked: OverviewFilter, *, today: date
) -> list[ColumnElement[bool]]:
    under_way = Induction.stage == InductionStage.UNDER_WAY
    wanted: list[ColumnElement[bool]] = [
        Induction.organisation_id == organisation_id,
        or_(under_way, Induction.starts_on >= today - SHOWN_AFTER - timedelta(days=183)),
    ]
    by_state: dict[str, ColumnElement[bool]] = {
        "coming": and_(under_way, Induction.starts_on > today),
        "under_way": and_(under_way, Induction.starts_on <= today),
        "late": _has_late(today=today),
        "no_buddy": and_(under_way, Induction.buddy_id.is_(None)),
        "complete": Induction.stage == InductionStage.COMPLETE,
        "ended": Induction.stage == InductionStage.ENDED,
    }
    if asked.state in by_state:
        wanted.append(by_state[asked.state])
    if asked.kind in {one.value for one in EntryKind}:
        wanted.append(Induction.kind == EntryKind(asked.kind))
    if asked.unit:
        tree = units_and_those_above(organisation_id)
        wanted.append(
            Induction.organisation_unit_id.in_(
                select(tree.c.unit_id)
                .join(OrganisationUnit, OrganisationUnit.id == tree.c.above_id)
                .where(OrganisationUnit.public_id == asked.unit)
            )
        )
    return wanted


def _has_late(*, today: date) -> ColumnElement[bool]:
    return and_(
        Induction.stage == InductionStage.UNDER_WAY,
        exists().where(
            InductionTask.induction_id == Induction.id,
            InductionTask.kind == LineKind.DO,
            InductionTask.owner != TaskOwner.STARTER,
            InductionTask.done_at.is_(None),
            InductionTask.due_on < today,
        ),
    )


def _units(db: "Session", organisation_id: int) -> tuple[OrganisationUnit, ...]:
    """Give the units that have an induction."""
    used = select(Induction.organisation_unit_id).where(
        Induction.organisation_id == organisation_id
    )
    return tuple(
        db.scalars(
            select(OrganisationUnit)
            .where(OrganisationUnit.id.in_(used))
            .order_by(OrganisationUnit.name)
        )
    )


def _lines(
    db: "Session",
    found: Sequence[Induction],
    *,
    today: date,
    buddy_only: Iterable[int] = (),
) -> tuple[OverviewLine, ...]:
    counts = _counts(db, [one.id for one in found], today=today)
    missing = _missing(db, [one.id for one in found])
    hidden = set(buddy_only)
    lines = []
    for one in found:
        rows = counts.get(one.id, {})
        if one.id in hidden:
            rows = {who: row for who, row in rows.items() if who is TaskOwner.BUDDY}
        is_open = one.is_under_way
        lines.append(
            OverviewLine(
                induction=one,
                done=sum(row[1] for row in rows.values()),
                total=sum(row[0] for row in rows.values()),
                waits=_in_words(rows, 2) if is_open else (),
                late=_in_words(rows, 3, without=TaskOwner.STARTER) if is_open else (),
                missing=0 if one.id in hidden else missing.get(one.id, 0),
                is_before=one.starts_on > today,
            )
        )
    return tuple(lines)


def _in_words(
    rows: dict[TaskOwner, tuple[int, int, int, int]], at: int, *, without: TaskOwner | None = None
) -> tuple[tuple[str, int], ...]:
    return tuple(
        (OWNER_WORDS[who], rows[who][at])
        for who in TaskOwner
        if who in rows and rows[who][at] and who is not without
    )


def _counts(
    db: "Session", ids: list[int], *, today: date
) -> dict[int, dict[TaskOwner, tuple[int, int, int, int]]]:
    """Count all, done, waited for and late, by induction and owner, in one query."""
    is_open = InductionTask.done_at.is_(None)
    rows = db.execute(
        select(
            InductionTask.induction_id,
            InductionTask.owner,
            func.count(InductionTask.id),
            func.count(InductionTask.done_at),
            func.sum(case((and_(is_open, InductionTask.due_on <= today + SOON), 1), else_=0)),
            func.sum(case((and_(is_open, InductionTask.due_on < today), 1), else_=0)),
        )
        .where(InductionTask.induction_id.in_(ids), InductionTask.kind == LineKind.DO)
        .group_by(InductionTask.induction_id, InductionTask.owner)
    )
    counts: dict[int, dict[TaskOwner, tuple[int, int, int, int]]] = {}
    for induction_id, owner, total, done, waits, late in rows:
        counts.setdefault(induction_id, {})[owner] = (total, done, int(waits), int(late))
    return counts


def _missing(db: "Session", ids: list[int]) -> dict[int, int]:
    rows = db.execute(
        select(Barrier.induction_id, func.count(Barrier.id))
        .where(Barrier.induction_id.in_(ids), Barrier.fixed_on.is_(None))
        .group_by(Barrier.induction_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}
