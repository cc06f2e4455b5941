"""Counts practice by month and unit, for groups alone: see metrics.disclosure for how large.

Each round carries its own sums, kept as the answers come. So a count adds up rounds, not answers.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import SQLColumnExpression, case, delete, exists, func, insert, select

from tracker.models import PracticeAnswer, PracticeDifficulty, PracticeForm
from tracker.services.counting import count_by_month
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.observations import Observed, record_observations
from tracker.services.outcome_recognition import FALSE_ALARMS, HITS, RECOGNITION
from tracker.services.tally import Tally

if TYPE_CHECKING:
    from sqlalchemy import Subquery
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

CALIBRATION = "practice_calibration"
SOURCE = "Practice in spotting alerts"
Sum = SQLColumnExpression[int]


def count_practice(
    db: "Session", organisation: "Organisation", *, today: date, now: datetime
) -> Tally:
    """Count the first rounds anew. Safe to run twice; the statements do not grow with answers."""
    tally = Tally()
    if not db.scalar(select(exists().where(PracticeAnswer.organisation_id == organisation.id))):
        return tally
    seed_built_in_measures(db, organisation, today=today)
    form = PracticeForm
    counted = {
        HITS: (form.hits, form.hits + form.misses),
        FALSE_ALARMS: (form.false_alarms, form.false_alarms + form.correct_rejections),
        CALIBRATION: (form.sure_and_wrong, form.sure),
    }
    for key, (these, out_of) in counted.items():
        _count(db, organisation, key, these=these, out_of=out_of, now=now, tally=tally)
    # Recognition is worked out from the two; it has no numbers of its own.
    measure = find_measure(db, organisation, RECOGNITION)
    record_observations(db, measure, (), tally, run_id=None, remove_others=True)
    return tally


def _count(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    organisation: "Organisation",
    key: str,
    *,
    these: Sum,
    out_of: Sum,
    now: datetime,
    tally: Tally,
) -> None:
    rounds = _rounds(organisation.id, these, out_of)
    counted = count_by_month(
        db,
        organisation.id,
        rounds,
        rounds.c.begun_on,
        {
            "all": func.sum(rounds.c.out_of),
            "these": func.sum(rounds.c.these),
            "staff": func.sum(rounds.c.staff),
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


def _rounds(organisation_id: int, these: Sum, out_of: Sum) -> "Subquery":
    """Add first rounds up by unit and day, before the tree of units multiplies them."""
    return (
        select(
            PracticeForm.organisation_id,
            PracticeForm.organisation_unit_id,
            PracticeForm.begun_on,
            func.sum(these).label("these"),
            func.sum(out_of).label("out_of"),
            # A first round is once in a life, so that nobody is counted twice.
            func.count().label("staff"),
        )
        .where(
            PracticeForm.organisation_id == organisation_id,
            PracticeForm.attempt == 1,
            PracticeForm.begun_on.is_not(None),
            out_of > 0,
        )
        .group_by(
            PracticeForm.organisation_id,
            PracticeForm.organisation_unit_id,
            PracticeForm.begun_on,
        )
        .subquery()
    )


def count_difficulty(db: "Session", organisation: "Organisation") -> int:
    """Count how each template was answered in first rounds; say how many templates that was."""
    answer = PracticeAnswer
    rows = db.execute(
        select(
            answer.template_key,
            func.count(),
            func.sum(case((answer.is_correct, 1), else_=0)),
            # A round has a template once, and a first round is one person's.
            func.count(),
        )
        .where(
            answer.organisation_id == organisation.id,
            answer.is_first_attempt,
            answer.template_key.is_not(None),
        )
        .group_by(answer.template_key)
    ).all()
    db.execute(
        delete(PracticeDifficulty).where(PracticeDifficulty.organisation_id == organisation.id)
    )
    names = ("template_key", "answers", "right", "staff")
    if rows:
        db.execute(
            insert(PracticeDifficulty),
            [
                {"organisation_id": organisation.id, **dict(zip(names, row, strict=True))}
                for row in rows
            ],
        )
    return len(rows)
