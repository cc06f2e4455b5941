"""A system's page as its owner and the administrator change it."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError, StaleTextError
from tracker.forms.fields import read_number
from tracker.forms.systems import AlertForm, SystemForm, UseForm
from tracker.security import Permission
from tracker.services import system_changes, system_pages, system_users

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import SystemInView
    from tracker.services.system_changes import SystemDraft


#: three forms stand on one page
ALERT, USE = "alert-", "use-"


def _form(draft: "SystemDraft") -> SystemForm:
    return SystemForm(data={**vars(draft), "governance": draft.governance.value})


@view_config(
    route_name="system.add", permission=Permission.MANAGE_SYSTEMS, renderer="systems/add.jinja2"
)
def add_system(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = SystemForm(request.POST)
    if request.method != "POST" or not form.validate():
        return {"form": form}
    try:
        system = system_changes.add_system(request.db, form.to_draft(), by=request.actor)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="name")
        return {"form": form}
    request.session.flash("Saved. Say next who uses it, and which alerts it has.")
    return HTTPSeeOther(request.route_path("system.change", system_id=system.public_id))


def _page(  # noqa: PLR0913 - each form of the page, when it is to be mended
    context: "SystemInView",
    request: "TrackerRequest",
    *,
    form: SystemForm | None = None,
    alert: AlertForm | None = None,
    use: UseForm | None = None,
    conflict: StaleTextError | None = None,
) -> dict[str, object]:
    system = context.system
    choices = system_users.use_choices(request.db, system.organisation_id, today=request.today)
    return {
        "system": system,
        "uses": system_pages.uses_in_words(request.db, system),
        "form": form or _form(system_changes.draft_of(system)),
        "alert": alert or AlertForm(prefix=ALERT),
        "use": (use or UseForm(prefix=USE)).offer(choices),
        "conflict": conflict,
        "may_set_aside": system.state.value == "reported",
    }


PAGE = "systems/change.jinja2"


@view_config(
    route_name="system.change",
    permission=Permission.CHANGE_SYSTEM,
    request_method="GET",
    renderer=PAGE,
)
def show_change(context: "SystemInView", request: "TrackerRequest") -> dict[str, object]:
    return _page(context, request)


@view_config(
    route_name="system.change",
    permission=Permission.CHANGE_SYSTEM,
    request_method="POST",
    renderer=PAGE,
)
def change_system(context: "SystemInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = SystemForm(request.POST)
    if not form.validate():
        return _page(context, request, form=form)
    try:
        system_changes.change_system(request.db, context.system, form.to_draft(), by=request.actor)
    except StaleTextError as conflict:
        # What they typed is kept on their screen, now against the version they can see.
        form.version.data = str(conflict.version)
        request.response.status_int = 409
        return _page(context, request, form=form, conflict=conflict)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="name")
        return _page(context, request, form=form)
    request.session.flash("Saved.")
    return HTTPSeeOther(request.route_path("system", system_id=context.system.public_id))


def _again(context: "SystemInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("system.change", system_id=context.system.public_id))


@view_config(
    route_name="system.set_aside", permission=Permission.MANAGE_SYSTEM, request_method="POST"
)
def set_aside(context: "SystemInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    system_changes.set_aside(request.db, context.system, by=request.actor)
    request.session.flash("Set aside. It is not in the register.")
    return HTTPSeeOther(request.route_path("system.list"))


@view_config(
    route_name="system.alert",
    permission=Permission.CHANGE_SYSTEM,
    request_method="POST",
    renderer=PAGE,
)
def change_alerts(context: "SystemInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    taken_out = read_number(request.POST.get("remove"))
    if taken_out is not None:
        system_changes.remove_alert(request.db, context.system, taken_out, by=request.actor)
        return _again(context, request)
    form = AlertForm(request.POST, prefix=ALERT)
    if not form.validate():
        return _page(context, request, alert=form)
    try:
        system_changes.add_alert(request.db, context.system, form.to_draft(), by=request.actor)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="name")
        return _page(context, request, alert=form)
    return _again(context, request)


@view_config(
    route_name="system.use",
    permission=Permission.CHANGE_SYSTEM,
    request_method="POST",
    renderer=PAGE,
)
def change_uses(context: "SystemInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    taken_out = read_number(request.POST.get("remove"))
    if taken_out is not None:
        system_users.remove_use(request.db, context.system, taken_out, by=request.actor)
        return _again(context, request)
    form = UseForm(request.POST, prefix=USE)
    if not form.validate():
        return _page(context, request, use=form)
    try:
        system_users.add_use(request.db, context.system, form.to_draft(), by=request.actor)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="staff_group")
        return _page(context, request, use=form)
    return _again(context, request)
