from typing import TYPE_CHECKING

from pyramid.view import view_config

from tracker.security import Permission
from tracker.services import looks

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(route_name="look.list", permission=Permission.OWN_PAGES, renderer="looks/list.jinja2")
def list_looks(request: "TrackerRequest") -> dict[str, object]:
    return {"looks": looks.who_looked(request.db, by=request.actor)}
