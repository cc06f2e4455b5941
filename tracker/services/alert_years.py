"""What twelve whole months of alerts come to in each unit: how long they waited, which sorts.

Worked out once a night, so that a report reads a row a unit and not millions of alerts.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, delete, func, insert, select

from tracker.models import AlertEvent, AlertResponse, AlertYear
from tracker.services.counting import Counts, Place
from tracker.services.outcome_series import next_month

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: After so many minutes the share that still waits is kept.
LOOKED_AT = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1439)
UnitId = int | None
#: Answered after so many minutes (or still waiting), and how often.
Waits = Mapping[tuple[int, bool], int]


def keep_years(  # noqa: PLR0913 - each was worked out just before
    db: "Session",
    organisation_id: int,
    waits: Mapping[Place, Waits],
    staff: Mapping[Place, Counts],
    above: Mapping[int, Sequence[int]],
    *,
    today: date,
    now: datetime,
) -> None:
    """Write a row a unit with all below it, and one for the whole, in the place of the old ones."""
    db.execute(delete(AlertYear).where(AlertYear.organisation_id == organisation_id))
    over = [month for _, month in waits if next_month(month) <= today]
    if not over:
        return
    last = max(over)
    first = date(last.year - (last.month < 12), last.month % 12 + 1, 1)  # noqa: PLR2004 - a year
    counted = _counts(db, organisation_id, first, next_month(last), above)
    of_year: dict[UnitId, Counter[tuple[int, bool]]] = defaultdict(Counter)
    for (unit_id, month), some in waits.items():
        if first <= month <= last:
            of_year[unit_id].update(some)
    people: Counter[UnitId] = Counter()
    for (unit_id, month), count in staff.items():
        if first <= month <= last:
            people[unit_id] = max(people[unit_id], count["staff"])
    values = [
        {
            "organisation_id": organisation_id,
            "organisation_unit_id": unit_id,
            "first_month": first,
            "last_month": last,
            "staff": people[unit_id],
            "waits": _waits(of_year[unit_id]),
            "extracted_at": now,
            **counts,
        }
        for unit_id, counts in sorted(counted.items(), key=lambda one: one[0] or 0)
        if of_year[unit_id]
    ]
    if values:
        db.execute(insert(AlertYear), values)


def _counts(
    db: "Session",
    organisation_id: int,
    first: date,
    end: date,
    above: Mapping[int, Sequence[int]],
) -> dict[UnitId, dict[str, float]]:
    """Add up, for each unit with all below it, what was shown, accepted and to be expected.

    What is to be expected follows from the sorts of alert: units do not all get the same ones.
    """
    import pandas as pd

    from metrics.rates import mix_adjusted_acceptance

    accepted = func.sum(case((AlertEvent.response == AlertResponse.ACCEPTED, 1), else_=0))
    rows = db.execute(
        select(AlertEvent.organisation_unit_id, AlertEvent.alert_type, func.count(), accepted)
        .where(
            AlertEvent.organisation_id == organisation_id,
            AlertEvent.fired_on >= first,
            AlertEvent.fired_on < end,
        )
        .group_by(AlertEvent.organisation_unit_id, AlertEvent.alert_type)
    ).all()
    frame = pd.DataFrame(
        [(unit_id or 0, sort, shown, int(taken)) for unit_id, sort, shown, taken in rows],
        columns=pd.Index(["unit", "alert_type", "shown", "accepted"]),
    )
    found: dict[UnitId, Counter[str]] = defaultdict(Counter)
    for own in mix_adjusted_acceptance(frame).to_dict("records"):
        for place in (None, *above.get(int(own["unit"]), ())):
            found[place].update({name: own[name] for name in ("shown", "accepted", "expected")})
    return {place: dict(counts) for place, counts in found.items()}


def _waits(waits: Waits) -> dict[str, Any]:
    """Give the median, the ninetieth centile, and how many waited longer than each time looked at.

    after: minutes, alerts that were still followed then, share that still waited.
    """
    import numpy as np

    from metrics.waiting import time_to_acknowledge

    numbers = list(waits.values())
    minutes = np.repeat([float(one) for one, _ in waits], numbers)
    answered = np.repeat([done for _, done in waits], numbers)
    found = time_to_acknowledge(minutes, answered)
    return {
        "median": None if np.isnan(found.median) else found.median,
        "ninetieth": None if np.isnan(found.ninetieth) else found.ninetieth,
        "alerts": found.alerts,
        "still_waiting": found.still_waiting,
        "after": [
            [time, int((minutes > time).sum()), found.waiting_after(time)] for time in LOOKED_AT
        ],
    }
