"""The questions under a mock screen."""

from typing import Any

from wtforms.validators import InputRequired

from tracker.forms.fields import Choice, Radios, TrackerForm
from tracker.practice import SLIPS, Screen
from tracker.services.practice import AnswerDraft

ACTION = "action"
CANNOT_SAY = ("", "I cannot say, or nowhere")


class PracticeAnswerForm(TrackerForm):
    says = Radios(
        "What do you say?",
        choices=[(ACTION, "Something needs action here"), ("nothing", "Nothing does")],
        validators=[InputRequired("Choose what you say about this screen")],
    )
    how_sure = Radios(
        "How sure are you?",
        choices=[("1", "It is a guess"), ("2", "Not very"), ("3", "Fairly"), ("4", "Quite sure")],
        validators=[InputRequired("Choose how sure you are")],
    )
    part = Radios(
        "Where did you see it?",
        description="You can leave this.",
        choices=[CANNOT_SAY],
        default="",
    )

    slip = Choice(
        "What is it?",
        description="You can leave this.",
        choices=[("", "I cannot say, or nothing"), *SLIPS.items()],
        default="",
    )

    def __init__(self, formdata: Any, screen: Screen) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(formdata)
        self.part.choices = [CANNOT_SAY, *((part.key, part.name) for part in screen.parts)]

    def to_draft(self, position: int) -> AnswerDraft:
        return AnswerDraft(
            position=position,
            says_action=self.says.data == ACTION,
            how_sure=int(self.how_sure.data or 0),
            part=self.part.data or "",
            slip=self.slip.data or "",
        )
