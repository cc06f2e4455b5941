"""Writes the log of alerts that the trust's systems showed, and what staff did with them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tracker.demo.activity import ALERT_KINDS, Activity
from tracker.demo.counts import Counts, monthly_counts
from tracker.demo.csv_out import CsvOut
from tracker.demo.people import Person, Standing, employee_number
from tracker.demo.plan import TrustPlan, UnitPlan

COLUMNS = (
    "alert_id", "unit", "fired_at", "staff", "alert_type", "response", "responded_at",
    "true_alert",
)  # fmt: skip
ALERT_TYPES = np.array([
    "early_warning_score", "drug_interaction", "allergy", "sepsis_screen", "clot_risk",
    "kidney_function",
])  # fmt: skip
# Warnings about drugs are overridden more often than the rest.
TYPE_SHARES = {
    "accepted": (0.34, 0.12, 0.08, 0.18, 0.16, 0.12),
    "overridden": (0.16, 0.30, 0.22, 0.08, 0.12, 0.12),
    "ignored": (0.28, 0.16, 0.10, 0.18, 0.16, 0.12),
}
MINUTES_TO_RESPOND = 4.0
LONGEST_RESPONSE = 28
FORMER_STAFF_PER_UNIT = 60


def draw_alerts(plan: TrustPlan, unit: UnitPlan, activity: Activity) -> Counts:
    """Draw how many alerts of each kind fired in each month."""
    return monthly_counts(np.random.default_rng([plan.seed, 4, unit.index]), activity.alerts)


class AlertFile(CsvOut):
    """The alert log, written unit by unit."""

    def __init__(self, folder: Path, plan: TrustPlan) -> None:
        super().__init__(folder / "alerts.csv", COLUMNS)
        self._plan = plan

    def add_unit(self, unit: UnitPlan, activity: Activity, people: Sequence[Person]) -> None:
        seers = [p for p in people if p.job.sees_alerts and p.standing is not Standing.STARTING]
        if not seers or not activity.alerts.any():
            return
        counts = draw_alerts(self._plan, unit, activity)
        rng = np.random.default_rng([self._plan.seed, 8, unit.index])
        number = 0
        for month, first_day in enumerate(self._plan.months):
            staff = self._on_duty(unit, first_day, seers)
            rows = list(_rows(rng, first_day, counts[month], staff))
            self.add(
                (f"A{unit.index:04d}-{number + place:06d}", unit.code, *row)
                for place, row in enumerate(rows, start=1)
            )
            number += len(rows)

    def _on_duty(self, unit: UnitPlan, first: date, seers: Sequence[Person]) -> list[str]:
        """Return those who were here that month; people who have since left make up the number."""
        here = [
            p.employee_number
            for p in seers
            if p.hired_on <= first and (p.left_on is None or p.left_on >= first + timedelta(31))
        ]
        start = self._plan.people + unit.index * FORMER_STAFF_PER_UNIT
        missing = min(max(len(seers) - len(here), 0), FORMER_STAFF_PER_UNIT)
        return here + [employee_number(start + place) for place in range(1, missing + 1)]


def _rows(
    rng: np.random.Generator, first_day: date, counts: Counts, staff: list[str]
) -> Iterator[tuple[str, ...]]:
    """Spread a month's alerts over its minutes and over the staff of the unit."""
    kinds = np.repeat(np.arange(len(ALERT_KINDS)), counts)
    first = np.datetime64(first_day, "m")
    after = (first_day + timedelta(days=32)).replace(day=1)
    # Nothing fires in the last hour of the month, so that every answer falls in it too.
    minutes = int((np.datetime64(after, "m") - first).astype(int)) - 60
    fired = np.sort(rng.integers(0, minutes, size=len(kinds)))
    rng.shuffle(kinds)
    taken = np.exp(rng.normal(np.log(MINUTES_TO_RESPOND), 0.8, size=len(kinds)))
    responded = fired + np.clip(np.round(taken), 1, LONGEST_RESPONSE).astype(int)
    who = rng.integers(0, len(staff), size=len(kinds))
    types = _types(rng, kinds)
    fired_text = np.datetime_as_string(first + fired, unit="m").tolist()
    responded_text = np.datetime_as_string(first + responded, unit="m").tolist()
    for place, kind in enumerate(kinds.tolist()):
        audit, response = ALERT_KINDS[kind]
        answered = "" if response == "ignored" else f"{responded_text[place]}Z"
        yield (
            f"{fired_text[place]}Z", staff[who[place]], types[place], response, answered, audit,
        )  # fmt: skip


def _types(rng: np.random.Generator, kinds: Counts) -> list[str]:
    shares = np.array([TYPE_SHARES[response] for _, response in ALERT_KINDS]).cumsum(axis=1)
    draws = rng.random(len(kinds))[:, None]
    places = (draws > shares[kinds]).sum(axis=1)
    return [str(name) for name in ALERT_TYPES[np.minimum(places, len(ALERT_TYPES) - 1)]]
