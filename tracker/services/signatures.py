"""Two people's agreement to one text: signed by each with their own proof, then sealed.

Serves the appraisal and the readiness talk alike. The order of a signing is: `lock` the record,
build its content, `add_signature`, and `seal` once both have signed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.errors import (
    InvalidInputError,
    NotAllowedNowError,
    NotFoundError,
    RecordSealedError,
    StaleError,
)
from tracker.models import (
    Addendum,
    Appraisal,
    Induction,
    ReadinessSignature,
    ReadinessTalk,
    SealedReadiness,
    SealedRecord,
    Side,
    Signature,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.proof import Proof

#: How long a proof of identity is good for: long enough to press a button.
PROOF_LASTS = timedelta(minutes=5)

Signable = Appraisal | Induction | ReadinessTalk


@dataclass(frozen=True, kw_only=True)
class SignatureDraft:
    """What somebody is about to sign, on which side, and what they saw when they decided to."""

    side: Side
    signer_id: int
    #: hash of the text that was on the signer's screen
    seen_hash: str
    statement: str = ""
    #: false: signs that they have read it, and does not agree with all of it
    agrees: bool = True


@dataclass(frozen=True, kw_only=True)
class Signing:
    """What came of it."""

    signature: Signature
    #: false when this side had signed already: the button was pressed twice
    is_new: bool
    #: both sides have signed
    is_complete: bool


def canonical(content: dict[str, Any]) -> str:
    """Write content in the one way in which it is hashed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of_signatures(signed: Iterable[Signature]) -> str:
    """Hash who signed what, when and with which words of their own."""
    return hash_of(
        canonical(
            {
                one.side.value: [
                    one.signer_id,
                    one.signed_at.astimezone(UTC).isoformat(),
                    one.content_hash,
                    one.agrees,
                    one.statement,
                ]
                for one in signed
            }
        )
    )


def lock(db: "Session", record: Signable) -> None:
    """Make the other signer wait until this signing is through, and read the record afresh."""
    db.flush()
    kind = type(record)
    db.execute(
        select(kind)
        .where(kind.id == record.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _tables(record: Signable) -> tuple[type[Signature], type[SealedRecord], str]:
    """Give where a record's signatures and its sealed text are kept, and what points at it.

    A readiness talk has its own two tables, with the same columns.
    """
    if isinstance(record, ReadinessTalk):
        return (
            cast("type[Signature]", ReadinessSignature),
            cast("type[SealedRecord]", SealedReadiness),
            "readiness_talk_id",
        )
    return Signature, SealedRecord, f"{type(record).__tablename__}_id"


def signatures_of(db: "Session", record: Signable) -> dict[Side, Signature]:
    """Give the signatures under a record, in the order in which they were made."""
    kind, _sealed, points_at = _tables(record)
    rows = db.scalars(
        select(kind)
        .where(getattr(kind, points_at) == record.id)
        .order_by(kind.id)
        .execution_options(populate_existing=True)
    )
    return {row.side: row for row in rows}


def with_signers(db: "Session", record: Signable) -> list[Signature]:
    """Give the signatures under a record with the people who made them, in one query."""
    kind, _sealed, points_at = _tables(record)
    return list(
        db.scalars(
            select(kind)
            .where(getattr(kind, points_at) == record.id)
            .options(joinedload(kind.signer, innerjoin=True))
            .order_by(kind.id)
        )
    )


def text_to_sign(signed: dict[Side, Signature], fresh: str) -> str:
    """Give the text for the next signature: once one has signed, it is theirs, word for word."""
    return next((one.content for one in signed.values()), fresh)


def add_signature(  # noqa: PLR0913 - each is one plain fact of a signing
    db: "Session",
    record: Signable,
    draft: SignatureDraft,
    *,
    content: str,
    proof: "Proof",
    now: datetime,
) -> Signing:
    """Add one side's signature to the text that they saw.

    :raises InvalidInputError: for a proof of somebody else, or one that is too old.
    :raises StaleError: when the text is no longer what the signer saw.
    """
    signed = signatures_of(db, record)
    if draft.side in signed:
        return Signing(
            signature=signed[draft.side], is_new=False, is_complete=len(signed) == len(Side)
        )
    check_proof(record, draft.signer_id, proof, now=now)
    if not draft.agrees and not draft.statement.strip():
        raise InvalidInputError(
            "Say in a sentence what you see in another way. Then sign.", field="statement"
        )
    text = text_to_sign(signed, content)
    if hash_of(text) != draft.seen_hash:
        raise StaleError(
            "The text changed after you opened this page. Nothing was signed. "
            "Read it once more, then sign."
        )
    kind, _sealed, points_at = _tables(record)
    signature = kind(
        organisation_id=record.organisation_id,
        **{points_at: record.id},
        side=draft.side,
        signer_id=draft.signer_id,
        statement=draft.statement,
        signed_at=now,
        content=text,
        content_hash=hash_of(text),
        proof=proof.method,
        agrees=draft.agrees,
    )
    db.add(signature)
    return Signing(signature=signature, is_new=True, is_complete=len(signed) + 1 == len(Side))


def check_proof(record: Signable, signer_id: int, proof: "Proof", *, now: datetime) -> None:
    """Refuse a proof of somebody else, or one that is too old.

    :raises InvalidInputError: for somebody else's.
    :raises NotAllowedNowError: for an old one.
    """
    if (proof.staff_id, proof.organisation_id) != (signer_id, record.organisation_id):
        raise InvalidInputError(
            "That is another person's password. The person who signs types their own."
        )
    if abs(now - proof.proved_at) > PROOF_LASTS:
        raise NotAllowedNowError("That took a while. Type your password once more to sign.")


def seal(db: "Session", record: Signable, *, now: datetime) -> SealedRecord:
    """Keep what both have signed, where the database lets nobody change it."""
    signed = signatures_of(db, record)
    hashes = {one.content_hash for one in signed.values()}
    if len(signed) != len(Side) or len(hashes) != 1:
        raise NotAllowedNowError("Both people sign the same text before it is kept.")
    content = next(iter(signed.values())).content
    _signature, kind, points_at = _tables(record)
    sealed = kind(
        organisation_id=record.organisation_id,
        **{points_at: record.id},
        content=content,
        content_hash=hash_of(content),
        signatures_hash=hash_of_signatures(signed.values()),
        sealed_at=now,
    )
    db.add(sealed)
    return sealed


def sealed_record_of(db: "Session", record: Signable) -> SealedRecord | None:
    _signature, kind, points_at = _tables(record)
    return db.scalar(select(kind).where(getattr(kind, points_at) == record.id))


def addenda_of(db: "Session", sealed: SealedRecord) -> list[Addendum]:
    """Give what was added later, in the order in which it was, with who added it. One query."""
    return list(
        db.scalars(
            select(Addendum)
            .where(Addendum.sealed_record_id == sealed.id)
            .options(joinedload(Addendum.author, innerjoin=True))
            .order_by(Addendum.id)
        )
    )


def take_back(db: "Session", record: Signable, side: Side) -> None:
    """Take one's own signature back while it stands alone, so that the text can change again.

    :raises RecordSealedError: when both have signed.
    """
    signed = signatures_of(db, record)
    if len(signed) == len(Side):
        raise RecordSealedError("Both of you have signed. What was signed stays as it is.")
    if side not in signed:
        raise NotFoundError("There is no signature to take back.")
    db.delete(signed[side])
    db.flush()


def is_intact(sealed: SealedRecord) -> bool:
    """Say whether a sealed text still is what was signed."""
    return hash_of(sealed.content) == sealed.content_hash
