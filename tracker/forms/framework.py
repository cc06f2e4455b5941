"""Writing a framework: names, competences with their levels, who writes and reads, answers."""

from typing import Any

from wtforms.validators import DataRequired, InputRequired, Length

from tracker.forms.fields import (
    Choice,
    Hidden,
    LongTextBox,
    Radios,
    SplitDate,
    TextBox,
    Ticks,
    TrackerForm,
    read_number,
)
from tracker.models import ReviewAnswer
from tracker.services.confidence import WORDS
from tracker.services.framework_authoring import CompetenceDraft

_NAME = Length(max=300, message="Use 300 characters or fewer")
_TEXT = Length(max=2000, message="Use 2,000 characters or fewer")
YES, NO = "yes", "no"
ANSWERS = {one.value: one for one in ReviewAnswer}


def _level(level: int, hint: str) -> LongTextBox:
    word = WORDS[level]
    return LongTextBox(
        f"Level {level}: {word.lower() if level < 4 else 'I help others'}",  # noqa: PLR2004
        description=hint,
        validators=[DataRequired(f"Say what level {level} looks like"), _TEXT],
        render_kw={"rows": 2},
    )


class NameForm(TrackerForm):
    name = TextBox("Name", validators=[DataRequired("Give it a name"), _NAME])
    edition = Hidden()

    @property
    def seen_edition(self) -> int | None:
        return read_number(self.edition.data)


class CompetenceForm(TrackerForm):
    name = TextBox(
        "Name",
        description="A few words, such as: Noticing alerts and acting on them",
        validators=[DataRequired("Give it a name"), _NAME],
    )
    description = LongTextBox(
        "What is it?",
        description="One sentence that says what a person does",
        validators=[DataRequired("Say what it is"), _TEXT],
        render_kw={"rows": 2},
    )
    level_1 = _level(1, "In the person's own words, without blame: I am not sure how to ...")
    level_2 = _level(2, "I can do some of it, or with help")
    level_3 = _level(3, "I can do it by myself")
    level_4 = _level(4, "I help others to do it")
    domain_id = Choice("Domain", choices=[])
    takes_place_of = Ticks(
        "What does it take the place of? (optional)",
        description="Competences of the version in use. Tick more than one if they become one",
        choices=[],
    )
    counts_still = Radios(
        "Does an answer that people gave before still count?",
        description="Say no if it now means something else. People are then asked again",
        choices=[(YES, "Yes, it means the same"), (NO, "No, ask again")],
        default=YES,
    )
    edition = Hidden()

    def offer(self, domains: list[tuple[str, str]], before: list[tuple[str, str]]) -> None:
        """Fill in what may be chosen. A first version takes the place of nothing."""
        self.domain_id.choices = domains
        if before:
            self.takes_place_of.choices = before
        else:
            del self.takes_place_of
            del self.counts_still

    def to_draft(self) -> CompetenceDraft:
        form: Any = self
        has_before = "takes_place_of" in self
        return CompetenceDraft(
            name=form.name.data,
            description=form.description.data,
            levels=tuple(form[f"level_{level}"].data for level in range(1, 5)),
            domain_id=form.domain_id.data,
            takes_place_of=tuple(form.takes_place_of.data or ()) if has_before else (),
            counts_still=form.counts_still.data == YES if has_before else True,
            edition=read_number(form.edition.data),
        )


class PersonForm(TrackerForm):
    email = TextBox(
        "Their work email",
        validators=[DataRequired("Write their work email"), _NAME],
        render_kw={"autocomplete": "off", "spellcheck": False},
    )


class ReviewForm(TrackerForm):
    answer = Radios(
        "What do you think of it?",
        choices=[
            (ReviewAnswer.AGREES.value, "I agree with it as it is"),
            (ReviewAnswer.ASKS_FOR_CHANGE.value, "Something should change first"),
        ],
        validators=[InputRequired("Choose one of the two")],
    )
    words = LongTextBox("What should change, or what is good? (optional)", validators=[_TEXT])


class CommentForm(TrackerForm):
    words = LongTextBox(
        "Your comment",
        id="comment-words",  # the reader's answer on the same page has words too
        validators=[DataRequired("Write your comment"), _TEXT],
    )


class RetireForm(TrackerForm):
    last_day = SplitDate(
        "What is its last day?",
        description="After it, nothing new begins under it. What has begun goes on",
        validators=[InputRequired("Give its last day")],
    )
    replaced_by = Choice("What takes its place?", choices=[])

    def offer(self, others: list[tuple[str, str]]) -> None:
        self.replaced_by.choices = [("", "Nothing"), *others]
