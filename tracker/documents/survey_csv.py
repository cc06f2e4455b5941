"""A round's results as CSV, for a spreadsheet. A text that looks like a formula stays text."""

import csv
import io
from typing import TYPE_CHECKING

from integrations.frameworks.csv_file import guard

if TYPE_CHECKING:
    from tracker.models import SurveyRound
    from tracker.services.survey_results import RoundResults

COLUMNS = ("round", "unit", "part", "question", "answer", "people", "answered", "percent")
TOO_FEW = "fewer than 8"


def results_csv(survey: "SurveyRound", unit: str, results: "RoundResults") -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for one in results.questions:
        about = (survey.name, unit, one.part_name, one.wording)
        if not one.is_shown:
            writer.writerow([*map(guard, about), "", TOO_FEW, TOO_FEW, ""])
            continue
        for option in one.options:
            numbers = (str(option.count), str(one.people), str(option.percent))
            writer.writerow([*map(guard, (*about, option.words)), *numbers])
    return lines.getvalue()
