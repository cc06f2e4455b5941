"""What people last said of themselves: private until shared, added to, never changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, func, select

from tracker.models import SelfAssessment, SelfAssessmentAnswer
from tracker.services.framework_mapping import Lineage, lineage_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: As many people as one statement names.
ONE_STATEMENT = 1_000
LAST_TWO = 2


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person last said of one competence. None throughout: they did not understand it."""

    competence_id: int
    current_level: int | None
    needed_level: int | None
    confidence: int | None
    answered_at: datetime
    #: where they were in the sitting before; None: not understood, or never asked
    level_before: int | None = None
    answered_before_at: datetime | None = None

    @property
    def level(self) -> int | None:
        """Give where they are; where only confidence was asked, that stands in for it."""
        return self.current_level if self.current_level is not None else self.confidence

    @property
    def is_not_understood(self) -> bool:
        return self.level is None

    @property
    def has_before(self) -> bool:
        return self.answered_before_at is not None


def latest_answers(
    db: "Session",
    organisation_id: int,
    staff_ids: Iterable[int] | Select[Any],
    *,
    shared_only: bool = False,
    without: int | None = None,
) -> dict[int, dict[int, Answer]]:
    """Give what each person last said, by person and competence.

    Private: show it to nobody but the person, or to groups of eight or more. With `shared_only`
    it is what they brought to an appraisal; `without` leaves one sitting out.
    """
    found: dict[int, dict[int, Answer]] = {}
    for some in _in_statements(staff_ids):
        for row in db.execute(
            _last_two(organisation_id, some, shared_only=shared_only, without=without)
        ):
            of_person = found.setdefault(row.staff_member_id, {})
            if row.place == 1:
                of_person[row.competence_id] = _as_answer(row)
            else:
                of_person[row.competence_id] = replace(
                    of_person[row.competence_id],
                    level_before=_as_answer(row).level,
                    answered_before_at=row.answered_at,
                )
    return _carried(db, organisation_id, found)


def _carried(
    db: "Session", organisation_id: int, found: dict[int, dict[int, Answer]]
) -> dict[int, dict[int, Answer]]:
    """Let answers to an earlier version of a framework count under the later ones."""
    lineage = lineage_of(db, organisation_id) if found else Lineage()
    if not lineage.origins:
        return found
    for staff_id, own in found.items():
        answers = lineage.carry(own, said=lambda one: one.level)
        for competence_id, answer in answers.items():
            then = next((own[c] for c in lineage.same_before(competence_id) if c in own), None)
            if competence_id not in own:
                answers[competence_id] = replace(answer, competence_id=competence_id)
            elif then is not None and not answer.has_before:
                answers[competence_id] = replace(
                    answer, level_before=then.level, answered_before_at=then.answered_at
                )
        found[staff_id] = answers
    return found


def _in_statements(
    staff_ids: Iterable[int] | Select[Any],
) -> list[list[int] | Select[Any]]:
    if isinstance(staff_ids, Select):
        return [staff_ids]
    ids = list(staff_ids)
    return [ids[start : start + ONE_STATEMENT] for start in range(0, len(ids), ONE_STATEMENT)]


def answers_of_sittings() -> Any:  # noqa: ANN401 - a select of eleven columns
    """Select each sitting's answers as they stood at its end: an answer given anew counts once."""
    newest = func.row_number().over(
        partition_by=(
            SelfAssessmentAnswer.self_assessment_id,
            SelfAssessmentAnswer.competence_id,
        ),
        order_by=SelfAssessmentAnswer.id.desc(),
    )
    return select(
        SelfAssessment.organisation_id,
        SelfAssessment.staff_member_id,
        SelfAssessment.organisation_unit_id,
        SelfAssessment.id.label("sitting_id"),
        SelfAssessmentAnswer.id.label("answer_id"),
        SelfAssessmentAnswer.competence_id,
        SelfAssessmentAnswer.current_level,
        SelfAssessmentAnswer.needed_level,
        SelfAssessmentAnswer.confidence,
        SelfAssessmentAnswer.answered_at,
        newest.label("newest"),
    ).join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.self_assessment_id)


def _last_two(
    organisation_id: int,
    staff_ids: list[int] | Select[Any],
    *,
    shared_only: bool,
    without: int | None,
) -> Select[Any]:
    """Select each person's answers of their last two sittings with a competence, newest first."""
    query = answers_of_sittings().where(
        SelfAssessment.organisation_id == organisation_id,
        SelfAssessment.staff_member_id.in_(staff_ids),
    )
    if shared_only:
        query = query.where(SelfAssessment.appraisal_id.is_not(None))
    if without is not None:
        query = query.where(SelfAssessment.id != without)
    given = query.subquery()
    place = func.row_number().over(
        partition_by=(given.c.staff_member_id, given.c.competence_id),
        order_by=given.c.answer_id.desc(),
    )
    ranked = select(given, place.label("place")).where(given.c.newest == 1).subquery()
    return select(ranked).where(ranked.c.place <= LAST_TWO).order_by(ranked.c.place)


def _as_answer(row: Row[Any]) -> Answer:
    return Answer(
        competence_id=row.competence_id,
        current_level=row.current_level,
        needed_level=row.needed_level,
        confidence=row.confidence,
        answered_at=row.answered_at,
    )
