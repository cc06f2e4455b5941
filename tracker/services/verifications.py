"""Verification: asked for by a person, given by somebody entitled, kept beside what they said.

The two views stand side by side and are never averaged. A later answer of the person's puts a
verification behind it: it stays in the story, as superseded.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    AuditKind,
    Competence,
    LevelDescriptor,
    ReportingLine,
    SelfAssessment,
    SelfAssessmentAnswer,
    StaffMember,
    Verification,
    VerificationOutcome,
    VerificationStep,
)
from tracker.services import audit
from tracker.services.confidence import HIGHEST
from tracker.services.framework_mapping import lineage_of
from tracker.services.verification_views import VerificationView, views_of, with_all

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

LONGEST_NOTE = 300
MOST_WAITING = 10


@dataclass(frozen=True, kw_only=True)
class VerifierAnswer:
    """What somebody who was asked has seen."""

    is_seen: bool
    level: int | None
    note: str


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """What somebody can ask to have verified, and what they asked."""

    #: competence id and name, of what they last answered
    to_ask: tuple[tuple[int, str], ...]
    #: staff id and name of those who may verify without being looked for
    managers: tuple[tuple[int, str], ...]
    asked: tuple[VerificationView, ...]


@dataclass(frozen=True, kw_only=True)
class AskDraft:
    """What to have verified, and by whom."""

    competence_id: int
    #: the work email of a colleague who has seen it; empty: the manager
    verifier_email: str


def own_page(db: "Session", *, by: "Identity", today: date) -> OwnPage:
    latest = _latest_answers(db, by)
    lineage = lineage_of(db, by.organisation_id, latest)
    # answered again in a later version of the framework: asked about once, in its words of today
    earlier = {before for one in latest for before in lineage.same_before(one)}
    names = db.execute(
        select(Competence.id, Competence.name)
        .where(Competence.id.in_(set(latest) - earlier))
        .order_by(Competence.name)
    )
    return OwnPage(
        to_ask=tuple((row.id, row.name) for row in names if latest[row.id].level is not None),
        managers=tuple((one.id, one.name) for one in _managers(db, by, today=today)),
        asked=tuple(views_of(db, _asked_by(db, by))),
    )


def to_answer(db: "Session", *, by: "Identity") -> list[VerificationView]:
    """List what somebody is asked to verify, and has not answered."""
    query = with_all().where(
        Verification.organisation_id == by.organisation_id, Verification.verifier_id == by.staff_id
    )
    return [view for view in views_of(db, db.scalars(query)) if view.is_waiting]


def ask(
    db: "Session", draft: AskDraft, *, by: "Identity", now: datetime, today: date
) -> Verification:
    """Ask somebody to say what they have seen.

    :raises InvalidInputError: for something not answered yet, or nobody who could verify it.
    :raises NotAllowedNowError: when it was asked already and waits.
    """
    latest = _latest_answers(db, by)
    answer = latest.get(draft.competence_id)
    if answer is None or answer.level is None:
        raise InvalidInputError("Choose something that you have answered.", field="competence")
    verifier = _verifier(db, draft.verifier_email, by=by, today=today)
    waiting = [view for view in views_of(db, _asked_by(db, by)) if view.is_waiting]
    if len(waiting) >= MOST_WAITING:
        raise NotAllowedNowError("Ten are waiting for an answer. Ask again when some are back.")
    record = Verification(
        organisation_id=by.organisation_id,
        staff_member_id=by.staff_id,
        verifier_id=verifier.id,
        competence_id=draft.competence_id,
        self_assessment_answer_id=answer.answer_id,
        asked_at=now,
    )
    db.add(record)
    db.flush()
    audit.record(
        db, AuditKind.VERIFICATION_ASKED, record, by=by, subject_id=by.staff_id, reason="own record"
    )
    return record


def view_of(db: "Session", record: Verification, *, by: "Identity") -> VerificationView:
    audit.record_look(
        db,
        AuditKind.VERIFICATION_READ,
        record,
        by=by,
        subject_id=record.staff_member_id,
        reason="verifier",
    )
    (view,) = views_of(db, [record])
    return view


def levels_of(db: "Session", competence_id: int) -> list[tuple[int, str]]:
    rows = db.execute(
        select(LevelDescriptor.level, LevelDescriptor.description)
        .where(LevelDescriptor.competence_id == competence_id)
        .order_by(LevelDescriptor.level)
    )
    return [(row.level, row.description) for row in rows]


def answer(
    db: "Session", record: Verification, draft: VerifierAnswer, *, by: "Identity", now: datetime
) -> None:
    """Say what one has seen, or what would show it. Once: a new view needs a new question.

    :raises NotAllowedNowError: where it was answered, taken back, or the person answered anew.
    """
    _lock(db, record)
    (view,) = views_of(db, [record])
    if not view.is_waiting:
        raise NotAllowedNowError("This was answered, or taken back. Nothing was changed.")
    if view.is_superseded:
        raise NotAllowedNowError("They have answered anew since they asked. They can ask again.")
    _check(draft)
    outcome = VerificationOutcome.VERIFIED if draft.is_seen else VerificationOutcome.NOT_YET
    level = draft.level if draft.is_seen else None
    _add(db, record, outcome, level=level, note=draft.note, by=by, now=now)


def _check(draft: VerifierAnswer) -> None:
    if len(draft.note) > LONGEST_NOTE:
        raise InvalidInputError("Use 300 characters or fewer.", field="note")
    if draft.is_seen and (draft.level is None or not 1 <= draft.level <= HIGHEST):
        raise InvalidInputError("Choose the sentence that fits what you saw.", field="level")
    if not draft.is_seen and not draft.note:
        raise InvalidInputError("Say what would show it, so that they know.", field="note")


def withdraw(db: "Session", record: Verification, *, by: "Identity", now: datetime) -> None:
    """Ask no longer.

    :raises NotAllowedNowError: once it was answered.
    """
    _lock(db, record)
    (view,) = views_of(db, [record])
    if not view.is_waiting:
        raise NotAllowedNowError("This was answered already. It stays as it is.")
    _add(db, record, VerificationOutcome.WITHDRAWN, by=by, now=now)


def agree_for_hr(
    db: "Session", record: Verification, *, is_agreed: bool, by: "Identity", now: datetime
) -> None:
    """Say if HR may know that it is verified. It can be taken back.

    :raises NotAllowedNowError: where it is not verified.
    """
    _lock(db, record)
    (view,) = views_of(db, [record])
    if not view.is_verified:
        raise NotAllowedNowError("HR can only know of what is verified.")
    if view.is_for_hr != is_agreed:
        outcome = VerificationOutcome.FOR_HR if is_agreed else VerificationOutcome.NOT_FOR_HR
        _add(db, record, outcome, by=by, now=now)


def _add(  # noqa: PLR0913 - each is one plain fact of the step
    db: "Session",
    record: Verification,
    outcome: VerificationOutcome,
    *,
    by: "Identity",
    now: datetime,
    level: int | None = None,
    note: str = "",
) -> None:
    record.steps.append(
        VerificationStep(
            organisation_id=record.organisation_id,
            outcome=outcome,
            level=level,
            note=note,
            by_id=by.staff_id,
            at=now,
        )
    )
    audit.record(
        db,
        AuditKind.VERIFICATION_ANSWERED,
        record,
        by=by,
        subject_id=record.staff_member_id,
        reason=outcome.value,
    )
    db.flush()


def _lock(db: "Session", record: Verification) -> None:
    """Two answers at once are one after the other: the person's row is held for it."""
    person = select(StaffMember.id).where(StaffMember.id == record.staff_member_id)
    db.execute(person.with_for_update())
    db.refresh(record, ["steps"])


def _managers(db: "Session", by: "Identity", *, today: date) -> list[StaffMember]:
    return list(
        db.scalars(
            select(StaffMember)
            .join(ReportingLine, ReportingLine.manager_id == StaffMember.id)
            .where(
                ReportingLine.organisation_id == by.organisation_id,
                ReportingLine.staff_member_id == by.staff_id,
                ReportingLine.current_on(today),
            )
            .order_by(StaffMember.id)
        )
    )


def _verifier(db: "Session", email: str, *, by: "Identity", today: date) -> StaffMember:
    """Find who is to verify: a named colleague, or else the manager. Never oneself."""
    if not email:
        managers = _managers(db, by, today=today)
        if not managers:
            raise InvalidInputError(
                "Nobody is your manager in the staff record. Name a colleague.", field="email"
            )
        return managers[0]
    found = db.scalar(
        select(StaffMember).where(
            StaffMember.organisation_id == by.organisation_id,
            func.lower(StaffMember.email) == email.lower(),
        )
    )
    if found is None or found.id == by.staff_id or found.has_left(today):
        raise InvalidInputError(
            "Enter the work email of a colleague who has seen you do it.", field="email"
        )
    return found


def _latest_answers(db: "Session", by: "Identity") -> "dict[int, Any]":
    """Give the id and level of one's last answer to each competence."""
    newest = (
        select(func.max(SelfAssessmentAnswer.id))
        .join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.self_assessment_id)
        .where(
            SelfAssessment.organisation_id == by.organisation_id,
            SelfAssessment.staff_member_id == by.staff_id,
        )
        .group_by(SelfAssessmentAnswer.competence_id)
    )
    rows = db.execute(
        select(
            SelfAssessmentAnswer.competence_id,
            SelfAssessmentAnswer.id.label("answer_id"),
            func.coalesce(
                SelfAssessmentAnswer.current_level, SelfAssessmentAnswer.confidence
            ).label("level"),
        ).where(SelfAssessmentAnswer.id.in_(newest))
    )
    return {row.competence_id: row for row in rows}


def _asked_by(db: "Session", by: "Identity") -> list[Verification]:
    return list(
        db.scalars(
            with_all().where(
                Verification.organisation_id == by.organisation_id,
                Verification.staff_member_id == by.staff_id,
            )
        )
    )
