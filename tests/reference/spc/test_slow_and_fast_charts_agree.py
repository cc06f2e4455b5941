"""Every kind of control chart agrees with a slow one on input that nobody picked by hand."""

import math

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.control_charts import control_chart
from tests.reference.spc.slow_charts import WEIGHED, Asked, slow_chart

KINDS = ("run", "i", "mr", "p", "pp", "u", "up", "c", "g", "t", "ip")


@st.composite
def charts(draw):
    kind = draw(st.sampled_from(KINDS))
    size = draw(st.integers(1, 30))
    n = None
    if kind in WEIGHED:
        n = draw(
            st.lists(st.sampled_from([5, 8, 20, 20, 400, 90_000]), min_size=size, max_size=size)
        )
        y = [draw(st.integers(0, m if draw(st.booleans()) else min(m, 3))) for m in n]
    else:
        least = 1 if kind == "t" else 0
        one = draw(st.sampled_from([st.integers(least, 4), st.integers(least, 60), st.just(3)]))
        y = draw(st.lists(one, min_size=size, max_size=size))
    holes = draw(st.sets(st.integers(0, size - 1), max_size=3))
    y = [None if place in holes else value for place, value in enumerate(y)]
    freeze = draw(st.sampled_from([None, None, 1, 12]))
    places = st.sets(st.integers(1, size), max_size=3)
    parts, left_out = (draw(places) if draw(st.integers(0, 2)) == 0 else set() for _ in range(2))
    scale = draw(st.sampled_from([1, 1000]))
    return kind, y, n, freeze, draw(st.booleans()), scale, sorted(parts), left_out


def slowly(kind, y, n, freeze, screen, multiply, parts, left_out):
    """Draw each part by itself: the lines of all points, and whether runs give a signal there."""
    lines, runs = [], []
    ends = sorted({*parts, len(y)})
    for begin, end in zip([0, *ends], ends, strict=False):
        own = slice(begin, end)
        asked = Asked(
            kind,
            y[own],
            None if n is None else n[own],
            None if parts else freeze,
            screen,
            multiply,
            frozenset(place - 1 - begin for place in left_out),
        )
        found, signal = slow_chart(asked)
        lines += found
        runs += [signal] * len(found)
    return lines, runs


def same(mine, theirs):
    if theirs is None or math.isnan(mine):
        return theirs is None and math.isnan(mine)
    return math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-12)


@settings(max_examples=90, deadline=None, derandomize=True)
@given(charts())
@example(("up", [None, None], [20, 20], None, True, 1, [], set()))
@example(("pp", [None, 0, None, 1, 1], [5, 5, 5, 5, 5], None, False, 1, [], set()))
@example(("p", [5], [5], None, False, 1, [], set()))
@example(("t", [3, 3, 3, 3], None, None, True, 1, [], set()))
@example(("pp", [0, 0, 0, 0], [20, 20, 20, 20], None, True, 1, [], set()))
def test_any_input_gives_the_same_chart(drawn):
    kind, y, n, freeze, screen, multiply, parts, left_out = drawn
    columns = {"x": range(len(y)), "y": y} | ({} if n is None else {"n": n})
    frame = control_chart(
        pd.DataFrame(columns).astype({"y": float}),
        kind,
        freeze=freeze,
        parts=parts or None,
        exclude=left_out,
        screened=screen,
        multiply=multiply,
    ).points
    lines, runs = slowly(*drawn)
    for name, theirs in zip(("cl", "lcl", "ucl"), zip(*lines, strict=True), strict=True):
        wrong = [
            (place, mine, one)
            for place, (mine, one) in enumerate(zip(frame[name], theirs, strict=True))
            if not same(mine, one)
        ]
        assert not wrong, (name, wrong)
    assert frame["runs_signal"].tolist() == runs


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "mr"])
def test_one_point_has_a_middle_and_no_signal(kind):
    columns = {"x": [1], "y": [3.0]} | ({"n": [20.0]} if kind in WEIGHED else {})
    row = control_chart(pd.DataFrame(columns), kind).points.iloc[0]
    assert row["cl"] == pytest.approx(row["y"])
    assert not row["runs_signal"]
    assert not row["sigma_signal"]
