from typing import TYPE_CHECKING

from pyramid.view import view_config

from tracker.security import Permission
from tracker.services import barriers, team

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(route_name="team", permission=Permission.OWN_PAGES, renderer="team/show.jinja2")
def show_team(request: "TrackerRequest") -> dict[str, object]:
    return {
        "team": team.team_page(request.db, by=request.actor, today=request.today),
        "to_sort_out": barriers.barriers_to_sort_out(request.db, by=request.actor),
    }
