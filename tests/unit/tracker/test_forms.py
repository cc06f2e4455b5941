import pytest
from webob.multidict import MultiDict

from tracker.forms.fields import Radios, SplitDate, TrackerForm, read_number


class DayForm(TrackerForm):
    day = SplitDate("When?")


class AnswerForm(TrackerForm):
    answer = Radios("Which?", choices=[("yes", "Yes"), ("no", "No")])


@pytest.mark.parametrize("typed", ["perhaps", "", "y" * 5_000])
def test_an_answer_that_was_not_offered_is_met_with_what_to_do(typed):
    form = AnswerForm(MultiDict(answer=typed))

    assert not form.validate()
    assert form.answer.errors[0] == "Choose one of the answers that are shown"


@pytest.mark.parametrize(
    "typed",
    [("31", "2", "2026"), ("1", "1", "9" * 20), ("1", "9" * 5_000, "2026"), ("x", "y", "z")],
)
def test_what_is_no_date_is_answered_with_what_a_date_looks_like(typed):
    form = DayForm(MultiDict(zip(("day-day", "day-month", "day-year"), typed, strict=True)))

    assert not form.validate()
    assert form.day.errors[0] == "Enter a real date, such as 31 3 2027"


@pytest.mark.parametrize("typed", ["", None, "-1", "x", "1.5", "²", "٣", "9" * 20, "9" * 5_000])
def test_what_is_no_number_of_ours_is_none(typed):
    assert read_number(typed) is None


def test_a_number_is_read():
    assert read_number("12") == 12
