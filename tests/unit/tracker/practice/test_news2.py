"""NEWS2 at each edge of each band, as published: Royal College of Physicians 2017, chart 1."""

import pytest

from tracker.practice.news2 import Observations, needs_urgent_look, news2, scores

WELL = {
    "respiration": 16,
    "saturation": 98,
    "systolic": 125,
    "pulse": 70,
    "temperature": 37.0,
}

EDGES = {
    "respiration": {8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3},
    "saturation": {91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0, 100: 0},
    "systolic": {90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3},
    "pulse": {40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3},
    "temperature": {
        35.0: 3, 35.1: 1, 36.0: 1, 36.1: 0, 38.0: 0, 38.1: 1, 39.0: 1, 39.1: 2,
    },
}  # fmt: skip
SECOND_SCALE_ON_AIR = {83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 0, 97: 0, 100: 0}
SECOND_SCALE_ON_OXYGEN = {
    83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 1, 94: 1, 95: 2, 96: 2, 97: 3, 100: 3,
}  # fmt: skip


def seen(**signs):
    return Observations(**{**WELL, **signs})


@pytest.mark.parametrize(
    ("sign", "value", "score"),
    [(sign, value, score) for sign, edges in EDGES.items() for value, score in edges.items()],
)
def test_each_edge_scores_as_published(sign, value, score):
    one = seen(**{sign: value})

    assert scores(one)[sign] == score
    assert news2(one) == score


@pytest.mark.parametrize(("value", "score"), SECOND_SCALE_ON_AIR.items())
def test_the_second_oxygen_scale_on_air(value, score):
    assert scores(seen(saturation=value, second_scale=True))["saturation"] == score


@pytest.mark.parametrize(("value", "score"), SECOND_SCALE_ON_OXYGEN.items())
def test_the_second_oxygen_scale_on_oxygen(value, score):
    one = seen(saturation=value, second_scale=True, on_oxygen=True)

    assert scores(one)["saturation"] == score
    assert news2(one) == score + 2


def test_oxygen_and_not_being_alert_score_by_themselves():
    assert news2(seen()) == 0
    assert news2(seen(on_oxygen=True)) == 2
    assert news2(seen(alert=False)) == 3


def test_the_highest_score_is_twenty():
    worst = seen(
        respiration=30, saturation=80, systolic=70, pulse=150, temperature=34.0,
        on_oxygen=True, alert=False,
    )  # fmt: skip

    assert news2(worst) == 20


def test_five_in_all_or_three_in_one_sign_needs_an_urgent_look():
    assert needs_urgent_look(seen(respiration=22, pulse=112, temperature=38.5))
    assert needs_urgent_look(seen(pulse=135))
    assert not needs_urgent_look(seen(respiration=22, pulse=112))
