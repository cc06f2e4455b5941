"""What fills in each kind of mail, looked up when it is sent: by then it may be done."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.models import (
    Appraisal,
    AppraisalStage,
    Barrier,
    Framework,
    FrameworkReview,
    FrameworkState,
    Induction,
    Invitation,
    OutboxMessage,
    SecondAppraiser,
    Signature,
    StandIn,
    SurveyInvitation,
    SurveyRound,
)
from tracker.services import appointment_mail
from tracker.services.mail_facts import Facts, Look
from tracker.services.mail_words import day_in_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def from_payload(_db: "Session", message: OutboxMessage, _today: date) -> Facts:
    """Take the page and the words from the payload, where they cannot grow old."""
    payload = {key: str(value) for key, value in message.payload.items()}
    return Facts(path=payload.pop("path", ""), words=payload)


def _appraisal(db: "Session", message: OutboxMessage) -> Appraisal | None:
    return db.scalar(
        select(Appraisal)
        .where(
            Appraisal.organisation_id == message.organisation_id,
            Appraisal.public_id == str(message.payload.get("appraisal", "")),
        )
        .options(joinedload(Appraisal.appraisee), joinedload(Appraisal.appraiser))
    )


def _to_prepare(db: "Session", message: OutboxMessage, _today: date) -> Facts | None:
    appraisal = _appraisal(db, message)
    if appraisal is None or not appraisal.is_open or appraisal.held_on is not None:
        return None
    return Facts(
        words={
            "manager": appraisal.appraiser.first_name,
            "person": appraisal.appraisee.first_name,
            "due": day_in_words(appraisal.due_on),
        },
        path=f"/appraisals/{appraisal.public_id}",
    )


def _to_sign(db: "Session", message: OutboxMessage, _today: date) -> Facts | None:
    appraisal = _appraisal(db, message)
    if appraisal is None or not appraisal.is_open:
        return None
    signers = set(
        db.scalars(select(Signature.signer_id).where(Signature.appraisal_id == appraisal.id))
    )
    # Taken back, or signed in the meantime: there is nothing to ask for.
    if not signers or message.recipient_id in signers:
        return None
    return _about_the_other(appraisal, message)


def _sealed(db: "Session", message: OutboxMessage, _today: date) -> Facts | None:
    appraisal = _appraisal(db, message)
    if appraisal is None or appraisal.stage is not AppraisalStage.SIGNED:
        return None
    return _about_the_other(appraisal, message)


def _added_to(db: "Session", message: OutboxMessage, today: date) -> Facts | None:
    facts = _sealed(db, message, today)
    return None if facts is None else replace(facts, path=f"{facts.path}/record")


def _about_the_other(appraisal: Appraisal, message: OutboxMessage) -> Facts:
    own = message.recipient_id == appraisal.appraisee_id
    other = appraisal.appraiser if own else appraisal.appraisee
    return Facts(words={"other": other.first_name}, path=f"/appraisals/{appraisal.public_id}")


def _second(db: "Session", message: OutboxMessage, _today: date) -> Facts | None:
    """Say who is named; not needed any more once it has ended, or was agreed to."""
    appraisal = _appraisal(db, message)
    if appraisal is None or not appraisal.is_open:
        return None
    second = db.scalar(
        select(SecondAppraiser)
        .where(SecondAppraiser.appraisal_id == appraisal.id, SecondAppraiser.ended_at.is_(None))
        .options(joinedload(SecondAppraiser.staff_member, innerjoin=True))
    )
    waits = message.recipient_id == appraisal.appraisee_id
    if second is None or second.is_agreed is waits:
        return None
    return Facts(
        words={
            "manager": appraisal.appraiser.first_name,
            "person": appraisal.appraisee.first_name,
            "second": second.staff_member.first_name,
        },
        path=f"/appraisals/{appraisal.public_id}/people",
    )


def _stand_in(db: "Session", message: OutboxMessage, today: date) -> Facts | None:
    stand_in = db.scalar(
        select(StandIn)
        .where(
            StandIn.organisation_id == message.organisation_id,
            StandIn.public_id == str(message.payload.get("stand_in", "")),
        )
        .options(
            joinedload(StandIn.manager, innerjoin=True),
            joinedload(StandIn.delegate, innerjoin=True),
        )
    )
    if stand_in is None or stand_in.ended_at is not None or stand_in.ends_on < today:
        return None
    is_for_manager = message.kind == "stand_in.for_you"
    who = (
        {"person": stand_in.delegate.name}
        if is_for_manager
        else {"manager": stand_in.manager.first_name}
    )
    return Facts(
        words={
            **who,
            "from_day": day_in_words(stand_in.starts_on),
            "until_day": day_in_words(stand_in.ends_on),
        },
        path="/team/stand-ins" if is_for_manager else "/team",
    )


def _welcome(db: "Session", message: OutboxMessage, today: date) -> Facts | None:
    invitation = db.get(Invitation, int(message.payload.get("invitation", 0)))
    is_ours = invitation is not None and invitation.organisation_id == message.organisation_id
    if invitation is None or not is_ours or not invitation.private_address:
        return None
    induction = invitation.induction
    if not induction.is_under_way or induction.starts_on <= today:
        return None
    return Facts(address=invitation.private_address, path=f"/welcome/{invitation.public_id}")


def _hello(db: "Session", message: OutboxMessage, _today: date) -> Facts | None:
    induction = db.get(Induction, int(message.payload.get("induction", 0)))
    if induction is None or not induction.is_under_way:
        return None
    helper = induction.buddy or induction.manager
    return Facts(
        words={"helper": helper.first_name if helper else "your manager"},
        path=f"/inductions/{induction.public_id}",
    )


def _without_buddy(db: "Session", message: OutboxMessage, _today: date) -> Facts | None:
    induction = db.get(Induction, int(message.payload.get("induction", 0)))
    if induction is None or not induction.is_under_way or induction.buddy_id is not None:
        return None
    manager = induction.manager.first_name if induction.manager else "your manager"
    return Facts(words={"manager": manager}, path=f"/inductions/{induction.public_id}")


def _buddy_left(db: "Session", message: OutboxMessage, _today: date) -> Facts | None:
    induction = db.get(Induction, int(message.payload.get("induction", 0)))
    if induction is None or induction.organisation_id != message.organisation_id:
        return None
    if not induction.is_under_way or induction.buddy_id is not None:
        return None
    return Facts(
        words={"person": induction.staff_member.first_name},
        path=f"/inductions/{induction.public_id}",
    )


def _barrier_raised(db: "Session", message: OutboxMessage, _today: date) -> Facts | None:
    """Look whether it is still in the way, and still theirs to mend."""
    barrier = db.scalar(
        select(Barrier)
        .where(
            Barrier.organisation_id == message.organisation_id,
            Barrier.public_id == str(message.payload.get("barrier", "")),
            Barrier.owner_id == message.recipient_id,
            Barrier.fixed_on.is_(None),
        )
        .options(joinedload(Barrier.staff_member, innerjoin=True))
    )
    if barrier is None:
        return None
    return Facts(
        words={"person": barrier.staff_member.first_name}, path=f"/barriers/{barrier.public_id}"
    )


def _survey(db: "Session", message: OutboxMessage, today: date) -> Facts | None:
    found = db.execute(
        select(SurveyRound, SurveyInvitation.has_begun)
        .join(SurveyInvitation, SurveyInvitation.survey_round_id == SurveyRound.id)
        .where(
            SurveyRound.organisation_id == message.organisation_id,
            SurveyRound.id == int(message.payload.get("round_id", 0)),
            SurveyInvitation.staff_member_id == message.recipient_id,
        )
    ).first()
    if found is None or found.has_begun or not found.SurveyRound.is_open(today):
        return None
    return Facts(path=f"/surveys/{found.SurveyRound.public_id}")


def _to_read(db: "Session", message: OutboxMessage, today: date) -> Facts | None:
    """Look whether the framework is still being read, and the answer still open."""
    del today
    found = db.execute(
        select(Framework.public_id, Framework.name)
        .join(FrameworkReview, FrameworkReview.framework_id == Framework.id)
        .where(
            FrameworkReview.id == message.payload["review_id"],
            FrameworkReview.closed_at.is_(None),
            FrameworkReview.answered_at.is_(None),
            Framework.state == FrameworkState.IN_REVIEW,
        )
    ).first()
    if found is None:
        return None
    return Facts(words={"framework": found.name}, path=f"/frameworks/{found.public_id}")


KINDS: dict[str, Look] = {
    "report.published": from_payload,
    "survey.reminder": _survey,
    "appointment.set": appointment_mail.is_set,
    "appointment.cancelled": appointment_mail.is_cancelled,
    "induction.hello": _hello,
    "champion.asked": from_payload,
    "champion.accepted": from_payload,
    "champion.declined": from_payload,
    "champion.thanked": from_payload,
    "champion.lost": from_payload,
    "induction.welcome": _welcome,
    "induction.buddy_left": _buddy_left,
    "induction.without_buddy": _without_buddy,
    "barrier.raised": _barrier_raised,
    "appraisal.opened": _to_prepare,
    "appraisal.to_hold": _to_prepare,
    "appraisal.to_sign": _to_sign,
    "appraisal.sealed": _sealed,
    "appraisal.added_to": _added_to,
    "appraisal.second_proposed": _second,
    "appraisal.second_agreed": _second,
    "stand_in.named": _stand_in,
    "stand_in.for_you": _stand_in,
    "framework.to_read": _to_read,
}
