"""Opens appraisals: by themselves when due, by either party, and anew for a new manager."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Integer,
    String,
    and_,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

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
from tracker.models.base import UTCDateTime, now
from tracker.services import outbox
from tracker.services.appraisal_cycles import LastAppraisal, cycles_of, due_on
from tracker.services.bulk import among, insert_new
from tracker.services.goal_offer_answers import bring_taken_up
from tracker.services.reporting import Managed, who_manages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor, Identity

#: How far a goal has come when it need not be carried over any more.
REACHED = (Progress.CONFIDENT, Progress.HELPS_OTHERS)


@dataclass(frozen=True, kw_only=True)
class Due:
    """One appraisal that is to open: whose, with whom, for when."""

    staff_member_id: int
    manager_id: int
    due_on: date
    #: the appraisal takes place elsewhere: this is a talk about digital goals alone
    is_goals_only: bool = False


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
    former = with_former_manager(db, managed, by)
    begin_anew(db, former, managed, by=by, today=today)
    appraisal = _open_appraisal_of(db, staff_member_id)
    if appraisal is not None:
        return appraisal
    last = last_appraisals(db, by.organisation_id, only=[staff_member_id])
    cycle = cycles_of(db, by.organisation_id).for_group(one.staff_group)
    soonest = today + cycle.notice
    day = due_on(cycle, last=last.get(staff_member_id), hired_on=one.hired_on, today=today)
    due = Due(
        staff_member_id=staff_member_id,
        manager_id=one.manager_id,
        due_on=min(day or soonest, soonest),
        is_goals_only=cycle.is_elsewhere,
    )
    # Who pressed the button at the same moment as the other one finds the other's.
    open_all(db, [due], last, by=by, today=today)
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
        newest = newest.where(among(db, Appraisal.appraisee_id, only))
    newest = newest.group_by(Appraisal.appraisee_id)
    rows = db.execute(
        select(
            Appraisal.appraisee_id,
            Appraisal.id,
            Appraisal.held_on,
            Appraisal.next_due_on,
            Appraisal.due_on,
        ).where(Appraisal.id.in_(newest))
    )
    return {
        appraisee_id: LastAppraisal(id=id_, held_on=held_on, next_due_on=next_on, due_on=due)
        for appraisee_id, id_, held_on, next_on, due in rows
    }


def _open_appraisal_of(db: "Session", staff_member_id: int) -> Appraisal | None:
    return db.scalar(
        select(Appraisal)
        .where(Appraisal.appraisee_id == staff_member_id, Appraisal.stage == AppraisalStage.OPEN)
        .execution_options(populate_existing=True)
    )


def open_all(
    db: "Session",
    due: list[Due],
    last: dict[int, LastAppraisal],
    *,
    by: "Actor",
    today: date,
) -> int:
    """Open appraisals in a handful of statements, however many; give how many were opened.

    Who has an open one already keeps that: the database itself sees to it, also when somebody
    starts theirs at this very moment.
    """
    if not due:
        return 0
    rows = [
        {
            "organisation_id": by.organisation_id,
            "public_id": new_public_id(),
            "appraisee_id": one.staff_member_id,
            "appraiser_id": one.manager_id,
            "previous_id": last[one.staff_member_id].id if one.staff_member_id in last else None,
            "due_on": one.due_on,
            "opened_on": today,
            "is_goals_only": one.is_goals_only,
        }
        for one in due
    ]
    opened = insert_new(
        db,
        Appraisal,
        rows,
        unless="appraisee_id",
        where="stage = 'open'",
        returning=("id", "public_id", "appraisee_id", "appraiser_id"),
    )
    if opened:
        _note_openings(db, opened, by)
        _carry_goals_over(db, [row.id for row in opened])
        bring_taken_up(db, [row.id for row in opened])
    return len(opened)


def _note_openings(db: "Session", opened: "Iterable[Any]", by: "Actor") -> None:
    """Write down what was opened, and tell both sides."""
    opened = list(opened)
    _write_down(db, [row.id for row in opened], by)
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


def _write_down(db: "Session", opened: list[int], by: "Actor") -> None:
    """Add a step and an audit event for each; the database makes the rows."""
    these = among(db, Appraisal.id, opened)
    at = literal(now(), type_=UTCDateTime)
    who = literal(by.staff_id, type_=Integer)
    ours = Appraisal.organisation_id
    step = select(ours, Appraisal.id, literal("opened"), who, at).where(these)
    db.execute(
        insert(AppraisalStep).from_select(
            ["organisation_id", "appraisal_id", "step", "by_id", "at"], step
        )
    )
    columns = ["organisation_id", "at", "kind", "actor_id", "subject_id", "record", "reason"]
    audited = select(
        ours,
        at,
        literal(AuditKind.APPRAISAL_OPENED, type_=AuditEvent.kind.type),
        who,
        Appraisal.appraisee_id,
        literal("appraisal:").concat(cast(Appraisal.id, String)),
        literal("due" if by.staff_id is None else "asked for"),
        literal({}, type_=JSON),
    ).where(these)
    db.execute(insert(AuditEvent).from_select([*columns, "details"], audited))


def _carry_goals_over(db: "Session", opened: list[int]) -> None:
    """Bring each goal of the last appraisal into the one just opened, with its story.

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
            among(db, Appraisal.id, opened),
            ~reached_before,
            ~exists().where(here.c.appraisal_id == Appraisal.id, here.c.goal_id == Goal.id),
        )
    )
    db.execute(
        insert(AppraisalGoal).from_select(
            ["organisation_id", "appraisal_id", "goal_id", "is_carried_over"], source
        )
    )


def with_former_manager(
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


def begin_anew(
    db: "Session",
    moved: list[tuple[int, int]],
    managed: dict[int, Managed],
    *,
    by: "Actor",
    today: date,
) -> int:
    """Close what was begun with a former manager and open it with the new one.

    The person's own notes go along, private again until they share them anew. What the former
    manager wrote, and goals that nobody signed, stay behind in the closed one.
    """
    if not moved:
        return 0
    closed = close_unsigned(db, [id_ for id_, _person in moved], because="new_manager", by=by)
    old = {appraisee_id: (due, is_goals_only) for appraisee_id, due, is_goals_only in closed}
    last = last_appraisals(db, by.organisation_id, only=list(old))
    again = [
        Due(
            staff_member_id=person,
            manager_id=managed[person].manager_id,
            due_on=max(due, today),
            is_goals_only=is_goals_only,
        )
        for person, (due, is_goals_only) in old.items()
    ]
    open_all(db, again, last, by=by, today=today)
    _copy_own_notes(db, [id_ for id_, person in moved if person in old])
    return len(again)


def close_unsigned(
    db: "Session", ids: list[int], *, because: str, by: "Actor"
) -> list[tuple[int, date, bool]]:
    """Close open appraisals without signatures, and say whose they were, due when.

    One that is being signed at this moment is left for the next time.
    """
    rows = db.execute(
        select(Appraisal.id, Appraisal.appraisee_id, Appraisal.due_on, Appraisal.is_goals_only)
        .where(Appraisal.id.in_(ids), Appraisal.stage == AppraisalStage.OPEN)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return []
    found = [row.id for row in rows]
    db.execute(
        update(Appraisal)
        .where(Appraisal.id.in_(found))
        .values(stage=AppraisalStage.WITHDRAWN, closed_because=because)
    )
    own: dict[str, Any] = {"organisation_id": by.organisation_id}
    db.execute(
        insert(AppraisalStep),
        [{**own, "appraisal_id": id_, "step": "withdrawn", "by_id": by.staff_id} for id_ in found],
    )
    db.execute(
        insert(AuditEvent),
        [
            {
                **own,
                "kind": AuditKind.APPRAISAL_CLOSED,
                "actor_id": by.staff_id,
                "subject_id": row.appraisee_id,
                "record": f"appraisal:{row.id}",
                "reason": because,
                "details": {},
            }
            for row in rows
        ],
    )
    new_goals = select(AppraisalGoal.goal_id).where(
        AppraisalGoal.appraisal_id.in_(found), AppraisalGoal.is_carried_over.is_(False)
    )
    db.execute(update(Goal).where(Goal.id.in_(new_goals)).values(is_dropped=True))
    return [(row.appraisee_id, row.due_on, row.is_goals_only) for row in rows]


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
