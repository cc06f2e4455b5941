"""Asked, accepted or declined kindly, thanked: what passes between people and champions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Assignment,
    AuditKind,
    Champion,
    ChampionRequest,
    Induction,
    InductionStage,
    Organisation,
    RequestKind,
    RequestState,
    StaffMember,
)
from tracker.security.identity import System
from tracker.services import audit, outbox
from tracker.services.champions import HOLDS_ROOM, candidates, near_by
from tracker.services.induction_follow import tell_without_buddy
from tracker.services.inductions import choose_buddy
from tracker.services.reporting import AWAY, is_primary_today

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

FULL = (
    "Somebody was a moment quicker, and now their hands are full. "
    "Nobody was asked. Choose another from the list."
)


@dataclass(frozen=True, kw_only=True)
class Requests:
    """What one person was asked, and what they asked of others."""

    to_answer: tuple[ChampionRequest, ...]
    helping: tuple[ChampionRequest, ...]
    asked: tuple[ChampionRequest, ...]
    thanks: tuple[ChampionRequest, ...]


def requests_of(db: "Session", *, by: "Identity") -> Requests:
    """Gather one's requests in one query, the newest first."""
    rows = db.scalars(
        select(ChampionRequest)
        .join(Champion, Champion.id == ChampionRequest.champion_id)
        .where(
            ChampionRequest.organisation_id == by.organisation_id,
            or_(
                Champion.staff_member_id == by.staff_id, ChampionRequest.asked_by_id == by.staff_id
            ),
        )
        .options(
            joinedload(ChampionRequest.champion).joinedload(Champion.staff_member),
            joinedload(ChampionRequest.person),
            joinedload(ChampionRequest.asked_by),
        )
        .order_by(ChampionRequest.id.desc())
        .limit(100)
    ).all()
    mine = [one for one in rows if one.champion.staff_member_id == by.staff_id]
    return Requests(
        to_answer=tuple(one for one in mine if one.state is RequestState.ASKED),
        helping=tuple(one for one in mine if one.state is RequestState.ACCEPTED),
        asked=tuple(one for one in rows if one.asked_by_id == by.staff_id),
        thanks=tuple(one for one in mine if one.thanked_at is not None),
    )


def buddy_requests(db: "Session", induction: Induction) -> list[ChampionRequest]:
    """Give who was asked to be this starter's buddy, the newest first."""
    return list(
        db.scalars(
            select(ChampionRequest)
            .where(ChampionRequest.induction_id == induction.id)
            .options(joinedload(ChampionRequest.champion).joinedload(Champion.staff_member))
            .order_by(ChampionRequest.id.desc())
        )
    )


def ask_to_be_buddy(
    db: "Session", induction: Induction, champion_id: str, *, by: "Identity", today: date
) -> ChampionRequest:
    """Ask a champion near by to be a starter's buddy. One is asked at a time.

    :raises InvalidInputError: for somebody who cannot be asked.
    :raises NotAllowedNowError: when their hands are full by now, or another was asked already.
    """
    _lock(db, induction)
    if not induction.is_under_way:
        raise NotAllowedNowError("This induction is over. It needs no buddy now.")
    waiting = [one for one in buddy_requests(db, induction) if one.state in HOLDS_ROOM]
    if waiting:
        if waiting[0].champion.public_id == champion_id:
            return waiting[0]  # the button was pressed twice
        raise NotAllowedNowError(
            "You have asked somebody already. Wait for the answer, or take it back first."
        )
    champion = _locked_champion(db, champion_id, by=by)
    if champion not in [one.champion for one in near_by(db, induction, today=today)]:
        room = _room(db, champion, by=by, today=today)
        raise (
            NotAllowedNowError(FULL)
            if room <= 0
            else InvalidInputError("Choose somebody from the list.")
        )
    return _ask(
        db,
        ChampionRequest(
            organisation_id=by.organisation_id,
            kind=RequestKind.BUDDY,
            champion=champion,
            person_id=induction.staff_member_id,
            asked_by_id=by.staff_id,
            induction_id=induction.id,
        ),
        by=by,
    )


def ask_for_help(
    db: "Session", champion_id: str, wording: str, *, by: "Identity", today: date
) -> ChampionRequest:
    """Ask a champion for help with something. Asked twice, it is one request."""
    champion = _locked_champion(db, champion_id, by=by)
    if champion.staff_member_id == by.staff_id:
        raise InvalidInputError("That is you. Choose another champion.")
    known = db.scalar(
        select(ChampionRequest)
        .where(
            ChampionRequest.champion_id == champion.id,
            ChampionRequest.asked_by_id == by.staff_id,
            ChampionRequest.kind == RequestKind.HELP,
            ChampionRequest.state.in_(HOLDS_ROOM),
        )
        .limit(1)
    )
    if known is not None:
        known.wording = wording if known.state is RequestState.ASKED else known.wording
        return known
    if _room(db, champion, by=by, today=today) <= 0:
        raise NotAllowedNowError(FULL)
    return _ask(
        db,
        ChampionRequest(
            organisation_id=by.organisation_id,
            kind=RequestKind.HELP,
            champion=champion,
            person_id=by.staff_id,
            asked_by_id=by.staff_id,
            wording=wording,
        ),
        by=by,
    )


def _ask(db: "Session", request: ChampionRequest, *, by: "Identity") -> ChampionRequest:
    db.add(request)
    audit.record(db, AuditKind.CHAMPION_ASKED, request, by=by, subject_id=request.person_id)
    _tell(db, request, "champion.asked", request.champion.staff_member_id)
    return request


def _locked_champion(db: "Session", public_id: str, *, by: "Identity") -> Champion:
    """Take the champion's row, so that two who ask at once are asked one after the other."""
    champion = db.scalar(
        select(Champion)
        .where(Champion.organisation_id == by.organisation_id, Champion.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if champion is None:
        raise InvalidInputError("Choose somebody from the list.")
    return champion


def _lock(db: "Session", record: ChampionRequest | Induction) -> None:
    """Make another who presses a button at this moment wait, and read the record afresh."""
    db.flush()
    kind = type(record)
    db.execute(
        select(kind)
        .where(kind.id == record.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _room(db: "Session", champion: Champion, *, by: "Identity", today: date) -> int:
    found = candidates(db, by.organisation_id, None, today=today)
    return next((one.room for one in found if one.champion is champion), 0)


def accept(db: "Session", request: ChampionRequest, *, by: "Identity", now: datetime) -> None:
    """Say yes. For a starter, the champion is the buddy from now on.

    :raises NotAllowedNowError: when it was taken back, or is not needed any more.
    """
    _lock(db, request)
    if request.state is RequestState.ACCEPTED:
        return
    if request.state is not RequestState.ASKED:
        raise NotAllowedNowError("This is not needed any more. Thank you all the same.")
    if request.induction is not None:
        choose_buddy(db, request.induction, request.champion.staff_member, by=by)
    _answer(db, request, RequestState.ACCEPTED, by=by, now=now)
    _tell(db, request, "champion.accepted", request.asked_by_id)


def decline(db: "Session", request: ChampionRequest, *, by: "Identity", now: datetime) -> None:
    """Say no, without a reason: nobody owes one."""
    _lock(db, request)
    if request.state is not RequestState.ASKED:
        return
    _answer(db, request, RequestState.DECLINED, by=by, now=now)
    _tell(db, request, "champion.declined", request.asked_by_id)


def withdraw(db: "Session", request: ChampionRequest, *, by: "Identity", now: datetime) -> None:
    """Take a request back that was not answered yet."""
    _lock(db, request)
    if request.state is RequestState.ASKED:
        _answer(db, request, RequestState.WITHDRAWN, by=by, now=now)


def finish(db: "Session", request: ChampionRequest, *, by: "Identity", now: datetime) -> None:
    """Say that the help is over; the champion has room for somebody else."""
    _lock(db, request)
    if request.state is RequestState.ACCEPTED:
        request.state, request.ended_at = RequestState.ENDED, now
        audit.record(db, AuditKind.CHAMPION_ANSWERED, request, by=by, subject_id=request.person_id)


def thank(
    db: "Session", request: ChampionRequest, words: str, *, by: "Identity", now: datetime
) -> None:
    """Thank a champion for what they did.

    :raises NotAllowedNowError: before they said yes.
    """
    if request.state not in {RequestState.ACCEPTED, RequestState.ENDED}:
        raise NotAllowedNowError("You can thank them once they have said yes.")
    request.thanked_at, request.thanks = now, words
    audit.record(db, AuditKind.CHAMPION_THANKED, request, by=by, subject_id=request.person_id)
    _tell(db, request, "champion.thanked", request.champion.staff_member_id)


def _answer(
    db: "Session",
    request: ChampionRequest,
    state: RequestState,
    *,
    by: "Identity",
    now: datetime,
) -> None:
    request.state, request.answered_at = state, now
    audit.record(
        db,
        AuditKind.CHAMPION_ANSWERED,
        request,
        by=by,
        subject_id=request.person_id,
        state=state.value,
    )


def _tell(db: "Session", request: ChampionRequest, kind: str, recipient_id: int) -> None:
    db.flush()
    outbox.enqueue(
        db,
        kind,
        organisation_id=request.organisation_id,
        recipient_id=recipient_id,
        dedupe_key=f"{kind}:{request.public_id}",
        payload={"path": "/champions/me"},
    )


def look_after(db: "Session", organisation: Organisation, *, today: date, now: datetime) -> int:
    """End what a champion who has left, stopped or is away for long can no longer do.

    The manager is asked to find another buddy. Returns how many lost theirs. Safe to run twice.
    """
    rows = db.execute(
        select(ChampionRequest, StaffMember.left_on, Assignment.status, Champion.stopped_on)
        .join(Champion, Champion.id == ChampionRequest.champion_id)
        .join(StaffMember, StaffMember.id == Champion.staff_member_id)
        .outerjoin(
            Assignment, (Assignment.staff_member_id == StaffMember.id) & is_primary_today(today)
        )
        .where(
            ChampionRequest.organisation_id == organisation.id,
            ChampionRequest.state.in_(HOLDS_ROOM),
        )
        .options(joinedload(ChampionRequest.induction), joinedload(ChampionRequest.champion))
        .order_by(ChampionRequest.id)
    ).all()
    lost = 0
    for request, left_on, status, stopped_on in rows:
        is_over = (
            request.induction is not None
            and request.induction.stage is not InductionStage.UNDER_WAY
        )
        is_gone = (left_on is not None and left_on < today) or stopped_on is not None
        is_away = any(word in (status or "").lower() for word in AWAY)
        if is_over or is_gone or is_away:
            request.state, request.ended_at = RequestState.ENDED, now
            lost += int(not is_over and _free(db, request, organisation, today=today))
    return lost


def _free(
    db: "Session", request: ChampionRequest, organisation: Organisation, *, today: date
) -> bool:
    """Take a buddy away who cannot be one any more, and ask the manager for another."""
    induction = request.induction
    if induction is None:
        return False
    is_buddy = induction.buddy_id == request.champion.staff_member_id
    if is_buddy:
        choose_buddy(db, induction, None, by=System(organisation_id=organisation.id))
        tell_without_buddy(db, induction, today=today)
    # For a buddy who has left, the induction has asked for another already.
    if induction.manager_id is not None and (is_buddy or request.answered_at is None):
        outbox.enqueue(
            db,
            "champion.lost",
            organisation_id=organisation.id,
            recipient_id=induction.manager_id,
            dedupe_key=f"champion.lost:{request.public_id}",
            payload={"path": f"/inductions/{induction.public_id}/buddies"},
        )
    return True
