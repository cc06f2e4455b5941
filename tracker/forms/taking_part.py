"""Who joins an appraisal, and who stands in for a manager."""

from typing import Any

from wtforms.validators import InputRequired

from tracker.forms.fields import SHORT, Choice, SplitDate, TextBox, TrackerForm
from tracker.models import AwayReason
from tracker.services.stand_ins import REASON_WORDS, StandInDraft

_EMAIL: dict[str, Any] = {
    "render_kw": {"autocomplete": "off", "spellcheck": False, "autocapitalize": "none"}
}


class SecondAppraiserForm(TrackerForm):
    email = TextBox(
        "Their work email",
        description="Such as a professional lead, or another manager of yours",
        validators=[InputRequired("Enter a work email"), SHORT],
        **_EMAIL,
    )


class OwnStandInForm(TrackerForm):
    """A manager says who stands in."""

    delegate_email = TextBox(
        "Work email of the one who stands in",
        validators=[InputRequired("Enter the work email of the one who stands in"), SHORT],
        **_EMAIL,
    )
    starts_on = SplitDate(
        "From which day?",
        description="For example, 3 12 2026",
        validators=[InputRequired("Say from which day")],
    )
    ends_on = SplitDate(
        "Until which day?",
        description="The last day. It ends by itself after that",
        validators=[InputRequired("Say until which day")],
    )
    reason = Choice(
        "Why?",
        choices=[(kind.value, words) for kind, words in REASON_WORDS.items()],
        validators=[InputRequired("Choose why")],
    )

    def to_draft(self) -> StandInDraft:
        return StandInDraft(
            delegate_email=self.delegate_email.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            reason=AwayReason(self.reason.data),
        )


class StandInForm(OwnStandInForm):
    """HR or an administrator says who stands in for whom."""

    manager_email = TextBox(
        "Work email of the manager",
        validators=[InputRequired("Enter the work email of the manager"), SHORT],
        **_EMAIL,
    )

    def to_draft(self) -> StandInDraft:
        own = super().to_draft()
        return StandInDraft(
            delegate_email=own.delegate_email,
            starts_on=own.starts_on,
            ends_on=own.ends_on,
            reason=own.reason,
            manager_email=self.manager_email.data or "",
        )
