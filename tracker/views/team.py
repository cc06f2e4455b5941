from typing import TYPE_CHECKING

from pyramid.view import view_config

from tracker.forms.fields import read_number
from tracker.security import Permission
from tracker.services import barriers, round_page, team

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(route_name="team", permission=Permission.OWN_PAGES, renderer="team/show.jinja2")
def show_team(request: "TrackerRequest") -> dict[str, object]:
    return {
        "team": team.team_page(request.db, by=request.actor, today=request.today),
        "to_sort_out": barriers.barriers_to_sort_out(request.db, by=request.actor),
    }


@view_config(route_name="round", permission=Permission.OWN_PAGES, renderer="team/round.jinja2")
def show_round(request: "TrackerRequest") -> dict[str, object]:
    by_name = request.GET.get("sort") == "name"
    page = round_page.round_page(
        request.db,
        by=request.actor,
        today=request.today,
        page=read_number(request.GET.get("page")) or 1,
        by_name=by_name,
    )
    return {"page": page, "by_name": by_name}
