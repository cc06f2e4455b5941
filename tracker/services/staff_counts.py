"""Counts staff in post by month and unit from HR's own records, to divide other counts by.

Of a month before the first HR file nothing is said: whoever had left by then is not in our records.
Where a file brought numbers of staff, those stand.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import distinct, func, or_, select

from tracker.models import Assignment, ImportRun, Observation, Organisation, RunState, StaffMember
from tracker.services.counting import months_between
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.observations import Observed, record_observations
from tracker.services.tally import Tally
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KEY = "staff_in_post"
SOURCE = "HR records"
#: HR may put right what it said of the last three years
MONTHS_BACK = 36


def count_staff(db: "Session", organisation: Organisation, *, today: date, now: datetime) -> Tally:
    """Count the months that are over anew. Two statements a month, however many staff there are."""
    tally = Tally()
    months = _months(db, organisation.id, today)
    if not months:
        return tally
    seed_built_in_measures(db, organisation, today=today)
    measure = find_measure(db, organisation, KEY)
    brought = set(
        db.scalars(
            select(Observation.month)
            .where(Observation.outcome_measure_id == measure.id, Observation.source != SOURCE)
            .distinct()
        )
    )
    counted = [month for month in months if month not in brought]
    observed = (
        Observed(
            unit_id=unit_id,
            month=month,
            numerator=float(people),
            denominator=None,
            contributors=None,
            source=SOURCE,
            extracted_at=now,
        )
        for month in counted
        for unit_id, people in _in_post(db, organisation.id, month)
    )
    record_observations(
        db, measure, observed, tally, run_id=None, remove_others=True, months=counted
    )
    return tally


def _months(db: "Session", organisation_id: int, today: date) -> list[date]:
    """List the months that are over since HR's first file came in."""
    first = db.scalar(
        select(func.min(ImportRun.ended_at)).where(
            ImportRun.organisation_id == organisation_id,
            ImportRun.kind == "hr",
            ImportRun.state.in_((RunState.APPLIED, RunState.UNCHANGED)),
        )
    )
    if first is None:
        return []
    last = today.replace(day=1) - timedelta(days=1)
    return months_between(first.date().replace(day=1), last)[-MONTHS_BACK:]


def _in_post(db: "Session", organisation_id: int, month: date) -> list[tuple[int | None, int]]:
    """Count different people in post on a month's last day: each unit with all below, and all."""
    day = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    people = func.count(distinct(Assignment.staff_member_id))
    inside = (
        Assignment.organisation_id == organisation_id,
        Assignment.effective_from <= day,
        or_(Assignment.effective_to.is_(None), Assignment.effective_to >= day),
        or_(Assignment.ended_on.is_(None), Assignment.ended_on >= day),
        or_(StaffMember.left_on.is_(None), StaffMember.left_on >= day),
    )
    tree = units_and_those_above(organisation_id)
    by_unit = (
        select(tree.c.above_id, people)
        .select_from(Assignment)
        .join(StaffMember, StaffMember.id == Assignment.staff_member_id)
        .join(tree, tree.c.unit_id == Assignment.organisation_unit_id)
        .where(*inside)
        .group_by(tree.c.above_id)
    )
    whole = (
        select(people)
        .select_from(Assignment)
        .join(StaffMember, StaffMember.id == Assignment.staff_member_id)
        .where(*inside)
    )
    found: list[tuple[int | None, int]] = [
        (unit_id, number) for unit_id, number in db.execute(by_unit)
    ]
    return [*found, (None, db.scalar(whole) or 0)]
