"""Asks which unit, which months and which readers an outcome report is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs lag
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.forms.fields import Choice, Radios, TextBox, TrackerForm

if TYPE_CHECKING:
    from tracker.services.outcome_choices import ReportChoices

INSIDE, PUBLISHED = "inside", "published"
_SHORT = Length(max=200, message="Use 200 characters or fewer")


class ReportForm(TrackerForm):
    unit = Choice("Unit", validate_choice=False)
    first = Choice("From", validate_choice=False)
    last = Choice("To", validate_choice=False)
    audience = Radios(
        "Who will read it?",
        choices=[
            SelectChoice(INSIDE, "Only me, inside the organisation"),
            SelectChoice(PUBLISHED, "Anybody"),
        ],
        default=INSIDE,
    )

    def validate_last(self, field: Choice) -> None:
        if read_month(self.first.data) is None or read_month(field.data) is None:
            raise ValidationError("Choose the months from the lists")
        if str(self.first.data) > str(field.data):
            raise ValidationError("Choose a last month that is not before the first")


class SavedReportForm(TrackerForm):
    """What a report is about that is made again and again."""

    name = TextBox(
        "What do you call it?",
        description="Such as: board report. Everybody here can read this name",
        validators=[InputRequired("Give the report a name"), _SHORT],
    )
    unit = Choice("About", validate_choice=False)
    months = Choice(
        "How far does it look back?",
        choices=[("24", "Two years"), ("36", "Three years"), ("60", "Five years")],
        default="36",
    )
    every = Choice(
        "When is it published?",
        choices=[
            ("never", "Only when somebody presses the button"),
            ("month", "By itself, each month"),
            ("quarter", "By itself, each quarter"),
        ],
        default="month",
    )
    day = TextBox(
        "On which day of the month?",
        description="A number from 1 to 28. Choose a day by which the numbers have come in",
        default="20",
    )


class ReaderForm(TrackerForm):
    """Who is told when a report is published."""

    email = TextBox(
        "Work email of a reader",
        description="They get a mail with a link each time the report is published",
        validators=[InputRequired("Enter a work email"), _SHORT],
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"},
    )


def saved_report_form(
    params: Any,  # noqa: ANN401 - WebOb's own kind of dictionary
    choices: "ReportChoices",
) -> SavedReportForm:
    form = SavedReportForm(params)
    form.unit.choices = _unit_choices(choices, may_see_whole=True)
    return form


@dataclass(frozen=True, kw_only=True)
class Period:
    first: date
    last: date


def report_form(
    params: Any,  # noqa: ANN401 - WebOb's own kind of dictionary
    choices: "ReportChoices",
    *,
    may_see_whole: bool,
) -> ReportForm:
    """Fill the form with what can be picked, and with the usual period where nothing is."""
    form = ReportForm(params, data=_usual(choices))
    form.unit.choices = _unit_choices(choices, may_see_whole=may_see_whole)
    months = [
        SelectChoice(month.isoformat()[:7], f"{month:%B %Y}") for month in reversed(choices.months)
    ]
    form.first.choices = form.last.choices = months
    for field, usual in ((form.first, choices.first_month), (form.last, choices.last_month)):
        field.data = field.data or usual.isoformat()[:7]
    form.audience.data = form.audience.data or INSIDE
    return form


def read_month(text: str | None) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def period_of(form: ReportForm, choices: "ReportChoices") -> Period:
    """Give the months that were asked for, or the usual ones where those cannot be."""
    first, last = read_month(form.first.data), read_month(form.last.data)
    if form.errors or first is None or last is None:
        return Period(first=choices.first_month, last=choices.last_month)
    return Period(first=first, last=last)


def _usual(choices: "ReportChoices") -> Mapping[str, str]:
    return {
        "first": choices.first_month.isoformat()[:7],
        "last": choices.last_month.isoformat()[:7],
        "audience": INSIDE,
    }


def _unit_choices(choices: "ReportChoices", *, may_see_whole: bool) -> list[SelectChoice]:
    whole = [SelectChoice("", "Whole organisation")] if may_see_whole else []
    indent = "\N{NO-BREAK SPACE}" * 4
    units = [
        SelectChoice(unit.public_id, indent * unit.depth + unit.name) for unit in choices.units
    ]
    return whole + units
