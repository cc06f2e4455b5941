"""How confident people feel in what their work needs: asked kindly, kept for ever, never a mark."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Appraisal, SelfAssessment, SelfAssessmentAnswer
from tracker.services.frameworks import NeededCompetence, level_texts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOT_UNDERSTOOD = None
#: What a person may answer, in the words they see.
WORDS: dict[int | None, str] = {
    1: "Not yet",
    2: "Getting there",
    3: "Confident",
    4: "I help others",
    NOT_UNDERSTOOD: "I do not understand the question",
}
HIGHEST = 4
MOST_SUGGESTED = 3


@dataclass(frozen=True, kw_only=True)
class Answers:
    """One person's answers: in this appraisal, and the last ones before it, by competence."""

    now: Mapping[int, int | None]
    before: Mapping[int, int | None]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A goal that may suit, and why."""

    competence_id: int
    wording: str
    reason: str


def answers_of(db: "Session", appraisal: Appraisal) -> Answers:
    rows = db.execute(
        select(
            SelfAssessment.appraisal_id,
            SelfAssessmentAnswer.competence_id,
            SelfAssessmentAnswer.confidence,
        )
        .join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.self_assessment_id)
        .where(SelfAssessment.staff_member_id == appraisal.appraisee_id)
        .order_by(SelfAssessmentAnswer.id)
    )
    now: dict[int, int | None] = {}
    before: dict[int, int | None] = {}
    for appraisal_id, competence_id, confidence in rows:
        if appraisal_id == appraisal.id:
            now[competence_id] = confidence
        else:
            before[competence_id] = confidence
    return Answers(now=now, before=before)


def add_answers(
    db: "Session", appraisal: Appraisal, given: Mapping[int, int | None], *, now: datetime
) -> int:
    """Add the answers that are new or differ from the last; say how many. None is overwritten."""
    known = answers_of(db, appraisal).now
    fresh = {
        competence_id: confidence
        for competence_id, confidence in given.items()
        if competence_id not in known or known[competence_id] != confidence
    }
    if not fresh:
        return 0
    sitting = db.scalar(select(SelfAssessment).where(SelfAssessment.appraisal_id == appraisal.id))
    if sitting is None:
        sitting = SelfAssessment(
            organisation_id=appraisal.organisation_id,
            staff_member_id=appraisal.appraisee_id,
            occasion="appraisal",
            appraisal_id=appraisal.id,
            started_at=now,
        )
        db.add(sitting)
        db.flush()
    db.add_all(
        SelfAssessmentAnswer(
            organisation_id=appraisal.organisation_id,
            self_assessment_id=sitting.id,
            competence_id=competence_id,
            confidence=confidence,
            answered_at=now,
        )
        for competence_id, confidence in fresh.items()
    )
    return len(fresh)


def suggest_goals(
    db: "Session",
    needed: Iterable[NeededCompetence],
    answers: Mapping[int, int | None],
    *,
    taken: Iterable[int] = (),
) -> list[Suggestion]:
    """Suggest goals from the gap between what the role needs and what the person said.

    The widest gap in what is essential comes first. Each goal is one step up, not the whole way.
    """
    gaps = [
        (one, level)
        for one in needed
        if (level := answers.get(one.id)) is not None
        and level < one.needed_level
        and one.id not in set(taken)
    ]
    gaps.sort(key=lambda gap: (not gap[0].is_essential, gap[1] - gap[0].needed_level))
    chosen = gaps[:MOST_SUGGESTED]
    if not chosen:
        return []
    texts = level_texts(db, [one.id for one, _level in chosen])
    return [
        Suggestion(
            competence_id=one.id,
            wording=texts.get((one.id, level + 1), one.name),
            reason=_reason(one, level),
        )
        for one, level in chosen
    ]


def _reason(one: NeededCompetence, level: int) -> str:
    said = WORDS[level].lower()
    weight = "needs" if one.is_essential else "is easier with"
    return (
        f"This job {weight} “{one.name.lower()}”. The answer was “{said}”, so this is one step up."
    )
