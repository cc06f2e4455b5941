import math

import pytest

from tests.support.charts import a_chart
from tracker.documents.tables import data_table, lines_in_words, shows
from tracker.documents.values import (
    ChartAnnotation,
    ChartPhase,
    ChartPoint,
    PointKind,
    ReportFigure,
    TableData,
)


@pytest.mark.parametrize("key", ["", "a b", 'x"y', "a_b", "é"])
def test_a_key_that_cannot_be_an_id_is_refused(key):
    with pytest.raises(ValueError, match="key"):
        a_chart(key=key)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(ValueError, match="a gap is None"):
        a_chart([1.0, value], phases=())
    with pytest.raises(ValueError, match="a gap is None"):
        a_chart([1.0], phases=(ChartPhase(first=0, last=0, mean=value),))


@pytest.mark.parametrize(
    "phases",
    [
        (ChartPhase(first=0, last=12),),
        (ChartPhase(first=-1, last=3),),
        (ChartPhase(first=4, last=3),),
        (ChartPhase(first=0, last=6), ChartPhase(first=6, last=11)),
    ],
)
def test_phases_that_overlap_or_leave_the_chart_are_refused(phases):
    with pytest.raises(ValueError, match=r"phase|Phases"):
        a_chart(phases=phases)


def test_an_annotation_outside_the_chart_is_refused():
    with pytest.raises(ValueError, match="annotation"):
        a_chart(annotations=(ChartAnnotation(at=12, label="Too late"),))


def test_a_completion_rate_is_never_shown_alone():
    with pytest.raises(ValueError, match="beside the outcome"):
        ReportFigure(charts=(a_chart(needs_companion=True),))

    pair = (a_chart(needs_companion=True), a_chart(key="outcome"))
    assert ReportFigure(charts=pair).charts == pair


def test_a_figure_without_a_chart_says_why():
    with pytest.raises(ValueError, match="says why"):
        ReportFigure()

    assert ReportFigure(withheld="Fewer than eight staff took part.").charts == ()


def test_a_table_with_a_short_row_is_refused():
    with pytest.raises(ValueError, match="Every row"):
        TableData(caption="c", columns=("a", "b"), rows=(("1",),))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("common_cause", PointKind.COMMON),
        ("special_cause_improvement", PointKind.IMPROVEMENT),
        ("special_cause_concern", PointKind.CONCERN),
        ("special_cause_neutral_high", PointKind.NEUTRAL),
        ("special_cause_neutral_low", PointKind.NEUTRAL),
    ],
)
def test_the_names_of_the_statistics_are_understood(name, kind):
    assert PointKind.from_spc(name) is kind


def test_the_table_has_what_each_value_is_made_of():
    points = (ChartPoint(label="Jan 2023", value=8.0, numerator=96, denominator=12000),)
    chart = a_chart([8.0])
    chart = type(chart)(
        key="k",
        title="Incidents",
        description="d",
        points=points,
        phases=chart.phases,
        numerator_words="Incidents",
        denominator_words="Bed days",
        unit_words="per 1,000 bed days",
    )
    table = data_table(chart)

    assert table.columns == (
        "Period",
        "Per 1,000 bed days",
        "Incidents",
        "Bed days",
        "What the chart shows",
    )
    assert table.rows == (("Jan 2023", "8.0", "96", "12,000", "As usual"),)


def test_what_a_point_shows_is_said_in_words():
    point = ChartPoint(
        label="May 2023",
        value=1.0,
        kind=PointKind.CONCERN,
        signal="above the upper limit",
        is_provisional=True,
    )

    assert shows(point) == "Concern: above the upper limit; not final yet"


def test_the_lines_of_every_phase_are_said_in_words():
    phases = (
        ChartPhase(first=0, last=5, mean=12.0, lower=9.0, upper=15.0),
        ChartPhase(first=6, last=11, mean=3.0, lower=-1.0, upper=7.0),
    )

    assert lines_in_words(a_chart(phases=phases)) == [
        "Jan 2023 to Jun 2023: mean 12.0, limits 9.0 to 15.0.",
        "Jul 2023 to Dec 2023: mean 3.0, limits up to 7.0.",
    ]
