"""What is under way follows HR: the first day, the manager, and who leaves."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import aliased

from tracker.models import (
    Assignment,
    AuditKind,
    Barrier,
    EndedWhy,
    Induction,
    InductionStage,
    InductionTask,
    Invitation,
    LineKind,
    ReportingLine,
    StaffMember,
    TaskOwner,
)
from tracker.security.identity import System
from tracker.services import audit, outbox
from tracker.services.induction_plan import due_on
from tracker.services.induction_starts import DATED, HIRED, LONG_AWAY, first_place
from tracker.services.working_days import nation_of, on_working_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

#: How far a first day can move.
FURTHEST = timedelta(days=183)
#: The link of the welcome still opens in the first days: a login may come late.
OPEN_AFTER_START = timedelta(days=7)
NEW_BUDDY_WITHIN = timedelta(days=5)
#: An induction that nobody has closed ends by itself so long after the first day.
OPEN_FOR = timedelta(days=548)


def follow_hr(db: "Session", organisation: "Organisation", *, today: date) -> None:
    """Bring every induction under way to what HR says today. Queries do not grow with them."""
    _follow_reporting_lines(db, organisation, today=today)
    found = _under_way(db, organisation.id)
    if not found:
        return
    places = _places_of(db, organisation.id)
    first_days: dict[int, date] = {}
    for one, person in found:
        why = _ended_why(one, person, today=today)
        if why is not None:
            end_induction(db, one, why, on=today)
            continue
        own = places.get(one.staff_member_id, [])
        starts_on = _first_day(one, person, own)
        if starts_on is None:
            end_induction(db, one, EndedWhy.WITHDRAWN, on=today)
            continue
        if starts_on != one.starts_on:
            first_days[one.id] = starts_on
        _follow_place(one, own)
        if person.buddy_left_on is not None and person.buddy_left_on < today:
            _lose_buddy(db, one, organisation, today=today)
    moved = _move(db, [one for one, _person in found if one.id in first_days], first_days)
    _move_tasks(db, organisation, moved, today=today)


def _move(
    db: "Session", inductions: list[Induction], first_days: dict[int, date]
) -> list[Induction]:
    """Give each its new first day, unless an older induction of theirs has that day."""
    if not inductions:
        return []
    taken = {
        (row.staff_member_id, row.starts_on)
        for row in db.execute(
            select(Induction.staff_member_id, Induction.starts_on).where(
                Induction.organisation_id == inductions[0].organisation_id,
                Induction.stage != InductionStage.UNDER_WAY,
            )
        )
    }
    free = [one for one in inductions if (one.staff_member_id, first_days[one.id]) not in taken]
    for one in free:
        one.starts_on = first_days[one.id]
        db.execute(
            update(Invitation)
            .where(Invitation.induction_id == one.id)
            .values(expires_on=one.starts_on + OPEN_AFTER_START)
        )
        _note(db, one, AuditKind.INDUCTION_MOVED)
    return free


def _under_way(db: "Session", organisation_id: int) -> list[tuple[Induction, Any]]:
    buddy = aliased(StaffMember)
    rows = db.execute(
        select(
            Induction,
            StaffMember.hired_on,
            StaffMember.left_on,
            buddy.left_on.label("buddy_left_on"),
        )
        .join(StaffMember, StaffMember.id == Induction.staff_member_id)
        .outerjoin(buddy, buddy.id == Induction.buddy_id)
        .where(
            Induction.organisation_id == organisation_id,
            Induction.stage == InductionStage.UNDER_WAY,
        )
    ).all()
    return [(row[0], row) for row in rows]


def _places_of(db: "Session", organisation_id: int) -> dict[int, list[Any]]:
    """Give the dated rows of everybody who has an induction under way."""
    grouped: dict[int, list[Any]] = {}
    for row in db.execute(
        select(*DATED)
        .join(Induction, Induction.staff_member_id == Assignment.staff_member_id)
        .where(
            Induction.organisation_id == organisation_id,
            Induction.stage == InductionStage.UNDER_WAY,
        )
        .order_by(Assignment.staff_member_id, Assignment.effective_from, Assignment.id)
    ):
        grouped.setdefault(row.staff_member_id, []).append(row)
    return grouped


def _ended_why(induction: Induction, person: Any, *, today: date) -> EndedWhy | None:  # noqa: ANN401
    """Say whether it is over: they left, never came, or have joined anew since."""
    left_on = person.left_on
    if left_on is not None and left_on <= induction.starts_on:
        return EndedWhy.NEVER_CAME
    if left_on is not None and left_on < today:
        return EndedWhy.LEFT
    is_rehired = person.hired_on is not None and person.hired_on - induction.starts_on > LONG_AWAY
    if is_rehired and induction.starts_on < today - LONG_AWAY:
        return EndedWhy.LEFT
    return EndedWhy.TIME_OVER if induction.starts_on < today - OPEN_FOR else None


def _first_day(induction: Induction, person: Any, own: list[Any]) -> date | None:  # noqa: ANN401
    """Give the first day as HR has it now; none if HR has taken the new post back."""
    joined: date | None = person.hired_on
    if joined is not None and (induction.kind in HIRED or induction.starts_on <= joined):
        # A first day that is years off is a mistake, not a move.
        return joined if abs(joined - induction.starts_on) <= FURTHEST else induction.starts_on
    if induction.assignment_key is None or not own:
        return induction.starts_on
    in_post: list[date] = [
        row.effective_from
        for row in own
        if row.source_key == induction.assignment_key and row.post_id == induction.post_id
    ]
    if not in_post:
        return None
    if induction.starts_on in in_post:
        return induction.starts_on
    nearest = min(in_post, key=lambda day: abs(day - induction.starts_on))
    # Only an older row of the same post is left: HR has taken the move, or the return, back.
    return nearest if abs(nearest - induction.starts_on) <= FURTHEST else None


def _follow_place(induction: Induction, own: list[Any]) -> None:
    """Keep to which work it leads: later lines of a template are offered by it."""
    place = first_place(own, induction.starts_on)
    if induction.assignment_key is None and induction.kind not in HIRED:
        return  # it began with a row of another HR system: it stays as it is
    if place is None or place.post_id is None:
        return
    induction.assignment_key = place.source_key
    induction.post_id = place.post_id
    induction.organisation_unit_id = place.organisation_unit_id
    induction.staff_group = place.staff_group
    induction.job_role = place.job_role


def _move_tasks(
    db: "Session", organisation: "Organisation", moved: list[Induction], *, today: date
) -> None:
    """Give what is not done yet its new day. What is done stays done."""
    if not moved:
        return
    db.flush()
    nation = nation_of(organisation)
    first_days = {one.id: one.starts_on for one in moved}
    rows = db.execute(
        select(
            InductionTask.id,
            InductionTask.induction_id,
            InductionTask.days_from_start,
            InductionTask.done_at,
        ).where(InductionTask.induction_id.in_(first_days))
    )
    table = InductionTask.__table__
    changed = [
        {
            "it": row.id,
            "day": due_on(
                first_days[row.induction_id],
                row.days_from_start,
                nation=nation,
                today=today,
                is_done=row.done_at is not None,
            ),
        }
        for row in rows
    ]
    if changed:
        db.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("it"))
            .values(due_on=bindparam("day")),
            changed,
        )
        for one in moved:
            db.expire(one, ["tasks"])


def end_induction(db: "Session", induction: Induction, why: EndedWhy, *, on: date) -> None:
    """Close it without blame: nothing waits any more, and the private address goes."""
    induction.stage = InductionStage.ENDED
    induction.ended_on = on
    induction.ended_why = why
    erase_invitation(db, induction)
    if why is not EndedWhy.NEW_WORK:  # there, what is missing is handed on
        db.execute(
            update(Barrier)
            .where(Barrier.induction_id == induction.id, Barrier.fixed_on.is_(None))
            .values(fixed_on=on, outcome="No longer needed: these first months have ended.")
            .execution_options(synchronize_session=False)
        )
    _note(db, induction, AuditKind.INDUCTION_ENDED, why=why.value)


def erase_invitation(db: "Session", induction: Induction, *, now: datetime | None = None) -> None:
    """Forget the private address, and shut the link."""
    gone = now or datetime.now(UTC)
    db.execute(
        update(Invitation)
        .where(Invitation.induction_id == induction.id, Invitation.erased_at.is_(None))
        .values(private_address=None, erased_at=gone)
        .execution_options(synchronize_session=False)
    )


def _lose_buddy(
    db: "Session", induction: Induction, organisation: "Organisation", *, today: date
) -> None:
    """Ask the manager for another buddy: the one there was has left the trust."""
    induction.buddy_id = None
    induction.tasks.append(
        InductionTask(
            organisation_id=induction.organisation_id,
            line_key=f"buddy-again-{today:%Y%m%d}",
            milestone_key="now",
            milestone_name="Just now",
            days_from_start=(today - induction.starts_on).days,
            owner=TaskOwner.MANAGER,
            kind=LineKind.DO,
            wording="Choose another buddy",
            purpose="The buddy has left the trust. A person close by still helps most.",
            position=0,
            due_on=on_working_day(today + NEW_BUDDY_WITHIN, nation=nation_of(organisation)),
        )
    )
    _note(db, induction, AuditKind.BUDDY_LEFT)
    tell_without_buddy(db, induction, today=today)
    if induction.manager_id is not None:
        outbox.enqueue(
            db,
            "induction.buddy_left",
            organisation_id=induction.organisation_id,
            recipient_id=induction.manager_id,
            dedupe_key=f"induction.buddy_left:{induction.id}:{today.isoformat()}",
            payload={"induction": induction.id},
        )


def tell_without_buddy(db: "Session", induction: Induction, *, today: date) -> None:
    """Tell the starter, so that nobody waits for somebody who does not come."""
    outbox.enqueue(
        db,
        "induction.without_buddy",
        organisation_id=induction.organisation_id,
        recipient_id=induction.staff_member_id,
        dedupe_key=f"induction.without_buddy:{induction.id}:{today.isoformat()}",
        payload={"induction": induction.id},
    )


def _note(db: "Session", induction: Induction, kind: AuditKind, **details: str | int) -> None:
    audit.record(
        db,
        kind,
        induction,
        by=System(organisation_id=induction.organisation_id),
        subject_id=induction.staff_member_id,
        reason="hr",
        **details,
    )


def _follow_reporting_lines(db: "Session", organisation: "Organisation", *, today: date) -> None:
    """Hand each induction that is under way to the manager whom HR names today, if it names one."""
    manager = (
        select(ReportingLine.manager_id)
        .where(
            ReportingLine.staff_member_id == Induction.staff_member_id,
            ReportingLine.current_on(today),
        )
        .order_by(ReportingLine.starts_on.desc(), ReportingLine.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    db.execute(
        update(Induction)
        .where(
            Induction.organisation_id == organisation.id,
            Induction.stage == InductionStage.UNDER_WAY,
            manager.is_not(None),
            manager.is_distinct_from(Induction.manager_id),
        )
        .values(manager_id=manager)
        .execution_options(synchronize_session=False)
    )
