"""How long one kind of record is kept, as a form."""

from collections.abc import Iterable

from wtforms.validators import InputRequired

from tracker.forms.fields import Choice, TextBox, TrackerForm, read_number
from tracker.services.disposal import Kept


class RetentionForm(TrackerForm):
    key = Choice("Which records?")
    days = TextBox(
        "Kept for how many days?",
        description="A year is 365 days, six years are 2192",
        validators=[InputRequired("Enter a number of days")],
        render_kw={"inputmode": "numeric"},
    )

    def offer(self, kept: Iterable[Kept]) -> None:
        self.key.choices = [(one.key, one.what) for one in kept]

    @property
    def number(self) -> int:
        return read_number(self.days.data) or 0
