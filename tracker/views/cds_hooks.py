"""CDS Hooks 2.0: decision-support services tell what became of their cards. No session, a key."""

import zlib
from typing import TYPE_CHECKING

from pyramid.response import Response
from pyramid.view import view_config

from integrations.errors import FileRefusedError
from integrations.outcomes.cds_feedback import read_feedback
from tracker.security import Permission
from tracker.services.card_feedback import take_feedback
from tracker.services.feedback_sources import find_source

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(
    route_name="cds.feedback",
    permission=Permission.ANYBODY,
    request_method="POST",
    require_csrf=False,
)
def take_card_feedback(request: "TrackerRequest") -> Response:
    """Take what became of cards. The token that comes with it says whose they are."""
    service = request.matchdict["service_id"]
    own = f"{request.application_url}/cds-services"
    source = find_source(
        request.db,
        request.headers.get("Authorization"),
        service,
        audiences={
            f"{own}/{service}/feedback",
            f"{own}/{service}",
            own,
            request.application_url,
        },
        now=request.now,
    )
    if source is None:
        answer = _said(401, "Send a key of this service, or a token that it signed.")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    try:
        answers = read_feedback(_body(request))
    except FileRefusedError as why:
        return _said(400, str(why))
    take_feedback(request.db, source.organisation_id, service, answers, now=request.now)
    return Response(status=200)


def _body(request: "TrackerRequest") -> bytes:
    """Give the body, unpacked where it came packed.

    :raises FileRefusedError: if it is packed in a way that we do not know, or far too large.
    """
    packing = request.headers.get("Content-Encoding", "identity").casefold()
    if packing == "identity":
        return request.body
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = unpack.decompress(request.body, request.largest_body)
    except zlib.error:
        body = b""
    if packing not in {"gzip", "x-gzip"} or not unpack.eof:
        raise FileRefusedError("The body is packed in a way that cannot be read. Send it as it is.")
    return body


def _said(status: int, message: str) -> Response:
    return Response(status=status, json_body={"message": message}, charset=None)
