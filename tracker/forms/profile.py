"""A role profile: what work it is for, and what that work needs."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import ValidationError
from wtforms.validators import DataRequired, Length

from tracker.forms.fields import Choice, Hidden, TextBox, TrackerForm, read_number
from tracker.services.profile_pages import Choosable, ProfileDraft

_NAME = Length(max=300, message="Use 300 characters or fewer")
PREFIX = "need-"
ESSENTIAL, OPTIONAL = "e", "o"
#: what may be asked of one competence
ASKED = (
    ("", "Not asked"),
    *((f"{level}{ESSENTIAL}", f"Level {level}, essential") for level in range(1, 5)),
    *((f"{level}{OPTIONAL}", f"Level {level}, optional") for level in range(1, 5)),
)
_VALUES = {value for value, _words in ASKED if value}


class ProfileForm(TrackerForm):
    name = TextBox(
        "Name",
        description="Such as: Ward clerks",
        validators=[DataRequired("Give it a name"), _NAME],
    )
    staff_group = Choice("Staff group", choices=[])
    job_role = Choice("Job role", choices=[])
    post_title = TextBox(
        "Title of the post (optional)",
        description="For posts of one title only, as HR writes it",
        validators=[_NAME],
    )
    post_number = TextBox(
        "Number of one post (optional)",
        description="For a single post only: its number in the HR system",
        validators=[_NAME],
    )
    minimum_optional = TextBox(
        "How many of the optional ones, at the least? (optional)",
        description="Leave it empty to go by the wider profile",
    )
    edition = Hidden()

    def validate_minimum_optional(self, field: TextBox) -> None:
        if field.data and read_number(field.data) is None:
            raise ValidationError("Write a number, such as 2")

    def offer(self, groups: Iterable[str], roles: Iterable[str]) -> None:
        self.staff_group.choices = [("", "Any"), *((one, one) for one in groups)]
        self.job_role.choices = [("", "Any"), *((one, one) for one in roles)]

    def to_draft(self, post_id: int | None, posted: Mapping[str, Any]) -> ProfileDraft:
        return ProfileDraft(
            name=self.name.data or "",
            staff_group=self.staff_group.data or None,
            job_role=self.job_role.data or None,
            post_title=self.post_title.data or None,
            post_id=post_id,
            minimum_optional=read_number(self.minimum_optional.data),
            needs=needs_in(posted),
            edition=read_number(self.edition.data),
        )


def needs_in(posted: Mapping[str, Any]) -> dict[str, tuple[int, bool]]:
    """Read what is asked of each competence; anything but our own values asks nothing."""
    return {
        name.removeprefix(PREFIX): (int(value[0]), value[1] == ESSENTIAL)
        for name, value in posted.items()
        if name.startswith(PREFIX) and value in _VALUES
    }


def needs_out(draft: ProfileDraft, choices: Iterable[Choosable]) -> dict[str, str]:
    """Give for each competence the value that its box shows."""
    return {
        one.public_id: f"{said[0]}{ESSENTIAL if said[1] else OPTIONAL}"
        if (said := draft.needs.get(one.public_id))
        else ""
        for one in choices
    }
