"""A second appraiser: named by either side, agreed by the appraisee, ends with the appraisal."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import Appraisal, AuditKind, SecondAppraiser, StandIn
from tracker.security.taking_part import agreed
from tracker.services import audit, outbox
from tracker.services.colleagues import find_colleague

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """Who takes part in one appraisal beside the two."""

    second: SecondAppraiser | None
    stand_ins: "Sequence[StandIn]"


def people_page(db: "Session", appraisal: Appraisal, *, today: date) -> PeoplePage:
    return PeoplePage(
        second=_live(db, appraisal), stand_ins=stand_ins_for(db, appraisal, today=today)
    )


def stand_ins_for(db: "Session", appraisal: Appraisal, *, today: date) -> "Sequence[StandIn]":
    """Give who holds this appraisal today in the place of its appraiser."""
    if not appraisal.is_open:
        return ()
    return db.scalars(
        select(StandIn)
        .where(
            StandIn.organisation_id == appraisal.organisation_id,
            StandIn.manager_id == appraisal.appraiser_id,
            StandIn.delegate_id != appraisal.appraisee_id,
            StandIn.current_on(today),
        )
        .options(joinedload(StandIn.delegate, innerjoin=True))
        .order_by(StandIn.starts_on)
    ).all()


def propose_second(  # noqa: PLR0913
    db: "Session",
    appraisal: Appraisal,
    email: str,
    *,
    by: "Identity",
    now: datetime,
    today: date,
) -> SecondAppraiser:
    """Name somebody. Named by the appraisee, it is agreed; by the appraiser, it waits for a yes.

    :raises InvalidInputError: for nobody we know, or one of the two.
    """
    _require_open(appraisal)
    person = find_colleague(db, appraisal.organisation_id, email, today=today, field="email")
    if person.id in {appraisal.appraisee_id, appraisal.appraiser_id}:
        raise InvalidInputError(
            "That is one of the two already. Name somebody else.", field="email"
        )
    is_own = by.staff_id == appraisal.appraisee_id
    second = SecondAppraiser(
        organisation_id=appraisal.organisation_id,
        appraisal_id=appraisal.id,
        staff_member_id=person.id,
        proposed_by_id=by.staff_id,
        proposed_at=now,
        agreed_at=now if is_own else None,
    )
    try:
        with db.begin_nested():
            db.add(second)
    except IntegrityError:
        raise NotAllowedNowError(
            "Somebody is named already. End that first, then name another."
        ) from None
    _note(db, AuditKind.SECOND_PROPOSED, appraisal, second, by=by)
    if is_own:
        _note(db, AuditKind.SECOND_AGREED, appraisal, second, by=by)
        _tell(db, appraisal, second, kind="appraisal.second_agreed", to=second.staff_member_id)
    else:
        _tell(db, appraisal, second, kind="appraisal.second_proposed", to=appraisal.appraisee_id)
    return second


def agree_second(db: "Session", appraisal: Appraisal, *, by: "Identity", now: datetime) -> None:
    """Say yes, as the person whose appraisal it is. Twice does no harm."""
    _require_open(appraisal)
    second = _live(db, appraisal)
    if second is None:
        raise NotFoundError("Nobody is named as second appraiser.")
    if second.agreed_at is not None:
        return
    second.agreed_at = now
    _note(db, AuditKind.SECOND_AGREED, appraisal, second, by=by)
    _tell(db, appraisal, second, kind="appraisal.second_agreed", to=second.staff_member_id)


def end_second(db: "Session", appraisal: Appraisal, *, by: "Identity", now: datetime) -> None:
    """Say no, end it, or step out. From then on this person sees nothing of the appraisal."""
    second = _live(db, appraisal)
    if second is None:
        return
    _note(db, AuditKind.SECOND_ENDED, appraisal, second, by=by)
    second.ended_at = now


def why_allowed(db: "Session", appraisal: Appraisal, by: "Identity") -> str:
    """Say why somebody may look, for the person to read."""
    if by.staff_id in {appraisal.appraiser_id, appraisal.appraisee_id}:
        return part_of(appraisal, by)
    is_second = db.scalar(
        select(
            exists().where(
                SecondAppraiser.appraisal_id == appraisal.id,
                SecondAppraiser.staff_member_id == by.staff_id,
                agreed(),
            )
        )
    )
    return part_of(appraisal, by, is_second=bool(is_second))


def part_of(appraisal: Appraisal, by: "Identity", *, is_second: bool = False) -> str:
    """Say the same, where it is known already who the second appraiser is."""
    if by.staff_id == appraisal.appraiser_id:
        return "appraiser"
    if by.staff_id == appraisal.appraisee_id:
        return "appraisee"
    return "second appraiser" if is_second else "stand-in"


def _live(db: "Session", appraisal: Appraisal) -> SecondAppraiser | None:
    if not appraisal.is_open:
        return None
    return db.scalar(
        select(SecondAppraiser)
        .where(SecondAppraiser.appraisal_id == appraisal.id, SecondAppraiser.ended_at.is_(None))
        .options(joinedload(SecondAppraiser.staff_member, innerjoin=True))
        .execution_options(populate_existing=True)
    )


def _require_open(appraisal: Appraisal) -> None:
    if not appraisal.is_open:
        raise NotAllowedNowError("This appraisal is closed, so nobody can join it.")


def _note(
    db: "Session",
    kind: AuditKind,
    appraisal: Appraisal,
    second: SecondAppraiser,
    *,
    by: "Identity",
) -> None:
    audit.record(
        db,
        kind,
        second,
        by=by,
        subject_id=appraisal.appraisee_id,
        reason=why_allowed(db, appraisal, by),
    )


def _tell(
    db: "Session", appraisal: Appraisal, second: SecondAppraiser, *, kind: str, to: int
) -> None:
    db.flush()
    outbox.enqueue(
        db,
        kind,
        organisation_id=appraisal.organisation_id,
        recipient_id=to,
        dedupe_key=f"{kind}:{second.id}",
        payload={"appraisal": appraisal.public_id},
    )
