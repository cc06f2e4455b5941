"""What is held about a person: said on a page, and theirs to take away."""

from typing import TYPE_CHECKING, Any

from pyramid.view import view_config

from tracker.documents.held_text import held_zip
from tracker.request import LONDON
from tracker.security import Permission
from tracker.services import own_data
from tracker.views.evidence import read_files

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(
    route_name="own_data",
    permission=Permission.OWN_PAGES,
    request_method="GET",
    renderer="own_data/show.jinja2",
)
def show_own_data(request: "TrackerRequest") -> dict[str, object]:
    return {"kept": own_data.schedule_of(request.db, request.actor.organisation_id)}


@view_config(route_name="own_data", permission=Permission.OWN_PAGES, request_method="POST")
def take_own_data(request: "TrackerRequest") -> Any:  # noqa: ANN401
    held = own_data.own_data(
        request.db,
        secret=request.tracker_settings.secret,
        by=request.actor,
        now=request.now.astimezone(LONDON),
    )
    response = request.response
    response.content_type = "application/zip"
    response.content_disposition = 'attachment; filename="your-data.zip"'
    response.body = held_zip(held, read_files(request, held.files))
    return response
