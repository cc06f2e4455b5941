"""Giving a role to a group of the directory, or ending it: whoever does it shows who they are."""

from wtforms.validators import InputRequired

from tracker.forms.fields import Hidden, PasswordBox, TextBox
from tracker.forms.proving import ProvingForm


class GroupRoleForm(ProvingForm):
    group = Hidden()
    role = Hidden()
    username = TextBox(
        "Your user name",
        validators=[InputRequired("Enter your user name")],
        render_kw={"autocomplete": "username", "spellcheck": False, "autocapitalize": "none"},
    )
    password = PasswordBox("Your password", validators=[InputRequired("Enter your password")])
