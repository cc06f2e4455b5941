"""The readiness talk: what the two write, and how each signs."""

from wtforms.validators import InputRequired, Length

from tracker.forms.fields import (
    Hidden,
    LongTextBox,
    PasswordBox,
    TextBox,
    TrackerForm,
    read_number,
)
from tracker.services.readiness import ReadinessDraft

LONGEST = 2_000
_LENGTH = Length(max=LONGEST, message=f"Use {LONGEST:,} characters or fewer")


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
    version = Hidden()

    def to_draft(self) -> ReadinessDraft:
        return ReadinessDraft(
            alone=self.alone.data or "",
            with_help=self.with_help.data or "",
            next_help=self.next_help.data or "",
            version=read_number(self.version.data) or 0,
        )


class SignForm(TrackerForm):
    """Who signs shows from the password: either of the two, on either's screen."""

    username = TextBox(
        "User name of the one who signs",
        validators=[InputRequired("Enter the user name of the one who signs")],
        render_kw={"autocomplete": "username", "spellcheck": False, "autocapitalize": "none"},
    )
    password = PasswordBox(
        "Password", validators=[InputRequired("Enter the password of the one who signs")]
    )
