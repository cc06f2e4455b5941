"""Asking to have a competence verified, and answering."""

from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from tracker.forms.fields import Choice, LongTextBox, Radios, TextBox, TrackerForm, read_number
from tracker.services.verifications import LONGEST_NOTE, AskDraft, VerifierAnswer

NOT_YET = "0"


class AskForm(TrackerForm):
    competence = Choice("What have they seen you do?", validators=[InputRequired("Choose one")])
    email = TextBox(
        "Work email of a colleague who has seen it",
        description="Leave it empty to ask your manager",
        validators=[Length(max=254, message="Use 254 characters or fewer")],
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"},
    )

    def __init__(self, formdata: Any, to_ask: tuple[tuple[int, str], ...]) -> None:  # noqa: ANN401
        super().__init__(formdata)
        self.competence.choices = [SelectChoice(str(one), name) for one, name in to_ask]

    def to_draft(self) -> AskDraft:
        return AskDraft(
            competence_id=read_number(self.competence.data) or 0,
            verifier_email=self.email.data or "",
        )


class AnswerForm(TrackerForm):
    level = Radios(
        "What have you seen?", validators=[InputRequired("Choose the sentence that fits")]
    )
    note = LongTextBox(
        "What did you see, or what would show it?",
        description="A sentence. They can read it. Please name no patients.",
        validators=[Length(max=LONGEST_NOTE, message="Use 300 characters or fewer")],
        render_kw={"rows": 3},
    )

    def __init__(self, formdata: Any, levels: list[tuple[int, str]]) -> None:  # noqa: ANN401
        super().__init__(formdata)
        self.level.choices = [
            *(SelectChoice(str(level), text) for level, text in levels),
            SelectChoice(NOT_YET, "Not yet. I say below what would show it"),
        ]

    def to_draft(self) -> VerifierAnswer:
        return VerifierAnswer(
            is_seen=self.level.data != NOT_YET,
            level=read_number(self.level.data) or None,
            note=self.note.data or "",
        )
