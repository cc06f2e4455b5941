"""Says what to expect of a unit in every month, before chance has its say."""

from calendar import monthrange
from dataclasses import dataclass
from itertools import product

import numpy as np

from tracker.demo.counts import Floats
from tracker.demo.plan import MONTHS_OF_HISTORY, MONTHS_SINCE_CHANGE, TrustPlan, UnitPlan
from tracker.demo.planted import (
    COMPLETION_BEFORE,
    COMPLETION_RISES_OVER_MONTHS,
    EFFECTS,
    RECOGNITION_BEFORE,
    Effect,
    story_of,
)

AUDITS = ("yes", "no", "")
RESPONSES = ("accepted", "overridden", "ignored")
ALERT_KINDS = tuple(product(AUDITS, RESPONSES))

CAUSES = ("use_related", "technical", "unclear")
HARMS = ("none", "low", "moderate", "severe", "fatal")
INCIDENT_KINDS = tuple(product(CAUSES, HARMS))

AUDITED = 0.65
TRUE_AMONG_ALERTS = 0.8
MISSED_BUT_OVERRIDDEN = 0.75
FALSE_RESPONSES = (0.12, 0.68, 0.20)
CAUSE_SHARES = (0.55, 0.28, 0.17)
HARM_SHARES = (0.56, 0.30, 0.115, 0.022, 0.003)
FIRST_HARMFUL = HARMS.index("moderate")

OCCUPANCY = 0.90
WINTER_ON_BEDS = 0.04
WINTER_ON_INCIDENTS = 0.06
WINTER_ON_ALERTS = 0.05
WINTER_ON_RECOGNITION = 0.03
BEDS_WOBBLE = 0.012


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """What a unit should see in each of the months: one row a month, one column a kind."""

    bed_days: Floats | None
    alerts: Floats
    incidents: Floats
    completion: Floats


def expected_activity(plan: TrustPlan, unit: UnitPlan) -> Activity:
    """Work out the unit's means. Units differ from each other, and winter is harder for all."""
    rng = np.random.default_rng([plan.seed, 3, unit.index])
    own_level, own_rate, own_occupancy, own_completion = rng.normal(size=4)
    wobble = rng.normal(size=MONTHS_OF_HISTORY)
    winter = _winter(plan)
    effect = EFFECTS[story_of(unit)]
    bed_days = _bed_days(plan, unit, winter, own_occupancy, wobble)
    share = RECOGNITION_BEFORE + 0.015 * own_level
    busy = np.ones(MONTHS_OF_HISTORY) if bed_days is None else bed_days / bed_days.mean()
    return Activity(
        bed_days=bed_days,
        alerts=_alerts(unit, winter, share, effect, busy),
        incidents=_incidents(unit, winter, float(np.exp(0.10 * own_rate)), effect, busy),
        completion=_completion(effect, 0.02 * float(np.clip(own_completion, -2, 1))),
    )


def _winter(plan: TrustPlan) -> Floats:
    """Return 1 in January, -1 in July."""
    months = np.array([month.month for month in plan.months])
    return np.cos(2 * np.pi * (months - 1) / 12)


def _since() -> Floats:
    """Return 0 before the change and 1 from the month it began."""
    return (np.arange(MONTHS_OF_HISTORY) >= MONTHS_OF_HISTORY - MONTHS_SINCE_CHANGE).astype(float)


def _bed_days(
    plan: TrustPlan, unit: UnitPlan, winter: Floats, own: float, wobble: Floats
) -> Floats | None:
    beds = round(unit.template.beds * unit.size_ratio) if unit.template.beds else 0
    if not beds:
        return None
    days = np.array([monthrange(month.year, month.month)[1] for month in plan.months])
    occupied = OCCUPANCY + 0.015 * own + WINTER_ON_BEDS * winter
    for month in range(1, MONTHS_OF_HISTORY):
        wobble[month] += 0.2 * wobble[month - 1]
    return np.asarray(np.round(beds * days * np.clip(occupied + BEDS_WOBBLE * wobble, 0.5, 1.0)))


def _alerts(unit: UnitPlan, winter: Floats, share: float, effect: Effect, busy: Floats) -> Floats:
    true_audited = unit.template.alerts * unit.size_ratio
    fired = true_audited / (AUDITED * TRUE_AMONG_ALERTS) * busy * (1 + WINTER_ON_ALERTS * winter)
    recognised = share * (1 - WINTER_ON_RECOGNITION * winter) + effect.recognition_gain * _since()
    missed = 1 - recognised
    if_true = np.stack(
        [recognised, missed * MISSED_BUT_OVERRIDDEN, missed * (1 - MISSED_BUT_OVERRIDDEN)], axis=1
    )
    if_false = np.tile(FALSE_RESPONSES, (MONTHS_OF_HISTORY, 1))
    unaudited = TRUE_AMONG_ALERTS * if_true + (1 - TRUE_AMONG_ALERTS) * if_false
    shares = np.concatenate(
        [
            AUDITED * TRUE_AMONG_ALERTS * if_true,
            AUDITED * (1 - TRUE_AMONG_ALERTS) * if_false,
            (1 - AUDITED) * unaudited,
        ],
        axis=1,
    )
    return np.asarray(fired[:, None] * shares)


def _incidents(
    unit: UnitPlan, winter: Floats, own_rate: float, effect: Effect, busy: Floats
) -> Floats:
    total = unit.template.incidents * unit.size_ratio * own_rate
    monthly = total * busy * (1 + WINTER_ON_INCIDENTS * winter)
    shares = np.outer(CAUSE_SHARES, HARM_SHARES)
    ratios = np.ones_like(shares)
    harmful = sum(HARM_SHARES[FIRST_HARMFUL:])
    # So many more harmless reports that the total rises by the ratio while harm falls.
    harmless = (effect.reporting_ratio - effect.harm_ratio * harmful) / (1 - harmful)
    for cause, name in enumerate(CAUSES):
        if name == "technical":
            continue
        ratios[cause, :FIRST_HARMFUL] = harmless
        ratios[cause, FIRST_HARMFUL:] = effect.harm_ratio
    ratios[CAUSES.index("use_related")] *= effect.use_related_ratio
    by_kind = 1 + _since()[:, None] * (ratios.ravel() - 1)
    return np.asarray(monthly[:, None] * shares.ravel() * by_kind)


def _completion(effect: Effect, own: float) -> Floats:
    before = COMPLETION_BEFORE + own
    if effect.completion_after is None:
        return np.full(MONTHS_OF_HISTORY, before)
    first = MONTHS_OF_HISTORY - MONTHS_SINCE_CHANGE
    steps = np.clip((np.arange(MONTHS_OF_HISTORY) - first + 1) / COMPLETION_RISES_OVER_MONTHS, 0, 1)
    return np.asarray(before + (effect.completion_after - before) * steps)
