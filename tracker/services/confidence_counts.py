"""Counts who feels confident, by month and unit, for groups alone.

A person counts once a month: as confident when they say *confident* or *I help others* in more
than half of what they answered that month. What they did not understand is left out.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Subquery, case, exists, extract, func, select

from tracker.models import SelfAssessment
from tracker.services.counting import count_by_month
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.observations import Observed, record_observations
from tracker.services.self_assessments import answers_of_sittings
from tracker.services.tally import Tally

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

SOURCE = "Self-assessment"
CONFIDENT = 3


def count_confidence(
    db: "Session", organisation: "Organisation", *, today: date, now: datetime
) -> Tally:
    """Count anew. Safe to run twice; two statements, however many answers there are."""
    tally = Tally()
    if not db.scalar(select(exists().where(SelfAssessment.organisation_id == organisation.id))):
        return tally
    seed_built_in_measures(db, organisation, today=today)
    people = _people_by_sitting(organisation.id)
    counted = count_by_month(
        db,
        organisation.id,
        people,
        people.c.answered_at,
        {"people": func.count(), "confident": func.sum(people.c.is_confident)},
    )
    observed = (
        Observed(
            unit_id=unit_id,
            month=month,
            numerator=float(one["confident"]),
            denominator=float(one["people"]),
            contributors=one["people"],
            source=SOURCE,
            extracted_at=now,
        )
        for (unit_id, month), one in counted.items()
    )
    measure = find_measure(db, organisation, "confidence")
    record_observations(db, measure, observed, tally, run_id=None, remove_others=True)
    return tally


def _people_by_sitting(organisation_id: int) -> Subquery:
    """Give each person's last sitting of a month, and if they feel confident in most of it."""
    given = (
        answers_of_sittings().where(SelfAssessment.organisation_id == organisation_id).subquery()
    )
    confident = func.sum(case((given.c.confidence >= CONFIDENT, 1), else_=0))
    sittings = (
        select(
            given.c.organisation_id,
            given.c.organisation_unit_id,
            given.c.staff_member_id,
            given.c.sitting_id,
            func.max(given.c.answered_at).label("answered_at"),
            case((2 * confident > func.count(), 1), else_=0).label("is_confident"),
        )
        .where(given.c.newest == 1, given.c.confidence.is_not(None))
        .group_by(
            given.c.organisation_id,
            given.c.organisation_unit_id,
            given.c.staff_member_id,
            given.c.sitting_id,
        )
        .subquery()
    )
    place = func.row_number().over(
        partition_by=(
            sittings.c.staff_member_id,
            extract("year", sittings.c.answered_at),
            extract("month", sittings.c.answered_at),
        ),
        order_by=sittings.c.sitting_id.desc(),
    )
    ranked = select(sittings, place.label("place")).subquery()
    return select(ranked).where(ranked.c.place == 1).subquery()
