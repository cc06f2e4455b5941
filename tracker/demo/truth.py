"""Writes down what is true about the trust, for people and for tests."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from tracker.demo.activity import (
    ALERT_KINDS,
    FIRST_HARMFUL,
    HARMS,
    INCIDENT_KINDS,
    Activity,
)
from tracker.demo.catalogue import ORGANISATION_CODE
from tracker.demo.counts import AUTOCORRELATION, DISPERSION, Floats
from tracker.demo.plan import MONTHS_OF_HISTORY, MONTHS_SINCE_CHANGE, TrustPlan, UnitPlan
from tracker.demo.planted import IN_WORDS, Story, planted_units, story_of
from tracker.demo.practice import d_prime, expected_practice

RECOGNITION, HITS, FALSE_ALARMS = (
    "alert_recognition_practice",
    "practice_hits",
    "practice_false_alarms",
)
SHARES = frozenset(
    {
        "alert_recognition",
        "alert_override",
        "harm_share",
        "training_completion",
        HITS,
        FALSE_ALARMS,
    }
)
# Bed days wobble, so that a rate moves by a trifle even where nothing was planted.
NO_MORE_THAN_WOBBLE = 0.01
WIDE_LEVELS = frozenset({"Trust", "Site", "Division"})


INTRODUCTION = """\
# What is true about this trust

Written for {staff} staff from seed {seed}. History runs from {first} to {last}. Whatever changed,
changed in {change} and stayed so. Nobody and nothing here is real.

Counts vary {dispersion} times as much as chance alone would make them, and a month resembles the
one before it (correlation {autocorrelation}). Winter is busier and harder.

## What was planted
"""
THE_SIZES = """\
- **Technical incidents** never change anywhere. They are the control.

## The sizes

Shares are in percent; incidents are per 1,000 bed days, or a month where there are no beds.
*Planted* is a change of the unit's own. *Diluted* is what it comes to one level up, among units
that did not change.

| unit | code | measure | before | since | times | change |
|---|---|---|---|---|---|---|"""
THE_REST = """
The wards of a division change as it does; truth.json lists each of them. Every other series did
not change. In one ward a change can be too small to tell from chance: a report that does not name
it there is right not to.
"""


class Change(StrEnum):
    """How the truth of a series came about."""

    PLANTED = "planted"
    # Some of the units below changed and some did not: any verdict can be right.
    DILUTED = "diluted"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What a measure of a unit comes to before and since the change, chance aside."""

    unit: str
    unit_name: str
    level: str
    measure: str
    before: float
    after: float
    change: Change

    @property
    def ratio(self) -> float:
        return self.after / self.before

    @property
    def direction(self) -> str:
        return "up" if self.ratio > 1 else "down"

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "unit_name": self.unit_name,
            "level": self.level,
            "measure": self.measure,
            "change": self.change,
            "before": round(self.before, 4),
            "after": round(self.after, 4),
            "ratio": round(self.ratio, 3),
            "direction": self.direction,
        }


@dataclass
class Truth:
    """Adds the units up, so that every level of the tree knows what to expect."""

    plan: TrustPlan
    sums: dict[int, dict[str, Floats]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, unit: UnitPlan, activity: Activity) -> None:
        parts = _parts(unit, activity) | _practice_parts(unit)
        for place in (unit, *self.plan.ancestors(unit)):
            sums = self.sums[place.index]
            for measure, part in parts.items():
                sums[measure] = sums.get(measure, 0) + part

    def expected(self) -> list[Expected]:
        """List every unit and measure that has data, the organisation first."""
        return [
            self._expect(self.plan.units[index], measure, sums)
            for index, sums in sorted(self.sums.items())
            for measure in _measures(sums)
        ]

    def _expect(self, unit: UnitPlan, measure: str, sums: dict[str, Floats]) -> Expected:
        before, after = (
            _recognition(sums) if measure == RECOGNITION else _levels(measure, sums[measure])
        )
        return Expected(
            unit=unit.code,
            unit_name=unit.name,
            level=unit.kind,
            measure=measure,
            before=before,
            after=after,
            change=_change(unit, after / before),
        )


def _levels(measure: str, sums: Floats) -> tuple[float, float]:
    """Divide; where there are no beds, a rate is the plain number a month."""
    numerator, denominator = sums
    if not denominator.any():
        months = np.array([MONTHS_OF_HISTORY - MONTHS_SINCE_CHANGE, MONTHS_SINCE_CHANGE])
        before, after = numerator / months
    else:
        before, after = numerator / denominator * (1 if measure in SHARES else 1000)
    return float(before), float(after)


def _change(unit: UnitPlan, ratio: float) -> Change:
    if abs(ratio - 1) <= NO_MORE_THAN_WOBBLE:
        return Change.NONE
    return Change.DILUTED if story_of(unit) is Story.NOTHING_CHANGED else Change.PLANTED


def _parts(unit: UnitPlan, activity: Activity) -> dict[str, Floats]:
    """Return numerators (first row) and denominators, before (first column) and since."""
    parts: dict[str, Floats] = {}
    if activity.alerts.any():
        parts["alert_recognition"] = _ratio(
            _columns(activity.alerts, [kind == ("yes", "accepted") for kind in ALERT_KINDS]),
            _columns(activity.alerts, [audit == "yes" for audit, _ in ALERT_KINDS]),
        )
        overridden = _columns(activity.alerts, [r == "overridden" for _, r in ALERT_KINDS])
        accepted = _columns(activity.alerts, [r == "accepted" for _, r in ALERT_KINDS])
        parts["alert_override"] = _ratio(overridden, overridden + accepted)
    if activity.incidents.any():
        parts |= _incident_parts(activity)
    if unit.staff:
        people = np.full(len(activity.completion), float(unit.staff))
        parts["training_completion"] = _ratio(activity.completion * people, people)
    return parts


def _measures(sums: dict[str, Floats]) -> list[str]:
    """List what can be told of a unit: of practice only where there was some on both sides."""
    practised = all(key in sums and sums[key][1].all() for key in (HITS, FALSE_ALARMS))
    others = set(sums) - {HITS, FALSE_ALARMS}
    return sorted(others | ({HITS, FALSE_ALARMS, RECOGNITION} if practised else set()))


def _practice_parts(unit: UnitPlan) -> dict[str, Floats]:
    if not unit.staff:
        return {}
    columns = expected_practice(unit).T
    return {HITS: _ratio(columns[0], columns[1]), FALSE_ALARMS: _ratio(columns[2], columns[3])}


def _recognition(sums: dict[str, Floats]) -> tuple[float, float]:
    """Work d-prime out from what is spotted and what is a false alarm, before and since."""
    hits, false_alarms = sums[HITS], sums[FALSE_ALARMS]
    sides = ((*hits[:, side], *false_alarms[:, side]) for side in (0, 1))
    before, after = (d_prime(*(float(number) for number in side)) for side in sides)
    return before, after


def _incident_parts(activity: Activity) -> dict[str, Floats]:
    every = activity.incidents.sum(axis=1)
    nothing = np.zeros(len(every))
    bed_days = nothing if activity.bed_days is None else activity.bed_days
    harmful = [HARMS.index(harm) >= FIRST_HARMFUL for _, harm in INCIDENT_KINDS]
    parts = {"incident_reporting": _ratio(every, bed_days)}
    for cause in ("use_related", "technical"):
        events = _columns(activity.incidents, [kind[0] == cause for kind in INCIDENT_KINDS])
        parts[f"{cause}_incidents"] = _ratio(events, bed_days)
    parts["harm_share"] = _ratio(_columns(activity.incidents, harmful), every)
    return parts


def _columns(values: Floats, chosen: list[bool]) -> Floats:
    return np.asarray(values[:, np.array(chosen)].sum(axis=1))


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    pair = np.stack([numerator, denominator])
    split = pair.shape[1] - MONTHS_SINCE_CHANGE
    return np.stack([pair[:, :split].sum(axis=1), pair[:, split:].sum(axis=1)], axis=1)


def write_truth(folder: Path, truth: Truth) -> list[Expected]:
    """Write truth.json and TRUTH.md, and return what both of them say."""
    expected = truth.expected()
    content = json.dumps(_as_json(truth.plan, expected), indent=1, ensure_ascii=False)
    (folder / "truth.json").write_text(content + "\n", encoding="utf-8")
    (folder / "TRUTH.md").write_text(_as_text(truth.plan, expected), encoding="utf-8")
    return expected


def _as_json(plan: TrustPlan, expected: list[Expected]) -> dict[str, Any]:
    return {
        "organisation": ORGANISATION_CODE,
        "seed": plan.seed,
        "staff": plan.staff,
        "until": plan.until.isoformat(),
        "months": [f"{month:%Y-%m}" for month in plan.months],
        "change_month": f"{plan.change_month:%Y-%m}",
        "series": {"autocorrelation": AUTOCORRELATION, "dispersion": DISPERSION},
        "stories": [
            {"unit": unit.code, "unit_name": unit.name, "story": story_of(unit),
             "in_words": IN_WORDS[story_of(unit)]}
            for unit in planted_units(plan)
        ],
        "never_changes": ["technical_incidents"],
        "changed": [item.as_json() for item in expected if item.change is not Change.NONE],
        "unchanged": [
            {"unit": item.unit, "measure": item.measure}
            for item in expected
            if item.change is Change.NONE and item.level in WIDE_LEVELS
        ],
    }  # fmt: skip


def _as_text(plan: TrustPlan, expected: list[Expected]) -> str:
    told = {unit.code for unit in plan.units if unit.kind in WIDE_LEVELS}
    told |= {unit.code for unit in planted_units(plan)}
    words = INTRODUCTION.format(
        staff=f"{plan.staff:,}",
        seed=plan.seed,
        first=f"{plan.months[0]:%B %Y}",
        last=f"{plan.months[-1]:%B %Y}",
        change=f"{plan.change_month:%B %Y}",
        dispersion=DISPERSION,
        autocorrelation=AUTOCORRELATION,
    )
    stories = [
        f"- **{unit.name}** ({unit.code}, {unit.kind.lower()}): {IN_WORDS[story_of(unit)]}"
        for unit in planted_units(plan)
    ]
    stories.append(f"- **Everywhere else**: {IN_WORDS[Story.NOTHING_CHANGED]}")
    rows = [_row(item) for item in expected if item.change is not Change.NONE and item.unit in told]
    return "\n".join([words, *stories, THE_SIZES, *rows, THE_REST])


def _row(item: Expected) -> str:
    times = 100 if item.measure in SHARES else 1
    before, after = item.before * times, item.after * times
    return (
        f"| {item.unit_name} | {item.unit} | {item.measure} | {before:.1f} | {after:.1f} | "
        f"{item.ratio:.2f} | {item.change} |"
    )
