"""The forms of measures: what one is, how its chart is drawn, and what is marked on it."""

from datetime import date
from typing import TYPE_CHECKING, Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs lag
from wtforms.validators import InputRequired, ValidationError

from tracker.forms.fields import (
    LONG,
    SHORT,
    Choice,
    Hidden,
    LongTextBox,
    Radios,
    SplitDate,
    TextBox,
    Tick,
    TrackerForm,
    read_number,
)
from tracker.forms.outcomes import read_month
from tracker.models import Direction, MeasureFamily, MeasureUnit
from tracker.services.chart_settings import SettingDraft
from tracker.services.measure_changes import OF_BUILT_IN
from tracker.services.measure_words import (
    CHART_WORDS,
    DIRECTION_WORDS,
    FAMILY_WORDS,
    KIRKPATRICK_WORDS,
    TWO_IN_THREE_WORDS,
    UNIT_WORDS,
)
from tracker.services.measures import CHART_KINDS, MeasureDraft
from tracker.services.outcome_values import ChartRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.models import OutcomeMeasure

NONE = ("", "None")


class MeasureForm(TrackerForm):
    key = TextBox(
        "Key",
        description="Small letters, digits and underscores. Files name the measure by it.",
        validators=[InputRequired("Write a key, such as four_hour_breaches")],
    )
    name = TextBox(
        "Name", validators=[InputRequired("Write the name that people know it by"), SHORT]
    )
    why_it_matters = LongTextBox("Why it matters", validators=[LONG])
    numerator = TextBox("What is counted", validators=[InputRequired("Say what is counted"), SHORT])
    denominator = TextBox(
        "Out of what",
        description="For a percentage or a rate. Leave it empty for a plain number.",
        validators=[SHORT],
    )
    denominator_key = Choice(
        "Divided by the numbers of another measure?",
        description="Choose none if each row of your file has its own. For cases between rare "
        "events, choose what counts the cases.",
        choices=[NONE],
    )
    unit = Choice(
        "How a value is said",
        description="For rare events, the file is a list of dates and not of months.",
        choices=[
            (key.value, words)
            for key, words in UNIT_WORDS.items()
            if key is not MeasureUnit.D_PRIME
        ],
    )
    direction = Radios(
        "Which way is better?",
        description="Between rare events, higher is better: then they come less often.",
        choices=[(key.value, words) for key, words in DIRECTION_WORDS.items()],
        validators=[InputRequired("Choose which way is better")],
    )
    family = Choice("Family", choices=[(key.value, words) for key, words in FAMILY_WORDS.items()])
    for_outcome_key = Choice(
        "For an activity: which outcome is it for?",
        description="An activity is shown only beside this one.",
        choices=[NONE],
    )
    counts_staff = Tick(
        "It counts what staff did",
        description="What staff did is shown only for groups of eight or more.",
    )
    target = TextBox("Target", description="Leave it empty if there is none.")
    kirkpatrick_level = Choice(
        "How near to care is it?", choices=list(KIRKPATRICK_WORDS.items()), default="none"
    )
    source = TextBox("Where the numbers come from", validators=[SHORT])
    chart_kind = Choice("Chart", choices=[("", "The one that fits"), *CHART_WORDS.items()])
    misleads_when = LongTextBox("What can make it mislead?", validators=[LONG])
    owner = TextBox("Who owns it", validators=[SHORT])
    review_on = SplitDate("When to look at it again")
    from_month = Choice(
        "If what is counted changes: from which month on?",
        description="The chart is broken there, and earlier months are not compared.",
        choices=[NONE],
    )
    reason = TextBox("Why do you change it?", description="It stays with the measure.")
    seen = Hidden(default="0")

    def validate_target(self, field: TextBox) -> None:
        if field.data and _number(field.data) is None:
            raise ValidationError("Write the target as a number, such as 85")

    def to_draft(self, measure: "OutcomeMeasure | None" = None) -> MeasureDraft:
        """Give what was written; what the form does not ask for stays as it is."""
        text = {
            name: self._text(name, measure)
            for name in ("name", "why_it_matters", "numerator", "denominator", "source")
        }
        return MeasureDraft(
            **text,
            key=measure.key if measure else (self.key.data or ""),
            misleads_when=self._text("misleads_when", measure),
            owner=self._text("owner", measure),
            direction=Direction(self._kept("direction", measure)),
            family=MeasureFamily(self._kept("family", measure)),
            unit=MeasureUnit(self._kept("unit", measure)),
            kirkpatrick_level=str(self._kept("kirkpatrick_level", measure)),
            counts_staff=bool(self._kept("counts_staff", measure)),
            denominator_key=self._kept("denominator_key", measure) or None,
            for_outcome_key=self._kept("for_outcome_key", measure) or None,
            chart_kind=str(self._kept("chart_kind", measure)),
            target=_number(self.target.data),
            review_on=self.review_on.data,
        )

    def first_month(self) -> date | None:
        return read_month(self.from_month.data) if "from_month" in self else None

    def version_seen(self) -> int | None:
        return read_number(self.seen.data)

    def _text(self, name: str, measure: "OutcomeMeasure | None") -> str:
        return str(self._kept(name, measure) or "")

    def _kept(self, name: str, measure: "OutcomeMeasure | None") -> Any:  # noqa: ANN401
        return self[name].data if name in self else getattr(measure, name)


def add_form(params: Any, lenders: "Pairs", outcomes: "Pairs") -> MeasureForm:  # noqa: ANN401
    form = MeasureForm(params)
    for name in ("from_month", "reason", "seen"):
        del form[name]
    _offer(form, lenders, outcomes)
    return form


def change_form(
    params: Any,  # noqa: ANN401
    measure: "OutcomeMeasure",
    lenders: "Pairs",
    outcomes: "Pairs",
    months: "Iterable[date]",
) -> MeasureForm:
    """Ask for what may be changed: of a measure of the product, that is not what it counts."""
    form = MeasureForm(params, data=_written(measure))
    del form.key
    del form.chart_kind
    if measure.is_built_in:
        asked = OF_BUILT_IN | {"reason", "seen"}
        for name in [field.name for field in form if field.name not in asked]:
            del form[name]
        return form
    _offer(form, lenders, outcomes)
    form.from_month.choices = _choices([("", "What is counted stays"), *_months(months)])
    return form


def _offer(form: MeasureForm, lenders: "Pairs", outcomes: "Pairs") -> None:
    form.denominator_key.choices = _choices([NONE, *lenders])
    form.for_outcome_key.choices = _choices([NONE, *outcomes])


def _written(measure: "OutcomeMeasure") -> dict[str, Any]:
    names = [name for name in MeasureForm(None)._fields if hasattr(measure, name)]
    values = {name: getattr(measure, name) for name in names}
    values |= {name: values[name].value for name in ("direction", "family", "unit")}
    values["target"] = f"{measure.target:g}" if measure.target is not None else ""
    for name in ("denominator_key", "for_outcome_key"):
        values[name] = values[name] or ""
    return {**values, "seen": str(measure.version)}


class ChartForm(TrackerForm):
    chart_kind = Choice("Chart", choices=[])
    shift_length = TextBox("How many in a row on one side of the middle are a sign?")
    trend_length = TextBox("How many in a row up or down are a sign?")
    two_in_three = Radios(
        "Which two of three points are a sign?", choices=list(TWO_IN_THREE_WORDS.items())
    )
    is_screened = Tick(
        "Leave very large steps out of the limits",
        description="NHS England's Excel tool does not. The R tool does.",
    )
    baseline_points = TextBox(
        "Make the lines from the first so many points",
        description="12 or more. Leave it empty to use all points.",
    )
    reason = TextBox("Why?", description="It stays with the chart.", validators=[SHORT])

    def to_draft(self) -> SettingDraft:
        return SettingDraft(
            rules=ChartRules(
                kind=self.chart_kind.data or "",
                shift_length=read_number(self.shift_length.data) or 0,
                trend_length=read_number(self.trend_length.data) or 0,
                two_in_three=self.two_in_three.data or "",
                is_screened=bool(self.is_screened.data),
                baseline_points=_points(self.baseline_points.data),
            ),
            reason=self.reason.data or "",
        )


def chart_form(params: Any, measure: "OutcomeMeasure", rules: ChartRules) -> ChartForm:  # noqa: ANN401
    form = ChartForm(
        params,
        data={
            "chart_kind": rules.kind,
            "shift_length": str(rules.shift_length),
            "trend_length": str(rules.trend_length),
            "two_in_three": rules.two_in_three,
            "is_screened": rules.is_screened,
            "baseline_points": str(rules.baseline_points or ""),
        },
    )
    form.chart_kind.choices = _choices(
        (kind, words)
        for kind, words in CHART_WORDS.items()
        if not CHART_KINDS[kind] or measure.unit in CHART_KINDS[kind]
    )
    return form


class MarkForm(TrackerForm):
    """A month and the words for it: a new start of the lines, or what happened."""

    month = Choice("Month", choices=[])
    words = TextBox(
        "What happened?", validators=[InputRequired("Say in a few words what happened")]
    )
    unit = Choice("Where?", choices=[("", "Everywhere")])
    every_chart = Tick("Show it on the chart of every measure")

    @property
    def month_on(self) -> date | None:
        return read_month(self.month.data)


def mark_form(
    params: Any,  # noqa: ANN401
    months: "Iterable[date]",
    units: "Sequence[tuple[str, str]]",
    *,
    is_rebase: bool,
) -> MarkForm:
    form = MarkForm(params)
    form.month.choices = _choices(_months(months))
    form.unit.choices = _choices([("", "Everywhere"), *units])
    if is_rebase:
        del form.every_chart
        form.words.label.text = "Why do the lines start anew?"
    return form


Pairs = list[tuple[str, str]]


def _choices(pairs: "Iterable[tuple[str, str]]") -> list[SelectChoice]:
    return [SelectChoice(*pair) for pair in pairs]


def _months(months: "Iterable[date]") -> Pairs:
    return [(month.isoformat()[:7], f"{month:%B %Y}") for month in months]


def _points(typed: str | None) -> int | None:
    """Read the number of points; what is no number is refused as too few."""
    return (read_number(typed) or 0) if typed else None


def _number(typed: str | None) -> float | None:
    try:
        number = float((typed or "").replace(",", ""))
    except ValueError:
        return None
    return number if abs(number) < 1e9 else None  # noqa: PLR2004 - and not NaN
