"""What either side adds to a sealed record, later: a correction, or another view.

Each addendum names the hash of what stood before it, from the sealed text on.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import Addendum, AuditKind, OutboxMessage, Side
from tracker.security.identity import Identity
from tracker.services import audit, signatures
from tracker.services.appraisal_signing import signer_id
from tracker.services.signatures import canonical, hash_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Appraisal
    from tracker.security.proof import Proof

LONGEST = 2_000


@dataclass(frozen=True, kw_only=True)
class AddendumDraft:
    """What somebody is about to add, and on which side they are."""

    side: Side
    author_id: int
    text: str


def hash_of_addendum(one: Addendum) -> str:
    return hash_of(
        canonical(
            {
                "previous": one.previous_hash,
                "side": one.side.value,
                "author": one.author_id,
                "at": one.added_at.astimezone(UTC).isoformat(),
                "text": one.text,
            }
        )
    )


def add_addendum(
    db: "Session",
    appraisal: "Appraisal",
    draft: AddendumDraft,
    *,
    proof: "Proof",
    now: datetime,
) -> Addendum:
    """Add to what both have signed. A button pressed twice adds it once.

    :raises InvalidInputError: for no words, too many, or another person's proof.
    :raises NotFoundError: before both have signed.
    """
    text = _checked(draft.text)
    signatures.lock(db, appraisal)
    sealed = signatures.sealed_record_of(db, appraisal)
    if sealed is None:
        raise NotFoundError("There is no signed record yet.")
    signatures.check_proof(appraisal, draft.author_id, proof, now=now)
    before = signatures.addenda_of(db, sealed)
    if before and (before[-1].author_id, before[-1].text) == (draft.author_id, text):
        return before[-1]
    addendum = Addendum(
        organisation_id=appraisal.organisation_id,
        sealed_record_id=sealed.id,
        side=draft.side,
        author_id=draft.author_id,
        text=text,
        proof=proof.method,
        added_at=now,
        previous_hash=before[-1].content_hash if before else sealed.content_hash,
    )
    addendum.content_hash = hash_of_addendum(addendum)
    db.add(addendum)
    db.flush()
    _tell(db, appraisal, addendum)
    return addendum


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInputError("Write what you want to add.")
    if len(text) > LONGEST:
        raise InvalidInputError("Use 2,000 characters or fewer.")
    return text


def _tell(db: "Session", appraisal: "Appraisal", addendum: Addendum) -> None:
    """Write down that something was added, and let the other side know."""
    author = Identity(staff_id=addendum.author_id, organisation_id=appraisal.organisation_id)
    audit.record(
        db,
        AuditKind.APPRAISAL_ADDED_TO,
        appraisal,
        by=author,
        subject_id=appraisal.appraisee_id,
        reason=addendum.side.value,
    )
    other = next(side for side in Side if side is not addendum.side)
    db.add(
        OutboxMessage(
            organisation_id=appraisal.organisation_id,
            kind="appraisal.added_to",
            recipient_id=signer_id(appraisal, other),
            dedupe_key=f"appraisal.added_to:{appraisal.public_id}:{addendum.id}",
            payload={"appraisal": appraisal.public_id},
        )
    )
