import itertools
import subprocess
import sys

import pytest

from tests.support.charts import a_chart
from tracker.documents.charts import REGULAR, SMALL, WIDE, draw
from tracker.documents.primitives import (
    Band,
    Circle,
    Diamond,
    Line,
    Mark,
    Polyline,
    Square,
    Text,
    Triangle,
)
from tracker.documents.values import (
    ChartAnnotation,
    ChartData,
    ChartPhase,
    ChartPoint,
    NumberFormat,
    PointKind,
)

TWO_PHASES = (
    ChartPhase(first=0, last=5, mean=12.0, lower=9.0, upper=15.0),
    ChartPhase(first=6, last=11, mean=8.0, lower=5.0, upper=11.0),
)


def every(picture, kind):
    return [item for item in picture.items if isinstance(item, kind)]


def texts(picture):
    return [item.text for item in every(picture, Text)]


def test_every_kind_of_point_has_a_shape_of_its_own():
    kinds = {1: PointKind.IMPROVEMENT, 4: PointKind.CONCERN, 6: PointKind.NEUTRAL}
    picture = draw(a_chart(kinds=kinds), SMALL)  # no legend: only the points

    assert len(every(picture, Circle)) == 9
    assert len(every(picture, Square)) == 1
    assert len(every(picture, Triangle)) == 1
    assert len(every(picture, Diamond)) == 1


def test_the_fills_are_those_of_making_data_count():
    kinds = {1: PointKind.IMPROVEMENT, 4: PointKind.CONCERN, 6: PointKind.NEUTRAL}
    fills = {mark.fill for mark in every(draw(a_chart(kinds=kinds)), Mark)}

    assert fills == {"#a6a6a6", "#00b0f0", "#e46c0a", "#490092"}


def test_a_triangle_points_the_way_the_number_went():
    chart = a_chart(kinds={2: PointKind.CONCERN, 4: PointKind.CONCERN})  # 7.2 is low, 12.4 high
    low, high = sorted(every(draw(chart, SMALL), Triangle), key=lambda mark: mark.x)

    assert (low.points_up, high.points_up) == (False, True)


def test_a_gap_breaks_the_line_and_has_no_mark():
    picture = draw(a_chart([8.0, 9.0, None, 7.0, 8.0]))

    assert [len(line.points) for line in every(picture, Polyline)] == [2, 2]
    assert len(every(picture, Mark)) == 4


def test_a_point_alone_between_gaps_is_still_marked():
    picture = draw(a_chart([None, 9.0, None]))

    assert every(picture, Polyline) == []
    assert len(every(picture, Mark)) == 1


def test_lines_are_broken_where_a_phase_begins():
    picture = draw(a_chart(phases=TWO_PHASES))

    assert [len(line.points) for line in every(picture, Polyline)] == [6, 6]
    means = [line for line in every(picture, Line) if line.stroke == "#212b32"]
    assert [line.x2 < means[1].x1 for line in means[:1]] == [True]


def test_the_last_phase_is_named_in_the_margin_and_the_earlier_one_above_the_plot():
    picture = draw(a_chart(phases=TWO_PHASES))
    plot_ends = max(line.x2 for line in every(picture, Line))
    plot_begins = min(line.y1 for line in every(picture, Line))
    by_text = {item.text: item for item in every(picture, Text)}

    assert by_text["Mean 8.0"].x > plot_ends
    assert by_text["Upper 11.0"].x > plot_ends
    assert by_text["Mean 12.0"].y < plot_begins


@pytest.mark.parametrize("size", [REGULAR, SMALL, WIDE])
@pytest.mark.parametrize("target", [8.0, 8.9, 8.95, 12.1])
def test_labels_in_the_margin_never_touch(size, target):
    close = (ChartPhase(first=0, last=11, mean=8.9, lower=8.8, upper=9.0),)
    picture = draw(a_chart(phases=close, target=target), size)
    words = ("Upper", "Mean", "Lower", "Target")
    ys = sorted(item.y for item in every(picture, Text) if item.text.startswith(words))

    assert len(ys) == 4
    assert all(after - before >= size.font - 1 for before, after in itertools.pairwise(ys))


@pytest.mark.parametrize("size", [REGULAR, SMALL, WIDE])
@pytest.mark.parametrize("months", [1, 2, 5, 12, 13, 24, 36, 60, 120])
def test_names_of_months_never_touch(size, months):
    picture = draw(a_chart([float(n % 7) for n in range(months)], phases=()), size)
    named = [t for t in every(picture, Text) if t.text in "Jan Feb Mar Apr May Jun Jul Aug Sep Oct"]
    xs = sorted(item.x for item in named)

    assert xs
    assert all(after - before >= 24 for before, after in itertools.pairwise(xs))


def test_a_year_is_named_once():
    picture = draw(a_chart([1.0] * 36, phases=()))

    assert [text for text in texts(picture) if text.startswith("202")] == ["2023", "2024", "2025"]


def test_nothing_is_drawn_outside_the_paper():
    notes = (ChartAnnotation(at=0, label="x" * 200), ChartAnnotation(at=11, label="Then this"))
    chart = a_chart([0.0, 1e6, 3.0] * 4, kinds={1: PointKind.CONCERN}, annotations=notes, target=9)
    picture = draw(chart)

    for item in every(picture, (Text, Mark)):
        assert 0 <= item.x <= picture.width
        assert 0 <= item.y <= picture.height
    for item in every(picture, Line):
        assert 0 <= min(item.x1, item.x2) <= max(item.x1, item.x2) <= picture.width


def test_a_limit_that_cannot_happen_is_not_drawn():
    phases = (ChartPhase(first=0, last=11, mean=8.9, lower=-2.0, upper=19.8),)
    picture = draw(a_chart(phases=phases))

    assert not any(text.startswith("Lower") for text in texts(picture))
    assert "0" in texts(picture)
    assert not any("\N{MINUS SIGN}" in text for text in texts(picture))


def test_a_share_stops_at_100_percent():
    phases = (ChartPhase(first=0, last=2, mean=95.0, lower=80.0, upper=110.0),)
    chart = a_chart([94.0, 96.0, 95.0], phases=phases, number_format=NumberFormat.PERCENT)
    picture = draw(chart)

    assert "100%" in texts(picture)
    assert not any(text.startswith(("Upper", "120")) for text in texts(picture))


def test_a_share_above_100_percent_is_shown_as_it_is():
    chart = a_chart([94.0, 104.0], phases=(), number_format=NumberFormat.PERCENT)

    assert "104%" in texts(draw(chart))


def test_a_number_that_can_be_negative_keeps_its_sign():
    chart = a_chart([-3.0, 2.0], phases=(), is_never_negative=False, unit_words="")

    assert "\N{MINUS SIGN}4" in texts(draw(chart)) or "\N{MINUS SIGN}3" in texts(draw(chart))


def test_months_that_may_change_are_shaded_and_explained():
    final = ChartPoint(label="Jan 2023", value=1.0)
    not_final = ChartPoint(label="Feb 2023", value=2.0, is_provisional=True)
    chart = ChartData(key="k", title="t", description="d", points=(final, not_final))
    picture = draw(chart)

    assert "Not final yet" in texts(picture)
    assert any(band.fill == "#eef1f2" for band in every(picture, Band))


def test_an_annotation_has_a_letter_above_the_plot_and_a_key_below():
    notes = (ChartAnnotation(at=3, label="First goals agreed"),)
    picture = draw(a_chart(annotations=notes))
    letters = [item for item in every(picture, Text) if item.text == "A"]

    assert len(letters) == 2
    assert "First goals agreed" in texts(picture)


def test_letters_of_neighbouring_annotations_stand_apart():
    notes = tuple(ChartAnnotation(at=11, label=f"Event {n}") for n in range(3))
    picture = draw(a_chart(annotations=notes))
    above = sorted(item.x for item in every(picture, Text) if item.text in "ABC" and item.y < 40)

    assert len(above) == 3
    assert all(b - a >= 11 for a, b in itertools.pairwise(above))


@pytest.mark.parametrize("values", [[], [None], [None, None, None]])
def test_a_chart_without_numbers_says_so(values):
    assert "No data for this period" in texts(draw(a_chart(values, phases=())))


@pytest.mark.parametrize("value", [0.0, 5.0, 1e-6, 1e9])
def test_a_constant_series_can_be_drawn(value):
    picture = draw(a_chart([value] * 12, phases=()))

    assert len(every(picture, Mark)) == 12


def test_drawing_a_chart_does_not_load_reportlab():
    code = (
        "import sys, tracker.documents.charts, tracker.documents.page, tracker.documents.values;"
        "assert not any(n.startswith(('reportlab', 'pandas')) for n in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
