"""The forms with which a trust writes what its new starters get."""

from collections.abc import Iterable
from typing import Any

from wtforms.validators import InputRequired

from tracker.forms.fields import LONG, SHORT, Choice, LongTextBox, Radios, TextBox, TrackerForm
from tracker.models import EntryKind, LineKind, TaskOwner
from tracker.services.induction_authoring import LineDraft, TemplateDraft
from tracker.services.induction_helpers import HELPED
from tracker.services.induction_preview import Asked
from tracker.services.working_days import NATIONS

KINDS = [
    ("", "Everybody"),
    (EntryKind.NEW.value, "New to the trust"),
    (EntryKind.MOVED.value, "Moved to new work"),
    (EntryKind.RETURNED.value, "Back after some time away"),
    (EntryKind.BANK.value, "Bank"),
    (EntryKind.STUDENT.value, "Student"),
]
OWNERS = [
    (TaskOwner.STARTER.value, "The starter"),
    (TaskOwner.MANAGER.value, "The manager"),
    (TaskOwner.BUDDY.value, "The buddy"),
    (TaskOwner.IT.value, "IT"),
    (TaskOwner.TRAINER.value, "A trainer"),
]
LINE_KINDS = [
    (LineKind.DO.value, "Something to do"),
    (LineKind.READ.value, "Something to read"),
    (LineKind.WATCH.value, "Something to watch"),
]


class PlaceForm(TrackerForm):
    kind = Choice("How they come", choices=KINDS, default="")
    staff_group = Choice("Staff group", choices=[("", "All")], default="")
    job_role = Choice("Job role", choices=[("", "All")], default="")
    unit_code = TextBox(
        "Code of the unit", description="With all units below it. Leave empty for all."
    )

    def offer(self, groups: Iterable[str], roles: Iterable[str]) -> None:
        self.staff_group.choices = [("", "All"), *((one, one) for one in groups)]
        self.job_role.choices = [("", "All"), *((one, one) for one in roles)]


class TemplateForm(PlaceForm):
    name = TextBox(
        "What do you call it?",
        description="Such as: Ward nurses, or Kestrel Ward.",
        validators=[InputRequired("Give it a name, such as Ward nurses"), SHORT],
    )

    def to_draft(self) -> TemplateDraft:
        return TemplateDraft(
            name=self.name.data or "",
            kind=self.kind.data or "",
            staff_group=self.staff_group.data or "",
            job_role=self.job_role.data or "",
            unit_code=self.unit_code.data or "",
        )


class PreviewForm(PlaceForm):
    post = TextBox("Or a post", description="Its number in HR, or its title. It says the rest.")

    def to_asked(self) -> Asked:
        return Asked(
            kind=self.kind.data or "",
            staff_group=self.staff_group.data or "",
            job_role=self.job_role.data or "",
            unit_code=self.unit_code.data or "",
            post=self.post.data or "",
        )


class LineForm(TrackerForm):
    wording = TextBox(
        "What is there to do?",
        validators=[InputRequired("Say what there is to do"), SHORT],
    )
    purpose = TextBox(
        "What is it for?",
        description="A short reason helps people to want to do it.",
        validators=[InputRequired("Say what it is for"), SHORT],
    )
    owner = Radios("Whose is it?", choices=OWNERS, validators=[InputRequired("Choose whose it is")])
    milestone = Choice("By when?", choices=[])
    kind = Radios("What kind is it?", choices=LINE_KINDS, default=LineKind.DO.value)
    link = TextBox(
        "Address, if there is one",
        description="From https:// on, or a page of this service such as /practice.",
        validators=[SHORT],
    )

    def __init__(
        self,
        formdata: Any,  # noqa: ANN401 - WTForms' own
        milestones: Iterable[tuple[str, str]],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(formdata, **kwargs)
        self.milestone.choices = list(milestones)

    def to_draft(self) -> LineDraft:
        return LineDraft(
            wording=self.wording.data or "",
            purpose=self.purpose.data or "",
            owner=self.owner.data or TaskOwner.STARTER.value,
            milestone=self.milestone.data or "",
            kind=self.kind.data or LineKind.DO.value,
            link=self.link.data or "",
        )


class MilestoneForm(TrackerForm):
    milestone = Choice("Which one?", choices=[], default="")
    name = TextBox(
        "What is it called?", validators=[InputRequired("Give it a name, such as Week two"), SHORT]
    )
    days = TextBox(
        "How many days after the first day?",
        description="A number. With a minus for days before, such as -7.",
        validators=[InputRequired("Type a number of days")],
    )

    def __init__(
        self,
        formdata: Any,  # noqa: ANN401 - WTForms' own
        milestones: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(formdata)
        self.milestone.choices = [("", "A new one"), *milestones]

    @property
    def day_number(self) -> int | None:
        typed = (self.days.data or "").strip().replace("\N{MINUS SIGN}", "-")
        digits = typed.removeprefix("-")
        if not digits.isdecimal() or not digits.isascii() or len(digits) > 4:  # noqa: PLR2004
            return None
        return int(typed)


class HelperForm(TrackerForm):
    owner = Radios(
        "Whose tasks?",
        choices=[pair for pair in OWNERS if pair[0] in {one.value for one in HELPED}],
        validators=[InputRequired("Choose IT or a trainer")],
    )
    employee_number = TextBox(
        "Employee number of who does them",
        validators=[InputRequired("Type the employee number"), SHORT],
    )
    unit_code = TextBox(
        "Only for one unit? Its code",
        description="With all units below it. Leave empty for all.",
        validators=[SHORT],
    )


class WelcomeSettingsForm(TrackerForm):
    nation = Radios("Whose bank holidays do you keep?", choices=list(NATIONS.items()))
    first_day = LongTextBox(
        "What the first day is like",
        description="One line each. They read it before they start. Leave empty for our words.",
        validators=[LONG],
    )
    bring = LongTextBox(
        "What to bring",
        description="One line each.",
        validators=[LONG],
    )
