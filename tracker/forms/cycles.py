"""How often a staff group is appraised, and who is left out of a round."""

from wtforms import ValidationError
from wtforms.validators import InputRequired

from tracker.forms.fields import SHORT, Choice, Radios, SplitDate, TextBox, TrackerForm, read_number
from tracker.models import ExclusionKind
from tracker.services.appraisal_cycles import Cycle
from tracker.services.cycle_settings import EVERYBODY
from tracker.services.exclusions import ExclusionDraft

MOST_DAYS = 90


class CycleForm(TrackerForm):
    staff_group = Choice("Which staff group?", validators=[])
    where = Radios(
        "Where do they have their appraisal?",
        choices=[
            ("here", "Here"),
            ("elsewhere", "Elsewhere, such as doctors: here they talk about digital goals only"),
        ],
        validators=[InputRequired("Choose where")],
    )
    months = Radios(
        "How often?",
        choices=[
            ("6", "Every six months"),
            ("12", "Every twelve months"),
            ("0", "Only when somebody starts one"),
        ],
        validators=[InputRequired("Choose how often")],
    )
    fixed_due_on = SplitDate(
        "One date for all? (optional)",
        description="If you leave it empty, each person has a date of their own",
    )
    opens_days_before = TextBox(
        "How many days before does it open?",
        description="Such as 28: four weeks to prepare",
        validators=[InputRequired("Say how many days before")],
    )

    def validate_opens_days_before(self, field: TextBox) -> None:
        days = read_number(field.data)
        if days is None or not 1 <= days <= MOST_DAYS:
            raise ValidationError("Use a number from 1 to 90")

    def with_groups(self, groups: list[str]) -> "CycleForm":
        self.staff_group.choices = [(group, group or EVERYBODY) for group in groups]
        return self

    def to_cycle(self) -> Cycle:
        return Cycle(
            months=int(self.months.data),
            opens_days_before=int(self.opens_days_before.data or 0),
            fixed_due_on=self.fixed_due_on.data if self.months.data != "0" else None,
            is_elsewhere=self.where.data == "elsewhere",
        )


class ExclusionForm(TrackerForm):
    kind = Radios(
        "Who is left out?",
        choices=[
            (ExclusionKind.STAFF_GROUP.value, "A staff group"),
            (ExclusionKind.CATEGORY.value, "A category, such as bank"),
            (ExclusionKind.PERSON.value, "One person"),
        ],
        validators=[InputRequired("Choose who is left out")],
    )
    staff_group = Choice("If a staff group: which?")
    category = Choice("If a category: which?")
    email = TextBox(
        "If one person: their work email",
        validators=[SHORT],
        render_kw={"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"},
    )
    reason = TextBox(
        "Why?",
        description="Do not write about anybody's health",
        validators=[InputRequired("Say why, in a few words"), SHORT],
    )
    starts_on = SplitDate("From which day?", validators=[InputRequired("Say from which day")])
    ends_on = SplitDate("Until which day? (optional)", description="The last day of it")

    def with_choices(self, groups: list[str], categories: list[str]) -> "ExclusionForm":
        self.staff_group.choices = [("", "Choose"), *((one, one) for one in groups if one)]
        self.category.choices = [("", "Choose"), *((one, one) for one in categories)]
        return self

    def to_draft(self) -> ExclusionDraft:
        kind = ExclusionKind(self.kind.data)
        value = {
            ExclusionKind.STAFF_GROUP: self.staff_group.data,
            ExclusionKind.CATEGORY: self.category.data,
        }.get(kind, "")
        return ExclusionDraft(
            kind=kind,
            value=value or "",
            email=self.email.data or "",
            reason=self.reason.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )
