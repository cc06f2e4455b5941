"""Questions that people said they do not understand: about the words, never about a person."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import distinct, func, select

from metrics.disclosure_subtraction import FEWEST
from tracker.models import Competence, Domain, Framework, SelfAssessment, SelfAssessmentAnswer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ONE_YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class UnclearQuestion:
    """A competence whose question was not clear to eight people or more."""

    name: str
    people: int


def unclear_questions(db: "Session", framework: Framework, *, today: date) -> list[UnclearQuestion]:
    """List them for those who write a framework: of all its versions, in the last year."""
    people = func.count(distinct(SelfAssessment.staff_member_id))
    rows = db.execute(
        select(func.max(Competence.name).label("name"), people.label("people"))
        .join(Domain, Domain.id == Competence.domain_id)
        .join(Framework, Framework.id == Domain.framework_id)
        .join(SelfAssessmentAnswer, SelfAssessmentAnswer.competence_id == Competence.id)
        .join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.self_assessment_id)
        .where(
            Framework.organisation_id == framework.organisation_id,
            Framework.key == framework.key,
            SelfAssessmentAnswer.confidence.is_(None),
            SelfAssessmentAnswer.current_level.is_(None),
            SelfAssessmentAnswer.answered_at >= datetime.combine(today - ONE_YEAR, time.min, UTC),
        )
        .group_by(Competence.key)
        .having(people >= FEWEST)
        .order_by(func.max(Competence.name))
    )
    return [UnclearQuestion(name=row.name, people=row.people) for row in rows]
