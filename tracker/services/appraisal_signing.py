"""Signs an appraisal, either side first, and seals it once both have signed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import (
    Addendum,
    Appraisal,
    AppraisalStage,
    AppraisalStep,
    AuditKind,
    Side,
    Signature,
    new_public_id,
)
from tracker.security.identity import Identity
from tracker.services import audit, outbox, signatures
from tracker.services.appraisal_content import AppraisalContent, content_of, read_content
from tracker.services.preparations import side_of
from tracker.services.second_appraisers import why_allowed
from tracker.services.signatures import SignatureDraft, Signing, canonical, hash_of, text_to_sign

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.proof import Proof


@dataclass(frozen=True, kw_only=True)
class SignPage:
    """The text as the signer sees it, and its hash: what they sign is what they saw."""

    content: AppraisalContent
    content_hash: str
    signed: dict[Side, Signature]


def signer_id(appraisal: Appraisal, side: Side) -> int:
    return appraisal.appraisee_id if side is Side.APPRAISEE else appraisal.appraiser_id


def check_ready(appraisal: Appraisal) -> None:
    """Refuse to sign what is not written yet.

    :raises InvalidInputError: with what is missing.
    """
    if appraisal.held_on is None:
        raise InvalidInputError("Before you sign, say on which day you met, and save.")
    if not appraisal.summary.strip():
        raise InvalidInputError(
            "Before you sign, write a sentence or two that you both agree on, and save."
        )


def sign_page(db: "Session", appraisal: Appraisal, *, today: date) -> SignPage:
    signed = signatures.signatures_of(db, appraisal)
    if not signed:
        check_ready(appraisal)
    text = text_to_sign(signed, "") or canonical(dict(content_of(db, appraisal, today=today)))
    return SignPage(content=read_content(text), content_hash=hash_of(text), signed=signed)


def sign_appraisal(  # noqa: PLR0913 - each is one plain fact of a signing
    db: "Session",
    appraisal: Appraisal,
    draft: SignatureDraft,
    *,
    proof: "Proof",
    now: datetime,
    today: date,
) -> Signing:
    """Add one side's signature; after the second, seal the record and set the next date.

    Whose session it is does not matter, two people share a tablet: the proof says who signs.
    Two who sign at the same moment take turns. A button pressed twice is one signature.
    """
    signatures.lock(db, appraisal)
    signed = signatures.signatures_of(db, appraisal)
    if not appraisal.is_open and draft.side not in signed:
        raise NotAllowedNowError("This appraisal is closed, so it cannot be signed.")
    if not signed:
        check_ready(appraisal)
    text = text_to_sign(signed, "") or canonical(dict(content_of(db, appraisal, today=today)))
    signing = signatures.add_signature(db, appraisal, draft, content=text, proof=proof, now=now)
    if not signing.is_new:
        return signing
    signer = Identity(staff_id=draft.signer_id, organisation_id=appraisal.organisation_id)
    _note(db, appraisal, "signed", AuditKind.APPRAISAL_SIGNED, by=signer, side=draft.side, now=now)
    if signing.is_complete:
        _seal(db, appraisal, by=signer, side=draft.side, now=now)
    else:
        _ask_the_other(db, appraisal, draft.side)
    return signing


def take_signature_back(
    db: "Session", appraisal: Appraisal, *, by: Identity, now: datetime
) -> None:
    """Let a signer think again while they are the only one."""
    signatures.lock(db, appraisal)
    side = side_of(appraisal, by)
    signed = signatures.signatures_of(db, appraisal).get(side)
    if signed is not None and signed.signer_id != by.staff_id:
        raise NotAllowedNowError("Only the one who signed can take that signature back.")
    signatures.take_back(db, appraisal, side)
    _note(db, appraisal, "taken back", AuditKind.APPRAISAL_UNSIGNED, by=by, side=side, now=now)


def _note(  # noqa: PLR0913
    db: "Session",
    appraisal: Appraisal,
    step: str,
    kind: AuditKind,
    *,
    by: Identity,
    side: Side,
    now: datetime,
) -> None:
    db.add(
        AppraisalStep(
            organisation_id=appraisal.organisation_id,
            appraisal_id=appraisal.id,
            step=step,
            by_id=by.staff_id,
            at=now,
        )
    )
    audit.record(db, kind, appraisal, by=by, subject_id=appraisal.appraisee_id, reason=side.value)


def _seal(db: "Session", appraisal: Appraisal, *, by: Identity, side: Side, now: datetime) -> None:
    db.flush()
    sealed = signatures.seal(db, appraisal, now=now)
    next_on = read_content(sealed.content)["next_on"]
    appraisal.stage = AppraisalStage.SIGNED
    appraisal.next_due_on = date.fromisoformat(next_on) if next_on else None
    _note(db, appraisal, "sealed", AuditKind.APPRAISAL_SEALED, by=by, side=side, now=now)
    for one in Side:
        _tell(db, appraisal, "appraisal.sealed", one, about="")


def _ask_the_other(db: "Session", appraisal: Appraisal, side: Side) -> None:
    other = next(one for one in Side if one is not side)
    _tell(db, appraisal, "appraisal.to_sign", other, about=f":{new_public_id()}")


def _tell(db: "Session", appraisal: Appraisal, kind: str, side: Side, *, about: str) -> None:
    outbox.enqueue(
        db,
        kind,
        organisation_id=appraisal.organisation_id,
        recipient_id=signer_id(appraisal, side),
        dedupe_key=f"{kind}:{appraisal.public_id}:{side}{about}",
        payload={"appraisal": appraisal.public_id},
    )


def side_of_signer(appraisal: Appraisal, proof: "Proof", *, for_appraiser: frozenset[int]) -> Side:
    """Say for which side somebody who has proved who they are signs.

    `for_appraiser`: who may sign as the appraiser today, the one who stands in among them.

    :raises InvalidInputError: for anybody else.
    """
    if proof.staff_id == appraisal.appraisee_id:
        return Side.APPRAISEE
    if proof.staff_id in for_appraiser:
        return Side.APPRAISER
    raise InvalidInputError(
        "That is somebody else's user name. Only the two people of this appraisal can sign it."
    )


@dataclass(frozen=True, kw_only=True)
class SignedRecord:
    """What both signed, and under which words and names."""

    content: AppraisalContent
    content_hash: str
    sealed_at: datetime
    is_intact: bool
    signatures: list[Signature]
    #: what either side added later
    addenda: list[Addendum]
    appraiser_id: int

    def name_of(self, signature: Signature) -> str:
        """Give the signer's name as it was signed; whoever stood in, under their own."""
        if signature.side is Side.APPRAISEE:
            return self.content["person"]
        if signature.signer_id == self.appraiser_id:
            return self.content["manager"]
        return f"{signature.signer.name}, for {self.content['manager']}"


def signed_record(
    db: "Session",
    appraisal: Appraisal,
    *,
    by: Identity,
    is_printed: bool = False,
) -> SignedRecord:
    """Give what both signed. The look is noted for the person to see.

    :raises NotFoundError: before both have signed.
    """
    sealed = signatures.sealed_record_of(db, appraisal)
    if sealed is None:
        raise NotFoundError("There is no signed record yet.")
    kind = AuditKind.APPRAISAL_PRINTED if is_printed else AuditKind.APPRAISAL_READ
    audit.record_look(
        db,
        kind,
        appraisal,
        by=by,
        subject_id=appraisal.appraisee_id,
        reason=why_allowed(db, appraisal, by),
    )
    return SignedRecord(
        content=read_content(sealed.content),
        content_hash=sealed.content_hash,
        sealed_at=sealed.sealed_at,
        is_intact=signatures.is_intact(sealed),
        signatures=signatures.with_signers(db, appraisal),
        addenda=signatures.addenda_of(db, sealed),
        appraiser_id=appraisal.appraiser_id,
    )
