"""The two national measures over the twenty work tasks. Two measures: never mixed, never added.

One is about breadth: who can do at least one task in every area. The other about all of it: who can
do all twenty. Both are of people who answered all twenty, whatever they answered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, distinct, func, select

from tracker.content.survey_questions import SurveySet
from tracker.models import SurveyAnswer, SurveyQuestion, SurveyResponse, SurveyRound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TASKS = 20
AREAS = 5
EVERY_AREA = "People who can do at least one task in every area"
ALL_TWENTY = "People who can do all twenty tasks"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One person's tasks: how many they answered and can do, and in how many areas."""

    unit_id: int | None
    answered: int
    can_do: int
    areas: int


@dataclass(frozen=True, kw_only=True)
class Measures:
    """The two counts for one group, each of the same people."""

    #: who answered all twenty
    people: int
    every_area: int
    all_twenty: int


def measures_of(sheets: Iterable[Sheet]) -> Measures:
    """Count the people of both measures. Who left a task out is in neither."""
    whole = [one for one in sheets if one.answered == TASKS]
    return Measures(
        people=len(whole),
        every_area=sum(one.areas == AREAS for one in whole),
        all_twenty=sum(one.can_do == TASKS for one in whole),
    )


def measures_by_unit(
    sheets: Iterable[Sheet], paths: Mapping[int | None, Iterable[int | None]]
) -> dict[int | None, Measures]:
    """Count for each unit with all below it; none is the whole organisation."""
    groups: dict[int | None, list[Sheet]] = {}
    for sheet in sheets:
        for unit_id in (*paths.get(sheet.unit_id, ()), None):
            groups.setdefault(unit_id, []).append(sheet)
    return {unit_id: measures_of(some) for unit_id, some in groups.items()}


def sheets_of(db: "Session", record: SurveyRound) -> list[Sheet]:
    """Read each answer sheet's tasks, in one query."""
    can_do = case((SurveyAnswer.option == "yes", 1), else_=0)
    area = case((SurveyAnswer.option == "yes", SurveyQuestion.part))
    rows = db.execute(
        select(
            SurveyResponse.organisation_unit_id,
            func.count().label("answered"),
            func.sum(can_do).label("can_do"),
            func.count(distinct(area)).label("areas"),
        )
        .join(SurveyAnswer, SurveyAnswer.survey_response_id == SurveyResponse.id)
        .join(SurveyQuestion, SurveyQuestion.id == SurveyAnswer.survey_question_id)
        .where(
            SurveyResponse.survey_round_id == record.id,
            SurveyQuestion.kind == SurveySet.TASKS.value,
        )
        .group_by(SurveyResponse.id, SurveyResponse.organisation_unit_id)
    )
    return [
        Sheet(
            unit_id=row.organisation_unit_id,
            answered=row.answered,
            can_do=int(row.can_do),
            areas=row.areas,
        )
        for row in rows
    ]


def asks_tasks(record: SurveyRound) -> bool:
    kinds = Counter(one.kind for one in record.questions)
    return kinds[SurveySet.TASKS.value] == TASKS
