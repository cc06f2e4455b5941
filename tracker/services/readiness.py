"""The readiness talk: what a starter does alone, and where someone should be near. Both sign it.

A conversation, not a test. It never informs probation, and the page says so.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import (
    AuditKind,
    Induction,
    InductionStage,
    ReadinessTalk,
    SealedReadiness,
    SealedRecord,
    Side,
)
from tracker.services import audit, signatures
from tracker.services.readiness_talks import (
    SystemLine,
    lines_for,
    next_milestone,
    open_talk,
    talks_of,
)
from tracker.services.signatures import SignatureDraft, Signing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation
    from tracker.security.identity import Identity
    from tracker.security.proof import Proof


@dataclass(frozen=True, kw_only=True)
class ReadinessPage:
    """The talks of an induction as their page shows them."""

    induction: Induction
    #: the talk that is not signed by both; none before anything is written
    talk: ReadinessTalk | None
    lines: tuple[SystemLine, ...]
    signed: dict[Side, str]
    content_hash: str
    #: earlier talks, the newest first, each as it was signed
    earlier: tuple[tuple[ReadinessTalk, SealedReadiness], ...]
    #: what was signed before there was a talk for each milestone
    sealed_before: SealedRecord | None
    your_side: Side
    #: the milestone that comes next
    next_on: date | None

    @property
    def is_locked(self) -> bool:
        return bool(self.signed)

    @property
    def version(self) -> int:
        return self.talk.version if self.talk else 0

    @property
    def can_be_signed(self) -> bool:
        return self.talk is not None and _has_agreed(self.talk)


def side_of(induction: Induction, who: "Identity") -> Side:
    """Say on which side of the table somebody sits: the starter, or the one who manages them."""
    return Side.APPRAISEE if who.staff_id == induction.staff_member_id else Side.APPRAISER


def readiness_page(
    db: "Session",
    induction: Induction,
    organisation: "Organisation",
    *,
    by: "Identity",
    today: date,
) -> ReadinessPage:
    """Gather the talks. A look by the manager is recorded, as at every record of somebody else."""
    audit.record_look(
        db,
        AuditKind.INDUCTION_READ,
        induction,
        by=by,
        subject_id=induction.staff_member_id,
        reason="manager",
    )
    talks = talks_of(db, induction)
    talk = open_talk(talks)
    signed = signatures.signatures_of(db, talk) if talk else {}
    fresh = _content(induction, talk, organisation) if talk else ""
    return ReadinessPage(
        induction=induction,
        talk=talk,
        lines=lines_for(db, induction, talks, today=today),
        signed={side: one.signer.name for side, one in signed.items()},
        content_hash=signatures.hash_of(signatures.text_to_sign(signed, fresh)),
        earlier=_earlier(db, talks),
        sealed_before=signatures.sealed_record_of(db, induction),
        your_side=side_of(induction, by),
        next_on=next_milestone(db, induction, today=today),
    )


def _earlier(
    db: "Session", talks: list[ReadinessTalk]
) -> tuple[tuple[ReadinessTalk, SealedReadiness], ...]:
    closed = {talk.id: talk for talk in talks if talk.sealed_on is not None}
    sealed = db.scalars(
        select(SealedReadiness)
        .where(SealedReadiness.readiness_talk_id.in_(closed))
        .order_by(SealedReadiness.id.desc())
    )
    return tuple((closed[one.readiness_talk_id], one) for one in sealed)


def _has_agreed(talk: ReadinessTalk) -> bool:
    return bool(talk.alone.strip()) or any(line.readiness for line in talk.lines)


def sign_readiness(  # noqa: PLR0913 - each is one plain fact of a signing
    db: "Session",
    induction: Induction,
    organisation: "Organisation",
    draft: SignatureDraft,
    *,
    proof: "Proof",
    by: "Identity",
    now: datetime,
    today: date,
) -> Signing:
    """Sign the talk for one side; when both have, keep it for good.

    The last talk, which names no day for the next, closes the induction.

    :raises NotAllowedNowError: while nothing has been agreed, or before the first day.
    :raises StaleError: when the text is not the one that the signer saw.
    """
    signatures.lock(db, induction)
    talk = open_talk(talks_of(db, induction))
    if talk is None or not _has_agreed(talk):
        raise NotAllowedNowError(
            "First write what you agreed: what goes well alone. Then you can both sign."
        )
    if today < induction.starts_on:
        raise NotAllowedNowError("The talk can be signed from the first day on.")
    content = _content(induction, talk, organisation)
    signing = signatures.add_signature(db, talk, draft, content=content, proof=proof, now=now)
    if not signing.is_new:
        return signing
    subject = induction.staff_member_id
    audit.record(
        db, AuditKind.READINESS_SIGNED, talk, by=by, subject_id=subject, side=draft.side.value
    )
    if signing.is_complete:
        db.flush()
        signatures.seal(db, talk, now=now)
        talk.sealed_on = induction.talk_on = today
        if talk.again_on is None:
            induction.stage = InductionStage.COMPLETE
        audit.record(db, AuditKind.READINESS_SEALED, talk, by=by, subject_id=subject)
    return signing


def _content(induction: Induction, talk: ReadinessTalk, organisation: "Organisation") -> str:
    manager = induction.manager
    return signatures.canonical(
        {
            "kind": "readiness talk",
            "number": talk.number,
            "organisation": organisation.name,
            "starter": {
                "name": induction.staff_member.name,
                "employee_number": induction.staff_member.employee_number,
            },
            "manager": {"name": manager.name} if manager else None,
            "starts_on": induction.starts_on.isoformat(),
            "systems": [
                {"name": line.system_name, "readiness": line.readiness.value}
                for line in talk.lines
                if line.readiness
            ],
            "alone": talk.alone,
            "with_help": talk.with_help,
            "next_help": talk.next_help,
            "again_on": talk.again_on.isoformat() if talk.again_on else None,
        }
    )


def side_of_signer(induction: Induction, proof: "Proof", manager_ids: frozenset[int]) -> Side:
    """Say for which side a proof speaks.

    :raises InvalidInputError: when it is somebody who has no part in this talk.
    """
    if proof.staff_id == induction.staff_member_id:
        return Side.APPRAISEE
    if proof.staff_id in manager_ids:
        return Side.APPRAISER
    raise InvalidInputError("Only the two of you sign here: the starter and their manager.")


def take_back(db: "Session", induction: Induction, *, by: "Identity") -> None:
    """Take one's own signature back, so that the text can be changed.

    :raises NotFoundError: when there is none, or both have signed.
    """
    signatures.lock(db, induction)
    talk = open_talk(talks_of(db, induction))
    if talk is None:
        raise NotFoundError("There is no signature to take back.")
    signatures.take_back(db, talk, side_of(induction, by))
    audit.record(
        db, AuditKind.INDUCTION_CHANGED, induction, by=by, subject_id=induction.staff_member_id
    )
