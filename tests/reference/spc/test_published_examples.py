"""Charts from a textbook give the lines that stand in it.

Data and lines: Montgomery, Introduction to Statistical Quality Control, 6th edition: tables 7.1
(orange juice cans), 7.7 (circuit boards), 6.6 (viscosity of paint) and the supply chain's errors.
"""

import pandas as pd
import pytest

from metrics.control_charts import control_chart, control_charts

CANS = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22,
    8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
]  # fmt: skip
BOARDS = [
    21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16,
    19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15,
]  # fmt: skip
PAINT = [
    33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27,
    33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84,
]  # fmt: skip
SHIPMENTS = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]


@pytest.mark.parametrize(
    ("kind", "y", "n", "printed", "outside"),
    [
        ("p", CANS, 50, (0.2313, 0.0524, 0.4102), [15, 23]),
        ("c", BOARDS, None, (19.85, 6.48, 33.22), [6, 20]),
        ("u", SHIPMENTS, 50, (0.0740, 0, 0.1894), []),
        ("i", PAINT, None, (33.52, 32.25, 34.80), []),
        ("mr", PAINT, None, (0.48, 0, 1.57), []),
    ],
)
def test_the_printed_lines_come_out(kind, y, n, printed, outside):
    columns = {"x": range(1, len(y) + 1), "y": y} | ({} if n is None else {"n": n})
    points = control_chart(pd.DataFrame(columns), kind).points
    # The book rounds on the way: its last place may be off by one.
    last_place = 0.01 if kind in {"c", "i", "mr"} else 0.0001
    assert points[["cl", "lcl", "ucl"]].iloc[0].tolist() == pytest.approx(printed, abs=last_place)
    assert points["index"][points["sigma_signal"]].tolist() == outside


@pytest.mark.parametrize("kind", ["run", "i", "mr", "p", "pp", "u", "up", "c", "g", "t", "ip"])
def test_many_charts_at_once_are_each_chart_alone(kind):
    """Charts of unlike length, with a gap and two rows of a month: together, and one by one."""
    y = [4.0, 7, 3, None, 8, 6, 2, 9, 9, 1, 5, 6, 7]
    one = pd.DataFrame({"facet": "b", "x": [*range(12), 11], "y": y, "n": 20.0})
    other = pd.DataFrame({"facet": "a", "x": range(3), "y": [5.0, 5, 6], "n": [10.0, 20, 30]})
    single = pd.DataFrame({"facet": "c", "x": [1], "y": [3.0], "n": [20.0]})
    together = control_charts(pd.concat([one, other, single]), kind, freeze=2, screened=True)
    for frame in (one, other, single):
        alone = control_chart(frame.drop(columns="facet"), kind, freeze=2, screened=True)
        for mine, theirs in ((together.points, alone.points), (together.summary, alone.summary)):
            part = mine[mine["facet"] == frame["facet"].iloc[0]].drop(columns="facet")
            pd.testing.assert_frame_equal(
                part.reset_index(drop=True), theirs, check_dtype=False, rtol=1e-12
            )
