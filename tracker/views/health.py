from typing import TYPE_CHECKING, Any

from pyramid.response import Response
from pyramid.view import view_config

from tracker.security import Permission
from tracker.services import health

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(route_name="health", permission=Permission.ANYBODY)
def is_healthy(request: "TrackerRequest") -> Any:  # noqa: ANN401 - Pyramid ships no types
    health.ask_database(request.db)
    return Response("ok", content_type="text/plain")
