"""Charts that are not by month: days between serious events, and units side by side."""

from datetime import date, timedelta

import pytest

from tests.support.outcomes import FIRST, LAST, TAKEN, observe, shares
from tracker.models import Harm, Incident, IncidentCause
from tracker.security.identity import System
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience


@pytest.fixture
def section(db, organisation):
    def make(key, *, unit=None, audience=Audience.INSIDE):
        made = outcome_report(
            db,
            organisation,
            unit,
            first_month=FIRST,
            last_month=LAST,
            audience=audience,
            by=System(organisation_id=organisation.id),
            today=TAKEN.date(),
        )
        return next((one for one in made.sections if one.key == key), None)

    return make


def serious(db, organisation, days, unit=None):
    for number, day in enumerate(days):
        db.add(
            Incident(
                organisation_id=organisation.id,
                organisation_unit_id=unit.id if unit else None,
                reference=f"W{number}",
                occurred_on=day,
                harm=Harm.SEVERE,
                cause=IncidentCause.UNCLEAR,
            )
        )
    db.flush()


def test_serious_events_are_charted_by_the_days_between_them(db, organisation, section):
    observe(db, organisation, "harm_share", shares(0.2, 0.2))
    start = date(2025, 1, 6)
    serious(db, organisation, [start, start, *(start + timedelta(20 * n) for n in range(1, 8))])

    (figure,) = section("rare-events").figures

    (chart,) = figure.charts
    assert [point.value for point in chart.points] == [0.5, *[20.0] * 7]
    assert chart.rules.kind == "t"
    assert "Two events on one day are drawn half a day apart." in chart.remarks


def test_too_few_serious_events_are_no_chart(db, organisation, section):
    observe(db, organisation, "harm_share", shares(0.2, 0.2))
    serious(db, organisation, [date(2025, 1, 6), date(2025, 6, 6)])

    (figure,) = section("rare-events").figures

    assert figure.charts == ()
    assert "too few" in figure.withheld


def test_the_day_of_a_wards_serious_events_is_not_published(db, organisation, factories, section):
    ward = factories.OrganisationUnit(name="Oak ward")
    observe(db, organisation, "harm_share", shares(0.2, 0.2), unit=ward)
    serious(db, organisation, [date(2025, 1, 6) + timedelta(20 * n) for n in range(8)], unit=ward)

    (inside,) = section("rare-events", unit=ward).figures
    (published,) = section("rare-events", unit=ward, audience=Audience.PUBLISHED).figures

    assert inside.charts
    assert published.charts == ()
    assert "It is published for the whole organisation alone." in published.withheld


def test_units_stand_side_by_side_by_size_and_never_by_value(db, organisation, factories, section):
    for number in range(10):
        ward = factories.OrganisationUnit(name=f"Ward {number}")
        level = 0.9 if number == 4 else 0.4
        numbers = shares(level, level, of=300 - 20 * number, seed=number)
        observe(db, organisation, "alert_recognition", numbers, unit=ward)

    (figure,) = section("side-by-side").figures

    (chart,) = figure.charts
    assert [point.label for point in chart.points] == [f"Ward {n}" for n in reversed(range(10))]
    assert not chart.is_joined
    assert all(point.lower < chart.phases[0].mean < point.upper for point in chart.points)
