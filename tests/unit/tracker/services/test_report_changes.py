"""What a published report would say otherwise today."""

from dataclasses import replace
from datetime import date

from tests.support.outcomes import facts
from tracker.services.outcome_values import (
    Audience,
    Chart,
    Figure,
    OutcomeReport,
    Phase,
    Point,
    Section,
)
from tracker.services.report_changes import what_changed

FIRST = date(2026, 7, 1)


def report(*gaps):
    points = tuple(
        Point(month=day, months=0, value=gap, numerator=gap, denominator=None) for day, gap in gaps
    )
    phase = Phase(first=0, last=len(gaps) - 1, mean=5.0, lower=0.0, upper=9.0, is_short=True)
    measure = replace(facts("alert_recognition"), name="Days between serious events")
    chart = Chart(measure=measure, unit_name="", points=points, phases=(phase,), icon="")
    return OutcomeReport(
        organisation="Trust",
        organisation_code="RXD",
        unit_name=None,
        unit_id=None,
        first_month=FIRST,
        last_month=FIRST,
        audience=Audience.PUBLISHED,
        made_on=FIRST,
        extracted_at=None,
        summary=(),
        rule=(),
        changes=(),
        sections=(Section(key="all", title="All", figures=(Figure(charts=(chart,)),)),),
    )


def test_rare_events_that_came_later_are_named_by_their_days():
    then = report((date(2026, 7, 3), 5.0), (date(2026, 7, 20), 17.0))
    now = report((date(2026, 7, 3), 5.0), (date(2026, 7, 13), 10.0), (date(2026, 7, 20), 7.0))

    assert what_changed(then, now) == (
        "Days between serious events: 20 July 2026 has another number now.",
        "Days between serious events: 13 July 2026 was not in the report.",
    )
