"""The way in before day one: a code, a private address, the questions under a first screen."""

from typing import Any

from wtforms.validators import InputRequired, Length

from tracker.forms.fields import Radios, TextBox, TrackerForm
from tracker.practice import Screen

ACTION = "action"


class CodeForm(TrackerForm):
    code = TextBox(
        "Your code",
        description="Eight letters and numbers. Your new manager has it.",
        validators=[
            InputRequired("Type the code that you were given"),
            Length(max=40, message="Type the eight letters and numbers of the code"),
        ],
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "characters"},
    )


class AddressForm(TrackerForm):
    address = TextBox(
        "Their private email address",
        description="We keep it only until day one. Then it is erased.",
        validators=[
            InputRequired("Type the email address, or show the code instead"),
            Length(max=250, message="Type the whole email address, such as name@example.com"),
        ],
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"},
    )


class FirstScreenForm(TrackerForm):
    says = Radios(
        "What do you say?",
        choices=[(ACTION, "Something needs action here"), ("nothing", "Nothing does")],
        validators=[InputRequired("Choose what you say about this screen")],
    )
    part = Radios(
        "Where did you see it?",
        description="You can leave this.",
        choices=[("", "I cannot say, or nowhere")],
        default="",
    )

    def __init__(self, formdata: Any, screen: Screen) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(formdata)
        self.part.choices = [
            ("", "I cannot say, or nowhere"),
            *((part.key, part.name) for part in screen.parts),
        ]
