"""Practice by groups of eight or more, for those who lead on quality and for one's own unit."""

from typing import TYPE_CHECKING

from pyramid.view import view_config

from tracker.documents.interval_chart import Row, interval_chart
from tracker.security import Permission
from tracker.services import organisations
from tracker.services.practice_groups import GroupBy, practice_groups

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import OutcomesInView

WORDS = {
    GroupBy.UNIT: "By unit",
    GroupBy.WORK: "By kind of work",
    GroupBy.PROFILE: "By role profile",
    GroupBy.COHORT: "By year of start",
    GroupBy.MONTHS: "By months since the start",
    GroupBy.ROUND: "First and later rounds",
}


@view_config(
    route_name="outcomes.practice",
    permission=Permission.READ_OUTCOMES,
    renderer="outcomes/practice.jinja2",
)
def show_groups(subject: "OutcomesInView", request: "TrackerRequest") -> dict[str, object]:
    asked = request.params.get("by", "")
    by = GroupBy(asked) if asked in set(GroupBy) else GroupBy.UNIT
    found = practice_groups(
        request.db,
        organisations.get(request.db, subject.organisation_id),
        subject.unit,
        by=by,
        actor=request.actor,
    )
    rows = [
        Row(
            name=group.name,
            value=group.recognition.value,
            low=group.recognition.low,
            high=group.recognition.high,
        )
        for group in (*((found.whole,) if found.whole else ()), *found.groups)
    ]
    title = "How far the screens are told apart"
    return {
        "found": found,
        "unit": subject.unit,
        "words": {one.value: text for one, text in WORDS.items()},
        "chart": interval_chart("practice", title, rows, nought="guessing") if rows else None,
    }
