"""A year of alerts: how long they wait, units beside what their alerts call for, few people."""

from datetime import date

import pytest

from tests.conftest import NOW
from tracker.models import AlertEvent, AlertResponse, AlertYear
from tracker.services.alert_waits import count_waits
from tracker.services.outcome_alert_year import alert_year
from tracker.services.outcome_data import load_data
from tracker.services.outcome_values import Audience

TODAY = NOW.date()


@pytest.fixture
def units(factories):
    return [factories.OrganisationUnit(name=f"Unit {letter}") for letter in "ABCD"]


def log(db, organisation, unit, staff, sorts):
    """Alerts of one unit in September: sorts gives how many of each were shown and accepted."""
    for sort, (shown, accepted) in sorts.items():
        for number in range(shown):
            is_accepted = number < accepted
            db.add(
                AlertEvent(
                    organisation_id=organisation.id,
                    source_key=f"{unit.id}-{sort}-{number}",
                    organisation_unit_id=unit.id,
                    staff_pseudonym=f"{unit.id}-{number % staff}",
                    alert_type=sort,
                    fired_on=date(2026, 9, 3),
                    response=AlertResponse.ACCEPTED if is_accepted else AlertResponse.IGNORED,
                    minutes_to_respond=5 if is_accepted else None,
                )
            )
    db.flush()


@pytest.fixture
def logged(db, organisation, units):
    """All accept 8 in 10 allergies and 2 in 10 doses. A gets allergies, B doses; C has 3 staff."""
    log(db, organisation, units[0], 20, {"allergy": (80, 64), "dose": (20, 4)})
    log(db, organisation, units[1], 12, {"allergy": (20, 16), "dose": (80, 16)})
    log(db, organisation, units[2], 3, {"allergy": (30, 24)})
    log(db, organisation, units[3], 25, {"allergy": (50, 40), "dose": (50, 10)})
    count_waits(db, organisation, today=TODAY, now=NOW)
    count_waits(db, organisation, today=TODAY, now=NOW)


@pytest.mark.usefixtures("logged")
def test_a_unit_is_set_beside_what_its_alerts_call_for(db, units):
    rows = {one.organisation_unit_id: one for one in db.query(AlertYear)}
    whole, first, second = (rows[key] for key in (None, units[0].id, units[1].id))

    assert (whole.first_month, whole.last_month) == (date(2025, 10, 1), date(2026, 9, 1))
    assert (whole.shown, whole.accepted, whole.expected) == (330, 174, pytest.approx(174))
    # By hand: 80 x 0.8 + 20 x 0.2, and 20 x 0.8 + 80 x 0.2. Neither accepts more than it should.
    assert (first.accepted, first.expected) == (68, pytest.approx(68))
    assert (second.accepted, second.expected) == (32, pytest.approx(32))


@pytest.mark.usefixtures("logged")
def test_the_curve_counts_those_without_an_answer_as_waiting(db, organisation):
    section = alert_year(db, load_data(db, organisation.id), None, Audience.INSIDE)
    (chart,) = section.figures[0].charts
    still = {point.label: point.value for point in chart.points}

    # 174 of 330 were answered after five minutes, the others never.
    assert (still["2 min"], still["5 min"], still["24 h"]) == (100, 47, 47)
    assert "within 5 minutes. More than one in ten still waited" in section.figures[0].sentence


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("audience", list(Audience))
def test_a_unit_of_three_people_cannot_be_worked_out(db, organisation, audience):
    """C is not shown, and nor is B: else C would be what is left of the whole."""
    section = alert_year(db, load_data(db, organisation.id), None, audience)

    assert [row[0] for row in section.tables[0].rows] == ["Unit A", "Unit D"]


def test_two_years_that_differ_by_few_alerts_are_published_alike(db, organisation, units):
    """The year moves on by a month: its alerts must not follow from two reports."""
    said = []
    for more in ({}, {"later": (3, 0)}):
        log(db, organisation, units[0], 20, more or {"allergy": (330, 174)})
        count_waits(db, organisation, today=TODAY, now=NOW)
        db.expire_all()
        section = alert_year(db, load_data(db, organisation.id), None, Audience.PUBLISHED)
        said.append((section.figures[0].remarks, section.figures[0].charts[0].points))

    assert said[0][0] == said[1][0]
    assert "about 330 alerts" in said[0][0][0]
    assert [one.denominator for one in said[0][1]] == [one.denominator for one in said[1][1]]


@pytest.mark.usefixtures("logged")
def test_a_small_unit_has_no_curve_of_its_own(db, organisation, units):
    section = alert_year(db, load_data(db, organisation.id), units[2].id, Audience.INSIDE)

    assert section.figures[0].charts == ()
    assert "Too few different staff" in section.figures[0].withheld


def test_a_few_that_were_answered_between_two_times_cannot_be_told(db, organisation, units):
    log(db, organisation, units[0], 20, {"allergy": (60, 40)})
    late = db.query(AlertEvent).filter_by(response=AlertResponse.ACCEPTED).limit(3)
    for alert in late:
        alert.minutes_to_respond = 12
    db.flush()
    count_waits(db, organisation, today=TODAY, now=NOW)

    section = alert_year(db, load_data(db, organisation.id), None, Audience.INSIDE)

    (chart,) = section.figures[0].charts
    followed = [(point.label, point.denominator) for point in chart.points]
    assert followed == [("1 min", 60), ("2 min", 60), ("5 min", 23), ("10 min", 23)]
