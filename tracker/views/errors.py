"""Turns refusals into pages. Raising rolls the transaction back; see ADR 4."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pyramid.csrf import BadCSRFOrigin, BadCSRFToken
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.renderers import render_to_response
from pyramid.view import exception_view_config, forbidden_view_config, notfound_view_config

from tracker.errors import NotFoundError, TrackerError
from tracker.views.kept_texts import keep_what_was_sent

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

SIGNED_OUT = "Not saved: you are signed out. Copy your text, sign in, and put it in again."
TOO_OLD = (
    "Not saved: this page was open too long. Copy your text, load the page, and put it in again."
)

KEPT = "You are signed out. Your text is safe: we kept it for you. Sign in to go on."
KEPT_TOO = "Not saved: this page was open too long. The text is kept for the person who wrote it."


@notfound_view_config(renderer="errors/not_found.jinja2")
@exception_view_config(NotFoundError, renderer="errors/not_found.jinja2")
def not_found(request: "TrackerRequest") -> dict[str, object]:
    request.response.status_int = 404
    return {}


@forbidden_view_config(renderer="errors/not_found.jinja2")
def refused_or_missing(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Refused and missing look the same, so that a URL tells nobody who is here."""
    if request.identity is None and request.method not in {"GET", "HEAD"}:
        return _not_saved(request, 403, "errors/signed_out.jinja2", SIGNED_OUT, kept_words=KEPT)
    if request.identity is None:
        way_back = urlencode({"next": request.path_qs})
        return HTTPSeeOther(f"{request.route_path('sign_in')}?{way_back}")
    request.response.status_int = 404
    return {}


@exception_view_config(TrackerError, renderer="errors/refused.jinja2")
def refused(error: TrackerError, request: "TrackerRequest") -> dict[str, object]:
    request.response.status_int = 409
    return {"error": error}


@exception_view_config(BadCSRFToken)
@exception_view_config(BadCSRFOrigin)
def page_too_old(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Answer a page that was open while its session ended: nothing was changed."""
    return _not_saved(request, 400, "errors/page_too_old.jinja2", TOO_OLD, kept_words=KEPT_TOO)


def _not_saved(
    request: "TrackerRequest", status: int, page: str, words: str, *, kept_words: str
) -> Any:  # noqa: ANN401
    """Answer a form with a page, and a script that saves by itself with a sentence.

    What somebody typed is kept for them first, where the form says who that is.
    """
    kept = keep_what_was_sent(request)
    if kept:
        words = kept_words
    if "application/json" in request.headers.get("Accept", ""):
        answer = render_to_response("json", {"message": words, "kept": kept}, request)
    else:
        answer = render_to_response(page, {"kept": kept}, request)
    answer.status_int = status
    return answer
