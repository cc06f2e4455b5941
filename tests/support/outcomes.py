"""Puts months of observations into a trust, for tests of the outcome report."""

import random
from datetime import UTC, date, datetime

from sqlalchemy import select

from metrics.measures import built_in
from tracker.models import Observation, OutcomeMeasure
from tracker.services.measures import seed_built_in_measures
from tracker.services.outcome_values import MeasureFacts

#: Three years that are over on the day of the tests, all data taken on that day.
MONTHS = tuple(date(2023 + n // 12, n % 12 + 1, 1) for n in range(10, 46))
FIRST, LAST = MONTHS[0], MONTHS[-1]
TAKEN = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def facts(key):
    """Give a measure of the product as a report knows it."""
    one = next(one for one in built_in() if one.key == key)
    return MeasureFacts(
        id=1,
        key=key,
        name=one.name,
        family=one.family,
        direction=one.direction,
        unit=one.unit,
        numerator=one.numerator,
        denominator=one.denominator or "",
        why_it_matters="",
        misleads_when="",
        source="",
        counts_staff=one.is_about_people,
        kirkpatrick_level="",
    )


def observe(db, organisation, key, numbers, *, unit=None, months=MONTHS, taken=TAKEN):
    """Record one number, or (numerator, denominator[, contributors]), a month."""
    seed_built_in_measures(db, organisation, today=TAKEN.date())
    measure_id = db.scalar(
        select(OutcomeMeasure.id).where(
            OutcomeMeasure.organisation_id == organisation.id, OutcomeMeasure.key == key
        )
    )
    for month, number in zip(months, numbers, strict=True):
        if number is None:
            continue
        parts = number if isinstance(number, tuple) else (number,)
        numerator, denominator, contributors = (*parts, None, None)[:3]
        db.add(
            Observation(
                organisation_id=organisation.id,
                outcome_measure_id=measure_id,
                organisation_unit_id=unit.id if unit else None,
                month=month,
                numerator=numerator,
                denominator=denominator,
                contributors=contributors,
                source="test",
                extracted_at=taken,
            )
        )
    db.flush()


def shares(before, after, *, of=200, staff=30, seed=1, change_at=24):
    """Draw shares by chance: one level for the first months, another for the rest."""
    rng = random.Random(seed)  # noqa: S311 - nothing is secret here
    return [
        (sum(rng.random() < (before if n < change_at else after) for _ in range(of)), of, staff)
        for n in range(len(MONTHS))
    ]


def counts(before, after, *, seed=1, change_at=24):
    """Draw counts by chance, as many times as a month has moments."""
    rng = random.Random(seed)  # noqa: S311 - nothing is secret here
    return [
        sum(rng.random() < (before if n < change_at else after) / 1000 for _ in range(1000))
        for n in range(len(MONTHS))
    ]
