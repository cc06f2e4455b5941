"""One sitting with the questions: one statement at a time, kept at once, left and resumed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import (
    Appraisal,
    AppraisalStage,
    Competence,
    SelfAssessment,
    SelfAssessmentAnswer,
    StaffMember,
)
from tracker.services.asking import Next, Past, Question, Why, next_question
from tracker.services.confidence import HIGHEST
from tracker.services.frameworks import level_texts
from tracker.services.own_needs import NeedOfWork, main_unit_of, needs_of_person
from tracker.services.preparations import is_shared_by_appraisee
from tracker.services.self_assessments import Answer, latest_answers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

OWN = "own"
#: A sitting that was left is resumed for so long; then a new one begins.
RESUMED_WITHIN = timedelta(days=30)
LONGEST_COMMENT = 300


@dataclass(frozen=True, kw_only=True)
class AnswerDraft:
    """What somebody said on one page. Without levels: they do not understand the question."""

    current_level: int | None
    needed_level: int | None
    confidence: int | None
    comment: str = ""

    @property
    def is_not_understood(self) -> bool:
        return self.current_level is None


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """Somebody's sitting under way: what was said, in order, and what comes next."""

    record: SelfAssessment
    needs: Mapping[int, NeedOfWork]
    #: the last answer to each competence, in the order in which they were first asked
    said: Mapping[int, SelfAssessmentAnswer]
    then: Next

    @property
    def is_over(self) -> bool:
        return self.then.question is None


@dataclass(frozen=True, kw_only=True)
class QuestionPage:
    """One statement, with what was said of it in this sitting."""

    number: int
    in_all: int
    is_next: bool
    competence_id: int
    name: str
    description: str
    levels: Mapping[int, str]
    #: what the role profile says
    needed_level: int | None
    said: SelfAssessmentAnswer | None


@dataclass(frozen=True, kw_only=True)
class StartPage:
    """Where somebody stands: a sitting to go on with, and when they last answered."""

    is_under_way: bool
    last_on: date | None
    in_all: int


def start_page(db: "Session", *, by: "Identity", now: datetime, today: date) -> StartPage:
    newest = _newest(db, by)
    return StartPage(
        is_under_way=newest is not None and _is_under_way(newest, now),
        last_on=newest.answers[-1].answered_at.date() if newest and newest.answers else None,
        in_all=len(needs_of_person(db, by.organisation_id, by.staff_id, today=today)),
    )


def start_or_resume(db: "Session", *, by: "Identity", now: datetime, today: date) -> SelfAssessment:
    """Give the sitting that is under way, or begin one. Asked twice, it is the same sitting."""
    db.execute(select(StaffMember.id).where(StaffMember.id == by.staff_id).with_for_update())
    newest = _newest(db, by)
    if newest is not None and _is_under_way(newest, now):
        return newest
    record = SelfAssessment(
        organisation_id=by.organisation_id,
        staff_member_id=by.staff_id,
        occasion=OWN,
        organisation_unit_id=main_unit_of(db, by.organisation_id, by.staff_id, today=today),
        started_at=now,
    )
    db.add(record)
    db.flush()
    return record


def find_sitting(db: "Session", *, by: "Identity", now: datetime, today: date) -> Sitting | None:
    """Give the sitting that is under way, wherever it was begun; none where there is none."""
    record = _newest(db, by)
    if record is None or not _is_under_way(record, now):
        return None
    return _sitting(db, record, by=by, today=today)


def question_page(db: "Session", sitting: Sitting, number: int) -> QuestionPage | None:
    """Gather one question: the next one, or one that was asked. None for a later one.

    :raises NotFoundError: for a number that no question has.
    """
    asked = list(sitting.said)
    if number < 1:
        raise NotFoundError("There is no such question.")
    upcoming = sitting.then.question
    if number <= len(asked):
        competence_id = asked[number - 1]
    elif number == len(asked) + 1 and upcoming is not None:
        competence_id = upcoming.competence_id
    else:
        return None
    competence = db.get_one(Competence, competence_id)
    texts = level_texts(db, [competence_id])
    need = sitting.needs.get(competence_id)
    return QuestionPage(
        number=number,
        in_all=sitting.then.in_all,
        is_next=number > len(asked),
        competence_id=competence_id,
        name=competence.name,
        description=competence.description,
        levels={level: text for (_id, level), text in sorted(texts.items())},
        needed_level=need.needed_level if need else None,
        said=sitting.said.get(competence_id),
    )


def keep_answer(
    db: "Session", sitting: Sitting, page: QuestionPage, draft: AnswerDraft, *, now: datetime
) -> bool:
    """Add an answer. The same answer again changes nothing; another one is added beside it.

    Says whether one was added.

    :raises InvalidInputError: for an answer that the page does not offer.
    """
    _check(draft)
    last = page.said
    if last is not None and _draft_of(last) == draft:
        return False
    sitting.record.answers.append(
        SelfAssessmentAnswer(
            organisation_id=sitting.record.organisation_id,
            competence_id=page.competence_id,
            current_level=draft.current_level,
            needed_level=draft.needed_level,
            confidence=draft.confidence,
            comment=draft.comment or None,
            answered_at=now,
        )
    )
    db.flush()
    return True


def end_sitting(sitting: Sitting, *, now: datetime) -> None:
    """Note that it is over. What was said stays as it is."""
    if sitting.record.ended_at is None:
        sitting.record.ended_at = now


def last_ended(db: "Session", *, by: "Identity", today: date) -> Sitting | None:
    """Give the sitting that ended last, to read what was said in it."""
    record = _newest(db, by)
    if record is None or record.ended_at is None:
        return None
    return _sitting(db, record, by=by, today=today)


def open_appraisal_of(db: "Session", *, by: "Identity") -> Appraisal | None:
    return db.scalar(
        select(Appraisal)
        .where(
            Appraisal.organisation_id == by.organisation_id,
            Appraisal.appraisee_id == by.staff_id,
            Appraisal.stage == AppraisalStage.OPEN,
        )
        .order_by(Appraisal.id.desc())
        .limit(1)
    )


def bring_to_appraisal(
    db: "Session", record: SelfAssessment, appraisal: Appraisal, *, by: "Identity"
) -> None:
    """Put a sitting into one's own open appraisal. The other side sees it with one's notes.

    :raises NotAllowedNowError: where there is nothing to bring, or nowhere to bring it.
    """
    is_own = record.staff_member_id == by.staff_id == appraisal.appraisee_id
    if not is_own or not appraisal.is_open or record.ended_at is None or not record.answers:
        raise NotAllowedNowError("Answer a question first. Then you can bring your answers.")
    if record.appraisal_id is None:
        record.appraisal_id = appraisal.id
        db.flush()


def take_back(db: "Session", record: SelfAssessment, appraisal: Appraisal) -> None:
    """Make a sitting private again, while the notes that it goes with are not shared.

    :raises NotAllowedNowError: once the other side could read it.
    """
    if record.appraisal_id is None:
        return
    if record.appraisal_id != appraisal.id or is_shared_by_appraisee(db, appraisal):
        raise NotAllowedNowError("Your notes are shared, so these answers are too.")
    record.appraisal_id = None
    db.flush()


def _newest(db: "Session", who: "Identity") -> SelfAssessment | None:
    return db.scalar(
        select(SelfAssessment)
        .where(
            SelfAssessment.organisation_id == who.organisation_id,
            SelfAssessment.staff_member_id == who.staff_id,
            SelfAssessment.occasion == OWN,
        )
        .order_by(SelfAssessment.id.desc())
        .limit(1)
        .options(selectinload(SelfAssessment.answers))
    )


def _is_under_way(record: SelfAssessment, now: datetime) -> bool:
    return record.ended_at is None and now - record.started_at <= RESUMED_WITHIN


def _sitting(db: "Session", record: SelfAssessment, *, by: "Identity", today: date) -> Sitting:
    needs = needs_of_person(db, by.organisation_id, by.staff_id, today=today)
    before = latest_answers(db, by.organisation_id, [by.staff_id], without=record.id)
    said: dict[int, SelfAssessmentAnswer] = {}
    for answer in record.answers:
        said[answer.competence_id] = answer  # keeps the place of the first
    questions = _questions(list(needs.values()), before.get(by.staff_id, {}))
    levels = {competence_id: answer.current_level for competence_id, answer in said.items()}
    return Sitting(
        record=record,
        needs=needs,
        said=said,
        then=next_question(questions, levels, today=record.started_at.date()),
    )


def _questions(needs: Sequence[NeedOfWork], before: Mapping[int, Answer]) -> list[Question]:
    return [
        Question(
            competence_id=one.competence_id,
            domain_id=one.domain_id,
            needed_level=one.needed_level,
            is_essential=one.is_essential,
            past=_past(before.get(one.competence_id)),
        )
        for one in needs
    ]


def _past(answer: Answer | None) -> Past | None:
    if answer is None:
        return None
    is_same = answer.has_before and answer.level == answer.level_before
    return Past(
        level=answer.level,
        on=answer.answered_at.date(),
        moved=answer.has_before and not is_same,
        is_steady=is_same,
    )


def _check(draft: AnswerDraft) -> None:
    if draft.is_not_understood:
        return
    for field in ("current_level", "needed_level", "confidence"):
        value = getattr(draft, field)
        if value is None or not 1 <= value <= HIGHEST:
            raise InvalidInputError("Choose one of the answers that are shown.", field=field)
    if len(draft.comment) > LONGEST_COMMENT:
        raise InvalidInputError("Use 300 characters or fewer.", field="comment")


def _draft_of(answer: SelfAssessmentAnswer) -> AnswerDraft:
    return AnswerDraft(
        current_level=answer.current_level,
        needed_level=answer.needed_level,
        confidence=answer.confidence,
        comment=answer.comment or "",
    )


def why_sentence(then: Next) -> str:
    """Say how far the sitting got, and why it stops there."""
    if then.why is Why.ALL_ASKED:
        return f"You have answered all {then.in_all} questions that your work needs."
    if then.why is Why.ENOUGH:
        return (
            f"That is enough for today: {then.asked} of {then.in_all} asked, because more would "
            "take too long. The rest come first next time."
        )
    return (
        f"That is enough for today: {then.asked} of {then.in_all} asked, because you are sure "
        "of the rest: you said so twice before, or in questions of the same kind."
    )
