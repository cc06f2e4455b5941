"""How often the outcome report finds what is planted in the demo trust, and what is not there.

Run: python -m benchmarks.simulate_demo [--trusts N] [--staff N] [--until DATE]. Prints Markdown.
For each of N seeds it draws the trust's monthly series, with no files and no database, and asks the
report's own test about them as the reports do: the trust's report looks at its own series and at
what readers ask about in each division, a division's at its own and at those of its wards.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics.change import Verdict, changed
from metrics.measures import built_in
from tracker.demo.activity import (
    ALERT_KINDS,
    FIRST_HARMFUL,
    HARMS,
    INCIDENT_KINDS,
    Activity,
    expected_activity,
)
from tracker.demo.alerts import draw_alerts
from tracker.demo.plan import TrustPlan, UnitPlan, lay_out
from tracker.demo.practice import draw_practice
from tracker.demo.series import draw_completed, draw_incidents
from tracker.demo.truth import SHARES, Change, Expected, Truth
from tracker.services.outcome_recognition import (
    FALSE_ALARMS,
    HITS,
    RECOGNITION,
    recognition_cell,
)
from tracker.services.outcome_report import ALSO_IN_UNITS, IN_UNITS

if TYPE_CHECKING:
    import numpy.typing as npt

    from tracker.demo.counts import Floats

MEASURES = {measure.key: measure for measure in built_in()}
FOLLOWED_BELOW = {
    key
    for key, measure in MEASURES.items()
    if measure.family.value in {family.value for family in IN_UNITS} or key in ALSO_IN_UNITS
}


@dataclass
class Score:
    """What became of the series of all reports."""

    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    planted: Counter[tuple[str, str]] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    quiet: Counter[str] = field(default_factory=Counter)
    wrong_way: int = 0
    reports: int = 0
    reports_with_false: int = 0


def drawn(plan: TrustPlan) -> tuple[dict[tuple[int, str], Floats], list[Expected]]:
    """Draw numerators and denominators by unit and measure, added up the tree; and the truth."""
    sums: dict[tuple[int, str], Floats] = defaultdict(lambda: np.zeros((2, len(plan.months))))
    truth = Truth(plan)
    for unit in plan.units:
        if not unit.staff:
            continue
        activity = expected_activity(plan, unit)
        truth.add(unit, activity)
        for key, pair in (_counts(plan, unit, activity) | _practice(plan, unit)).items():
            for place in (unit, *plan.ancestors(unit)):
                sums[place.index, key] += np.stack(pair)
    for index, key in list(sums):
        if key == HITS:
            pair = _told_apart(sums[index, HITS], sums[index, FALSE_ALARMS])
            sums[index, RECOGNITION] = np.stack(pair)
    return sums, truth.expected()


def _counts(
    plan: TrustPlan, unit: UnitPlan, activity: Activity
) -> dict[str, tuple[Floats, Floats]]:
    completed = draw_completed(plan, unit, activity)
    parts = {"training_completion": (completed, np.full(len(completed), float(unit.staff)))}
    if activity.alerts.any():
        alerts = draw_alerts(plan, unit, activity)
        parts["alert_recognition"] = (
            _of(alerts, [kind == ("yes", "accepted") for kind in ALERT_KINDS]),
            _of(alerts, [audit == "yes" for audit, _ in ALERT_KINDS]),
        )
        parts["alert_override"] = (
            _of(alerts, [response == "overridden" for _, response in ALERT_KINDS]),
            _of(alerts, [response != "ignored" for _, response in ALERT_KINDS]),
        )
    if not activity.incidents.any():
        return parts
    incidents = draw_incidents(plan, unit, activity)
    beds = np.zeros(len(incidents)) if activity.bed_days is None else activity.bed_days
    every = _of(incidents, [True] * len(INCIDENT_KINDS))
    harmful = _of(incidents, [HARMS.index(harm) >= FIRST_HARMFUL for _, harm in INCIDENT_KINDS])
    parts |= {"incident_reporting": (every, beds), "harm_share": (harmful, every)}
    for cause in ("use_related", "technical"):
        parts[f"{cause}_incidents"] = (
            _of(incidents, [c == cause for c, _ in INCIDENT_KINDS]),
            beds,
        )
    return parts


def _practice(plan: TrustPlan, unit: UnitPlan) -> dict[str, tuple[Floats, Floats]]:
    columns = draw_practice(plan, unit).T
    return {HITS: (columns[0], columns[1]), FALSE_ALARMS: (columns[2], columns[3])}


def _told_apart(hits: Floats, false_alarms: Floats) -> tuple[Floats, Floats]:
    """Give d-prime of each month, weighed as the report weighs it."""
    pairs = zip(hits.T, false_alarms.T, strict=True)
    cells = [
        recognition_cell(tuple(one), tuple(other)) if one[1] and other[1] else (0.0, 0.0)
        for one, other in pairs
    ]
    value, weight = np.array(cells).T
    return value * weight, weight


def _of(counts: npt.NDArray[np.int64], chosen: list[bool]) -> Floats:
    return np.asarray(counts[:, np.array(chosen)].sum(axis=1), dtype=float)


def report_of(
    plan: TrustPlan, about: UnitPlan, sums: dict[tuple[int, str], Floats]
) -> pd.DataFrame | None:
    """Gather the series that one report looks at."""
    below = {unit.index for unit in plan.units if unit.parent == about.index}
    rows = []
    for (index, key), (numerator, denominator) in sums.items():
        if index != about.index and not (index in below and key in FOLLOWED_BELOW):
            continue
        rows.append(
            pd.DataFrame(
                {
                    "series": f"{plan.units[index].code}|{key}",
                    "month": pd.to_datetime(list(plan.months)),
                    "numerator": numerator,
                    "denominator": denominator if denominator.any() else np.nan,
                    "kind": _kind(key),
                    "better": MEASURES[key].direction.value,
                }
            )
        )
    return pd.concat(rows) if rows else None


def _kind(key: str) -> str:
    if key == RECOGNITION:
        return "mean"
    return "proportion" if key in SHARES else "rate"


def mark(score: Score, told: pd.DataFrame, truth: dict[str, Expected], about: str) -> None:
    false = 0
    for answer in told.itertuples():
        item = truth.get(str(answer.series))
        if item is None:
            continue
        says = {Verdict.ROSE: "up", Verdict.FELL: "down"}.get(answer.verdict, "")
        if item.change is Change.NONE:
            score.quiet[item.measure] += 1
            score.named[item.measure] += bool(says)
            false += bool(says)
        elif item.change is Change.PLANTED and item.unit == about:
            score.planted[f"{item.unit_name} ({item.unit})", item.measure] += 1
            score.found[f"{item.unit_name} ({item.unit})", item.measure] += says == item.direction
            score.wrong_way += bool(says) and says != item.direction
    score.reports += 1
    score.reports_with_false += bool(false)


def simulate(trusts: int, *, staff: int, until: date) -> Score:
    score = Score()
    for seed in range(1, trusts + 1):
        plan = lay_out(seed=seed, staff=staff, until=until)
        sums, expected = drawn(plan)
        truth = {f"{item.unit}|{item.measure}": item for item in expected}
        for unit in plan.units:
            if unit.kind in {"Trust", "Division"} or unit.template.code in {"1020", "6010"}:
                frame = report_of(plan, unit, sums)
                if frame is not None:
                    mark(score, changed(frame), truth, unit.code)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trusts", type=int, default=100)
    parser.add_argument("--staff", type=int, default=2_000)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 11, 22))
    asked = parser.parse_args()
    score = simulate(asked.trusts, staff=asked.staff, until=asked.until)
    print(f"{asked.trusts} trusts of {asked.staff:,} staff, {score.reports} reports.\n")
    print("| planted in | measure | found |\n|---|---|---|")
    for (unit, measure), count in sorted(score.planted.items()):
        print(f"| {unit} | {measure} | {score.found[unit, measure] / count:.0%} |")
    print(f"\nFound, but the wrong way round: {score.wrong_way}.\n")
    print("| nothing changed in | series looked at | named all the same |\n|---|---|---|")
    for measure, count in sorted(score.quiet.items()):
        print(f"| {measure} | {count} | {score.named[measure] / count:.2%} |")
    share = score.reports_with_false / score.reports
    print(f"\nReports that name at least one series that did not change: {share:.1%}.")


if __name__ == "__main__":
    main()
