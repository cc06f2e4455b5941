"""What a round brought: counts in words and shares, for groups of eight or more, once it is over.

metrics.disclosure decides which units may be shown, for the whole round at once, so that no small
team can be worked out from a larger one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from tracker.content.survey_questions import NOT_UNDERSTOOD
from tracker.errors import NotAllowedNowError
from tracker.models import (
    OrganisationUnit,
    SurveyAnswer,
    SurveyCount,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
    SurveyRound,
)
from tracker.services.national_measures import Measures, measures_by_unit, sheets_of
from tracker.services.small_groups import Unit, shown_groups, shown_units
from tracker.services.survey_rounds import parents_of, path_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOT_OVER = (
    "The answers are counted once the round is closed. Until then only the numbers of people who "
    "took part are shown."
)


@dataclass(frozen=True, kw_only=True)
class OptionResult:
    """One answer that could be given, and how many gave it."""

    key: str
    words: str
    count: int
    share: float

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """One question: who answered it, and what."""

    key: str
    kind: str
    part_name: str
    wording: str
    #: who answered it, without those who did not understand the question
    people: int
    #: who said that the question was not clear: about the question, never about a person
    not_understood: int
    options: tuple[OptionResult, ...]
    #: enough people answered it, here and in what is left of each larger unit
    is_shown: bool


@dataclass(frozen=True, kw_only=True)
class TakingPart:
    """How many of a unit took part. No names, and no small units."""

    name: str
    asked: int
    begun: int

    @property
    def percent(self) -> int:
        return round(100 * self.begun / self.asked)


@dataclass(frozen=True, kw_only=True)
class RoundResults:
    """What a round brought, for the whole or for one unit."""

    people: int
    questions: tuple[QuestionResult, ...]
    #: none where the round did not ask all twenty, or too few answered them
    national: Measures | None
    #: units that may be picked: public id and name
    units: tuple[tuple[str, str], ...]


def taking_part(db: "Session", record: SurveyRound) -> list[TakingPart]:
    """Say by unit how many began, while a round is open and after. Small units stay hidden."""
    rows = db.execute(
        select(
            SurveyInvitation.organisation_unit_id,
            func.count().label("asked"),
            func.sum(case((SurveyInvitation.has_begun, 1), else_=0)).label("begun"),
        )
        .where(SurveyInvitation.survey_round_id == record.id)
        .group_by(SurveyInvitation.organisation_unit_id)
    )
    parents = parents_of(db, record.organisation_id)
    asked: Counter[Unit] = Counter()
    begun: Counter[Unit] = Counter()
    for row in rows:
        for unit_id in (*path_of(row.organisation_unit_id, parents), None):
            asked[unit_id] += row.asked
            begun[unit_id] += int(row.begun)
    shown = shown_units(asked, parents)
    names = _names(db, record.organisation_id)
    return [
        TakingPart(
            name=names[unit_id].name if unit_id is not None else "The whole organisation",
            asked=asked[unit_id],
            begun=begun[unit_id],
        )
        for unit_id in sorted(shown, key=lambda one: names[one].name if one is not None else "")
    ]


def results_of(
    db: "Session", record: SurveyRound, *, unit_id: int | None, today: date
) -> RoundResults | None:
    """Count a round that is over; none where too few of the unit answered.

    :raises NotAllowedNowError: while it can still be answered.
    """
    if not record.is_over(today):
        raise NotAllowedNowError(NOT_OVER)
    if record.is_example:
        return _example(db, record)
    parents = parents_of(db, record.organisation_id)
    people = _people_by_unit(db, record, parents)
    shown = shown_units(people, parents)
    if unit_id not in shown:
        return None
    counts = _counts(db, record, parents)
    answered = {
        (question_id, unit): _understood(some)
        for unit, by_question in counts.items()
        for question_id, some in by_question.items()
    }
    names = _names(db, record.organisation_id)
    units = [(names[one].public_id, names[one].name) for one in shown if one is not None]
    return RoundResults(
        people=people[unit_id],
        questions=_questions(record, counts[unit_id], _safe(answered, parents, unit_id)),
        national=_national(db, record, parents, unit_id),
        units=tuple(sorted(units, key=lambda pair: pair[1])),
    )


def _safe(
    answered: Mapping[tuple[int, Unit], int], parents: Mapping[int, Unit], unit_id: Unit
) -> set[int]:
    """Name the questions that may be shown for this unit."""
    return {question for question, unit in shown_groups(answered, parents) if unit == unit_id}


def _national(
    db: "Session", record: SurveyRound, parents: Mapping[int, Unit], unit_id: Unit
) -> Measures | None:
    paths = {one: path_of(one, parents) for one in (*parents, None)}
    by_unit = measures_by_unit(sheets_of(db, record), paths)
    may_show = shown_units({unit: one.people for unit, one in by_unit.items()}, parents)
    return by_unit[unit_id] if unit_id in may_show else None


def _understood(counts: Mapping[str, int]) -> int:
    return sum(number for option, number in counts.items() if option != NOT_UNDERSTOOD[0])


def _people_by_unit(
    db: "Session", record: SurveyRound, parents: Mapping[int, Unit]
) -> Counter[Unit]:
    """Count who answered anything, for each unit with all below it; none is the whole."""
    rows = db.execute(
        select(SurveyResponse.organisation_unit_id, func.count().label("people"))
        .where(
            SurveyResponse.survey_round_id == record.id,
            SurveyResponse.id.in_(select(SurveyAnswer.survey_response_id)),
        )
        .group_by(SurveyResponse.organisation_unit_id)
    )
    people: Counter[Unit] = Counter()
    for row in rows:
        for unit_id in (*path_of(row.organisation_unit_id, parents), None):
            people[unit_id] += row.people
    return people


def _counts(
    db: "Session", record: SurveyRound, parents: Mapping[int, Unit]
) -> dict[Unit, dict[int, dict[str, int]]]:
    """Count each option of each question, for each unit with all below it and for the whole."""
    rows = db.execute(
        select(
            SurveyResponse.organisation_unit_id,
            SurveyAnswer.survey_question_id,
            SurveyAnswer.option,
            func.count().label("people"),
        )
        .join(SurveyResponse, SurveyResponse.id == SurveyAnswer.survey_response_id)
        .where(SurveyResponse.survey_round_id == record.id)
        .group_by(
            SurveyResponse.organisation_unit_id,
            SurveyAnswer.survey_question_id,
            SurveyAnswer.option,
        )
    )
    counts: dict[Unit, dict[int, dict[str, int]]] = {None: {}}
    for unit_id, question_id, option, people in rows:
        for unit in (*path_of(unit_id, parents), None):
            some = counts.setdefault(unit, {}).setdefault(question_id, {})
            some[option] = some.get(option, 0) + people
    return counts


def _example(db: "Session", record: SurveyRound) -> RoundResults:
    """Give the totals that an example round came with: there are no people behind them here."""
    rows = db.execute(
        select(SurveyCount.survey_question_id, SurveyCount.option, SurveyCount.count)
        .join(SurveyQuestion, SurveyQuestion.id == SurveyCount.survey_question_id)
        .where(SurveyQuestion.survey_round_id == record.id)
    )
    counts: dict[int, dict[str, int]] = {}
    for question_id, option, count in rows:
        counts.setdefault(question_id, {})[option] = count
    people = max((sum(some.values()) for some in counts.values()), default=0)
    return RoundResults(
        people=people,
        questions=_questions(record, counts, {one.id for one in record.questions}),
        national=None,
        units=(),
    )


def _questions(
    record: SurveyRound, counts: Mapping[int, Mapping[str, int]], safe: set[int]
) -> tuple[QuestionResult, ...]:
    return tuple(
        _question(one, counts.get(one.id, {}), is_shown=one.id in safe) for one in record.questions
    )


def _question(
    question: SurveyQuestion, counts: Mapping[str, int], *, is_shown: bool
) -> QuestionResult:
    options = [(key, words) for key, words in question.options if key != NOT_UNDERSTOOD[0]]
    people = sum(counts.get(key, 0) for key, _words in options)
    return QuestionResult(
        key=question.key,
        kind=question.kind,
        part_name=question.part_name,
        wording=question.wording,
        people=people,
        not_understood=counts.get(NOT_UNDERSTOOD[0], 0),
        is_shown=is_shown,
        options=tuple(
            OptionResult(
                key=key,
                words=words,
                count=counts.get(key, 0),
                share=counts.get(key, 0) / people if people else 0.0,
            )
            for key, words in options
        ),
    )


def _names(db: "Session", organisation_id: int) -> dict[int, OrganisationUnit]:
    units = db.scalars(
        select(OrganisationUnit).where(OrganisationUnit.organisation_id == organisation_id)
    )
    return {unit.id: unit for unit in units}
