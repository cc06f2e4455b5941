"""The forms of champions: what one offers, whom one asks, the time one gave."""

from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs lag
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.forms.fields import (
    SHORT,
    Hidden,
    LongTextBox,
    Radios,
    SplitDate,
    TextBox,
    TrackerForm,
    read_number,
)
from tracker.models import SessionKind, ShiftPattern
from tracker.services.champions import WORKS_WORDS, ChampionDraft
from tracker.services.support_sessions import KIND_WORDS, SessionDraft

MOST_PEOPLE, MOST_HOURS = 20, 160


class Ticks(SelectMultipleField):
    """Boxes to tick: any number of them."""

    kind = "checkboxes"

    @property
    def component(self) -> dict[str, Any]:
        chosen = set(self.data or ())
        return {
            "idPrefix": self.id,
            "name": self.name,
            "fieldset": {"legend": {"text": self.label.text, "size": "s"}},
            "hint": {"text": self.description} if self.description else None,
            "errorMessage": {"text": self.errors[0]} if self.errors else None,
            "items": [
                {"value": value, "text": text, "checked": value in chosen}
                for value, text, *_ in self.iter_choices()
            ],
        }


class _Number(TextBox):
    """A whole number, no larger than its limit."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.most = most

    def post_validate(self, form: Any, validation_stopped: bool) -> None:  # noqa: ANN401, FBT001
        del form
        if not validation_stopped and not 0 < self.number <= self.most:
            raise ValidationError(f"Write a number from 1 to {self.most}")

    @property
    def number(self) -> int:
        return read_number(self.data) or 0


class OfferForm(TrackerForm):
    helps_with = LongTextBox(
        "What can you help with?",
        description="For example: the drug chart, video calls, the first steps with a computer.",
        validators=[
            InputRequired("Write what you can help with"),
            Length(max=1_000, message="Use 1,000 characters or fewer"),
        ],
    )
    works = Ticks(
        "When do you work?",
        choices=[SelectChoice(key.value, words.capitalize()) for key, words in WORKS_WORDS.items()],
        validators=[InputRequired("Choose when you work")],
    )
    hours_a_month = _Number("How many hours a month can you give?", most=MOST_HOURS, default="2")
    most_people = _Number(
        "How many people at one time, at the most?", most=MOST_PEOPLE, default="2"
    )
    away_until = SplitDate(
        "Away until", description="Nobody asks you until after this day. Leave it empty if not."
    )
    version = Hidden(default="0")

    def to_draft(self) -> ChampionDraft:
        return ChampionDraft(
            helps_with=self.helps_with.data or "",
            hours_a_month=self.hours_a_month.number,
            most_people=self.most_people.number,
            works=frozenset(ShiftPattern(one) for one in self.works.data or ()),
            away_until=self.away_until.data,
            version=read_number(self.version.data) or 0,
        )


class AskForm(TrackerForm):
    champion = Hidden()
    wording = TextBox(
        "What would you like help with?",
        description="Say as much as you like. Write nothing about patients.",
        validators=[InputRequired("Write what you would like help with"), SHORT],
    )


class ThankForm(TrackerForm):
    thanks = TextBox("Your words of thanks", validators=[SHORT])


class TimeForm(TrackerForm):
    held_on = SplitDate("On which day?")
    minutes = _Number("How many minutes?", most=600)
    kind = Radios(
        "What was it?",
        choices=[(key.value, words) for key, words in KIND_WORDS.items()],
        validators=[InputRequired("Choose one")],
    )
    form_key = Hidden()

    def validate_held_on(self, field: SplitDate) -> None:
        if field.data is None:
            raise ValidationError("Enter the day")

    def to_draft(self) -> SessionDraft:
        return SessionDraft(
            held_on=self.held_on.data,
            minutes=self.minutes.number,
            kind=SessionKind(self.kind.data),
            form_key=(self.form_key.data or "")[:80],
        )
