"""SCIM 2.0, for identity providers: a key in each request, and no session."""

import json
from typing import TYPE_CHECKING

from pyramid.response import Response
from pyramid.view import view_config

from tracker.security import Permission

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

ROOT = "/scim/v2"


@view_config(route_name="scim", permission=Permission.ANYBODY, require_csrf=False)
def answer_scim(request: "TrackerRequest") -> Response:
    """Answer one request. The key that it carries says whose it is."""
    # Here and not above: most workers never meet SCIM, and its models weigh some 30 MB.
    from tracker.services import scim

    answer = scim.answer(
        request.db,
        scim.Call(
            method=request.method,
            base_url=request.application_url + ROOT,
            path="/" + "/".join(request.matchdict["path"]),
            query=dict(request.GET),
            headers=tuple(request.headers.items()),
            body=request.body,
        ),
        now=request.now,
        today=request.today,
    )
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    response = Response(body, status=answer.status.value, charset=None)
    response.headers.update(answer.headers)
    if answer.body is None:
        del response.headers["Content-Type"]
    return response
