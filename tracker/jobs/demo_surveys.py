"""What the demo trust's people said: two survey rounds, and sittings half a year apart."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from tracker.content.survey_questions import SurveySet
from tracker.models import (
    Assignment,
    Organisation,
    SelfAssessment,
    SelfAssessmentAnswer,
    StaffMember,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
    SurveyRound,
)
from tracker.models.survey import random_id
from tracker.security.identity import System
from tracker.services.profiles import needs_of
from tracker.services.reporting import is_primary_today
from tracker.services.survey_example import add_workshop
from tracker.services.survey_rounds import RoundDraft, add_round, close_round

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SEED = 2017
TOOK_PART = 0.45
SAT = 0.3
ALL_SETS = frozenset(SurveySet)
#: how likely each option is, from the first to the last
WEIGHTS = {
    "yes": (62, 22, 12, 4),
    "strongly_agree": (18, 38, 22, 13, 6, 3),
    "leading": (14, 46, 28, 9, 3),
}
FIRST_DAYS_AGO, SECOND_DAYS_AGO = 190, 20


def tell_surveys(db: "Session", organisation: Organisation, *, today: date) -> int:
    """Add the rounds and the sittings, unless they are there; say how many took part."""
    if db.scalar(select(SurveyRound.id).where(SurveyRound.organisation_id == organisation.id)):
        return 0
    draw = Random(SEED)  # noqa: S311 - made-up people, and the same ones each time
    add_workshop(db, organisation.id)
    by = System(organisation_id=organisation.id)
    took_part = _closed_round(db, organisation, draw, by=by, today=today)
    draft = RoundDraft(
        name="How ready do you feel? Autumn",
        is_anonymous=True,
        sets=frozenset({SurveySet.FEELING, SurveySet.READINESS}),
        closes_on=today + timedelta(days=21),
    )
    add_round(db, draft, organisation_id=organisation.id, by=by, today=today)
    _sittings(db, organisation, draw, today=today)
    return took_part


def _closed_round(
    db: "Session", organisation: Organisation, draw: Random, *, by: System, today: date
) -> int:
    opened_on = today - timedelta(days=180)
    draft = RoundDraft(
        name="How ready do you feel? Spring",
        is_anonymous=True,
        sets=ALL_SETS,
        closes_on=opened_on + timedelta(days=28),
    )
    record = add_round(db, draft, organisation_id=organisation.id, by=by, today=opened_on)
    invitations = db.execute(
        select(SurveyInvitation.id, SurveyInvitation.organisation_unit_id).where(
            SurveyInvitation.survey_round_id == record.id
        )
    ).all()
    some = [one for one in invitations if draw.random() < TOOK_PART]
    responses: list[dict[str, Any]] = [
        {
            "id": random_id(),
            "organisation_id": organisation.id,
            "survey_round_id": record.id,
            "organisation_unit_id": one.organisation_unit_id,
        }
        for one in some
    ]
    if responses:
        db.execute(insert(SurveyResponse), responses)
        db.execute(insert(SurveyAnswer), list(_answers(record, responses, draw)))
        begun = [{"id": one.id, "has_begun": True} for one in some]
        db.execute(update(SurveyInvitation), begun)
    close_round(db, record, by=by, today=opened_on + timedelta(days=28))
    return len(responses)


def _answers(
    record: SurveyRound, responses: list[dict[str, Any]], draw: Random
) -> Iterator[dict[str, Any]]:
    for response in responses:
        # Some are at ease with all of it, some with little.
        ease = draw.uniform(0.4, 2.4)
        for question in record.questions:
            keys = [key for key, _words in question.options]
            first, *rest = WEIGHTS[keys[0]]
            yield {
                "id": random_id(),
                "organisation_id": record.organisation_id,
                "survey_response_id": response["id"],
                "survey_question_id": question.id,
                "option": draw.choices(keys, (first * ease**2, *rest))[0],
            }


def _sittings(db: "Session", organisation: Organisation, draw: Random, *, today: date) -> None:
    """Let some answer twice, a little further on the second time."""
    rows = db.execute(
        select(Assignment.staff_member_id, Assignment.organisation_unit_id)
        .join(StaffMember, StaffMember.id == Assignment.staff_member_id)
        .where(Assignment.organisation_id == organisation.id, is_primary_today(today))
        .order_by(StaffMember.employee_number)
    ).all()
    some = {row.staff_member_id: row.organisation_unit_id for row in rows if draw.random() < SAT}
    needs = needs_of(db, organisation.id, some, today=today)
    for days_ago, further in ((FIRST_DAYS_AGO, 0), (SECOND_DAYS_AGO, 1)):
        at = datetime.combine(today - timedelta(days=days_ago), time(14, 0), UTC)
        sittings = [
            SelfAssessment(
                organisation_id=organisation.id,
                staff_member_id=staff_id,
                occasion="own",
                organisation_unit_id=unit_id,
                started_at=at,
                ended_at=at + timedelta(minutes=5),
            )
            for staff_id, unit_id in some.items()
        ]
        db.add_all(sittings)
        db.flush()
        answers = [
            _answer(sitting, one.competence_id, one.needed_level, further, draw)
            for sitting in sittings
            for one in needs.get(sitting.staff_member_id, {}).values()
        ]
        if answers:
            db.execute(insert(SelfAssessmentAnswer), answers)


def _answer(
    sitting: SelfAssessment, competence_id: int, needed: int, further: int, draw: Random
) -> dict[str, Any]:
    is_clear = draw.random() > 0.02  # noqa: PLR2004
    steps = draw.choices((-2, -1, 0, 1), (15 - 6 * further, 34, 38 + 4 * further, 13))[0]
    level = min(4, max(1, needed + steps)) if is_clear else None
    return {
        "organisation_id": sitting.organisation_id,
        "self_assessment_id": sitting.id,
        "competence_id": competence_id,
        "current_level": level,
        "needed_level": needed if level else None,
        "confidence": min(4, max(1, level + draw.choice((-1, 0, 0)))) if level else None,
        "answered_at": sitting.started_at,
    }
