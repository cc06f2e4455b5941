"""The XmR chart gives what NHSRplotthedots 0.2.2 gave on the same series."""

import pandas as pd
import pytest

from metrics.spc import xmr
from tests.reference.spc.cases import differences, load, named, records


def chart(case):
    given = case["input"]
    columns = {"date": pd.to_datetime(given["dates"]), "value": given["values"]}
    if "facets" in given:
        columns["facet"] = given["facets"]
    if "trajectory" in given:
        columns["trajectory"] = given["trajectory"]
    return xmr(pd.DataFrame(columns), **case["options"])


@pytest.mark.parametrize("name", named("mdc"))
def test_points_summary_and_icons_agree_with_the_reference(name):
    case = load(name)
    result = chart(case)
    expected = case["expected"]
    icons = [{**row, "icon": row["icon"].removesuffix(".svg")} for row in expected["icons"]]

    assert differences(records(result.points), expected["points"]) == []
    assert differences(records(result.summary), expected["summary"]) == []
    assert differences(records(result.icons), icons) == []


@pytest.mark.parametrize("name", named("mdc"))
def test_the_order_of_the_rows_given_does_not_matter(name):
    case = load(name)
    given = case["input"]
    backwards = {**case, "input": {key: column[::-1] for key, column in given.items()}}

    pd.testing.assert_frame_equal(chart(case).points, chart(backwards).points)
