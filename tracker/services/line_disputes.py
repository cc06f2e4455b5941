"""Who manages somebody: said to be wrong by either side, and set right by HR with a reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Assignment,
    AuditKind,
    LineDispute,
    LineSource,
    LineTrouble,
    ReportingLine,
    StaffMember,
)
from tracker.security.identity import System
from tracker.services import audit
from tracker.services.colleagues import find_colleague
from tracker.services.roster_loops import manager_chain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor, Identity

LONGEST_REASON = 300
MOST_LISTED = 200


@dataclass(frozen=True, kw_only=True)
class LinePage:
    """Who manages somebody today and from a day to come, and what is said against it."""

    person: StaffMember
    lines: "Sequence[ReportingLine]"
    disputes: "Sequence[LineDispute]"


@dataclass(frozen=True, kw_only=True)
class ToMend:
    """What HR has to mend or to settle."""

    disputes: "Sequence[LineDispute]"
    by_hand: "Sequence[ReportingLine]"
    troubles: "Sequence[LineTrouble]"
    troubles_total: int


@dataclass(frozen=True, kw_only=True)
class LineDraft:
    """Who manages somebody from a day on, and why that is not what HR says."""

    manager_email: str
    starts_on: date | None
    reason: str


def line_page(db: "Session", person: StaffMember, *, by: "Identity", today: date) -> LinePage:
    audit.record_look(
        db, AuditKind.LINE_READ, person, by=by, subject_id=person.id, reason="manager"
    )
    return LinePage(person=person, lines=_lines(db, person, today), disputes=_open(db, person))


def dispute_line(  # noqa: PLR0913 - what is said, by whom, when
    db: "Session",
    person: StaffMember,
    *,
    reason: str,
    right_email: str,
    by: "Identity",
    today: date,
) -> LineDispute:
    """Tell HR that somebody's manager is wrong. Told again by the same, it takes the first's place.

    :raises InvalidInputError: at the field that needs mending.
    """
    reason = _reason(reason)
    right = (
        find_colleague(db, by.organisation_id, right_email, today=today, field="right_email")
        if right_email.strip()
        else None
    )
    if right is not None and right.id == person.id:
        raise InvalidInputError("Nobody is their own manager.", field="right_email")
    own = [one for one in _open(db, person) if one.raised_by_id == by.staff_id]
    dispute = (
        own[0]
        if own
        else LineDispute(
            organisation_id=person.organisation_id,
            staff_member_id=person.id,
            raised_by_id=by.staff_id,
        )
    )
    dispute.reason = reason
    dispute.right_manager_id = right.id if right else None
    db.add(dispute)
    audit.record(db, AuditKind.LINE_DISPUTED, dispute, by=by, subject_id=person.id)
    return dispute


def set_line(
    db: "Session", person: StaffMember, draft: LineDraft, *, by: "Identity", today: date
) -> ReportingLine:
    """Set somebody's manager by hand from a day on; HR's own line ends the day before.

    :raises InvalidInputError: at the field that needs mending.
    """
    reason = _reason(draft.reason)
    manager = find_colleague(
        db, by.organisation_id, draft.manager_email, today=today, field="manager_email"
    )
    if by.staff_id in {person.id, manager.id}:
        raise InvalidInputError(
            "Nobody sets their own line. Ask a colleague in HR, or mend it in HR's system.",
            field="manager_email",
        )
    starts_on = draft.starts_on or today
    if starts_on < today - timedelta(days=366) or starts_on > today + timedelta(days=366):
        raise InvalidInputError("Choose a day within a year of today.", field="starts_on")
    if manager.id == person.id or person.id in manager_chain(db, manager.id, today=today):
        raise InvalidInputError(
            "That would make somebody their own manager, round some corner. Choose another.",
            field="manager_email",
        )
    db.execute(
        update(ReportingLine)
        .where(
            ReportingLine.staff_member_id == person.id,
            or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= starts_on),
        )
        .values(ends_on=starts_on - timedelta(days=1))
    )
    line = ReportingLine(
        organisation_id=person.organisation_id,
        staff_member_id=person.id,
        manager_id=manager.id,
        source=LineSource.BY_HAND,
        starts_on=starts_on,
        reason=reason,
    )
    db.add(line)
    audit.record(db, AuditKind.LINE_SET, line, by=by, subject_id=person.id)
    _settle(db, _open(db, person), by)
    return line


def give_back(db: "Session", person: StaffMember, *, by: "Identity", today: date) -> None:
    """End a line that was set by hand: HR's own holds again, from today.

    :raises NotAllowedNowError: where none was set by hand.
    """
    lines = _lines(db, person, today)
    held = [line for line in lines if line.source is LineSource.BY_HAND]
    if not held:
        raise NotAllowedNowError("Nobody set this line by hand.")
    for line in held:
        line.ends_on = today - timedelta(days=1)
        audit.record(db, AuditKind.LINE_GIVEN_BACK, line, by=by, subject_id=person.id)
    manager_id = _hr_manager(db, person, today)
    # HR's own, where the one that was set by hand had not begun yet
    same = [one for one in lines if one.source is LineSource.HR and one.manager_id == manager_id]
    if same:
        same[0].ends_on = None
    elif manager_id is not None and person.id not in manager_chain(db, manager_id, today=today):
        db.add(
            ReportingLine(
                organisation_id=person.organisation_id,
                staff_member_id=person.id,
                manager_id=manager_id,
                source=LineSource.HR,
                starts_on=today,
            )
        )
    _settle(db, _open(db, person), by)


def keep_line(db: "Session", person: StaffMember, *, by: "Identity") -> None:
    """Settle what was said against a line: HR has it right."""
    _settle(db, _open(db, person), by)


def to_mend(db: "Session", *, by: "Identity", today: date) -> ToMend:
    """List what HR has to mend: disputes, circles, missing managers; and what was set by hand."""
    troubles = (
        select(LineTrouble)
        .where(LineTrouble.organisation_id == by.organisation_id)
        .options(joinedload(LineTrouble.staff_member))
        .order_by(LineTrouble.kind, LineTrouble.staff_member_id)
    )
    return ToMend(
        disputes=db.scalars(
            select(LineDispute)
            .where(
                LineDispute.organisation_id == by.organisation_id,
                LineDispute.settled_at.is_(None),
            )
            .options(joinedload(LineDispute.staff_member), joinedload(LineDispute.raised_by))
            .order_by(LineDispute.raised_at)
            .limit(MOST_LISTED)
        ).all(),
        by_hand=db.scalars(
            select(ReportingLine)
            .where(
                ReportingLine.organisation_id == by.organisation_id,
                ReportingLine.source == LineSource.BY_HAND,
                or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= today),
            )
            .options(joinedload(ReportingLine.staff_member), joinedload(ReportingLine.manager))
            .order_by(ReportingLine.starts_on, ReportingLine.id)
            .limit(MOST_LISTED)
        ).all(),
        troubles=db.scalars(troubles.limit(MOST_LISTED)).all(),
        troubles_total=db.scalar(
            select(func.count(LineTrouble.id)).where(
                LineTrouble.organisation_id == by.organisation_id
            )
        )
        or 0,
    )


def settle_mended(db: "Session", organisation_id: int, *, today: date) -> int:
    """Settle what was said against lines that are right by now, or whose person has left."""
    disputes = db.scalars(
        select(LineDispute)
        .where(LineDispute.organisation_id == organisation_id, LineDispute.settled_at.is_(None))
        .options(joinedload(LineDispute.staff_member))
    ).all()
    managers: dict[int, set[int]] = {}
    for staff_id, manager_id in db.execute(
        select(ReportingLine.staff_member_id, ReportingLine.manager_id).where(
            ReportingLine.staff_member_id.in_([one.staff_member_id for one in disputes]),
            ReportingLine.current_on(today),
        )
    ):
        managers.setdefault(staff_id, set()).add(manager_id)
    over = [
        one
        for one in disputes
        if one.staff_member.has_left(today)
        or managers.get(one.staff_member_id) == {one.right_manager_id}
    ]
    _settle(db, over, System(organisation_id=organisation_id))
    return len(over)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise InvalidInputError("Say why, in a few words.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInputError(f"Use {LONGEST_REASON} letters or fewer.", field="reason")
    return reason


def _lines(db: "Session", person: StaffMember, today: date) -> "Sequence[ReportingLine]":
    return db.scalars(
        select(ReportingLine)
        .where(
            ReportingLine.staff_member_id == person.id,
            or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= today),
        )
        .options(joinedload(ReportingLine.manager))
        .order_by(ReportingLine.starts_on, ReportingLine.id)
    ).all()


def _open(db: "Session", person: StaffMember) -> "Sequence[LineDispute]":
    """Give what either side says against the line, the older first."""
    return db.scalars(
        select(LineDispute)
        .where(LineDispute.staff_member_id == person.id, LineDispute.settled_at.is_(None))
        .options(joinedload(LineDispute.raised_by), joinedload(LineDispute.right_manager))
        .order_by(LineDispute.id)
    ).all()


def _settle(db: "Session", disputes: "Sequence[LineDispute]", by: "Actor") -> None:
    for one in disputes:
        one.settled_at = datetime.now(tz=one.raised_at.tzinfo)
        audit.record(db, AuditKind.LINE_SETTLED, one, by=by, subject_id=one.staff_member_id)


def _hr_manager(db: "Session", person: StaffMember, today: date) -> int | None:
    """Give whom HR names as supervisor in the person's main assignment today."""
    return db.scalar(
        select(StaffMember.id)
        .join(
            Assignment,
            (Assignment.supervisor_key == StaffMember.source_key)
            & (Assignment.organisation_id == StaffMember.organisation_id),
        )
        .where(
            Assignment.staff_member_id == person.id,
            Assignment.current_on(today),
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
        )
        .order_by(Assignment.is_primary.desc(), Assignment.effective_from.desc())
        .limit(1)
    )
