"""Learning needs of groups, for quality leads."""

from typing import TYPE_CHECKING, Any

from pyramid.response import Response
from pyramid.view import view_config

from tracker.documents.needs_csv import needs_csv
from tracker.security import Permission
from tracker.services import learning_needs

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(
    route_name="learning_needs",
    permission=Permission.READ_NEEDS,
    renderer="survey_rounds/needs.jinja2",
)
def show_needs(request: "TrackerRequest") -> dict[str, object]:
    return {"needs": _needs(request)}


@view_config(route_name="learning_needs.csv", permission=Permission.READ_NEEDS)
def download(request: "TrackerRequest") -> Any:  # noqa: ANN401
    return Response(
        needs_csv(_needs(request)).encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        content_disposition='attachment; filename="learning-needs.csv"',
    )


def _needs(request: "TrackerRequest") -> learning_needs.LearningNeeds:
    return learning_needs.learning_needs(
        request.db,
        unit_public_id=request.params.get("unit", ""),
        by=request.actor,
        today=request.today,
    )
