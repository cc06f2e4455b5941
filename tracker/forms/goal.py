"""A goal, how far it has come, and what is done about what stands in its way."""

import re
from collections.abc import Iterable

from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired

from tracker.forms.fields import (
    LONG,
    SHORT,
    Choice,
    Hidden,
    LongTextBox,
    Radios,
    SplitDate,
    TextBox,
    TrackerForm,
    read_number,
)
from tracker.models import LearningResource
from tracker.services.barriers import BarrierAnswer
from tracker.services.goal_life import ProgressDraft
from tracker.services.goal_stories import BARRIER_WORDS, PROGRESS_WORDS, SUPPORT_WORDS
from tracker.services.goals import GoalDraft

SUPPORT = {kind.value: kind for kind in SUPPORT_WORDS}
BARRIERS = {kind.value: kind for kind in BARRIER_WORDS}
PROGRESS = {kind.value: kind for kind in PROGRESS_WORDS}


#: Words that name something to sit through, and none of what comes of it.
_COURSE = re.compile(
    r"^\W*(i (will |am going to |want to )?)?"
    r"(to )?(attend|complete|do|go on|go to|finish|take|book|sit|pass|join)\b[^.]*"
    r"\b(course|training|e-?learning|module|workshop|webinar|class|session)s?\W*$",
    re.IGNORECASE,
)


class GoalForm(TrackerForm):
    wording = LongTextBox(
        "What will be different at work?",
        description="Say it as something you can see, such as: I answer drug alerts by myself",
        validators=[DataRequired("Say what will be different at work"), SHORT],
        render_kw={"rows": 2},
    )
    due_on = SplitDate(
        "By when?",
        description="A day that leaves enough time",
        validators=[InputRequired("Say by when. You can change it later")],
    )
    support_kind = Choice(
        "What help will the trust give?",
        choices=[("", "Choose the help"), *((k.value, w) for k, w in SUPPORT_WORDS.items())],
    )
    learning_resource = Choice(
        "Something to learn from (optional)",
        description="From the list that the trust keeps",
        choices=[("", "Nothing from the list")],
        validate_choice=False,
    )
    support = TextBox(
        "Who helps, and when? (optional)",
        description="Such as: Ade, half an hour on Tuesdays",
        validators=[SHORT],
    )
    barrier_kind = Choice(
        "What stands in the way?",
        description="Things for the trust to put right, never the person",
        choices=[
            ("", "Nothing that we know of"),
            *((k.value, w) for k, w in BARRIER_WORDS.items()),
        ],
    )
    barrier = TextBox("Say a little more about it (optional)", validators=[SHORT])
    barrier_owner_email = TextBox(
        "Who will sort it out? (optional)",
        description="Their work email. If you leave it empty, it is for the manager",
        validators=[SHORT],
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"},
    )
    barrier_fix_by_on = SplitDate("When should it be sorted out? (optional)")
    reason = Hidden()
    competence_id = Hidden()
    offer_id = Hidden()
    form_key = Hidden()
    version = Hidden()
    #: the words that were asked about because they only named a course
    asked_about = Hidden()

    def offer_resources(self, listed: Iterable[LearningResource]) -> None:
        """Fill in what there is to learn from, in the order given."""
        options = [(one.public_id, one.title) for one in listed]
        self.learning_resource.choices = [
            SelectChoice(*one) for one in [("", "Nothing from the list"), *options]
        ]

    def only_names_a_course(self) -> bool:
        """Say whether to ask, once, what will be different after the course."""
        words = self.wording.data or ""
        was_asked = self.asked_about.data == words
        self.asked_about.data = words
        return not was_asked and _COURSE.search(words) is not None

    def validate_barrier(self, field: TextBox) -> None:
        if field.data and not self.barrier_kind.data:
            raise ValidationError("Choose above what kind of thing stands in the way")

    def validate_support(self, field: TextBox) -> None:
        if field.data and not (self.support_kind.data or self.learning_resource.data):
            raise ValidationError("Choose above what kind of help it is")

    def to_draft(self) -> GoalDraft:
        return GoalDraft(
            wording=self.wording.data or "",
            due_on=self.due_on.data,
            competence_id=read_number(self.competence_id.data),
            reason=str(self.reason.data or "")[:300],
            support_kind=SUPPORT.get(self.support_kind.data or ""),
            support=self.support.data or "",
            barrier_kind=BARRIERS.get(self.barrier_kind.data or ""),
            barrier=self.barrier.data or "",
            barrier_owner_email=self.barrier_owner_email.data or "",
            barrier_fix_by_on=self.barrier_fix_by_on.data,
            learning_resource=self.learning_resource.data or "",
            offer_id=self.offer_id.data or "",
            form_key=str(self.form_key.data or "")[:80] or None,
            version=read_number(self.version.data) or 0,
        )


class ProgressForm(TrackerForm):
    progress = Radios(
        "How is it going?",
        choices=[(kind.value, words) for kind, words in PROGRESS_WORDS.items()],
        validators=[InputRequired("Choose how it is going")],
    )
    note = TextBox("Do you want to say more? (optional)", validators=[SHORT])
    #: how many moments the story had when this form was shown
    seen = Hidden()

    def to_draft(self) -> ProgressDraft:
        return ProgressDraft(
            progress=PROGRESS[self.progress.data],
            note=self.note.data or "",
            seen=read_number(self.seen.data),
        )


class StepForm(TrackerForm):
    wording = TextBox(
        "Add a small step",
        description="One thing, such as: sit with Ade for half an hour",
        validators=[DataRequired("Say what the step is"), SHORT],
    )


NO_SYSTEM = ("", "No, or not one of these")


class BarrierAnswerForm(TrackerForm):
    outcome = LongTextBox(
        "What did the trust do about it, or what will it do?",
        validators=[
            DataRequired("Say what was done, or what will be done"),
            LONG,
        ],
    )
    is_sorted = Radios(
        "Is it sorted out?",
        choices=[("no", "Not yet"), ("yes", "Yes, it is sorted out")],
        validators=[InputRequired("Choose if it is sorted out")],
    )
    fix_by_on = SplitDate("If not, by when will it be? (optional)")
    about_system = Choice(
        "Is it about one of our systems? (optional)",
        description="Its page then says that something is in the way, and names nobody.",
        choices=[NO_SYSTEM],
        default="",
    )

    def offer(self, systems: Iterable[tuple[str, str]]) -> None:
        """Take in the systems that there are, by public id and name."""
        self.about_system.choices = [NO_SYSTEM, *systems]

    def to_answer(self) -> BarrierAnswer:
        return BarrierAnswer(
            outcome=self.outcome.data or "",
            fix_by_on=self.fix_by_on.data,
            is_sorted=self.is_sorted.data == "yes",
            system=self.about_system.data or "",
        )
