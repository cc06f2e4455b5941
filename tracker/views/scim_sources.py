"""The identity providers that send people by SCIM: their keys, and what they brought."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.scim import SourceForm
from tracker.security import Permission
from tracker.services import access_tokens, scim_sources

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

PAGE = "scim/list.jinja2"
ROOT = "/scim/v2"


def _drawn(
    request: "TrackerRequest",
    form: SourceForm | None = None,
    issued: access_tokens.Issued | None = None,
) -> dict[str, object]:
    return {
        "sources": scim_sources.list_sources(request.db, by=request.actor, now=request.now),
        "form": form or SourceForm(),
        "issued": issued,
        "address": (request.tracker_settings.base_url or request.application_url) + ROOT,
    }


@view_config(
    route_name="scim_source.list",
    permission=Permission.KEEP_SOURCES,
    request_method="GET",
    renderer=PAGE,
)
def show_sources(request: "TrackerRequest") -> dict[str, object]:
    return _drawn(request)


@view_config(
    route_name="scim_source.list",
    permission=Permission.KEEP_SOURCES,
    request_method="POST",
    renderer=PAGE,
)
def make_source(request: "TrackerRequest") -> dict[str, object]:
    """Make a source. Its key is in this answer and nowhere else: so no redirect."""
    form = SourceForm(request.POST)
    if not form.validate():
        return _drawn(request, form)
    try:
        issued = scim_sources.add_source(
            request.db, form.name.data or "", by=request.actor, now=request.now
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="name")
        return _drawn(request, form)
    request.db.flush()
    return _drawn(request, issued=issued)


@view_config(
    route_name="scim_source.change",
    permission=Permission.KEEP_SOURCES,
    request_method="POST",
    renderer=PAGE,
)
def change_source(request: "TrackerRequest") -> Any:  # noqa: ANN401 - a page or a redirect
    """Give a source a new key, or take its key back."""
    token = scim_sources.find_source(request.db, request.matchdict["token_id"], by=request.actor)
    if request.POST.get("action") == "end":
        access_tokens.revoke(request.db, token, by=request.actor, now=request.now)
        request.session.flash("The key is taken back. What it brought stays as it is.")
        return HTTPSeeOther(request.route_path("scim_source.list"))
    overlap = timedelta(0) if request.POST.get("action") == "now" else access_tokens.OVERLAP
    issued = access_tokens.rotate(
        request.db, token, by=request.actor, now=request.now, overlap=overlap
    )
    request.db.flush()
    return _drawn(request, issued=issued)
