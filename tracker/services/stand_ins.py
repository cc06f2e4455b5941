"""Who holds a manager's appraisals while the manager is away: from when to when, and why."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError
from tracker.models import AuditKind, AwayReason, StaffMember, StandIn
from tracker.services import audit, outbox
from tracker.services.colleagues import find_colleague

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: A longer absence is said anew: nobody keeps a manager's place by being forgotten.
LONGEST = timedelta(days=366)
REASON_WORDS = {
    AwayReason.AWAY: "Away from work",
    AwayReason.OTHER_WORK: "Other work for a time",
    AwayReason.POST_EMPTY: "The manager's post is empty",
    AwayReason.TOO_MANY: "Too many people for one manager",
}


@dataclass(frozen=True, kw_only=True)
class StandInDraft:
    """Who stands in for whom. Without a manager's email: for whoever says so."""

    delegate_email: str
    starts_on: date
    ends_on: date
    reason: AwayReason
    manager_email: str = ""


def name_stand_in(
    db: "Session", draft: StandInDraft, *, by: "Identity", now: datetime, today: date
) -> StandIn:
    """Let somebody hold a manager's open appraisals, from the first day to the last.

    :raises InvalidInputError: at the field that needs mending.
    """
    _check_days(draft, today)
    delegate = find_colleague(
        db, by.organisation_id, draft.delegate_email, today=today, field="delegate_email"
    )
    manager = (
        find_colleague(
            db, by.organisation_id, draft.manager_email, today=today, field="manager_email"
        )
        if draft.manager_email
        else db.get_one(StaffMember, by.staff_id)
    )
    _check_delegate(manager, delegate, by)
    _check_free(db, manager, draft)
    stand_in = StandIn(
        organisation_id=by.organisation_id,
        manager_id=manager.id,
        delegate_id=delegate.id,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        reason=draft.reason,
        recorded_by_id=by.staff_id,
        recorded_at=now,
    )
    db.add(stand_in)
    _note(db, AuditKind.STAND_IN_NAMED, stand_in, by=by)
    _tell(db, stand_in, "stand_in.named", delegate.id)
    if by.staff_id != manager.id:
        _tell(db, stand_in, "stand_in.for_you", manager.id)
    return stand_in


def _tell(db: "Session", stand_in: StandIn, kind: str, recipient_id: int) -> None:
    outbox.enqueue(
        db,
        kind,
        organisation_id=stand_in.organisation_id,
        recipient_id=recipient_id,
        dedupe_key=f"{kind}:{stand_in.public_id}",
        payload={"stand_in": stand_in.public_id},
    )


def _check_delegate(manager: StaffMember, delegate: StaffMember, by: "Identity") -> None:
    if manager.id == delegate.id:
        raise InvalidInputError(
            "Nobody stands in for themselves. Name somebody else.", field="delegate_email"
        )
    if delegate.id == by.staff_id:
        # Whoever arranges this sees dates and states: they cannot let themselves read the rest.
        raise InvalidInputError(
            "You cannot name yourself. Name somebody else, or ask the manager to name you.",
            field="delegate_email",
        )


def end_stand_in(db: "Session", stand_in: StandIn, *, by: "Identity", now: datetime) -> None:
    """End it before its last day. Twice does no harm."""
    if stand_in.ended_at is not None:
        return
    stand_in.ended_at = now
    _note(db, AuditKind.STAND_IN_ENDED, stand_in, by=by)


def stand_ins_of_all(db: "Session", *, by: "Identity", today: date) -> "Sequence[StandIn]":
    """Give those of today and to come, the soonest to end first."""
    return _live(db, by.organisation_id, today)


def own_stand_ins(db: "Session", *, by: "Identity", today: date) -> "Sequence[StandIn]":
    return _live(db, by.organisation_id, today, StandIn.manager_id == by.staff_id)


def _live(
    db: "Session", organisation_id: int, today: date, *conditions: object
) -> "Sequence[StandIn]":
    return db.scalars(
        select(StandIn)
        .where(
            StandIn.organisation_id == organisation_id,
            StandIn.ended_at.is_(None),
            StandIn.ends_on >= today,
            *conditions,  # type: ignore[arg-type]
        )
        .options(
            joinedload(StandIn.manager, innerjoin=True),
            joinedload(StandIn.delegate, innerjoin=True),
        )
        .order_by(StandIn.ends_on, StandIn.id)
    ).all()


def _check_days(draft: StandInDraft, today: date) -> None:
    if draft.starts_on < today:
        raise InvalidInputError(
            "That day has passed. Start today, or on a day to come.", field="starts_on"
        )
    if draft.ends_on < draft.starts_on:
        raise InvalidInputError(
            "The last day is before the first. Put one of them right.", field="ends_on"
        )
    if draft.ends_on - draft.starts_on > LONGEST:
        raise InvalidInputError(
            "That is more than a year. Choose a day within a year. You can say it again then.",
            field="ends_on",
        )


def _check_free(db: "Session", manager: StaffMember, draft: StandInDraft) -> None:
    taken = db.scalar(
        select(StandIn.id)
        .where(
            StandIn.organisation_id == manager.organisation_id,
            StandIn.manager_id == manager.id,
            StandIn.ended_at.is_(None),
            StandIn.starts_on <= draft.ends_on,
            StandIn.ends_on >= draft.starts_on,
        )
        .limit(1)
    )
    if taken is not None:
        raise InvalidInputError(
            "Somebody stands in during that time already. End that first, or choose other days.",
            field="starts_on",
        )


def _note(db: "Session", kind: AuditKind, stand_in: StandIn, *, by: "Identity") -> None:
    own = by.staff_id == stand_in.manager_id
    audit.record(
        db,
        kind,
        stand_in,
        by=by,
        subject_id=stand_in.manager_id,
        reason="own record" if own else "role",
    )
