"""The table of one row a measure: what its icon and its target say."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.outcomes import facts
from tracker.documents.at_a_glance import glance
from tracker.documents.values import PointKind
from tracker.services.outcome_values import (
    Audience,
    Chart,
    OutcomeReport,
    Phase,
    Point,
    Section,
)
from tracker.services.outcome_values import Figure as Shown


def report(*charts):
    return OutcomeReport(
        organisation="Trust",
        organisation_code="RXD",
        unit_name=None,
        unit_id=None,
        first_month=date(2025, 1, 1),
        last_month=date(2026, 1, 1),
        audience=Audience.INSIDE,
        made_on=date(2026, 2, 1),
        extracted_at=None,
        summary=(),
        rule=(),
        changes=(),
        sections=(Section(key="all", title="All", figures=(Shown(charts=charts),)),),
    )


def chart(*, target=None, direction="increase", label=""):
    point = Point(
        month=date(2026, 1, 1), months=1, value=50.0, numerator=50, denominator=100, label=label
    )
    return Chart(
        measure=replace(facts("alert_recognition"), direction=direction),
        unit_name="",
        points=(point,),
        phases=(Phase(first=0, last=0, mean=50.0, lower=40.0, upper=60.0, is_short=True),),
        icon="improvement_high",
        target=target,
    )


@pytest.mark.parametrize(
    ("target", "direction", "words"),
    [
        (30.0, "increase", "30.0%, surely met"),
        (50.0, "increase", "50.0%, met or missed by chance"),
        (70.0, "increase", "70.0%, surely missed"),
        (70.0, "decrease", "70.0%, surely met"),
        (30.0, "decrease", "30.0%, surely missed"),
    ],
)
def test_a_target_is_met_or_missed_by_more_than_chance_or_not(target, direction, words):
    table = glance(report(chart(target=target, direction=direction)))

    assert table.rows[0][table.columns.index("Target")] == words
    assert table.icons == (PointKind.IMPROVEMENT,)


def test_without_a_target_there_is_no_word_on_one_and_units_are_no_measure():
    table = glance(report(chart(), chart(label="Heron Ward")))
    neutral = glance(report(chart(target=30.0, direction="neutral")))
    units = glance(report(chart(label="Heron Ward")))

    assert len(table.rows) == 1
    assert "Target" not in table.columns
    assert "Target" not in neutral.columns
    assert units.rows == ()
