"""The form that names an identity provider."""

from wtforms.validators import InputRequired, Length

from tracker.forms.fields import TextBox, TrackerForm


class SourceForm(TrackerForm):
    name = TextBox(
        "What do you call it?",
        validators=[
            InputRequired("Enter a name, such as Entra"),
            Length(max=100, message="Use 100 characters or fewer"),
        ],
    )
