"""The fast XmR chart and the slow one agree on input that nobody picked by hand."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.errors import MeasureError
from metrics.spc import xmr
from tests.reference.spc.cases import differences, load, named, records
from tests.reference.spc.slow_xmr import Options, Stopped, slow_xmr

MONTHS = [date(2020 + month // 12, month % 12 + 1, 1) for month in range(60)]
FACETS = ["Ward A", "Ward B", "ward c", "Élan"]

# Few whole numbers make ties and repeated values; tenths make means that do not divide
# evenly; climbing ones make trends; wide ones make limits that collapse.
few = st.integers(0, 4).map(float)
tenths = st.integers(0, 30).map(lambda tenth: tenth / 10)
wide = st.floats(-1e6, 1e6, allow_nan=False, width=32)


@st.composite
def values(draw, length):
    kind = draw(st.sampled_from([few, tenths, wide, st.sampled_from([1.0, 1.0, 1.0, 9.0])]))
    drawn = draw(st.lists(kind, min_size=length, max_size=length))
    if draw(st.booleans()):
        slope = draw(st.sampled_from([-2.0, -0.5, 0.5, 2.0]))
        drawn = [value % 3 + slope * index for index, value in enumerate(drawn)]
    if draw(st.integers(0, 3)) == 0:
        holes = draw(st.sets(st.integers(0, length - 1), max_size=3))
        drawn = [None if index in holes else value for index, value in enumerate(drawn)]
    return drawn


@st.composite
def inputs(draw):
    facets = draw(st.lists(st.sampled_from(FACETS), min_size=1, max_size=3, unique=True))
    rows = []
    for facet in facets:
        length = draw(st.integers(1, 40))
        start = draw(st.integers(0, 10))
        days = MONTHS[start : start + length]
        rows += zip([facet] * length, days, draw(values(length)), strict=True)
    days = st.lists(st.sampled_from(MONTHS[:45]), max_size=3)
    target = st.integers(-2, 30)
    options = Options(
        improvement_direction=draw(st.sampled_from(["increase", "decrease", "neutral"])),
        screen_outliers=draw(st.booleans()),
        fix_after_n_points=draw(st.sampled_from([None, None, 12, 15, 20])),
        rebase=draw(st.one_of(st.none(), days, st.dictionaries(st.sampled_from(facets), days))),
        target=draw(st.one_of(st.none(), target, st.dictionaries(st.sampled_from(facets), target))),
        shift_length=draw(st.sampled_from([7, 7, 6, 8, 9])),
        trend_length=draw(st.sampled_from([7, 7, 5, 6, 8])),
        two_in_three=draw(st.sampled_from(["near_limits", "beyond_two_sigma"])),
    )
    return draw(st.permutations(rows)), options


def fast(rows, options):
    facets, days, readings = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {"facet": facets, "date": pd.to_datetime(list(days)), "value": list(readings)}
    )
    return xmr(frame, **vars(options))


@settings(max_examples=1500, deadline=None, derandomize=False)
@given(inputs())
@example(([("Ward A", MONTHS[i], v) for i, v in enumerate([None] * 7)], Options()))
@example(([("Ward A", MONTHS[i], 0.1 * (i % 3 + 1)) for i in range(21)], Options()))
def test_any_input_gives_the_same_chart(drawn):
    rows, options = drawn
    try:
        points, summary, icons = slow_xmr(rows, options)
    except Stopped:
        with pytest.raises(MeasureError, match="missing value"):
            fast(rows, options)
        return
    result = fast(rows, options)

    assert differences(records(result.points), points) == []
    assert differences(records(result.summary), summary) == []
    assert differences(records(result.icons), icons) == []


@pytest.mark.parametrize("name", named("mdc"))
def test_the_slow_chart_agrees_with_the_reference(name):
    case = load(name)
    given_input, options = case["input"], dict(case["options"])
    days = [date.fromisoformat(day) for day in given_input["dates"]]
    facets = given_input.get("facets", ["no facet"] * len(days))
    if options["rebase"] is not None:
        options["rebase"] = [date.fromisoformat(day) for day in options["rebase"]]
    rows = list(zip(facets, days, given_input["values"], strict=True))

    points, summary, icons = slow_xmr(rows, Options(**options))

    expected = case["expected"]
    assert differences(points, expected["points"]) == []
    assert differences(summary, expected["summary"]) == []
    assert [row["icon"] + ".svg" for row in icons] == [row["icon"] for row in expected["icons"]]
