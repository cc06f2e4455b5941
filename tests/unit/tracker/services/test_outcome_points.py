from datetime import date

import pytest

from tracker.services.outcome_data import NOTHING, ShownCell
from tracker.services.outcome_points import ToChart, control_points
from tracker.services.outcome_series import Series, UnitFacts
from tracker.services.outcome_values import ChartRules, MeasureFacts

#: around a middle of 12: up and down, without a run
UP_AND_DOWN = [10, 14, 14, 10, 10, 14, 10, 14, 14, 10, 14, 10, 10, 14]
HIGH, LOW = [15] * 10, [9] * 10


def chart(values, *, direction="decrease"):
    measure = MeasureFacts(
        id=1,
        key="incidents",
        name="Incidents",
        family="outcome",
        direction=direction,
        unit="count",
        numerator="Incidents",
        denominator="",
        why_it_matters="",
        misleads_when="",
        source="",
        counts_staff=False,
        kirkpatrick_level="",
    )
    series = Series(
        measure=measure,
        unit=UnitFacts(id=None, public_id=None, name="All"),
        cells={},
        unit_words="a month",
        is_plain_count=True,
    )
    cells = tuple(
        ShownCell(
            period=date(2023 + n // 12, n % 12 + 1, 1), months=1, numerator=n_, denominator=None
        )
        for n, n_ in enumerate(values)
    )
    return control_points(
        ToChart(series=series, shown=NOTHING, cells=cells, rules=ChartRules(kind="c"))
    )


@pytest.mark.parametrize(
    ("values", "direction", "icon"),
    [
        ([*UP_AND_DOWN, *HIGH], "decrease", "concern_high"),
        ([*UP_AND_DOWN, *HIGH], "increase", "improvement_high"),
        ([*UP_AND_DOWN, *LOW], "decrease", "improvement_low"),
        ([*UP_AND_DOWN, *HIGH], "neutral", "neutral_high"),
        (UP_AND_DOWN, "decrease", "common_cause"),
    ],
)
def test_the_icon_tells_of_a_run_that_goes_on_today(values, direction, icon):
    assert chart(values, direction=direction).icon == icon


def test_a_run_that_ended_long_ago_is_told_beside_the_chart_and_not_by_the_icon():
    calculated = chart([*HIGH, *UP_AND_DOWN])

    assert calculated.icon == "common_cause"
    (remark,) = calculated.remarks
    assert remark == (
        "From January 2023 to December 2024, 10 points in a row lie on one side of the middle "
        "line. By chance alone it is hardly ever more than 8."
    )


def test_too_few_crossings_are_counted_for_the_reader():
    calculated = chart([15, 15, 15, 15, 15, 15, 9, 9, 9, 9, 9, 9, 15, 15, 15, 15, 9, 9, 9, 9])

    assert calculated.icon == "common_cause"
    (remark,) = calculated.remarks
    assert remark == (
        "From January 2023 to August 2024, the points crossed the middle line 3 times. By chance "
        "alone it is hardly ever less than 6 times."
    )
