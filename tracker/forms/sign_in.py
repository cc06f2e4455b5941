"""The sign-in page, and the choice of an organisation for those who work in more than one."""

from collections.abc import Iterable

from wtforms.validators import InputRequired

from tracker.forms.fields import Hidden, PasswordBox, Radios, TextBox, TrackerForm

_AS_TYPED = {"autocomplete": "username", "spellcheck": False, "autocapitalize": "none"}


class SignInForm(TrackerForm):
    username = TextBox(
        "User name",
        description="The one you use on a trust computer",
        validators=[InputRequired("Enter your user name")],
        render_kw=_AS_TYPED,
    )
    password = PasswordBox("Password", validators=[InputRequired("Enter your password")])
    next = Hidden()

    def say(self, sentence: str) -> None:
        """Show what came of asking the directory, at the box where it can be mended."""
        self.username.errors = [sentence]


class OrganisationForm(TrackerForm):
    organisation = Radios(
        "Where are you working now?", validators=[InputRequired("Choose an organisation")]
    )

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        self.organisation.choices = list(choices)
