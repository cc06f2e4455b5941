"""How pages look on this device: text size and contrast. Kept in a cookie here, not with us."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.request import DISPLAY_COOKIE
from tracker.security import Permission

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

ONE_YEAR = 365 * 24 * 3600


@view_config(
    route_name="display",
    permission=Permission.ANYBODY,
    request_method="GET",
    renderer="home/display.jinja2",
)
def show_display(_request: "TrackerRequest") -> dict[str, object]:
    return {}


@view_config(route_name="display", permission=Permission.ANYBODY, request_method="POST")
def set_display(request: "TrackerRequest") -> Any:  # noqa: ANN401
    answer = HTTPSeeOther(request.route_path("display"))
    chosen = [name for name in ("large", "contrast") if request.POST.get(name) == "yes"]
    answer.set_cookie(
        DISPLAY_COOKIE,
        "-".join(chosen),
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.tracker_settings.secure_cookies,
    )
    request.session.flash("This device now shows pages that way.")
    return answer
