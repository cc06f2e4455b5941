"""Counts practice by month and unit, for groups alone: see metrics.disclosure for how large."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import SQLColumnExpression, case, distinct, exists, func, select

from tracker.models import PracticeAnswer, PracticeForm
from tracker.services.counting import count_by_month
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.observations import Observed, record_observations
from tracker.services.tally import Tally

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

SOURCE = "Practice in spotting alerts"


def count_practice(
    db: "Session", organisation: "Organisation", *, today: date, now: datetime
) -> Tally:
    """Count the first rounds anew. Safe to run twice; the statements do not grow with answers."""
    tally = Tally()
    if not db.scalar(select(exists().where(PracticeAnswer.organisation_id == organisation.id))):
        return tally
    seed_built_in_measures(db, organisation, today=today)
    _count(
        db,
        organisation,
        "alert_recognition_practice",
        when=PracticeAnswer.is_correct,
        among=PracticeAnswer.is_first_attempt,
        now=now,
        tally=tally,
    )
    _count(
        db,
        organisation,
        "practice_false_alarms",
        when=PracticeAnswer.says_action,
        among=PracticeAnswer.is_first_attempt & ~PracticeAnswer.has_signal,
        now=now,
        tally=tally,
    )
    return tally


def _count(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    organisation: "Organisation",
    key: str,
    *,
    when: SQLColumnExpression[bool],
    among: SQLColumnExpression[bool],
    now: datetime,
    tally: Tally,
) -> None:
    answers = (
        select(
            PracticeForm.organisation_id,
            PracticeForm.organisation_unit_id,
            PracticeForm.staff_member_id,
            PracticeAnswer.answered_on,
            case((when, 1), else_=0).label("counts"),
        )
        .join(PracticeForm, PracticeForm.id == PracticeAnswer.practice_form_id)
        .where(PracticeAnswer.organisation_id == organisation.id, among)
        .subquery()
    )
    counted = count_by_month(
        db,
        organisation.id,
        answers,
        answers.c.answered_on,
        {
            "all": func.count(),
            "these": func.sum(answers.c.counts),
            "staff": func.count(distinct(answers.c.staff_member_id)),
        },
    )
    observed = (
        Observed(
            unit_id=unit_id,
            month=month,
            numerator=float(one["these"]),
            denominator=float(one["all"]),
            contributors=one["staff"],
            source=SOURCE,
            extracted_at=now,
        )
        for (unit_id, month), one in counted.items()
    )
    measure = find_measure(db, organisation, key)
    record_observations(db, measure, observed, tally, run_id=None, remove_others=True)
