"""Checks every sealed record against its hashes, its signatures and what was added to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select

from tracker.models import (
    Addendum,
    Appraisal,
    AppraisalStage,
    AuditEvent,
    AuditKind,
    Disposal,
    Organisation,
    PublishedReport,
    ReadinessSignature,
    SealedReadiness,
    SealedRecord,
    Side,
    Signature,
)
from tracker.services.addenda import hash_of_addendum
from tracker.services.published_reports import hash_of
from tracker.services.signatures import hash_of_signatures, is_intact

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: So many records are in memory at a time.
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A sealed record that is not what was signed. The number is that of its row."""

    organisation: str
    record: str
    what: str


@dataclass(frozen=True, kw_only=True)
class SealedCheck:
    checked: int
    problems: tuple[Problem, ...]


def check_sealed(db: "Session") -> SealedCheck:
    """Check all of them, of every organisation. Memory does not grow with their number."""
    codes = {row.id: row.code for row in db.execute(select(Organisation.id, Organisation.code))}
    checked, problems = 0, list(_unsealed(db, codes))
    last = 0
    while chunk := _chunk_after(db, last):
        signed, added = _by_record(db, chunk)
        noted = _noted_additions(db, chunk)
        for sealed in chunk:
            checked += 1
            problems += [
                Problem(
                    organisation=codes[sealed.organisation_id],
                    record=f"sealed record {sealed.id}",
                    what=what,
                )
                for what in _wrong_with(
                    sealed,
                    signed.get(sealed.id, []),
                    added.get(sealed.id, []),
                    noted.get(f"appraisal:{sealed.appraisal_id}", 0),
                )
            ]
        last = chunk[-1].id
    talks, wrong = _readiness_talks(db, codes)
    reports, changed = _published_reports(db, codes)
    return SealedCheck(checked=checked + talks + reports, problems=(*problems, *wrong, *changed))


def _published_reports(db: "Session", codes: dict[int, str]) -> tuple[int, list[Problem]]:
    """Check the reports that were published, one at a time, and that none went missing."""
    rows = db.execute(
        select(
            PublishedReport.id,
            PublishedReport.organisation_id,
            PublishedReport.content,
            PublishedReport.content_hash,
        ).execution_options(yield_per=10)
    )
    known: set[str] = set()
    problems = []
    for row in rows:
        known.add(f"published_report:{row.id}")
        if hash_of(row.content) != row.content_hash:
            what = "the text is not what was published"
            record = f"published report {row.id}"
            problems.append(
                Problem(organisation=codes[row.organisation_id], record=record, what=what)
            )
    noted = db.execute(
        select(AuditEvent.organisation_id, AuditEvent.record).where(
            AuditEvent.kind == AuditKind.REPORT_PUBLISHED
        )
    )
    problems += [
        Problem(
            organisation=codes[organisation_id],
            record=record.replace("_", " ").replace(":", " "),
            what="it was published, and is missing",
        )
        for organisation_id, record in noted
        if record not in known
    ]
    return len(known), problems


def _chunk_after(db: "Session", last: int) -> list[SealedRecord]:
    return list(
        db.scalars(
            select(SealedRecord)
            .where(SealedRecord.id > last)
            .order_by(SealedRecord.id)
            .limit(CHUNK)
            .execution_options(populate_existing=True)
        )
    )


def _by_record(
    db: "Session", chunk: list[SealedRecord]
) -> tuple[dict[int, list[Signature]], dict[int, list[Addendum]]]:
    """Give the signatures and the addenda of each sealed record, in two queries."""
    ids = [sealed.id for sealed in chunk]
    signed: dict[int, list[Signature]] = {}
    for sealed_id, signature in db.execute(
        select(SealedRecord.id, Signature)
        .join(
            Signature,
            (Signature.appraisal_id == SealedRecord.appraisal_id)
            | (Signature.induction_id == SealedRecord.induction_id),
        )
        .where(SealedRecord.id.in_(ids))
        .order_by(Signature.id)
    ):
        signed.setdefault(sealed_id, []).append(signature)
    added: dict[int, list[Addendum]] = {}
    for addendum in db.scalars(
        select(Addendum).where(Addendum.sealed_record_id.in_(ids)).order_by(Addendum.id)
    ):
        added.setdefault(addendum.sealed_record_id, []).append(addendum)
    return signed, added


def _readiness_talks(db: "Session", codes: dict[int, str]) -> tuple[int, list[Problem]]:
    """Check the readiness talks, which nothing is added to later."""
    checked, last = 0, 0
    problems: list[Problem] = []
    while chunk := list(
        db.scalars(
            select(SealedReadiness)
            .where(SealedReadiness.id > last)
            .order_by(SealedReadiness.id)
            .limit(CHUNK)
            .execution_options(populate_existing=True)
        )
    ):
        signed: dict[int, list[Signature]] = {}
        for one in db.scalars(
            select(ReadinessSignature)
            .where(
                ReadinessSignature.readiness_talk_id.in_([one.readiness_talk_id for one in chunk])
            )
            .order_by(ReadinessSignature.id)
        ):
            signed.setdefault(one.readiness_talk_id, []).append(cast("Signature", one))
        for sealed in chunk:
            checked += 1
            given = signed.get(sealed.readiness_talk_id, [])
            problems += [
                Problem(
                    organisation=codes[sealed.organisation_id],
                    record=f"readiness talk {sealed.id}",
                    what=what,
                )
                for what in _wrong_with(cast("SealedRecord", sealed), given, [], 0)
            ]
        last = chunk[-1].id
    return checked, problems


def _noted_additions(db: "Session", chunk: list[SealedRecord]) -> dict[str, int]:
    """Count what the audit trail says was added to each: one that is cut off the end shows."""
    rows = db.execute(
        select(AuditEvent.record, func.count())
        .where(
            AuditEvent.kind == AuditKind.APPRAISAL_ADDED_TO,
            AuditEvent.record.in_([f"appraisal:{sealed.appraisal_id}" for sealed in chunk]),
        )
        .group_by(AuditEvent.record)
    )
    return {row[0]: row[1] for row in rows}


def _wrong_with(
    sealed: SealedRecord, signed: list[Signature], added: list[Addendum], noted: int
) -> Iterator[str]:
    if not is_intact(sealed):
        yield "the text is not what was signed"
    if {one.side for one in signed} != set(Side):
        yield "a signature is missing"
    if any(one.content_hash != sealed.content_hash for one in signed):
        yield "a signature is under another text"
    if sealed.signatures_hash and sealed.signatures_hash != hash_of_signatures(signed):
        yield "a signature is not as it was given"
    before = sealed.content_hash
    for one in added:
        if one.previous_hash != before:
            yield "something that was added later is missing"
        if one.content_hash != hash_of_addendum(one):
            yield "something that was added later is not as it was written"
        before = one.content_hash
    if len(added) < noted:
        yield "something that was added later is missing"


def _unsealed(db: "Session", codes: dict[int, str]) -> Iterator[Problem]:
    """Find signed appraisals without their record, and a disposal that was left open."""
    rows = db.execute(
        select(Appraisal.organisation_id, func.count())
        .outerjoin(SealedRecord, SealedRecord.appraisal_id == Appraisal.id)
        .where(Appraisal.stage == AppraisalStage.SIGNED, SealedRecord.id.is_(None))
        .group_by(Appraisal.organisation_id)
    )
    for organisation_id, number in rows:
        yield Problem(
            organisation=codes[organisation_id],
            record=f"{number} signed appraisals",
            what="the sealed record is missing",
        )
    for disposal in db.scalars(select(Disposal).where(Disposal.ended_at.is_(None))):
        yield Problem(
            organisation=codes[disposal.organisation_id],
            record=f"disposal {disposal.id}",
            what="it was left open, so that the database does not guard what was signed",
        )
