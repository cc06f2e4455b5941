"""Text that came after its writer's session had ended: kept, brought back, thrown away."""

from typing import TYPE_CHECKING, Any, TypeVar

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config
from webob.multidict import MultiDict

from tracker.errors import StaleTextError
from tracker.forms.fields import TrackerForm
from tracker.security import Permission
from tracker.security.writers import FIELD, writer_of
from tracker.services import kept_texts
from tracker.views.sign_in import local_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.request import TrackerRequest

AnyForm = TypeVar("AnyForm", bound=TrackerForm)
#: Never kept: secrets, and what only our pages need.
NOT_TEXT = {"csrf_token", "password", "username", "version", "seen", "form_key", "place", FIELD}
KEPT = (
    "You were signed out while you wrote this. Nothing is lost. What you wrote is in the boxes "
    "below, and it is saved when you press Save."
)


def keep_what_was_sent(request: "TrackerRequest") -> bool:
    """Keep the text of a form whose session has ended, for the account it was drawn for."""
    writer = writer_of(request)
    if writer is None:
        return False
    fields = {
        name: text
        for name, text in request.POST.items()
        if isinstance(text, str) and name not in NOT_TEXT
    }
    # Not in the request's own transaction: that one is undone, as the request was refused.
    with request.brief_db() as db:
        return kept_texts.keep_text(
            db,
            staff_id=writer.staff_id,
            organisation_id=writer.organisation_id,
            place=request.path,
            fields=fields,
            now=request.now,
        )


def bring_back(
    request: "TrackerRequest",
    kind: type[AnyForm],
    *,
    saved: "Mapping[str, str]",
    version: int,
) -> tuple[AnyForm, StaleTextError] | None:
    """Fill a form with what was kept for this person on this page, beside what is saved now."""
    kept = kept_texts.kept_for(request.db, by=request.actor, place=request.path)
    if kept is None:
        return None
    form = kind(MultiDict(kept.fields))
    form["version"].data = str(version)
    conflict = StaleTextError(KEPT, saved=dict(saved), version=version)
    conflict.is_kept = True
    return form, conflict


def forget(request: "TrackerRequest") -> None:
    """Throw away what was kept for this page: it has just been saved."""
    kept_texts.throw_away(request.db, by=request.actor, place=request.path)


@view_config(
    route_name="kept_text.list",
    permission=Permission.OWN_PAGES,
    renderer="kept_texts/list.jinja2",
)
def list_kept(request: "TrackerRequest") -> dict[str, object]:
    return {"kept": kept_texts.all_kept_for(request.db, by=request.actor)}


@view_config(route_name="kept_text.drop", permission=Permission.OWN_PAGES, request_method="POST")
def drop_kept(request: "TrackerRequest") -> Any:  # noqa: ANN401
    place = local_path(request.POST.get("place", ""))
    kept_texts.throw_away(request.db, by=request.actor, place=place)
    request.session.flash("What we kept for you is thrown away.")
    return HTTPSeeOther(place)
