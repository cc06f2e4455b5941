"""Counts barriers that were open at each month's end, and for how long, for groups alone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Assignment, Barrier
from tracker.services.counting import Place, months_between
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.observations import Observed, record_observations
from tracker.services.outcome_series import next_month
from tracker.services.tally import Tally
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

SOURCE = "Appraisals, inductions and the register of systems"
OPEN, AGE = "barriers_open", "barriers_age"
#: Barriers, the days that they have been open, and whose they are.
Counted = dict[Place, tuple[int, int, set[int]]]


def count_barriers(
    db: "Session", organisation: "Organisation", *, today: date, now: datetime
) -> Tally:
    """Count anew, for each unit with all below it. Safe to run twice."""
    tally = Tally()
    counted = _count(db, organisation.id, today)
    if not counted:
        return tally
    seed_built_in_measures(db, organisation, today=today)
    for key in (OPEN, AGE):
        record_observations(
            db,
            find_measure(db, organisation, key),
            _observed(counted, now, is_age=key == AGE),
            tally,
            run_id=None,
            remove_others=True,
        )
    return tally


def _observed(counted: Counted, now: datetime, *, is_age: bool) -> Iterable[Observed]:
    for (unit_id, month), (number, days, people) in counted.items():
        yield Observed(
            unit_id=unit_id,
            month=month,
            numerator=float(days if is_age else number),
            denominator=float(number) if is_age else None,
            contributors=len(people),
            source=SOURCE,
            extracted_at=now,
        )


def _count(db: "Session", organisation_id: int, today: date) -> Counted:
    places = _places(db, organisation_id, today)
    found: Counted = defaultdict(lambda: (0, 0, set()))
    rows = db.execute(
        select(Barrier.staff_member_id, Barrier.raised_at, Barrier.fixed_on).where(
            Barrier.organisation_id == organisation_id
        )
    )
    for person_id, raised_at, fixed_on in rows:
        raised_on = raised_at.astimezone(UTC).date()
        for month in months_between(raised_on, min(fixed_on or today, today)):
            last = next_month(month) - timedelta(days=1)
            if last > today or (fixed_on is not None and fixed_on <= last):
                continue
            for unit_id in (None, *places.get(person_id, ())):
                number, days, people = found[unit_id, month]
                age = (last - raised_on).days
                found[unit_id, month] = (number + 1, days + age, people | {person_id})
    return found


def _places(db: "Session", organisation_id: int, today: date) -> dict[int, set[int]]:
    """Give the units of each person's work today, with all above them."""
    tree = units_and_those_above(organisation_id)
    rows = db.execute(
        select(Assignment.staff_member_id, tree.c.above_id)
        .join(tree, tree.c.unit_id == Assignment.organisation_unit_id)
        .where(
            Assignment.organisation_id == organisation_id,
            Assignment.current_on(today),
            Assignment.staff_member_id.in_(
                select(Barrier.staff_member_id).where(Barrier.organisation_id == organisation_id)
            ),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, unit_id in rows:
        found[person_id].add(unit_id)
    return found
