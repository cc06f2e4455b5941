"""Keeps that somebody has just proved who they are at the provider, until they sign with it.

A proof is for one page, one text and one browser, for as long as a signature takes; used, it is
gone. The person need not be the one whose browser it is: two people share a tablet.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from tracker.models import HeldProof, StaffMember
from tracker.security.proof import PROVIDER, Proof
from tracker.services.signatures import PROOF_LASTS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


def hold(  # noqa: PLR0913 - each is one plain fact
    db: "Session",
    person: "StaffMember",
    *,
    path: str,
    about: str,
    by: "Identity",
    now: datetime,
) -> HeldProof:
    """Keep a proof in place of any other for this page in this browser, and sweep old ones."""
    db.execute(
        delete(HeldProof).where(
            (HeldProof.organisation_id == by.organisation_id)
            & (
                (HeldProof.proved_at < now - PROOF_LASTS)
                | ((HeldProof.session_id == by.session_id) & (HeldProof.path == path))
            )
        )
    )
    held = HeldProof(
        organisation_id=by.organisation_id,
        session_id=by.session_id,
        staff_member=person,
        path=path,
        about=about,
        proved_at=now,
    )
    db.add(held)
    return held


def in_hand(
    db: "Session", *, path: str, about: str, by: "Identity", now: datetime
) -> HeldProof | None:
    """Give the proof that this browser may use for this page and text."""
    return db.scalar(
        select(HeldProof)
        .where(
            HeldProof.session_id == by.session_id,
            HeldProof.organisation_id == by.organisation_id,
            HeldProof.path == path,
            HeldProof.about == about,
            HeldProof.proved_at >= now - PROOF_LASTS,
        )
        .options(joinedload(HeldProof.staff_member))
    )


def take(  # noqa: PLR0913 - each is one plain fact
    db: "Session", public_id: str, *, path: str, about: str, by: "Identity", now: datetime
) -> Proof | None:
    """Use a proof up: of two who take it at once, one gets it."""
    held = in_hand(db, path=path, about=about, by=by, now=now)
    if held is None or held.public_id != public_id:
        return None
    proof = Proof(
        staff_id=held.staff_member_id,
        organisation_id=held.organisation_id,
        proved_at=held.proved_at,
        method=PROVIDER,
    )
    taken = db.scalar(delete(HeldProof).where(HeldProof.id == held.id).returning(HeldProof.id))
    return proof if taken is not None else None


def put_back(db: "Session", proof: Proof, *, path: str, about: str, by: "Identity") -> None:
    """Keep a proof that was taken for nothing, no longer than it was good for."""
    hold(
        db,
        db.get_one(StaffMember, proof.staff_id),
        path=path,
        about=about,
        by=by,
        now=proof.proved_at,
    )
