"""What shows that somebody can do something: theirs alone, until they bring it to an appraisal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Appraisal,
    AppraisalStage,
    AuditKind,
    Competence,
    Evidence,
    EvidenceCompetence,
    EvidenceMove,
    EvidenceStep,
    Signature,
    StaffMember,
    new_public_id,
)
from tracker.services import audit
from tracker.services.evidence_files import FileFacts, FileStore, take_in
from tracker.services.holding import hold
from tracker.services.profiles import needs_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

LONGEST_NOTE = 4_000
#: what an owner can do, as an address names it
MOVES = {
    "bring": EvidenceMove.BROUGHT,
    "take-back": EvidenceMove.TAKEN_BACK,
    "put-away": EvidenceMove.PUT_AWAY,
}


@dataclass(frozen=True, kw_only=True)
class Upload:
    name: str
    content: BinaryIO


@dataclass(frozen=True, kw_only=True)
class EvidenceDraft:
    """What somebody is about to keep."""

    title: str
    note: str = ""
    link: str = ""
    competence_ids: frozenset[int] = frozenset()
    expires_on: date | None = None
    form_key: str
    upload: Upload | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceLine:
    """A piece of evidence, and where it stands."""

    evidence: Evidence
    is_out_of_date: bool
    #: brought to the appraisal that is open
    is_brought: bool
    #: stands in a record that both have signed
    is_sealed: bool


@dataclass(frozen=True, kw_only=True)
class EvidencePage:
    """One person's evidence, the newest first."""

    lines: list[EvidenceLine] = field(default_factory=list)
    #: the appraisal that it can be brought to
    appraisal: Appraisal | None = None
    #: somebody has signed it: what is brought stands still
    is_locked: bool = False


def competences_to_show(db: "Session", *, by: "Identity", today: date) -> list[Competence]:
    """List the competences that this person's work needs, by name."""
    needs = needs_of(db, by.organisation_id, [by.staff_id], today=today).get(by.staff_id, {})
    if not needs:
        return []
    return list(
        db.scalars(
            select(Competence).where(Competence.id.in_(list(needs))).order_by(Competence.name)
        )
    )


def add_evidence(
    db: "Session",
    draft: EvidenceDraft,
    *,
    store: FileStore | None,
    by: "Identity",
    today: date,
) -> Evidence:
    """Keep a note, a link or a file. A form that is sent twice keeps it once.

    :raises InvalidInputError: for what cannot be kept as it is.
    """
    _check(draft, today)
    # A form that is sent twice at the same moment: the second waits here, and finds the first.
    hold(db, db.get_one(StaffMember, by.staff_id))
    before = db.scalar(
        select(Evidence).where(
            Evidence.staff_member_id == by.staff_id, Evidence.form_key == draft.form_key
        )
    )
    if before is not None:
        return before
    public_id = new_public_id()
    facts = _taken_in(store, public_id, draft.upload)
    evidence = Evidence(
        organisation_id=by.organisation_id,
        public_id=public_id,
        staff_member_id=by.staff_id,
        title=draft.title,
        note=draft.note,
        link=draft.link,
        file_name=facts.name if facts else None,
        media_type=facts.media_type if facts else None,
        size=facts.size if facts else None,
        file_hash=facts.file_hash if facts else None,
        expires_on=draft.expires_on,
        form_key=draft.form_key,
    )
    db.add(evidence)
    db.flush()
    known = {one.id for one in competences_to_show(db, by=by, today=today)}
    db.add_all(
        EvidenceCompetence(
            organisation_id=by.organisation_id, evidence_id=evidence.id, competence_id=one
        )
        for one in sorted(draft.competence_ids & known)
    )
    audit.record(db, AuditKind.EVIDENCE_ADDED, evidence, by=by, subject_id=by.staff_id)
    return evidence


def _check(draft: EvidenceDraft, today: date) -> None:
    if not draft.title:
        raise InvalidInputError("Give it a short name.", field="title")
    if not (draft.note or draft.link or draft.upload):
        raise InvalidInputError("Write a note, give a link, or choose a file.", field="note")
    if len(draft.note) > LONGEST_NOTE:
        raise InvalidInputError("Use 4,000 characters or fewer.", field="note")
    if draft.link and not draft.link.lower().startswith(("https://", "http://")):
        raise InvalidInputError("Start the link with https://", field="link")
    if draft.expires_on and draft.expires_on < today:
        raise InvalidInputError("Choose a day to come, or leave it empty.", field="expires_on")


def _taken_in(store: FileStore | None, public_id: str, upload: Upload | None) -> FileFacts | None:
    if upload is None:
        return None
    if store is None:
        raise InvalidInputError("Files cannot be kept here. Give a link instead.", field="file")
    return take_in(store, public_id, upload.name, upload.content)


def _moves(evidence: Evidence, appraisal_id: int | None) -> EvidenceMove | None:
    """Give the last move about one appraisal; none where there was none."""
    steps = [one for one in evidence.steps if one.appraisal_id == appraisal_id]
    return steps[-1].move if steps else None


def own_evidence(db: "Session", *, by: "Identity", today: date) -> EvidencePage:
    """Give what this person keeps, in a handful of queries however much it is."""
    rows = db.scalars(
        select(Evidence)
        .where(
            Evidence.organisation_id == by.organisation_id, Evidence.staff_member_id == by.staff_id
        )
        .options(selectinload(Evidence.steps), selectinload(Evidence.competences))
        .order_by(Evidence.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    appraisals = {
        one.id: one
        for one in db.scalars(select(Appraisal).where(Appraisal.appraisee_id == by.staff_id))
    }
    open_one = next((one for one in appraisals.values() if one.is_open), None)
    lines = [
        EvidenceLine(
            evidence=one,
            is_out_of_date=one.expires_on is not None and one.expires_on < today,
            is_brought=open_one is not None and _moves(one, open_one.id) is EvidenceMove.BROUGHT,
            is_sealed=bool(_sealed_in(one, appraisals.values())),
        )
        for one in rows
        if _moves(one, None) is not EvidenceMove.PUT_AWAY
    ]
    return EvidencePage(
        lines=lines,
        appraisal=open_one,
        is_locked=open_one is not None and _is_signed_by_one(db, open_one),
    )


def _sealed_in(evidence: Evidence, appraisals: Iterable[Appraisal]) -> list[Appraisal]:
    return [
        one
        for one in appraisals
        if one.stage is AppraisalStage.SIGNED and _moves(evidence, one.id) is EvidenceMove.BROUGHT
    ]


def _is_signed_by_one(db: "Session", appraisal: Appraisal) -> bool:
    return (
        db.scalar(select(Signature.id).where(Signature.appraisal_id == appraisal.id).limit(1))
        is not None
    )


def move_evidence(  # noqa: PLR0913
    db: "Session",
    evidence: Evidence,
    move: EvidenceMove,
    *,
    by: "Identity",
    now: datetime,
    today: date,
) -> None:
    """Bring it to the open appraisal, take it back, or put it away. Twice is once.

    :raises NotAllowedNowError: when there is no open appraisal, or somebody has signed it.
    """
    page = own_evidence(db, by=by, today=today)
    line = next((one for one in page.lines if one.evidence.id == evidence.id), None)
    if line is None:
        return  # put away already
    if move is EvidenceMove.PUT_AWAY:
        if line.is_brought:
            _bring_or_take_back(db, page, line, EvidenceMove.TAKEN_BACK, by=by, now=now)
        _note(db, evidence, move, None, by=by, now=now)
        return
    _bring_or_take_back(db, page, line, move, by=by, now=now)


def _bring_or_take_back(  # noqa: PLR0913
    db: "Session",
    page: EvidencePage,
    line: EvidenceLine,
    move: EvidenceMove,
    *,
    by: "Identity",
    now: datetime,
) -> None:
    if page.appraisal is None:
        raise NotAllowedNowError("There is no open appraisal to bring it to.")
    if page.is_locked:
        raise NotAllowedNowError(
            "One of you has signed, so what is brought stands still. To change it, the one who "
            "signed takes the signature back first."
        )
    if move is EvidenceMove.BROUGHT and line.is_out_of_date:
        raise NotAllowedNowError("This is out of date. Add it again with a new date.")
    if line.is_brought == (move is EvidenceMove.BROUGHT):
        return
    _note(db, line.evidence, move, page.appraisal, by=by, now=now)


def _note(  # noqa: PLR0913
    db: "Session",
    evidence: Evidence,
    move: EvidenceMove,
    appraisal: Appraisal | None,
    *,
    by: "Identity",
    now: datetime,
) -> None:
    db.add(
        EvidenceStep(
            organisation_id=evidence.organisation_id,
            evidence_id=evidence.id,
            move=move,
            appraisal_id=appraisal.id if appraisal else None,
            at=now,
        )
    )
    kind = {
        EvidenceMove.BROUGHT: AuditKind.EVIDENCE_BROUGHT,
        EvidenceMove.TAKEN_BACK: AuditKind.EVIDENCE_TAKEN_BACK,
        EvidenceMove.PUT_AWAY: AuditKind.EVIDENCE_PUT_AWAY,
    }[move]
    audit.record(db, kind, evidence, by=by, subject_id=evidence.staff_member_id)
    db.flush()


def brought_to(db: "Session", appraisal: Appraisal) -> Sequence[Evidence]:
    """Give what was brought to one appraisal and not taken back. One query."""
    moves = db.execute(
        select(Evidence, EvidenceStep.move)
        .join(EvidenceStep, EvidenceStep.evidence_id == Evidence.id)
        .where(EvidenceStep.appraisal_id == appraisal.id)
        .order_by(EvidenceStep.id)
    )
    last = {row[0]: row[1] for row in moves}
    return [evidence for evidence, move in last.items() if move is EvidenceMove.BROUGHT]


def in_words(evidence: Evidence) -> str:
    """Say what was brought, for the text that both sign: a file by its hash, so it is fixed."""
    parts = [evidence.title]
    if evidence.note:
        parts.append(evidence.note)
    if evidence.link:
        parts.append(evidence.link)
    if evidence.file_name:
        parts.append(f"file {evidence.file_name} ({evidence.file_hash})")
    return ". ".join(part.rstrip(". ") for part in parts)


def look_at(db: "Session", evidence: Evidence, *, by: "Identity") -> None:
    """Note that somebody else looked at a piece of evidence."""
    audit.record_look(
        db,
        AuditKind.EVIDENCE_READ,
        evidence,
        by=by,
        subject_id=evidence.staff_member_id,
        reason="appraisal",
    )
