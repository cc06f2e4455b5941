"""Writes when everybody was last appraised, so that some appraisals are due and others are not."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tracker.demo.csv_out import CsvOut
from tracker.demo.people import Person, Standing
from tracker.demo.plan import TrustPlan

COLUMNS = ("EMPLOYEE_NUMBER", "APPRAISAL_DATE")
SIX_MONTHS = 182
NEVER_APPRAISED = 0.04
OVERDUE = 0.12

# Mo's team, seat by seat: how many days ago. Three are due now, and one is late.
DEMO_TEAM_DAYS_AGO = {1: 150, 2: 176, 3: 178, 5: 205, 6: 60, 7: 95, 8: 20, 9: 120, 10: 170, 11: 40,
                      12: 130}  # fmt: skip


class AppraisalFile(CsvOut):
    """The last appraisal of each person, as a report out of ESR would list it."""

    def __init__(self, folder: Path, plan: TrustPlan) -> None:
        super().__init__(folder / "appraisals.csv", COLUMNS)
        self._plan = plan

    def add_person(self, person: Person) -> None:
        day = last_appraised(self._plan, person)
        if day is not None:
            self.add([(person.employee_number, day.isoformat())])


def last_appraised(plan: TrustPlan, person: Person) -> date | None:
    """Return when the person was last appraised: most within six months, some before."""
    if person.standing is not Standing.HERE or person.is_bank_only:
        return None
    rng = np.random.default_rng([plan.seed, 7, person.number])
    chance, days, late_by = rng.random(), int(rng.integers(1, SIX_MONTHS)), int(rng.integers(1, 90))
    if chance < OVERDUE:
        days = SIX_MONTHS + late_by
    if person.unit.is_demo_ward:
        days = DEMO_TEAM_DAYS_AGO.get(person.number - person.unit.first_person, days)
    elif chance > 1 - NEVER_APPRAISED:
        return None
    day = plan.until - timedelta(days=days)
    return day if day > person.hired_on + timedelta(days=90) else None
