"""Writes incidents, bed days and training completion, unit by unit."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType

import numpy as np

from tracker.demo.activity import INCIDENT_KINDS, Activity
from tracker.demo.counts import DISPERSION, Counts, monthly_counts
from tracker.demo.csv_out import CsvOut
from tracker.demo.plan import TrustPlan, UnitPlan

INCIDENT_COLUMNS = (
    "reference", "unit", "occurred_on", "reported_on", "harm", "cause", "what_happened",
    "nhs_number", "reported_by",
)  # fmt: skip
MEASURE_COLUMNS = (
    "period", "unit", "numerator", "denominator", "source", "extract_time", "contributors",
)  # fmt: skip

# What a risk system would hold beside the facts. All of it is dropped at the door.
STORIES = {
    "use_related": "Example text: the wrong record was open, and it was noticed before any harm.",
    "technical": "Example text: the system stopped and the paper form was used.",
    "unclear": "Example text: the alert did not show. Being looked into.",
}
MEAN_DAYS_TO_REPORT = 2.2
MOST_DAYS_TO_REPORT = 21


def draw_incidents(plan: TrustPlan, unit: UnitPlan, activity: Activity) -> Counts:
    """Draw how many incidents of each kind happened in each month."""
    return monthly_counts(np.random.default_rng([plan.seed, 5, unit.index]), activity.incidents)


def draw_completed(plan: TrustPlan, unit: UnitPlan, activity: Activity) -> Counts:
    """Draw how many of a unit's people had done their training in each month."""
    share = activity.completion
    missing = monthly_counts(
        np.random.default_rng([plan.seed, 6, unit.index]),
        (unit.staff * (1 - share))[:, None],
        # So that the share, beside a binomial one, has the dispersion of everything else.
        dispersion=np.maximum(DISPERSION * share, 1)[:, None],
    )
    return np.maximum(unit.staff - missing[:, 0], 0)


class IncidentFile(CsvOut):
    """The incidents of the risk system, private columns and all."""

    def __init__(self, folder: Path, plan: TrustPlan) -> None:
        super().__init__(folder / "incidents.csv", INCIDENT_COLUMNS)
        self._plan = plan

    def add_unit(self, unit: UnitPlan, activity: Activity) -> None:
        if not activity.incidents.any():
            return
        counts = draw_incidents(self._plan, unit, activity)
        rng = np.random.default_rng([self._plan.seed, 9, unit.index])
        number = 0
        for month, first in enumerate(self._plan.months):
            kinds = np.repeat(np.arange(len(INCIDENT_KINDS)), counts[month])
            days = np.sort(rng.integers(0, monthrange(first.year, first.month)[1], len(kinds)))
            rng.shuffle(kinds)
            later = np.minimum(
                rng.exponential(MEAN_DAYS_TO_REPORT, len(kinds)), MOST_DAYS_TO_REPORT
            )
            self.add(
                self._row(
                    unit, number + place + 1, first + timedelta(int(day)), int(late), int(kind)
                )
                for place, (day, late, kind) in enumerate(zip(days, later, kinds, strict=True))
            )
            number += len(kinds)

    def _row(self, unit: UnitPlan, number: int, day: date, late: int, kind: int) -> tuple[str, ...]:
        cause, harm = INCIDENT_KINDS[kind]
        reported_on = min(day + timedelta(late), self._plan.until)
        return (
            f"INC-{unit.code}-{number:05d}", unit.code, day.isoformat(), reported_on.isoformat(),
            harm, cause, STORIES[cause],
            # Numbers that start with 999 are set aside for examples.
            f"999 {number % 1000:03d} {unit.index % 10000:04d}", "Example Person",
        )  # fmt: skip


class BedDaysFile(CsvOut):
    """How many beds were slept in, by unit and month."""

    def __init__(self, folder: Path, plan: TrustPlan) -> None:
        super().__init__(folder / "bed_days.csv", MEASURE_COLUMNS)
        self._plan = plan

    def add_unit(self, unit: UnitPlan, activity: Activity) -> None:
        if activity.bed_days is None:
            return
        self.add(
            (f"{month:%Y-%m}", unit.code, int(days), "", "Bed management", extract, "")
            for month, days, extract in zip(
                self._plan.months, activity.bed_days, _extracts(self._plan), strict=True
            )
        )


class CompletionFile(CsvOut):
    """How many people had done their digital training, by month.

    A learning system counts a division whole, with its wards and with its own office.
    """

    def __init__(self, folder: Path, plan: TrustPlan) -> None:
        super().__init__(folder / "training_completion.csv", MEASURE_COLUMNS)
        self._plan = plan
        self._division: UnitPlan | None = None
        self._done = np.zeros(len(plan.months), dtype=np.int64)
        self._people = 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_division()
        super().__exit__(kind, why, trace)

    def add_unit(self, unit: UnitPlan, activity: Activity) -> None:
        """Add a unit's rows. A division comes before the units in it."""
        done = draw_completed(self._plan, unit, activity)
        if unit.template.code == unit.template.division:
            self._end_division()
            self._division, self._done, self._people = unit, np.zeros_like(done), 0
        else:
            self._add_rows(unit, done, unit.staff)
        self._done += done
        self._people += unit.staff

    def _end_division(self) -> None:
        if self._division is not None:
            self._add_rows(self._division, self._done, self._people)

    def _add_rows(self, unit: UnitPlan, done: Counts, people: int) -> None:
        self.add(
            (f"{month:%Y-%m}", unit.code, int(count), people, "Learning system", extract, people)
            for month, count, extract in zip(
                self._plan.months, done, _extracts(self._plan), strict=True
            )
        )


def _extracts(plan: TrustPlan) -> Iterator[str]:
    """Each month was taken out of its system on the fifth of the next."""
    for month in plan.months:
        day = min((month + timedelta(days=32)).replace(day=5), plan.until)
        yield f"{day.isoformat()}T00:00:00Z"
