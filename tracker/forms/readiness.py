"""The readiness talk: what the two write, and how each signs."""

from typing import TYPE_CHECKING

from wtforms.validators import InputRequired, Length

from tracker.forms.fields import (
    Hidden,
    LongTextBox,
    PasswordBox,
    SplitDate,
    TextBox,
    TrackerForm,
    read_number,
)
from tracker.forms.proving import ProvingForm
from tracker.models import Readiness
from tracker.services.readiness_talks import ReadinessDraft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.services.readiness import ReadinessPage

LONGEST = 2_000
_LENGTH = Length(max=LONGEST, message=f"Use {LONGEST:,} characters or fewer")
#: what the name of a system's box begins with
SYSTEM = "system-"


class ReadinessForm(TrackerForm):
    alone = LongTextBox(
        "What goes well alone",
        description="For example: I can find a patient's results and see who acted on them.",
        validators=[_LENGTH],
    )
    with_help = LongTextBox(
        "Where somebody should be near",
        description="For example: When a drug alert comes up, I want to ask first.",
        validators=[_LENGTH],
    )
    next_help = LongTextBox(
        "The next help we give",
        description="Who helps, with what, and when.",
        validators=[_LENGTH],
    )
    again_on = SplitDate(
        "When do you talk again?", description="Leave it empty if this was the last talk."
    )
    version = Hidden(default="0")

    def to_draft(self, posted: "Mapping[str, str]") -> ReadinessDraft:
        return ReadinessDraft(
            alone=self.alone.data or "",
            with_help=self.with_help.data or "",
            next_help=self.next_help.data or "",
            again_on=self.again_on.data,
            systems=said_of_systems(posted),
            version=read_number(self.version.data) or 0,
        )


def said_of_systems(posted: "Mapping[str, str]") -> dict[str, Readiness | None]:
    """Read the answer for each system; what we did not offer is left out."""
    return {
        name.removeprefix(SYSTEM): Readiness(answer) if answer else None
        for name, answer in posted.items()
        if name.startswith(SYSTEM) and answer in {"", *Readiness}
    }


def readiness_form(page: "ReadinessPage") -> ReadinessForm:
    """Fill the form with what is written; a new talk proposes the next milestone."""
    if page.talk is None:
        return ReadinessForm(again_on=page.next_on, version="0")
    return ReadinessForm(obj=page.talk)


class SignForm(ProvingForm):
    """Who signs shows from the password: either of the two, on either's screen."""

    username = TextBox(
        "User name of the one who signs",
        validators=[InputRequired("Enter the user name of the one who signs")],
        render_kw={"autocomplete": "username", "spellcheck": False, "autocapitalize": "none"},
    )
    password = PasswordBox(
        "Password", validators=[InputRequired("Enter the password of the one who signs")]
    )
