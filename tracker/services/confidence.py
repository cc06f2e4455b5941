"""How confident people feel in what their work needs: asked kindly, kept for ever, never a mark."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select

from tracker.models import (
    Appraisal,
    AppraisalPreparation,
    SelfAssessment,
    SelfAssessmentAnswer,
    Side,
)
from tracker.services.framework_mapping import lineage_of
from tracker.services.frameworks import NeededCompetence
from tracker.services.self_assessments import Answer, latest_answers

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
#: How long what somebody said for themselves is filled in for them.
LATELY = timedelta(days=90)
MOST_SUGGESTED = 3


@dataclass(frozen=True, kw_only=True)
class Answers:
    """One person's answers: in this appraisal, and those shared before it, by competence."""

    now: Mapping[int, int | None]
    before: Mapping[int, int | None]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A goal that may suit, and why."""

    competence_id: int
    wording: str
    reason: str


def answers_of(db: "Session", appraisal: Appraisal) -> Answers:
    """Give what was said in this appraisal, and what was shared in those before.

    What somebody answered for themselves, and brought to no appraisal, is not in it.
    """
    was_shared = exists().where(
        AppraisalPreparation.appraisal_id == SelfAssessment.appraisal_id,
        AppraisalPreparation.side == Side.APPRAISEE,
        AppraisalPreparation.shared_at.is_not(None),
    )
    rows = db.execute(
        select(
            SelfAssessment.appraisal_id,
            SelfAssessmentAnswer.competence_id,
            SelfAssessmentAnswer.confidence,
        )
        .join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.self_assessment_id)
        .where(
            SelfAssessment.staff_member_id == appraisal.appraisee_id,
            or_(SelfAssessment.appraisal_id == appraisal.id, was_shared),
        )
        .order_by(SelfAssessmentAnswer.id)
    )
    now: dict[int, int | None] = {}
    before: dict[int, int | None] = {}
    for appraisal_id, competence_id, confidence in rows:
        if appraisal_id == appraisal.id:
            now[competence_id] = confidence
        else:
            before[competence_id] = confidence
    if before:
        # What was said under an earlier version of a framework counts under the later one.
        before = lineage_of(db, appraisal.organisation_id).carry(before)
    return Answers(now=now, before=before)


def with_own_answers(
    db: "Session", appraisal: Appraisal, answers: Answers, *, today: date
) -> Answers:
    """Fill in what the person said for themselves lately, so that nobody says it twice.

    For the person's own eyes: it is theirs to save it here, or to change it first.
    """
    latest = latest_answers(db, appraisal.organisation_id, [appraisal.appraisee_id])
    own = {
        competence_id: answer.confidence
        for competence_id, answer in latest.get(appraisal.appraisee_id, {}).items()
        if today - answer.answered_at.date() <= LATELY
    }
    return Answers(now={**own, **answers.now}, before=answers.before)


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
    sitting = db.scalar(
        select(SelfAssessment).where(
            SelfAssessment.appraisal_id == appraisal.id, SelfAssessment.occasion == "appraisal"
        )
    )
    own = latest_answers(db, appraisal.organisation_id, [appraisal.appraisee_id])
    levels = _levels(own.get(appraisal.appraisee_id, {}), fresh)
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
            current_level=levels.get(competence_id, (None, None))[0],
            needed_level=levels.get(competence_id, (None, None))[1],
            answered_at=now,
        )
        for competence_id, confidence in fresh.items()
    )
    return len(fresh)


def _levels(
    own: Mapping[int, Answer], fresh: Mapping[int, int | None]
) -> dict[int, tuple[int | None, int | None]]:
    """Keep the levels that go with an answer, where it is the one they gave for themselves."""
    return {
        competence_id: (answer.current_level, answer.needed_level)
        for competence_id, answer in own.items()
        if competence_id in fresh and answer.confidence == fresh[competence_id]
    }


def suggest_goals(
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
    return [
        Suggestion(
            competence_id=one.id,
            wording=one.levels.get(level + 1, one.name),
            reason=_reason(one, level),
        )
        for one, level in gaps[:MOST_SUGGESTED]
    ]


def _reason(one: NeededCompetence, level: int) -> str:
    said = WORDS[level].lower()
    weight = "needs" if one.is_essential else "is easier with"
    return (
        f"This job {weight} “{one.name.lower()}”. The answer was “{said}”, so this is one step up."
    )
