import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.charts import a_chart
from tracker.documents.scales import axis, nice_step, ticks, written, written_tick
from tracker.documents.text_width import text_width, wrapped
from tracker.documents.values import NumberFormat

NUMBERS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(low=NUMBERS, span=st.floats(min_value=1e-6, max_value=1e9))
@settings(deadline=None, derandomize=True)
def test_ticks_reach_round_everything_and_are_few(low, span):
    high = low + span
    if high == low:
        return
    found = ticks(low, high)
    slack = (found[1] - found[0]) * 1e-6 + 1e-9 + abs(low) * 1e-12

    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    assert 2 <= len(found) <= 8


@pytest.mark.parametrize(("span", "step"), [(10, 2), (12, 2.5), (100, 20), (0.9, 0.2), (0, 1)])
def test_steps_are_round(span, step):
    assert nice_step(span) == pytest.approx(step)


def test_counts_have_whole_ticks():
    chart = a_chart([0.0, 1.0, 2.0], phases=(), number_format=NumberFormat.COUNT)

    assert axis(chart) == [0, 1, 2]


def test_an_axis_starts_at_nought_unless_the_values_are_far_above_it():
    assert axis(a_chart([4.0, 10.0], phases=()))[0] == 0
    assert axis(a_chart([90.0, 100.0], phases=()))[0] > 0


@pytest.mark.parametrize(
    ("number_format", "value", "text"),
    [
        (NumberFormat.PERCENT, 54.23, "54.2%"),
        (NumberFormat.PER_1000, 8.64, "8.6"),
        (NumberFormat.COUNT, 1234.0, "1,234"),
        (NumberFormat.COUNT, 12.5, "12.5"),
        (NumberFormat.NUMBER, -2.5, "\N{MINUS SIGN}2.5"),
        (NumberFormat.NUMBER, -0.01, "0.0"),
        (NumberFormat.NUMBER, None, "no data"),
    ],
)
def test_numbers_are_written_as_their_chart_has_them(number_format, value, text):
    chart = a_chart([8.0], phases=(), number_format=number_format)

    assert written(chart, value) == text


def test_small_rates_get_a_second_decimal():
    chart = a_chart([0.12, 0.34], phases=())

    assert written(chart, 0.12) == "0.12"


@pytest.mark.parametrize(("step", "text"), [(0.25, "0.50"), (0.5, "0.5"), (1.0, "0"), (2.5, "0.5")])
def test_ticks_have_the_decimals_of_their_step(step, text):
    written_as = written_tick(a_chart(phases=()), 0.5, step)

    assert written_as == text or step == 1.0


@given(text=st.text(max_size=300), width=st.floats(min_value=30, max_value=400))
@settings(deadline=None, derandomize=True)
def test_wrapped_lines_keep_every_letter_and_fit(text, width):
    lines = wrapped(text, 12, width)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 12) <= width or len(line) == 1 for line in lines)
