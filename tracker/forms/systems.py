"""The forms of the register of systems."""

from typing import TYPE_CHECKING, Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs lag
from wtforms.validators import InputRequired, Length, ValidationError

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
from tracker.models import BarrierKind, Governance, Reliability
from tracker.services.barriers import KIND_WORDS
from tracker.services.system_changes import BARRIERS_IN_SYSTEMS, TEXTS, AlertDraft, SystemDraft
from tracker.services.system_opinions import SAYS_WORDS
from tracker.services.system_pages import GOVERNANCE_WORDS, RegisterSearch
from tracker.services.system_users import UseChoices, UseDraft

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY = ("", "Any")


def search_of(params: "Mapping[str, str]") -> RegisterSearch:
    """Read what somebody looks for; what we did not offer is left out."""
    said = params.get("governance", "")
    return RegisterSearch(
        words=" ".join(params.get("words", "").split()),
        family=params.get("family", ""),
        governance=Governance(said) if said in set(Governance) else None,
        is_reported=params.get("told") == "yes",
        is_mine=params.get("mine") == "yes",
        page=read_number(params.get("page")) or 1,
    )


class TellForm(TrackerForm):
    name = TextBox(
        "What do people call it?",
        description="An app, a website or a screen that you use for work.",
        validators=[InputRequired("Write what people call it"), SHORT],
    )
    purpose = TextBox("What is it for?", validators=[SHORT])


class SystemForm(TrackerForm):
    name = TextBox("Name", validators=[InputRequired("Write what people call it"), SHORT])
    purpose = LongTextBox(
        "What it is for",
        description="In plain words, for somebody who starts tomorrow.",
        validators=[LONG],
    )
    family = TextBox(
        "Kind of system",
        description="For example: medicines, results, rotas and pay.",
        validators=[Length(max=80, message="Use 80 characters or fewer")],
    )
    supplier = TextBox("Who made it or sells it", validators=[SHORT])
    owner_email = TextBox(
        "Work email of who looks after it",
        description="They can change this page. Leave it empty if a team looks after it.",
        validators=[SHORT],
    )
    owner_team = TextBox("Team that looks after it", validators=[SHORT])
    governance = Radios(
        "Did the trust look at it before it was bought?",
        choices=[(key.value, words) for key, words in GOVERNANCE_WORDS.items()],
        default=Governance.NOT_KNOWN.value,
    )
    starts_on = SplitDate("First day", description="Leave it empty if it is in use already.")
    ends_on = SplitDate("Last day", description="Leave it empty if it stays.")
    help_link = TextBox("Link to help", validators=[SHORT])
    help_contact = TextBox(
        "Who to call", description="For example: Service desk, 2222.", validators=[SHORT]
    )
    version = Hidden(default="0")

    def validate_help_link(self, field: TextBox) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError("Begin the link with https://")

    def to_draft(self) -> SystemDraft:
        texts = {name: self[name].data or "" for name in (*TEXTS, "owner_email")}
        return SystemDraft(
            **texts,
            governance=Governance(self.governance.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            version=read_number(self.version.data) or 0,
        )


class OpinionForm(TrackerForm):
    says = Radios(
        "How does it work for you?",
        choices=[(key.value, words) for key, words in SAYS_WORDS.items()],
        validators=[InputRequired("Choose one of the three")],
    )

    def to_says(self) -> Reliability:
        return Reliability(self.says.data)


class BarrierForm(TrackerForm):
    kind = Radios(
        "What stands in your way?",
        choices=[(kind.value, KIND_WORDS[kind]) for kind in BARRIERS_IN_SYSTEMS],
        validators=[InputRequired("Choose what stands in your way")],
    )
    description = TextBox(
        "Tell us more",
        description="You may leave it empty. Write nothing about patients.",
        validators=[SHORT],
    )

    def to_kind(self) -> BarrierKind:
        return BarrierKind(self.kind.data)


class AlertForm(TrackerForm):
    name = TextBox(
        "What the alert is about", validators=[InputRequired("Write what it is about"), SHORT]
    )
    looks_like = TextBox("What it looks like", validators=[SHORT])
    what_to_do = TextBox(
        "What to do", validators=[InputRequired("Write what somebody is to do"), SHORT]
    )

    def to_draft(self) -> AlertDraft:
        # One of these signs parts the texts in a file.
        return AlertDraft(**{name: (text or "").replace("|", "/")
                             for name, text in self.data.items()})  # fmt: skip


class UseForm(TrackerForm):
    staff_group = Choice("Staff group", validate_choice=False)
    job_role = Choice("Job role", validate_choice=False)
    unit = Choice(
        "Unit", description="With every ward and team that belongs to it.", validate_choice=False
    )
    profile = Choice("Role profile", validate_choice=False)
    post = TextBox(
        "Post", description="Its key in HR. Leave it empty for every post.", validators=[SHORT]
    )
    starts_on = SplitDate("From", description="Leave it empty if they use it already.")

    def offer(self, choices: UseChoices) -> "UseForm":
        """Fill the lists."""
        self.staff_group.choices = _options((one, one) for one in choices.staff_groups)
        self.job_role.choices = _options((one, one) for one in choices.job_roles)
        self.unit.choices = _options(choices.units)
        self.profile.choices = _options(choices.profiles)
        return self

    def to_draft(self) -> UseDraft:
        values = dict(self.data)
        starts_on = values.pop("starts_on")
        return UseDraft(**{name: value or "" for name, value in values.items()},
                        starts_on=starts_on)  # fmt: skip


def _options(pairs: Any) -> list[SelectChoice]:  # noqa: ANN401 - any pairs of value and words
    return [SelectChoice(*ANY), *(SelectChoice(value, words) for value, words in pairs)]
