"""What happens around every request: safety headers, packed answers, a log line.

And what no view can see to: an address that is no text, and an error that nobody foresaw.
"""

import secrets
import time
from collections.abc import Callable
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

import structlog
from pyramid.renderers import render
from pyramid.response import Response
from pyramid_retry import is_error_retryable

from tracker.errors import NotDrawnError

if TYPE_CHECKING:
    from pyramid.config import Configurator

    from tracker.request import TrackerRequest

Handler = Callable[["TrackerRequest"], Any]

log = structlog.get_logger()

#: No inline code, nothing from elsewhere, no frames.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SMALLEST_TO_PACK = 1_000
NOWHERE = "/nowhere"
#: how many of the steps to an error are logged
DEPTH = 6


def safe_headers(handler: Handler, _registry: object) -> Handler:
    def tween(request: "TrackerRequest") -> Any:  # noqa: ANN401 - Pyramid ships no types
        response = handler(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.tracker_settings.secure_cookies:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if not request.path.startswith("/static/"):
            # A shared tablet's Back button must not show the last person's page.
            headers.setdefault("Cache-Control", "no-store")
        return response

    return tween


def drawn(handler: Handler, _registry: object) -> Handler:
    """Draw a document that takes seconds after its look at the database is written and over.

    On SQLite others would wait that long to write, and then give up.
    """

    def tween(request: "TrackerRequest") -> Any:  # noqa: ANN401
        response = handler(request)
        if request.drawing is None:
            return response
        if request.method == "HEAD":
            response.content_length = None  # nobody reads it: it is not drawn to be measured
            return response
        try:
            response.body = request.drawing()
        except NotDrawnError as error:
            why = str(error.__cause__ or error)
            log.error("request.not_drawn", why=why)  # noqa: TRY400 - the child said where
            return Response(
                render("errors/not_drawn.jinja2", {"error": error}, request), status=503
            )
        return response

    return tween


def packed(handler: Handler, _registry: object) -> Handler:
    """Pack pages with gzip.

    Safe beside a CSRF token: our cookie is SameSite, so no other site can make a browser ask
    for a signed-in page over and over.
    """

    def tween(request: "TrackerRequest") -> Any:  # noqa: ANN401
        response = handler(request)
        if (
            response.content_type in {"text/html", "application/json"}
            and "gzip" in request.headers.get("Accept-Encoding", "")
            and response.content_encoding is None
            and response.has_body
            and len(response.body) >= SMALLEST_TO_PACK
        ):
            response.encode_content("gzip")
            response.vary = (*(response.vary or ()), "Accept-Encoding")
        return response

    return tween


def logged(handler: Handler, _registry: object) -> Handler:
    """Log what was asked by the name of its route: an address holds a record's id, a name none."""

    def tween(request: "TrackerRequest") -> Any:  # noqa: ANN401
        started = time.perf_counter()
        request_id = secrets.token_hex(8)
        request.environ["tracker.request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = handler(request)
            route = request.matched_route
            log.info(
                "request.answered",
                route=route.name if route else None,
                method=request.method,
                status=response.status_int,
                milliseconds=round(1000 * (time.perf_counter() - started)),
            )
        return response

    return tween


def bounded(handler: Handler, _registry: object) -> Handler:
    """Answer what was too big to take in: TrackerRequest.make_body_seekable has left it unread."""

    def tween(request: "TrackerRequest") -> Any:  # noqa: ANN401
        if not request.is_too_big:
            return handler(request)
        megabytes = request.largest_body // 1_000_000
        if request.is_scim:
            return _for_scim(
                413, f"A request is at most {megabytes} MB. Send fewer members at a time."
            )
        body = render("errors/too_big.jinja2", {"megabytes": megabytes}, request)
        return Response(body, status=413)

    return tween


def _for_scim(status: int, detail: str) -> Response:
    """Say in SCIM what went wrong: its sender is a program."""
    return Response(
        json_body={
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": str(status),
            "detail": detail,
        },
        status=status,
        content_type="application/scim+json",
    )


def readable(handler: Handler, _registry: object) -> Handler:
    """Take an address whose escapes spell no text for one where nothing is.

    And a form that cannot be read for an empty one: it holds no token, so nothing is changed.
    """

    def tween(request: "TrackerRequest") -> Any:  # noqa: ANN401
        try:
            asked = (request.path_info, *request.GET.values())
        except UnicodeDecodeError:
            asked = ("\0",)
        if any("\0" in one for one in asked):  # which no database takes
            root = "/scim/v2" if request.is_scim else ""
            request.environ.update(PATH_INFO=root + NOWHERE, QUERY_STRING="")
        try:
            _ = request.POST
        except (ValueError, LookupError, DeprecationWarning):  # the last is WebOb's for a charset
            request.environ.pop("CONTENT_TYPE", None)
            request.__dict__.pop("_charset", None)  # WebOb remembers it
            request.body = b""
        return handler(request)

    return tween


def kindly_failing(handler: Handler, _registry: object) -> Handler:
    """Answer an unforeseen error with a page, and log where it was: its words may hold a name."""

    def tween(request: "TrackerRequest") -> Any:  # noqa: ANN401
        try:
            return handler(request)
        except Exception as error:
            # One that will be tried again is not over yet; and a test wants to see it.
            if is_error_retryable(request, error) or request.environ.get("paste.throw_errors"):
                raise
            log.error(  # noqa: TRY400 - the traceback's last line is the error's words
                "request.failed",
                method=request.method,
                route=request.matched_route.name if request.matched_route else None,
                error=type(error).__name__,
                at=[
                    f"{at.filename}:{at.lineno}" for at in extract_tb(error.__traceback__)[-DEPTH:]
                ],
            )
            if request.is_scim:
                return _for_scim(500, "It did not work: the fault is ours. Try again later.")
            return Response(render("errors/failed.jinja2", {}, request), status=500)

    return tween


def includeme(config: "Configurator") -> None:
    config.add_tween("tracker.tweens.drawn")  # the nearest to the transaction
    config.add_tween("tracker.tweens.packed")
    config.add_tween("tracker.tweens.safe_headers")
    config.add_tween("tracker.tweens.kindly_failing")
    config.add_tween("tracker.tweens.logged")
    config.add_tween("tracker.tweens.readable")
    config.add_tween("tracker.tweens.bounded")
