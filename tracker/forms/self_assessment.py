"""One statement a page: where am I now, what does my job need, how confident."""

from collections.abc import Mapping
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Length, StopValidation

from tracker.forms.fields import LongTextBox, Radios, TrackerForm
from tracker.services.confidence import WORDS
from tracker.services.sittings import LONGEST_COMMENT, AnswerDraft

#: How a form says "I do not understand the question".
NOT_CLEAR = "0"
LEVELS = ("1", "2", "3", "4")
NEED_WORDS = (
    ("1", "Not needed, or only a little"),
    ("2", "Some of it, with help"),
    ("3", "All of it, by myself"),
    ("4", "Helping others with it"),
)


class _NeededUnlessNotClear:
    """Asks for an answer that is shown, unless the question itself was not understood."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ANN401 - WTForms' own
        if form.now.data == NOT_CLEAR:
            return
        if field.data not in {choice.value for choice in field.choices}:
            raise StopValidation(self.message)


class QuestionForm(TrackerForm):
    now = Radios(
        "Where are you now?",
        validators=[_NeededUnlessNotClear("Choose the sentence that fits you best")],
        validate_choice=False,
    )
    needed = Radios(
        "What does your job need?",
        choices=list(NEED_WORDS),
        validators=[_NeededUnlessNotClear("Choose what your job needs")],
        validate_choice=False,
    )
    sure = Radios(
        "How confident do you feel?",
        choices=[(str(level), WORDS[level]) for level in (1, 2, 3, 4)],
        validators=[_NeededUnlessNotClear("Choose how confident you feel")],
        validate_choice=False,
    )
    comment = LongTextBox(
        "Do you want to add something?",
        description="You can leave this. Please name no patients.",
        validators=[Length(max=LONGEST_COMMENT, message="Use 300 characters or fewer")],
        render_kw={"rows": 2},
    )

    def __init__(self, formdata: Any, levels: Mapping[int, str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(formdata, **kwargs)
        self.now.choices = [
            *(SelectChoice(str(level), text) for level, text in levels.items()),
            SelectChoice(NOT_CLEAR, WORDS[None]),
        ]

    def to_draft(self) -> AnswerDraft:
        if self.now.data == NOT_CLEAR:
            return AnswerDraft(
                current_level=None,
                needed_level=None,
                confidence=None,
                comment=self.comment.data or "",
            )
        return AnswerDraft(
            current_level=_number(self.now.data),
            needed_level=_number(self.needed.data),
            confidence=_number(self.sure.data),
            comment=self.comment.data or "",
        )


def _number(typed: object) -> int | None:
    return int(str(typed)) if str(typed) in LEVELS else None
