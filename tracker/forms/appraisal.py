"""What people write before, in and after the meeting."""

from collections.abc import Iterable, Mapping

from wtforms.validators import InputRequired, Length

from tracker.forms.fields import (
    Hidden,
    LongTextBox,
    PasswordBox,
    SplitDate,
    TextBox,
    Tick,
    TrackerForm,
    read_number,
)
from tracker.forms.proving import ProvingForm
from tracker.services.meetings import MeetingDraft
from tracker.services.preparations import Notes, PreparationDraft

LONGEST = 10_000
#: How a form says "I do not understand the question".
NOT_UNDERSTOOD = "0"
CONFIDENCE = {"1": 1, "2": 2, "3": 3, "4": 4, NOT_UNDERSTOOD: None}


NOTES = ("went_well", "got_in_the_way", "would_help", "wellbeing")


def _not_too_long() -> Length:
    return Length(max=LONGEST, message=f"Use {LONGEST:,} characters or fewer")


def _notes(form: TrackerForm) -> Notes:
    return Notes(**{name: form[name].data or "" for name in NOTES if name in form})


class PreparationForm(TrackerForm):
    """The person's own notes."""

    went_well = LongTextBox(
        "What has gone well with computers and systems at work?",
        description="For example, something new that you use now",
        validators=[_not_too_long()],
    )
    got_in_the_way = LongTextBox(
        "What got in the way?",
        description="Slow systems, too few computers, no time: it is not your fault",
        validators=[_not_too_long()],
    )
    would_help = LongTextBox(
        "What would help you?",
        description="For example, half an hour with someone who knows the system",
        validators=[_not_too_long()],
    )
    wellbeing = LongTextBox(
        "How are you, and how does digital work feel?",
        description="Only if you want to say. It shows once you share your notes",
        validators=[_not_too_long()],
    )
    version = Hidden()

    def to_draft(self, confidence: Mapping[int, int | None]) -> PreparationDraft:
        return PreparationDraft(
            notes=_notes(self), version=read_version(self.version.data), confidence=confidence
        )


class ManagerPreparationForm(TrackerForm):
    """The manager's notes: the same questions about somebody else."""

    went_well = LongTextBox(
        "What have you seen go well?",
        description="Something they did, and what it changed",
        validators=[_not_too_long()],
    )
    got_in_the_way = LongTextBox(
        "What got in their way?",
        description="What the trust could do better: devices, logins, time, systems",
        validators=[_not_too_long()],
    )
    would_help = LongTextBox(
        "What help can you offer?",
        description="Time, a digital champion, a drop-in session, something to learn from",
        validators=[_not_too_long()],
    )
    version = Hidden()

    def to_draft(self, _confidence: Mapping[int, int | None]) -> PreparationDraft:
        return PreparationDraft(notes=_notes(self), version=read_version(self.version.data))


def read_version(typed: object) -> int:
    return read_number(typed) or 0


def read_confidence(form_data: Mapping[str, str], asked: Iterable[int]) -> dict[int, int | None]:
    """Read the answers to what was asked; anything else in the form is nobody's question."""
    return {
        competence_id: CONFIDENCE[answer]
        for competence_id in asked
        if (answer := form_data.get(f"confidence-{competence_id}", "")) in CONFIDENCE
    }


class MeetingForm(TrackerForm):
    held_on = SplitDate("When did you meet?", description="For example, 3 12 2026")
    summary = LongTextBox(
        "What do you both want to remember?",
        description="A few sentences that you both agree on",
        validators=[_not_too_long()],
        render_kw={"rows": 6},
    )
    version = Hidden()

    def to_draft(self) -> MeetingDraft:
        return MeetingDraft(
            held_on=self.held_on.data,
            summary=self.summary.data or "",
            version=read_version(self.version.data),
        )


class SignForm(ProvingForm):
    """Who signs shows from the password: either of the two, on either's screen."""

    username = TextBox(
        "User name of the one who signs",
        description="The one used on a trust computer",
        validators=[InputRequired("Enter the user name of the one who signs")],
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"},
    )
    password = PasswordBox(
        "Password of the one who signs",
        validators=[InputRequired("Enter the password of the one who signs")],
    )
    statement = LongTextBox(
        "Do you want to add a sentence of your own?",
        description="You can leave it empty, or say what you see in another way",
        validators=[Length(max=1_000, message="Use 1,000 characters or fewer")],
        render_kw={"rows": 2},
    )
    disagrees = Tick(
        "I have read it, and I do not agree with all of it. My sentence above says why."
    )
    seen_hash = Hidden()


class AddendumForm(ProvingForm):
    """Who adds shows from the password: either of the two, on either's screen."""

    text = LongTextBox(
        "What do you want to add?",
        description="For example, something that was wrong, or that you see in another way now",
        validators=[
            InputRequired("Write what you want to add"),
            Length(max=2_000, message="Use 2,000 characters or fewer"),
        ],
        render_kw={"rows": 5},
    )
    username = TextBox(
        "User name of the one who adds it",
        description="The one used on a trust computer",
        validators=[InputRequired("Enter the user name of the one who adds it")],
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"},
    )
    password = PasswordBox(
        "Password of the one who adds it",
        validators=[InputRequired("Enter the password of the one who adds it")],
    )
