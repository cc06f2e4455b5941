"""How a verification is read: the person's word and the verifier's, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.models import (
    SelfAssessment,
    SelfAssessmentAnswer,
    Verification,
    VerificationOutcome,
)
from tracker.services.confidence import WORDS
from tracker.services.framework_mapping import Lineage, lineage_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OUTCOMES = (VerificationOutcome.VERIFIED, VerificationOutcome.NOT_YET)


@dataclass(frozen=True, kw_only=True)
class VerificationView:
    """One verification, with what the person said and what the verifier said side by side."""

    public_id: str
    competence: str
    person: str
    verifier: str
    own_words: str
    asked_at: datetime
    state: str
    verified_words: str
    note: str
    answered_at: datetime | None
    is_for_hr: bool
    is_superseded: bool

    @property
    def is_waiting(self) -> bool:
        return self.state == "waiting"

    @property
    def is_verified(self) -> bool:
        return self.state == VerificationOutcome.VERIFIED


def with_all() -> Any:  # noqa: ANN401 - a select of verifications with what a view needs
    return (
        select(Verification)
        .options(
            joinedload(Verification.staff_member, innerjoin=True),
            joinedload(Verification.verifier, innerjoin=True),
            joinedload(Verification.competence, innerjoin=True),
            joinedload(Verification.answer, innerjoin=True),
            selectinload(Verification.steps),
        )
        .order_by(Verification.id.desc())
    )


def views_of(db: "Session", records: Iterable[Verification]) -> list[VerificationView]:
    """Make the views, and see which were followed by a different answer.

    An answer to the same thing in a later version of the framework counts too.
    """
    records = list(records)
    newest = (
        select(func.max(SelfAssessmentAnswer.id))
        .join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.self_assessment_id)
        .where(SelfAssessment.staff_member_id.in_({one.staff_member_id for one in records}))
        .group_by(SelfAssessment.staff_member_id, SelfAssessmentAnswer.competence_id)
    )
    rows = db.execute(
        select(
            SelfAssessment.staff_member_id,
            SelfAssessmentAnswer.competence_id,
            func.coalesce(
                SelfAssessmentAnswer.current_level, SelfAssessmentAnswer.confidence
            ).label("level"),
        )
        .join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.self_assessment_id)
        .where(SelfAssessmentAnswer.id.in_(newest))
        .order_by(SelfAssessmentAnswer.id)
    ).all()
    lineage = Lineage()
    if records:
        answered = {row.competence_id for row in rows}
        lineage = lineage_of(db, records[0].organisation_id, answered)
    levels = {
        (row.staff_member_id, same): row.level
        for row in rows
        for same in (row.competence_id, *lineage.same_before(row.competence_id))
    }
    return [_view(one, levels.get((one.staff_member_id, one.competence_id))) for one in records]


def _view(record: Verification, level_now: int | None) -> VerificationView:
    answers = [step for step in record.steps if step.outcome in OUTCOMES]
    withdrawn = any(step.outcome is VerificationOutcome.WITHDRAWN for step in record.steps)
    said = answers[-1] if answers else None
    consents = [
        step.outcome is VerificationOutcome.FOR_HR
        for step in record.steps
        if step.outcome in {VerificationOutcome.FOR_HR, VerificationOutcome.NOT_FOR_HR}
    ]
    own = record.answer
    level = own.current_level if own.current_level is not None else own.confidence
    return VerificationView(
        public_id=record.public_id,
        competence=record.competence.name,
        person=record.staff_member.name,
        verifier=record.verifier.name,
        own_words=WORDS[level],
        asked_at=record.asked_at,
        state=said.outcome.value if said else "withdrawn" if withdrawn else "waiting",
        verified_words=WORDS[said.level] if said and said.level else "",
        note=said.note if said else "",
        answered_at=said.at if said else None,
        is_for_hr=bool(consents and consents[-1]),
        is_superseded=level_now != level,
    )
