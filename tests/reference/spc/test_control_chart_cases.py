"""Run and control charts give what qicharts2 0.8.1 gave on the same data."""

import pandas as pd
import pytest

from metrics._runs import longest_run_max, n_crossings_min
from metrics.control_charts import control_chart
from tests.reference.spc.cases import differences, load, named, records

OPTIONS = {
    "chart": "kind",
    "screened_mr": "screened",
    "part": "parts",
    "cl": "centre",
    **{name: name for name in ("freeze", "exclude", "multiply")},
}
LEFT_OUT = {"target", "x"}


def chart(case):
    given = case["input"]
    x = pd.to_datetime(given["x"]) if given["x_type"] == "date" else given["x"]
    columns = {"x": x, "y": given["y"]}
    if "n" in given:
        columns["n"] = given["n"]
    settings = {OPTIONS[name]: value for name, value in case["options"].items()}
    return control_chart(pd.DataFrame(columns), **settings)


@pytest.mark.parametrize("name", named("qi"))
def test_points_and_summary_agree_with_the_reference(name):
    case = load(name)
    result = chart(case)
    expected = case["expected"]

    columns = set(expected["points"][0]) - LEFT_OUT
    assert differences(records(result.points), expected["points"], columns) == []
    assert differences(records(result.summary), expected["summary"]) == []


def test_the_limits_of_runs_and_crossings_agree_for_up_to_300_points():
    for row in load("qi_00_anhoej_limits_table.json"):
        assert longest_run_max(row["n_useful"]) == row["longest_run_max"]
        assert n_crossings_min(row["n_useful"]) == row["n_crossings_min"]
