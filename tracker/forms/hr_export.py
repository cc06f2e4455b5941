"""The form that says what a trust's HR system calls things."""

from wtforms.validators import InputRequired, Length

from tracker.forms.fields import LongTextBox, Radios, TrackerForm
from tracker.services.hr_export_map import ExportMap

LONGEST = Length(max=20_000, message="Use 20,000 characters or fewer")


class ExportMapForm(TrackerForm):
    appraisals = LongTextBox(
        "Columns of the file of appraisals",
        description="On each line: the name of the column, =, and the fact that goes into it",
        validators=[LONGEST],
        render_kw={"rows": 11},
    )
    achievements = LongTextBox(
        "Columns of the file of competences",
        description="In the same way",
        validators=[LONGEST],
        render_kw={"rows": 8},
    )
    withdrawals = LongTextBox(
        "Columns of the file of competences to take away",
        description="In the same way",
        validators=[LONGEST],
        render_kw={"rows": 8},
    )
    competences = LongTextBox(
        "What HR calls our competences",
        description="On each line: our short name, =, and HR's name. Leave out what is the same",
        validators=[LONGEST],
        render_kw={"rows": 6},
    )
    dates = Radios(
        "How dates are written",
        choices=[
            ("british", "31/01/2027"),
            ("iso", "2027-01-31"),
            ("oracle", "31-Jan-2027"),
        ],
        validators=[InputRequired("Choose how dates are written")],
    )

    def to_map(self) -> ExportMap:
        return ExportMap(
            appraisals=self.appraisals.data or "",
            achievements=self.achievements.data or "",
            withdrawals=self.withdrawals.data or "",
            competences=self.competences.data or "",
            dates=self.dates.data or "",
        )
