"""Frameworks as files: take one in after a look at what it changes, and hand one on."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.security import Permission
from tracker.services import framework_exchange, framework_uploads

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.framework_contexts import FrameworkInView

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@view_config(
    route_name="framework.import",
    permission=Permission.MANAGE_FRAMEWORKS,
    renderer="frameworks/import.jinja2",
)
def take_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    problems: list[str] = []
    if request.method == "POST":
        sent = request.POST.get("file")
        if not hasattr(sent, "file"):
            return {"problems": ["Choose a file first"]}
        try:
            upload = framework_uploads.take_upload(
                request.db, sent.filename, sent.file, by=request.actor, now=request.now
            )
        except InvalidInputError as refusal:
            problems = refusal.message.splitlines()
        else:
            path = request.route_path("framework.upload", upload_id=upload.public_id)
            return HTTPSeeOther(path)
    return {"problems": problems}


@view_config(
    route_name="framework.upload",
    permission=Permission.MANAGE_FRAMEWORKS,
    request_method="GET",
    renderer="frameworks/preview.jinja2",
)
def show_upload(request: "TrackerRequest") -> dict[str, object]:
    public_id = request.matchdict["upload_id"]
    return {"page": framework_uploads.upload_page(request.db, public_id, by=request.actor)}


@view_config(
    route_name="framework.upload", permission=Permission.MANAGE_FRAMEWORKS, request_method="POST"
)
def keep_upload(request: "TrackerRequest") -> Any:  # noqa: ANN401
    draft = framework_uploads.keep_upload(
        request.db, request.matchdict["upload_id"], by=request.actor
    )
    if draft is None:
        request.session.flash("Nothing to do: the file says the same as the latest version.")
        return HTTPSeeOther(request.route_path("framework.list"))
    request.session.flash("Kept as a draft. What is in use is as it was.")
    return HTTPSeeOther(request.route_path("framework", framework_id=draft.public_id))


@view_config(route_name="framework.file", permission=Permission.CHANGE_FRAMEWORK)
def hand_on(context: "FrameworkInView", request: "TrackerRequest") -> "Response":
    kind = request.GET.get("as", "")
    if kind not in TYPES:
        raise HTTPNotFound
    name, content = framework_exchange.as_file(
        request.db, context.framework, kind, by=request.actor
    )
    response = Response(content)
    response.content_type = TYPES[kind]
    response.charset = "utf-8" if kind == "csv" else None
    response.content_disposition = f'attachment; filename="{name}"'
    return response
