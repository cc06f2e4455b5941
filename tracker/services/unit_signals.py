"""What the outcomes of each unit say, by the report's own test: worked out at night.

A goal is suggested only where the report itself would say *worse*, with what its small-number
rules let a reader inside the organisation see.
"""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from tracker.models import UnitSignal
from tracker.services.goal_ideas import SIGNAL_GOALS
from tracker.services.outcome_changes import find_changes, with_verdict
from tracker.services.outcome_data import NOTHING, load_data
from tracker.services.outcome_values import Audience, Verdict

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation
    from tracker.services.outcome_values import Change

YEARS = 3
#: Read beside the incidents: more reports of everything are no reason for a goal.
READ_WITH = frozenset({"incident_reporting"})


def find_signals(db: "Session", organisation: "Organisation", *, today: date) -> list["Change"]:
    """Say in which units one of the measures that goals are for got worse. Changes nothing."""
    data = load_data(db, organisation.id)
    shown = data.shown_to(Audience.INSIDE)
    series = [
        one
        for one in data.series.values()
        if one.unit.id is not None
        and one.measure.key in SIGNAL_GOALS.keys() | READ_WITH
        and shown.get(one.key, NOTHING).cells
    ]
    months = [month for one in series for month in one.cells if month < today.replace(day=1)]
    if not months:
        return []
    last = max(months)
    changes = find_changes(
        series, shown, first_month=last.replace(year=last.year - YEARS), last_month=last
    )
    return [
        one
        for one in with_verdict(changes.values(), Verdict.WORSE)
        if one.measure_key in SIGNAL_GOALS
    ]


def keep_signals(
    db: "Session", organisation: "Organisation", found: "list[Change]", *, today: date
) -> int:
    """Put what was found in place of what was found before."""
    units = {unit.public_id: unit.id for unit in load_data(db, organisation.id).tree.units.values()}
    db.execute(delete(UnitSignal).where(UnitSignal.organisation_id == organisation.id))
    rows = [
        {
            "organisation_id": organisation.id,
            "organisation_unit_id": units[one.unit_id],
            "measure_key": one.measure_key,
            "sentence": one.sentence,
            "found_on": today,
        }
        for one in found
        if units.get(one.unit_id) is not None
    ]
    if rows:
        db.execute(insert(UnitSignal), rows)
    return len(rows)
