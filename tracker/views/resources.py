"""The trust's list of things to learn from, kept by an administrator."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError, StaleTextError
from tracker.forms.goal_offer import ResourceForm
from tracker.security import Permission
from tracker.services import resources

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

FORM = "resources/form.jinja2"


@view_config(
    route_name="resource.list",
    permission=Permission.OWN_PAGES,
    renderer="resources/list.jinja2",
)
def list_resources(request: "TrackerRequest") -> dict[str, object]:
    """Show the list to everybody; who keeps it also sees what was taken off."""
    organisation_id = request.actor.organisation_id
    keeps = request.has_permission(Permission.KEEP_RESOURCES)
    names = dict(resources.competences_to_choose(request.db, organisation_id))
    rows = [
        (one, [names[key] for key in resources.keys_in(one) if key in names])
        for one in resources.resources_of(request.db, organisation_id, also_retired=bool(keeps))
    ]
    return {"rows": rows}


@view_config(
    route_name="resource.add",
    permission=Permission.KEEP_RESOURCES,
    request_method="GET",
    renderer=FORM,
)
def show_new_resource(request: "TrackerRequest") -> dict[str, object]:
    return _drawn(request, ResourceForm(), is_new=True)


@view_config(
    route_name="resource.add",
    permission=Permission.KEEP_RESOURCES,
    request_method="POST",
    renderer=FORM,
)
def add_resource(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = _filled(request)
    if not form.validate():
        return _drawn(request, form, is_new=True)
    try:
        resources.add_resource(request.db, form.to_draft(), by=request.actor)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="title")
        return _drawn(request, form, is_new=True)
    request.session.flash("It is on the list.")
    return HTTPSeeOther(request.route_path("resource.list"))


@view_config(
    route_name="resource.change",
    permission=Permission.KEEP_RESOURCES,
    request_method="GET",
    renderer=FORM,
)
def show_resource(request: "TrackerRequest") -> dict[str, object]:
    one = resources.resource_to_change(
        request.db, request.matchdict["resource_id"], by=request.actor
    )
    form = ResourceForm(
        obj=one,
        competences=list(resources.keys_in(one)),
        is_retired="yes" if one.is_retired else "no",
    )
    return _drawn(request, form, is_new=False)


@view_config(
    route_name="resource.change",
    permission=Permission.KEEP_RESOURCES,
    request_method="POST",
    renderer=FORM,
)
def change_resource(request: "TrackerRequest") -> Any:  # noqa: ANN401
    one = resources.resource_to_change(
        request.db, request.matchdict["resource_id"], by=request.actor
    )
    form = _filled(request)
    if not form.validate():
        return _drawn(request, form, is_new=False)
    try:
        resources.change_resource(request.db, one, form.to_draft(), by=request.actor)
    except StaleTextError as conflict:
        form.version.data = str(conflict.version)
        request.response.status_int = 409
        return _drawn(request, form, is_new=False, conflict=conflict)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="title")
        return _drawn(request, form, is_new=False)
    request.session.flash("The list is changed.")
    return HTTPSeeOther(request.route_path("resource.list"))


def _filled(request: "TrackerRequest") -> ResourceForm:
    form = ResourceForm(request.POST)
    form.offer_competences(
        resources.competences_to_choose(request.db, request.actor.organisation_id)
    )
    return form


def _drawn(
    request: "TrackerRequest",
    form: ResourceForm,
    *,
    is_new: bool,
    conflict: StaleTextError | None = None,
) -> dict[str, object]:
    form.offer_competences(
        resources.competences_to_choose(request.db, request.actor.organisation_id)
    )
    return {"form": form, "is_new": is_new, "conflict": conflict}
