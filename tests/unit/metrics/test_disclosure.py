import numpy as np
import pandas as pd
import pytest

from metrics.disclosure import Audience, Counted, Step, disclose, people_count, people_share
from metrics.errors import MeasureError


def series(**counts):
    """Frames of monthly counts from January 2025: name=[...] or name=([...], [contributors])."""
    rows = []
    for name, values in counts.items():
        numbers, staff = values if isinstance(values, tuple) else (values, [None] * len(values))
        for month, (number, people) in enumerate(zip(numbers, staff, strict=True)):
            rows.append(
                {
                    "series": name,
                    "month": pd.Timestamp("2025-01-01") + pd.DateOffset(months=month),
                    "numerator": number,
                    "denominator": 100,
                    "contributors": people,
                }
            )
    return pd.DataFrame(rows)


def published(frame, **more):
    return disclose(frame, audience=Audience.PUBLISHED, counted=Counted.EVENTS, **more)


def inside(frame, **more):
    return disclose(frame, audience=Audience.INSIDE, counted=Counted.STAFF_ACTIONS, **more)


def numbers(result, name):
    points = result.points
    return points.loc[points["series"] == name, "numerator"].tolist()


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, 0), (1, None), (7, None), (8, 10), (12, 10), (13, 15), (17, 15), (18, 20)],
)
def test_published_counts_of_people_are_hidden_or_rounded(count, told):
    assert people_count(count) == told


def test_a_published_share_comes_from_the_rounded_parts():
    assert people_share(13, 42) == 15 / 40
    assert people_share(0, 42) == 0
    assert people_share(7, 42) is None
    assert people_share(3, 5) is None
    assert people_share(0, 0) is None
    with pytest.raises(MeasureError):
        people_share(9, 8)


def test_inside_sees_incidents_as_they_are():
    frame = series(ward=[0, 1, 7, 8])
    told = disclose(frame, audience="inside", counted="events")
    assert numbers(told, "ward") == [0, 1, 7, 8]
    assert told.reason("ward") == ""


def test_published_events_stay_by_month_when_every_count_is_none_or_eight():
    told = published(series(ward=[0, 8, 30]))
    assert told.step("ward") is Step.MONTH
    assert numbers(told, "ward") == [0, 8, 30]


def test_published_events_go_to_quarters_when_one_month_is_small():
    told = published(series(ward=[7, 8, 30, 9, 9, 9]))
    assert told.step("ward") is Step.QUARTER
    assert numbers(told, "ward") == [45, 27]
    assert told.reason("ward") == "Shown by quarter, because some numbers were between 1 and 7."


def test_a_quarter_that_is_not_over_is_not_shown():
    # Two months of a quarter, and later the third, would give the third by subtraction.
    told = published(series(ward=[7, 8, 30, 9, 9]))
    assert numbers(told, "ward") == [45]


def test_published_events_are_hidden_when_quarters_are_small_too():
    told = published(series(trust=[40] * 3, ward=[1, 2, 3]), parents={"ward": "trust"})
    assert told.step("ward") is Step.HIDDEN
    row = told.steps.set_index("series").loc["ward"]
    assert row["instead"] == "parent"
    assert row["reason"].startswith("Not shown here, because")
    alone = published(series(ward=[1, 2, 3]))
    assert alone.steps.loc[0, "instead"] == "time_between_events"


def test_what_staff_did_needs_eight_of_them():
    told = inside(series(ward=([50] * 8, [8, 9, 7, 8, 8, 8, 8, 8])))
    assert told.step("ward") is Step.MONTH
    assert len(numbers(told, "ward")) == 7
    assert told.reason("ward") == (
        "1 month is left out, because fewer than 8 staff took part in some months."
    )


def test_staff_of_a_quarter_are_counted_over_the_quarter_when_we_are_told():
    frame = series(ward=([50] * 6, [6] * 6))
    assert inside(frame).step("ward") is Step.HIDDEN
    quarters = pd.DataFrame(
        {
            "series": ["ward", "ward"],
            "quarter": pd.to_datetime(["2025-01-01", "2025-04-01"]),
            "contributors": [11, 12],
        }
    )
    told = inside(frame, quarters=quarters)
    assert told.step("ward") is Step.QUARTER
    assert numbers(told, "ward") == [150, 150]


def test_not_knowing_how_many_staff_counts_as_too_few():
    assert inside(series(ward=[50, 50, 50])).step("ward") is Step.HIDDEN


def test_two_people_cannot_be_found_between_a_unit_and_its_parent():
    # The division has 10 staff; 8 are in A. The other two would be division minus A.
    frame = series(division=([90] * 3, [10] * 3), a=([70] * 3, [8] * 3), b=([20] * 3, [2] * 3))
    told = inside(frame, parents={"a": "division", "b": "division"})
    assert told.step("division") is Step.MONTH
    assert told.step("a") is Step.HIDDEN
    assert told.step("b") is Step.HIDDEN
    assert "work out those of a smaller team" in told.reason("a")


def test_parts_that_make_up_the_whole_may_all_be_shown():
    frame = series(division=([90] * 3, [20] * 3), a=([70] * 3, [11] * 3), b=([20] * 3, [9] * 3))
    frame.loc[frame["series"] == "a", "denominator"] = 60
    frame.loc[frame["series"] == "b", "denominator"] = 40
    told = inside(frame, parents={"a": "division", "b": "division"})
    assert told.step("a") is told.step("b") is Step.MONTH


def test_a_kind_of_incident_cannot_be_found_between_the_kinds_and_all():
    frame = series(all=[40] * 3, use=[26] * 3, technical=[10] * 3)  # 4 unclear a month
    told = published(frame, wholes={"use": "all", "technical": "all"})
    assert told.step("all") is Step.MONTH
    assert told.step("use") is Step.MONTH
    assert told.step("technical") is Step.QUARTER  # 12 unclear a quarter: safe


def test_an_earlier_report_is_not_completed_by_a_later_one():
    # January and February were published by month; with March (3) the quarter would give it away.
    frame = series(ward=[20, 20, 3])
    already = frame.loc[[0, 1], ["series", "month"]]
    assert published(frame).step("ward") is Step.QUARTER
    assert published(frame, already_shown=already).step("ward") is Step.HIDDEN


def test_published_people_are_rounded_and_small_months_left_out():
    frame = series(ward=[31, 7, 0])
    frame["denominator"] = [42, 42, 42]
    told = disclose(frame, audience="published", counted="people")
    assert told.points["numerator"].tolist() == [30, 0]
    assert told.points["denominator"].tolist() == [40, 40]
    assert told.reason("ward") == (
        "Counts are rounded to the nearest 5. "
        "1 month is left out, because counts of people from 1 to 7 are not published."
    )


def test_people_inside_are_their_own_contributors():
    frame = series(team=[5, 6, 7]).drop(columns="contributors")
    frame["denominator"] = [9, 9, 9]
    assert disclose(frame, audience="inside", counted="people").step("team") is Step.MONTH
    frame["denominator"] = [7, 7, 7]
    assert disclose(frame, audience="inside", counted="people").step("team") is Step.HIDDEN


def tree(rng):
    """A trust, 2 divisions, 4 wards each, 6 months; wholes are sums of their parts."""
    rate = rng.choice([0.3, 3, 9, 30], size=8)
    wards = rng.poisson(rate[:, None], size=(8, 6))
    names = [f"w{n}" for n in range(8)]
    counts = dict(zip(names, wards.tolist(), strict=True))
    counts |= {"d0": wards[:4].sum(0).tolist(), "d1": wards[4:].sum(0).tolist()}
    counts["trust"] = wards.sum(0).tolist()
    parents = {name: f"d{n // 4}" for n, name in enumerate(names)} | {"d0": "trust", "d1": "trust"}
    return counts, parents, wards


def equation(name, months):
    """Which ward-months a number adds up."""
    wards = {"trust": range(8), "d0": range(4), "d1": range(4, 8)}
    line = np.zeros((8, 6))
    for ward in wards.get(name) or [int(name[1:])]:
        line[ward, months] = 1
    return line.ravel()


@pytest.mark.parametrize("seed", range(25))
def test_no_sum_or_difference_of_published_numbers_gives_a_small_one(seed):
    counts, parents, wards = tree(np.random.default_rng(seed))
    told = published(series(**counts), parents=parents)
    known = []
    for point in told.points.itertuples():
        first = point.period.month - 1
        known.append(equation(point.series, list(range(first, first + point.months))))
    rank = np.linalg.matrix_rank(known) if known else 0
    for name in counts:
        for months in [[0], [1], [2], [3], [4], [5], [0, 1, 2], [3, 4, 5]]:
            secret = equation(name, months)
            value = float(secret @ wards.ravel())
            if 0 < value < 8 and known:
                assert np.linalg.matrix_rank([*known, secret]) > rank, (name, months)


def test_a_useful_share_of_units_survives_the_protection():
    shown = total = 0
    for seed in range(25):
        counts, parents, _ = tree(np.random.default_rng(seed))
        told = published(series(**counts), parents=parents)
        shown += (told.steps["step"] != "hidden").sum()
        total += len(counts)
    assert shown / total > 0.35


def test_limits_come_from_shown_numbers_alone():
    """What is not shown has no row at all: there is nothing a chart could be computed from."""
    frame = series(ward=([50] * 8, [8, 9, 7, 8, 8, 8, 8, 8]))
    points = inside(frame).points
    assert pd.Timestamp("2025-03-01") not in set(points["period"])
    assert "contributors" not in points.columns


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.drop(columns="numerator"),
        lambda f: f.assign(numerator="many"),
        lambda f: f.assign(numerator=-1),
        lambda f: f.assign(month="soon"),
        lambda f: f.assign(month=None),
        lambda f: pd.concat([f, f]),
        lambda f: f.iloc[:0],
    ],
)
def test_bad_frames_are_refused(spoil):
    with pytest.raises(MeasureError):
        published(spoil(series(ward=[9, 9, 9])))


def test_a_tree_that_goes_round_is_refused():
    with pytest.raises(MeasureError, match="circle"):
        published(series(a=[9] * 3, b=[9] * 3), parents={"a": "b", "b": "a"})
