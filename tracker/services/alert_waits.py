"""How long alerts wait for an answer, by month and unit: Kaplan and Meier's median.

An alert that nobody answered waited for a day at least; it counts as still waiting then. A mean of
the answered ones would leave the longest waits out.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import distinct, extract, func, or_, select

from tracker.models import AlertEvent, AlertResponse
from tracker.services.alert_years import Waits, keep_years
from tracker.services.counting import Place, count_by_month
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.observations import Observed, record_observations
from tracker.services.tally import Tally
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

KEY = "time_to_acknowledge"
SOURCE = "Alert log"
A_DAY = 24 * 60


def count_waits(
    db: "Session", organisation: "Organisation", *, today: date, now: datetime
) -> Tally:
    """Work the medians out anew, and the last year. Few statements, however many alerts."""
    tally = Tally()
    above = _units_above(db, organisation.id)
    waits = _waits(db, organisation.id, above)
    if not waits:
        return tally
    seed_built_in_measures(db, organisation, today=today)
    staff = count_by_month(
        db,
        organisation.id,
        AlertEvent,
        AlertEvent.fired_on,
        {"staff": func.count(distinct(AlertEvent.staff_pseudonym))},
    )
    observed = (
        Observed(
            unit_id=place[0],
            month=place[1],
            numerator=median * alerts,
            denominator=float(alerts),
            contributors=staff.get(place, {"staff": 0})["staff"],
            source=SOURCE,
            extracted_at=now,
        )
        for place, some in sorted(waits.items(), key=lambda one: (one[0][0] or 0, one[0][1]))
        for median, alerts in [_median(some)]
        if not math.isnan(median)
    )
    keep_years(db, organisation.id, waits, staff, above, today=today, now=now)
    measure = find_measure(db, organisation, KEY)
    record_observations(db, measure, observed, tally, run_id=None, remove_others=True)
    return tally


def _waits(
    db: "Session", organisation_id: int, above: Mapping[int, Sequence[int]]
) -> dict[Place, dict[tuple[int, bool], int]]:
    """Count the waits of each unit with all below it, and of the whole."""
    alert = AlertEvent
    columns = (
        alert.organisation_unit_id,
        extract("year", alert.fired_on),
        extract("month", alert.fired_on),
        alert.response == AlertResponse.IGNORED,
        alert.minutes_to_respond,
    )
    rows = db.execute(
        select(*columns, func.count())
        .where(
            alert.organisation_id == organisation_id,
            or_(alert.response == AlertResponse.IGNORED, alert.minutes_to_respond >= 0),
        )
        .group_by(*columns)
    )
    found: dict[Place, dict[tuple[int, bool], int]] = defaultdict(lambda: defaultdict(int))
    for unit_id, year, month, is_ignored, minutes, number in rows:
        waited = A_DAY if is_ignored or minutes is None else min(minutes, A_DAY)
        wait = (waited, not is_ignored and waited < A_DAY)
        for place in (None, *above.get(unit_id or 0, ())):
            found[place, date(int(year), int(month), 1)][wait] += number
    return found


def _units_above(db: "Session", organisation_id: int) -> dict[int, list[int]]:
    tree = units_and_those_above(organisation_id)
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, above_id in db.execute(select(tree.c.unit_id, tree.c.above_id)):
        found[unit_id].append(above_id)
    return found


def _median(waits: Waits) -> tuple[float, int]:
    """Give the median in minutes, and of how many alerts; NaN where too many still wait."""
    import numpy as np

    from metrics.waiting import time_to_acknowledge

    numbers = list(waits.values())
    minutes = np.repeat([float(minutes) for minutes, _ in waits], numbers)
    answered = np.repeat([done for _, done in waits], numbers)
    return time_to_acknowledge(minutes, answered).median, sum(numbers)
