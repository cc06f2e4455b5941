"""How long alerts wait, and how long barriers stay open, by month."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from tests.conftest import NOW
from tracker.models import AlertEvent, AlertResponse, Observation, OutcomeMeasure
from tracker.services.alert_waits import count_waits
from tracker.services.barrier_counts import count_barriers

TODAY = NOW.date()


def observed(db, key):
    rows = db.scalars(
        select(Observation)
        .join(OutcomeMeasure, OutcomeMeasure.id == Observation.outcome_measure_id)
        .where(OutcomeMeasure.key == key, Observation.organisation_unit_id.is_(None))
        .order_by(Observation.month)
    )
    return [(one.month, one.numerator, one.denominator, one.contributors) for one in rows]


def test_alerts_without_an_answer_make_the_median_longer(db, organisation):
    minutes = [5] * 6 + [30] * 6 + [None] * 8
    for number, wait in enumerate(minutes):
        db.add(
            AlertEvent(
                organisation_id=organisation.id,
                source_key=f"A{number}",
                staff_pseudonym=f"p{number}",
                alert_type="dose",
                fired_on=date(2026, 9, 3),
                response=AlertResponse.IGNORED if wait is None else AlertResponse.ACCEPTED,
                minutes_to_respond=wait,
            )
        )
    db.flush()

    count_waits(db, organisation, today=TODAY, now=NOW)
    count_waits(db, organisation, today=TODAY, now=NOW)

    # Of the twelve that were answered alone, the median would lie between 5 and 30.
    assert observed(db, "time_to_acknowledge") == [(date(2026, 9, 1), 30 * 20, 20, 20)]


def test_a_barrier_counts_at_each_months_end_until_it_is_mended(db, organisation, factories):
    raised = datetime(2026, 8, 21, 9, tzinfo=UTC)
    factories.Barrier(raised_at=raised, fixed_on=date(2026, 10, 5))

    count_barriers(db, organisation, today=TODAY, now=NOW)

    assert observed(db, "barriers_open") == [
        (date(2026, 8, 1), 1, None, 1),
        (date(2026, 9, 1), 1, None, 1),
    ]
    assert observed(db, "barriers_age")[1][1:3] == (40, 1)
