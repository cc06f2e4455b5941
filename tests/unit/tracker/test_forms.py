import pytest
from bs4 import BeautifulSoup
from jinja2 import ChoiceLoader, Environment, PackageLoader
from webob.multidict import MultiDict
from wtforms.validators import InputRequired

from tracker.forms.fields import Choice, Radios, SplitDate, TrackerForm, read_number
from tracker.templating import NoSuchName

JINJA = Environment(
    loader=ChoiceLoader([PackageLoader("nhsuk_frontend_jinja"), PackageLoader("templates", "")]),
    undefined=NoSuchName,
    autoescape=True,
)


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


class Asked(TrackerForm):
    way = Radios(
        "Which <way>?",
        description="You & I",
        choices=[("a", "Left"), ("b", "Right <b>")],
        validators=[InputRequired("Choose one")],
    )
    place = Choice(
        "Which <place>?",
        description="Here & there",
        choices=[("", "Nowhere"), ("c", "Near <c>")],
        validators=[InputRequired("Choose a place")],
    )


@pytest.mark.parametrize("posted", [None, MultiDict(), MultiDict(way="b", place="c")])
@pytest.mark.parametrize(("kind", "name"), [("radios", "way"), ("select", "place")])
def test_our_radios_and_selects_are_those_of_nhs_uk(posted, kind, name):
    asked = Asked(posted)
    asked.validate()
    theirs = f"nhsuk/components/{kind}/macro.jinja"

    def drawn(source):
        page = JINJA.from_string(
            f"{{% from '{source}' import {kind} %}}{{{{ {kind}(field) }}}}"
        ).render(field=asked[name].component)
        soup = BeautifulSoup(page, "html.parser")
        return [
            (tag.name, sorted(tag.attrs.items()), " ".join(tag.get_text().split()))
            for tag in soup.find_all()
        ]

    assert drawn(f"macros/{kind}.jinja2") == drawn(theirs)
