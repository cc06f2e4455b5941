"""Opens appraisals: by themselves when due, by either party, and anew for a new manager."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

from tracker.errors import NotAllowedNowError
from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalPreparation,
    AppraisalStage,
    AppraisalStep,
    AuditEvent,
    AuditKind,
    Goal,
    GoalProgress,
    Progress,
    SealedRecord,
    Side,
    new_public_id,
)
from tracker.security.identity import System
from tracker.services import outbox
from tracker.services.appraisal_cycles import LastAppraisal, cycles_of, due_on
from tracker.services.goal_offer_answers import bring_taken_up
from tracker.services.reporting import Managed, who_manages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from tracker.models import Organisation
    from tracker.security.identity import Actor, Identity

#: How far a goal has come when it need not be carried over any more.
REACHED = (Progress.CONFIDENT, Progress.HELPS_OTHERS)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a night's opening brought."""

    opened: int
    handed_over: int


def open_due_appraisals(db: "Session", organisation: "Organisation", *, today: date) -> Opened:
    """Open an appraisal for everybody whose next one is due within their cycle's notice.

    Those whose manager has changed go on with the new one. Safe to run twice; the number of
    queries does not grow with the number of people.
    """
    by = System(organisation_id=organisation.id)
    managed = who_manages(db, organisation.id, today=today)
    moved = _with_former_manager(db, managed, by)
    _begin_anew(db, moved, managed, by=by, today=today)

    busy = set(_open_appraisees(db, organisation.id))
    last = last_appraisals(db, organisation.id)
    cycles = cycles_of(db, organisation.id)
    due: list[tuple[Managed, date]] = []
    for one in managed.values():
        if one.staff_member_id in busy or one.is_away:
            continue
        cycle = cycles.for_group(one.staff_group)
        day = due_on(cycle, last=last.get(one.staff_member_id), hired_on=one.hired_on, today=today)
        if day is not None and day - cycle.notice <= today:
            due.append((one, day))
    _open(db, due, last, by=by, today=today)
    return Opened(opened=len(due), handed_over=len(moved))


def open_appraisal(
    db: "Session", staff_member_id: int, *, by: "Identity", today: date
) -> Appraisal:
    """Open one person's appraisal now, asked for by that person or their manager.

    An appraisal that is open already is given as it is; one with a former manager begins anew.

    :raises NotAllowedNowError: when nobody is known to manage that person.
    """
    managed = who_manages(db, by.organisation_id, today=today, only=[staff_member_id])
    one = managed.get(staff_member_id)
    if one is None:
        raise NotAllowedNowError(
            "We do not know who your manager is. Ask your manager or HR to put it right in the "
            "staff record. Then you can start here."
        )
    former = _with_former_manager(db, managed, by)
    if former:
        _begin_anew(db, former, managed, by=by, today=today)
    appraisal = _open_appraisal_of(db, staff_member_id)
    if appraisal is not None:
        return appraisal
    last = last_appraisals(db, by.organisation_id, only=[staff_member_id])
    cycle = cycles_of(db, by.organisation_id).for_group(one.staff_group)
    day = due_on(cycle, last=last.get(staff_member_id), hired_on=one.hired_on, today=today)
    try:
        with db.begin_nested():
            _open(
                db,
                [(one, min(day or today + cycle.notice, today + cycle.notice))],
                last,
                by=by,
                today=today,
            )
    except IntegrityError:  # the other party pressed the button at the same moment
        pass
    appraisal = _open_appraisal_of(db, staff_member_id)
    if appraisal is None:  # pragma: no cover - the index that refused it says there is one
        raise NotAllowedNowError("The appraisal could not be started. Try again in a minute.")
    return appraisal


def last_appraisals(
    db: "Session", organisation_id: int, *, only: "Iterable[int] | None" = None
) -> dict[int, LastAppraisal]:
    """Give the last signed appraisal of each person who has one."""
    newest = select(func.max(Appraisal.id)).where(
        Appraisal.organisation_id == organisation_id, Appraisal.stage == AppraisalStage.SIGNED
    )
    if only is not None:
        newest = newest.where(Appraisal.appraisee_id.in_(list(only)))
    newest = newest.group_by(Appraisal.appraisee_id)
    rows = db.execute(
        select(
            Appraisal.appraisee_id, Appraisal.id, Appraisal.held_on, Appraisal.next_due_on
        ).where(Appraisal.id.in_(newest))
    )
    return {
        appraisee_id: LastAppraisal(id=id_, held_on=held_on, next_due_on=next_due_on)
        for appraisee_id, id_, held_on, next_due_on in rows
    }


def _open_appraisees(db: "Session", organisation_id: int) -> "Iterable[int]":
    return db.scalars(
        select(Appraisal.appraisee_id).where(
            Appraisal.organisation_id == organisation_id,
            Appraisal.stage == AppraisalStage.OPEN,
        )
    )


def _open_appraisal_of(db: "Session", staff_member_id: int) -> Appraisal | None:
    return db.scalar(
        select(Appraisal)
        .where(Appraisal.appraisee_id == staff_member_id, Appraisal.stage == AppraisalStage.OPEN)
        .execution_options(populate_existing=True)
    )


def _open(
    db: "Session",
    due: list[tuple[Managed, date]],
    last: dict[int, LastAppraisal],
    *,
    by: "Actor",
    today: date,
) -> None:
    """Open appraisals in a handful of statements, however many there are."""
    if not due:
        return
    rows = [
        {
            "organisation_id": by.organisation_id,
            "public_id": new_public_id(),
            "appraisee_id": one.staff_member_id,
            "appraiser_id": one.manager_id,
            "previous_id": last[one.staff_member_id].id if one.staff_member_id in last else None,
            "due_on": day,
            "opened_on": today,
        }
        for one, day in due
    ]
    opened = db.execute(
        insert(Appraisal).returning(
            Appraisal.id, Appraisal.public_id, Appraisal.appraisee_id, Appraisal.appraiser_id
        ),
        rows,
    ).all()
    _note_openings(db, opened, by)
    _carry_goals_over(db, by, today)
    bring_taken_up(db, by, today)


def _note_openings(db: "Session", opened: "Iterable[Any]", by: "Actor") -> None:
    """Write down what was opened, and tell both sides."""
    opened = list(opened)
    own: dict[str, Any] = {"organisation_id": by.organisation_id}
    db.execute(
        insert(AppraisalStep),
        [{**own, "appraisal_id": row.id, "step": "opened", "by_id": by.staff_id} for row in opened],
    )
    db.execute(
        insert(AuditEvent),
        [
            {
                **own,
                "kind": AuditKind.APPRAISAL_OPENED,
                "actor_id": by.staff_id,
                "subject_id": row.appraisee_id,
                "record": f"appraisal:{row.id}",
                "reason": "due" if by.staff_id is None else "asked for",
                "details": {},
            }
            for row in opened
        ],
    )
    outbox.enqueue_all(
        db,
        [
            outbox.Message(
                kind=kind,
                recipient_id=recipient_id,
                dedupe_key=f"{kind}:{row.public_id}",
                payload={"appraisal": row.public_id},
            )
            for row in opened
            for kind, recipient_id in (
                ("appraisal.opened", row.appraisee_id),
                ("appraisal.to_hold", row.appraiser_id),
            )
        ],
        organisation_id=by.organisation_id,
    )


def _carry_goals_over(db: "Session", by: "Actor", today: date) -> None:
    """Bring each goal of the last appraisal into the one opened today, with its story.

    Left behind are goals that were dropped, or reached before the last one was signed.
    """
    last_goal = AppraisalGoal.__table__.alias("last_goal")
    here = AppraisalGoal.__table__.alias("here")
    reached_before = exists().where(
        or_(
            and_(GoalProgress.progress.in_(REACHED), GoalProgress.at <= SealedRecord.sealed_at),
            Goal.closed_at <= SealedRecord.sealed_at,
        ),
        GoalProgress.goal_id == Goal.id,
        SealedRecord.appraisal_id == Appraisal.previous_id,
    )
    source = (
        select(Appraisal.organisation_id, Appraisal.id, Goal.id, literal(value=True))
        .join(last_goal, last_goal.c.appraisal_id == Appraisal.previous_id)
        .join(Goal, and_(Goal.id == last_goal.c.goal_id, Goal.is_dropped.is_(False)))
        .where(
            Appraisal.organisation_id == by.organisation_id,
            Appraisal.stage == AppraisalStage.OPEN,
            Appraisal.opened_on == today,
            ~reached_before,
            ~exists().where(here.c.appraisal_id == Appraisal.id, here.c.goal_id == Goal.id),
        )
    )
    db.execute(
        insert(AppraisalGoal).from_select(
            ["organisation_id", "appraisal_id", "goal_id", "is_carried_over"], source
        )
    )


def _with_former_manager(
    db: "Session", managed: dict[int, Managed], by: "Actor"
) -> list[tuple[int, int]]:
    """Find open appraisals whose manager no longer is one: (appraisal, person)."""
    query = select(Appraisal.id, Appraisal.appraisee_id, Appraisal.appraiser_id).where(
        Appraisal.organisation_id == by.organisation_id, Appraisal.stage == AppraisalStage.OPEN
    )
    if len(managed) == 1:
        query = query.where(Appraisal.appraisee_id.in_(managed))
    return [
        (id_, appraisee_id)
        for id_, appraisee_id, appraiser_id in db.execute(query)
        if appraisee_id in managed and appraiser_id not in managed[appraisee_id].manager_ids
    ]


def _begin_anew(
    db: "Session",
    moved: list[tuple[int, int]],
    managed: dict[int, Managed],
    *,
    by: "Actor",
    today: date,
) -> None:
    """Close what was begun with a former manager and open it with the new one.

    The person's own notes go along, private again until they share them anew. What the former
    manager wrote, and goals that nobody signed, stay behind in the closed one.
    """
    if not moved:
        return
    old_ids = [appraisal_id for appraisal_id, _person in moved]
    due_dates = dict(
        db.execute(
            select(Appraisal.appraisee_id, Appraisal.due_on).where(Appraisal.id.in_(old_ids))
        ).all()
    )
    db.execute(
        update(Appraisal).where(Appraisal.id.in_(old_ids)).values(stage=AppraisalStage.WITHDRAWN)
    )
    db.execute(
        insert(AppraisalStep),
        [
            {
                "organisation_id": by.organisation_id,
                "appraisal_id": id_,
                "step": "withdrawn",
                "by_id": by.staff_id,
            }
            for id_ in old_ids
        ],
    )
    new_goals = select(AppraisalGoal.goal_id).where(
        AppraisalGoal.appraisal_id.in_(old_ids), AppraisalGoal.is_carried_over.is_(False)
    )
    db.execute(update(Goal).where(Goal.id.in_(new_goals)).values(is_dropped=True))
    last = last_appraisals(db, by.organisation_id, only=[person for _id, person in moved])
    again = [(managed[person], max(due_dates[person], today)) for _id, person in moved]
    _open(db, again, last, by=by, today=today)
    _copy_own_notes(db, old_ids)


def _copy_own_notes(db: "Session", old_ids: list[int]) -> None:
    old = Appraisal.__table__.alias("old")
    notes = AppraisalPreparation
    kept = ("went_well", "got_in_the_way", "would_help", "wellbeing", "version", "saved_at")
    source = (
        select(
            notes.organisation_id,
            Appraisal.id,
            notes.side,
            *(getattr(notes, column) for column in kept),
        )
        .join(old, old.c.id == notes.appraisal_id)
        .join(
            Appraisal,
            and_(
                Appraisal.appraisee_id == old.c.appraisee_id,
                Appraisal.stage == AppraisalStage.OPEN,
            ),
        )
        .where(old.c.id.in_(old_ids), notes.side == Side.APPRAISEE)
    )
    db.execute(
        insert(notes).from_select(["organisation_id", "appraisal_id", "side", *kept], source)
    )
