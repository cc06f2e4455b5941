"""The answers of the national workshop of 2017, as an example round: totals, marked as such."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.content.survey_questions import WORKSHOP, WORKSHOP_ASKED, WORKSHOP_NAME, Counted
from tracker.models import SurveyCount, SurveyQuestion, SurveyRound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def add_workshop(db: "Session", organisation_id: int) -> bool:
    """Add the example round, unless it is there. Says whether it was new."""
    known = db.scalar(
        select(SurveyRound.id).where(
            SurveyRound.organisation_id == organisation_id,
            SurveyRound.is_example,
            SurveyRound.name == WORKSHOP_NAME,
        )
    )
    if known is not None:
        return False
    record = SurveyRound(
        organisation_id=organisation_id,
        name=WORKSHOP_NAME,
        is_anonymous=True,
        is_example=True,
        asked=WORKSHOP_ASKED,
    )
    db.add(record)
    db.flush()
    for position, one in enumerate(WORKSHOP):
        _add_question(db, record, one, position)
    db.flush()
    return True


def _add_question(db: "Session", record: SurveyRound, one: Counted, position: int) -> None:
    text = one.question
    question = SurveyQuestion(
        organisation_id=record.organisation_id,
        survey_round_id=record.id,
        key=text.key,
        kind=str(text.kind),
        part=text.part,
        part_name=text.part_name,
        wording=text.wording,
        position=position,
        options=[list(option) for option in text.options],
    )
    db.add(question)
    db.flush()
    # The workshop offered no "I do not understand": that option has no count.
    db.add_all(
        SurveyCount(
            organisation_id=record.organisation_id,
            survey_question_id=question.id,
            option=key,
            count=count,
        )
        for (key, _words), count in zip(text.options, one.counts, strict=False)
    )
