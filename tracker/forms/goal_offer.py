"""A goal for many, a look at it again, and the trust's list of things to learn from."""

from collections.abc import Iterable

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
    Ticks,
    TrackerForm,
    read_number,
)
from tracker.services.goal_offers import OfferDraft
from tracker.services.resources import ResourceDraft

_PLAIN = {"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"}


class OfferForm(TrackerForm):
    wording = LongTextBox(
        "What will be different at work?",
        description="In words that each person can say, such as: I check who is on my screen",
        validators=[DataRequired("Say what will be different at work"), SHORT],
        render_kw={"rows": 2},
    )
    reason = TextBox(
        "Why now? One sentence that people will read",
        description="Such as: the new drug charts come in May",
        validators=[DataRequired("Say why, in a sentence"), SHORT],
    )
    help_offered = TextBox(
        "What help comes with it?",
        description="Such as: half an hour of time, and a drop-in each Tuesday",
        validators=[DataRequired("Say what help comes with it"), SHORT],
    )
    due_on = SplitDate("By when?", validators=[InputRequired("Say by when")])
    unit = Choice("Where?", validate_choice=False)
    staff_group = Choice("For which staff group?", validate_choice=False)
    is_mandatory = Radios(
        "Is it mandatory?",
        description="Mandatory goals can put people off. Ask first if an offer would do",
        choices=[("no", "No. People may say that it is not for them"), ("yes", "Yes, for safety")],
        default="no",
    )
    safety_reason = LongTextBox(
        "If it is mandatory: what could happen without it?",
        description="The safety reason. Everybody in the group reads it",
        validators=[LONG],
        render_kw={"rows": 3},
    )
    owner_email = TextBox(
        "If it is mandatory: who answers for it?",
        description="Their work email",
        validators=[SHORT],
        render_kw=_PLAIN,
    )
    review_on = SplitDate("If it is mandatory: when is it looked at again?")
    form_key = Hidden()

    def offer_groups(self, groups: Iterable[str], units: Iterable[tuple[str, str]]) -> None:
        everyone = [SelectChoice("", "Every staff group")]
        self.staff_group.choices = everyone + [SelectChoice(one, one) for one in groups]
        self.unit.choices = [SelectChoice("", "The whole organisation")] + [
            SelectChoice(*one) for one in units
        ]

    def to_draft(self) -> OfferDraft:
        return OfferDraft(
            wording=self.wording.data or "",
            reason=self.reason.data or "",
            help_offered=self.help_offered.data or "",
            due_on=self.due_on.data,
            unit=self.unit.data or "",
            staff_group=str(self.staff_group.data or "")[:300],
            is_mandatory=self.is_mandatory.data == "yes",
            safety_reason=self.safety_reason.data or "",
            owner_email=self.owner_email.data or "",
            review_on=self.review_on.data,
            form_key=str(self.form_key.data or "")[:80] or None,
        )


class OfferReviewForm(TrackerForm):
    finding = LongTextBox(
        "Is it still needed? What did you find?",
        validators=[DataRequired("Say what you found"), LONG],
        render_kw={"rows": 3},
    )
    next_review_on = SplitDate("When is it looked at next? (not needed if you end it)")


class ResourceForm(TrackerForm):
    title = TextBox(
        "What is it called?",
        description="Such as: Touch typing for beginners",
        validators=[DataRequired("Say what it is called"), SHORT],
    )
    link = TextBox(
        "Where is it?",
        description="The address of the page, which begins with https://",
        validators=[DataRequired("Give the address of the page"), SHORT],
        render_kw=_PLAIN,
    )
    about = TextBox(
        "What is it, in a sentence? (optional)",
        description="Such as: ten short videos, from the library",
        validators=[SHORT],
    )
    competences = Ticks("What does it help with? (nothing ticked: anything)")
    is_retired = Radios(
        "Is it still of use?",
        choices=[("no", "Yes, offer it"), ("yes", "No, take it off the list")],
        default="no",
    )
    version = Hidden()

    def offer_competences(self, competences: Iterable[tuple[str, str]]) -> None:
        self.competences.choices = [SelectChoice(*one) for one in competences]

    def to_draft(self) -> ResourceDraft:
        return ResourceDraft(
            title=self.title.data or "",
            link=self.link.data or "",
            about=self.about.data or "",
            competence_keys=tuple(self.competences.data or ()),
            is_retired=self.is_retired.data == "yes",
            version=read_number(self.version.data) or 0,
        )
