"""The form in which a comparison is written down before anybody looks."""

from datetime import date
from typing import TYPE_CHECKING, Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs lag
from wtforms.validators import InputRequired, Length

from tracker.forms.fields import (
    Choice,
    LongTextBox,
    Radios,
    SplitDate,
    TextBox,
    Ticks,
    TrackerForm,
    read_number,
)
from tracker.forms.outcomes import read_month
from tracker.models import ImpactModel
from tracker.services.comparison_checks import ComparisonDraft

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NOT_THERE = 99


class ComparisonForm(TrackerForm):
    question = TextBox(
        "What do you ask?",
        description="For example: did goals on alerts help people to act on them?",
        validators=[Length(max=300, message="Use 300 characters or fewer")],
    )
    measure_key = Choice("Which measure shall answer it?", choices=[])
    control_key = Choice(
        "Negative control",
        description="A measure that goals cannot change. If it moves too, something else did it.",
        choices=[],
    )
    goal_domain = Choice("Which goals?", choices=[])
    with_goals = Ticks(
        "Units where people had these goals",
        choices=[],
        validators=[InputRequired("Choose one unit or more")],
    )
    compared = Ticks("Units to compare with", choices=[])
    starts = Choice("From which month on?", choices=[])
    phase_in = TextBox(
        "Months to leave out while it begins", description="0 if it begins at once.", default="0"
    )
    impact = Radios(
        "What do you expect?",
        choices=[
            (ImpactModel.LEVEL.value, "A step, and then as before"),
            (ImpactModel.LEVEL_AND_SLOPE.value, "A step, and another pace from then on"),
        ],
        default=ImpactModel.LEVEL.value,
    )
    look_on = SplitDate("When will you look?", description="The result is shown from this day on.")
    why = LongTextBox("Why do you expect it?")

    def to_draft(self) -> ComparisonDraft:
        return ComparisonDraft(
            question=(self.question.data or "") if "question" in self else "",
            measure_key=self.measure_key.data or "",
            control_key=self.control_key.data or "",
            goal_domain=self.goal_domain.data or "",
            with_goals=tuple(self.with_goals.data or ()),
            compared=tuple(self.compared.data or ()),
            starts=read_month(self.starts.data) or date.max,
            phase_in=_months(self.phase_in.data),
            impact=ImpactModel(self.impact.data),
            look_on=self.look_on.data if "look_on" in self else None,
            why=(self.why.data or "") if "why" in self else "",
        )


def comparison_form(  # noqa: PLR0913 - what can be chosen, each by name
    params: Any,  # noqa: ANN401
    *,
    measures: "Sequence[tuple[str, str]]",
    domains: "Sequence[tuple[str, str]]",
    units: "Sequence[tuple[str, str]]",
    months: "Iterable[date]",
    is_look: bool,
) -> ComparisonForm:
    """Offer what can be compared. To look without registering, some questions are not asked."""
    form = ComparisonForm(params)
    form.measure_key.choices = _choices(measures)
    form.control_key.choices = _choices([("", "None"), *measures])
    if form.control_key.data is None and any(key == "technical_incidents" for key, _ in measures):
        form.control_key.data = "technical_incidents"
    form.goal_domain.choices = _choices([("", "Any digital goal"), *domains])
    form.with_goals.choices = _choices(units)
    form.compared.choices = _choices(units)
    form.starts.choices = _choices([(m.isoformat()[:7], f"{m:%B %Y}") for m in months])
    if is_look:
        for name in ("question", "look_on", "why"):
            del form[name]
    return form


def _choices(pairs: "Iterable[tuple[str, str]]") -> list[SelectChoice]:
    return [SelectChoice(*pair) for pair in pairs]


def _months(typed: str | None) -> int:
    number = read_number(typed or "0")
    return NOT_THERE if number is None else number
