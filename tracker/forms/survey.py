"""Opening a survey round."""

from typing import Any

from wtforms.validators import InputRequired, Length

from tracker.content.survey_questions import SurveySet
from tracker.forms.fields import Radios, SplitDate, TextBox, TrackerForm
from tracker.services.survey_rounds import RoundDraft

SETS = (
    (SurveySet.FEELING, "How ready people feel: four questions, as asked in a workshop in 2017"),
    (SurveySet.TASKS, "Twenty everyday tasks (our draft of the national list)"),
    (SurveySet.READINESS, "What makes people ready: twenty statements"),
)
LONGEST_NAME = 100


class RoundForm(TrackerForm):
    name = TextBox(
        "Name of this round",
        description="For example, Autumn 2026. People see it",
        validators=[
            InputRequired("Give the round a name"),
            Length(max=LONGEST_NAME, message=f"Use {LONGEST_NAME} characters or fewer"),
        ],
    )
    kind = Radios(
        "With names or without?",
        description="This cannot be changed once the round is open.",
        choices=[
            ("anonymous", "Without names: nobody can find out who said what"),
            ("named", "With names: people can go on later, on any device"),
        ],
        validators=[InputRequired("Choose with names or without")],
    )
    closes_on = SplitDate(
        "Last day to answer",
        description="For example, 18 12 2026",
        validators=[InputRequired("Enter the last day to answer")],
    )

    def to_draft(self, posted: Any) -> RoundDraft:  # noqa: ANN401 - WebOb's own
        ticked = set(posted.getall("sets"))
        return RoundDraft(
            name=self.name.data or "",
            is_anonymous=self.kind.data != "named",
            sets=frozenset(one for one in SurveySet if one.value in ticked),
            closes_on=self.closes_on.data,
        )
