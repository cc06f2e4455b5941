from importlib.resources import files

import pytest

from metrics.measure import Direction, Family, Measure, Unit
from metrics.measures import BUILT_IN_KEYS, built_in


def test_every_measure_is_named_as_its_file():
    assert [measure.key for measure in built_in()] == list(BUILT_IN_KEYS)


def test_every_file_of_the_folder_is_a_built_in_measure():
    names = {path.name.removesuffix(".py") for path in files("metrics.measures").iterdir()}

    assert {name for name in names if not name.startswith("__")} == set(BUILT_IN_KEYS)


@pytest.mark.parametrize("measure", built_in(), ids=lambda measure: measure.key)
def test_a_measure_says_all_that_a_reader_needs(measure: Measure):
    assert measure.name
    assert measure.why_it_matters.endswith(".")
    assert measure.misleads.endswith(".")
    assert measure.source
    assert measure.owner
    assert measure.review_every_months > 0
    # The days between two events are of those two alone.
    alone = measure.unit is Unit.COUNT or measure.key == "days_between_serious"
    assert (measure.denominator is None) == alone


def test_what_is_reported_and_what_is_set_aside_has_no_better_direction():
    neutral = {measure.key for measure in built_in() if measure.direction is Direction.NEUTRAL}

    assert neutral == {
        "incident_reporting",
        "alert_override",
        "bed_days",
        "contacts",
        "staff_in_post",
        "unclear_incidents",
        "barriers_open",
        # Only together do they tell anything: who says yes to all raises both.
        "practice_hits",
        "practice_false_alarms",
    }


def test_completion_is_activity_and_never_an_outcome():
    activity = [measure.key for measure in built_in() if measure.family is Family.ACTIVITY]

    assert activity == ["training_completion"]


def test_an_activity_names_the_outcome_that_it_was_for():
    for measure in built_in():
        if measure.family is Family.ACTIVITY:
            assert measure.for_outcome_key in BUILT_IN_KEYS


def test_a_borrowed_denominator_is_a_measure_of_its_own():
    borrowed = {measure.denominator_key for measure in built_in() if measure.denominator_key}

    assert borrowed == {"bed_days", "staff_in_post"}
