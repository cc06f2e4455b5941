"""Learning needs as CSV. A text that looks like a formula stays text."""

import csv
import io
from typing import TYPE_CHECKING

from integrations.frameworks.csv_file import guard

if TYPE_CHECKING:
    from tracker.services.learning_needs import LearningNeeds

COLUMNS = ("unit", "what", "group", "name", "people", "below_what_the_job_needs")


def needs_csv(needs: "LearningNeeds") -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    unit = guard(needs.unit_name)
    for what, rows in (("competence", needs.by_competence), ("kind of work", needs.by_profile)):
        for row in rows:
            names = (guard(row.group), guard(row.name))
            writer.writerow([unit, what, *names, str(row.people), str(row.below)])
    for what, counts in (
        ("help agreed", needs.asked_for),
        ("in the way: for the trust to mend", needs.in_the_way),
    ):
        for one in counts:
            writer.writerow([unit, what, "", guard(one.name), str(one.people), ""])
    return lines.getvalue()
