"""The readiness talk: what a starter does alone, and where someone should be near. Both sign it.

A conversation, not a test. It never informs probation, and the page says so.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from tracker.errors import (
    InvalidInputError,
    NotAllowedNowError,
    RecordSealedError,
    StaleError,
)
from tracker.models import AuditKind, Induction, InductionStage, SealedRecord, Side
from tracker.services import audit, signatures
from tracker.services.signatures import SignatureDraft, Signing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation
    from tracker.security.identity import Identity
    from tracker.security.proof import Proof


@dataclass(frozen=True, kw_only=True)
class ReadinessDraft:
    """What the two wrote on the readiness page. Named as the Induction's columns are."""

    alone: str
    with_help: str
    next_help: str
    #: the version that was on the writer's screen
    version: int


@dataclass(frozen=True, kw_only=True)
class ReadinessPage:
    """The talk as its page shows it."""

    induction: Induction
    signed: dict[Side, str]
    content_hash: str
    sealed: SealedRecord | None
    your_side: Side

    @property
    def is_locked(self) -> bool:
        return bool(self.signed)


def side_of(induction: Induction, who: "Identity") -> Side:
    """Say on which side of the table somebody sits: the starter, or the one who manages them."""
    return Side.APPRAISEE if who.staff_id == induction.staff_member_id else Side.APPRAISER


def readiness_page(
    db: "Session", induction: Induction, organisation: "Organisation", *, by: "Identity"
) -> ReadinessPage:
    """Gather the talk. A look by the manager is recorded, as at every record of somebody else."""
    audit.record_look(
        db,
        AuditKind.INDUCTION_READ,
        induction,
        by=by,
        subject_id=induction.staff_member_id,
        reason="manager",
    )
    signed = signatures.signatures_of(db, induction)
    text = signatures.text_to_sign(signed, _content(induction, organisation))
    return ReadinessPage(
        induction=induction,
        signed={side: one.signer.name for side, one in signed.items()},
        content_hash=signatures.hash_of(text),
        sealed=signatures.sealed_record_of(db, induction),
        your_side=side_of(induction, by),
    )


def save_readiness(
    db: "Session", induction: Induction, draft: ReadinessDraft, *, by: "Identity"
) -> Induction:
    """Keep what the two wrote.

    :raises RecordSealedError: once somebody has signed.
    :raises StaleError: when the text changed since it was put on this screen.
    """
    signatures.lock(db, induction)
    if signatures.signatures_of(db, induction):
        raise RecordSealedError(
            "One of you has signed this text, so it stays as it is. "
            "To change it, take the signature back first."
        )
    if draft.version != induction.version:
        raise StaleError(
            "Somebody else changed this page after you opened it. "
            "Your text is still below, next to theirs."
        )
    written = (draft.alone, draft.with_help, draft.next_help)
    if written == (induction.alone, induction.with_help, induction.next_help):
        return induction
    induction.alone, induction.with_help, induction.next_help = written
    induction.version += 1
    audit.record(
        db, AuditKind.INDUCTION_CHANGED, induction, by=by, subject_id=induction.staff_member_id
    )
    return induction


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
    """Sign the talk for one side; when both have, keep it for good and close the induction.

    :raises NotAllowedNowError: while nothing has been agreed, or before the first day.
    :raises StaleError: when the text is not the one that the signer saw.
    """
    signatures.lock(db, induction)
    if not induction.alone.strip():
        raise NotAllowedNowError(
            "First write what you agreed: what goes well alone. Then you can both sign."
        )
    if today < induction.starts_on:
        raise NotAllowedNowError("The talk can be signed from the first day on.")
    signing = signatures.add_signature(
        db, induction, draft, content=_content(induction, organisation), proof=proof, now=now
    )
    if not signing.is_new:
        return signing
    subject = induction.staff_member_id
    audit.record(
        db, AuditKind.READINESS_SIGNED, induction, by=by, subject_id=subject, side=draft.side.value
    )
    if signing.is_complete:
        db.flush()
        signatures.seal(db, induction, now=now)
        induction.stage = InductionStage.COMPLETE
        induction.talk_on = today
        audit.record(db, AuditKind.READINESS_SEALED, induction, by=by, subject_id=subject)
    return signing


def _content(induction: Induction, organisation: "Organisation") -> str:
    manager = induction.manager
    return signatures.canonical(
        {
            "kind": "readiness talk",
            "organisation": organisation.name,
            "starter": {
                "name": induction.staff_member.name,
                "employee_number": induction.staff_member.employee_number,
            },
            "manager": {"name": manager.name} if manager else None,
            "starts_on": induction.starts_on.isoformat(),
            "alone": induction.alone,
            "with_help": induction.with_help,
            "next_help": induction.next_help,
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

    :raises RecordSealedError: once both have signed.
    """
    signatures.lock(db, induction)
    signatures.take_back(db, induction, side_of(induction, by))
    audit.record(
        db, AuditKind.INDUCTION_CHANGED, induction, by=by, subject_id=induction.staff_member_id
    )
