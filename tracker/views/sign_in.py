from typing import TYPE_CHECKING

from pyramid.view import view_config

from tracker.security import Permission

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(route_name="sign_in", permission=Permission.ANYBODY, renderer="home/guide.jinja2")
@view_config(route_name="sign_out", permission=Permission.ANYBODY, renderer="home/guide.jinja2")
def show_sign_in(_request: "TrackerRequest") -> dict[str, object]:
    return {}
