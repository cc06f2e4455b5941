"""Turns refusals into pages. Raising rolls the transaction back; see ADR 4."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pyramid.csrf import BadCSRFOrigin, BadCSRFToken
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import exception_view_config, forbidden_view_config, notfound_view_config

from tracker.errors import NotFoundError, TrackerError

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@notfound_view_config(renderer="errors/not_found.jinja2")
@exception_view_config(NotFoundError, renderer="errors/not_found.jinja2")
def not_found(request: "TrackerRequest") -> dict[str, object]:
    request.response.status_int = 404
    return {}


@forbidden_view_config(renderer="errors/not_found.jinja2")
def refused_or_missing(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Refused and missing look the same, so that a URL tells nobody who is here."""
    if request.identity is None:
        way_back = {"next": request.path_qs} if request.method == "GET" else {}
        return HTTPSeeOther(f"{request.route_path('sign_in')}?{urlencode(way_back)}".rstrip("?"))
    request.response.status_int = 404
    return {}


@exception_view_config(TrackerError, renderer="errors/refused.jinja2")
def refused(error: TrackerError, request: "TrackerRequest") -> dict[str, object]:
    request.response.status_int = 409
    return {"error": error}


@exception_view_config(BadCSRFToken, renderer="errors/page_too_old.jinja2")
@exception_view_config(BadCSRFOrigin, renderer="errors/page_too_old.jinja2")
def page_too_old(request: "TrackerRequest") -> dict[str, object]:
    """Answer a page that was open while its session ended: nothing was changed."""
    request.response.status_int = 400
    return {}
