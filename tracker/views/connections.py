"""How other systems are reached, and what they brought, for administrators."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from integrations.errors import IntegrationError
from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.forms.group_roles import GroupRoleForm
from tracker.security import Permission
from tracker.security.identity import Role
from tracker.services import connections, directory_pages, directory_roles
from tracker.services.sign_in import SignInRefusedError
from tracker.views.proof import confirm_identity, ways_to_prove

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

LONGEST_NUMBER = 8
#: the facts of an HR record, in the words of the page
FACTS = {
    "employee_number": "HR number",
    "email": "email address",
    "nhs_unique_id": "NHS Unique ID",
}
ROLES = {
    Role.TRAINER: "Trainer: practice screens, tasks of new starters",
    Role.HR_OFFICER: "HR officer: dates and states of everybody",
    Role.QUALITY_LEAD: "Quality lead: outcomes of groups",
    Role.ADMINISTRATOR: "Administrator: settings, imports, frameworks",
}


@view_config(
    route_name="connections",
    permission=Permission.KEEP_CONNECTIONS,
    renderer="connections/list.jinja2",
)
def list_connections(request: "TrackerRequest") -> dict[str, object]:
    found = connections.connections_page(
        request.db, request.tracker_settings, by=request.actor, now=request.now
    )
    return {"connections": found}


@view_config(
    route_name="connections.test",
    permission=Permission.KEEP_CONNECTIONS,
    request_method="POST",
    renderer="connections/test.jinja2",
)
def test_connection(request: "TrackerRequest") -> dict[str, object]:
    """Let go of the database first: the other system may take seconds to answer."""
    key = request.matchdict["source"]
    with request.brief_db() as db:
        source = connections.note_test(db, key, by=request.actor)
        steps = source.look(db, request.actor, request.now) if source.look else []
    steps += connections.test_connection(request.tracker_settings, key)
    return {"source": source, "steps": steps}


@view_config(
    route_name="directory.unmatched",
    permission=Permission.KEEP_CONNECTIONS,
    renderer="connections/unmatched.jinja2",
)
def list_unmatched(request: "TrackerRequest") -> dict[str, object]:
    asked = request.GET.get("page", "1")
    search = request.GET.get("search", "")
    joins = request.tracker_settings.directory.attributes.joins
    facts = tuple(dict.fromkeys(fact for _, fact in joins))
    page = directory_pages.unmatched_page(
        request.db,
        by=request.actor,
        today=request.today,
        facts=facts,
        number=int(asked) if asked.isdecimal() and len(asked) < LONGEST_NUMBER else 1,
        search=search,
    )
    return {"page": page, "search": search, "facts": [FACTS[fact] for fact in facts]}


def _roles_page(request: "TrackerRequest", **more: object) -> dict[str, object]:
    settings = request.tracker_settings
    return {
        "fixed": directory_roles.settings_lines(request.db, settings, by=request.actor),
        "own": directory_roles.own_lines(request.db, request.actor.organisation_id),
        "roles": ROLES,
        "group": "",
        "role": "",
        "problem": "",
        "look": None,
        **more,
    }


@view_config(
    route_name="directory.roles",
    permission=Permission.KEEP_CONNECTIONS,
    request_method="GET",
    renderer="connections/roles.jinja2",
)
def show_roles(request: "TrackerRequest") -> dict[str, object]:
    """Show the lines; or, of a change that is asked for, who would gain or lose what."""
    if "group" not in request.GET:
        return _roles_page(request)
    return _looked(request, GroupRoleForm(request.GET), request.GET.get("action", ""))


@view_config(
    route_name="directory.roles",
    permission=Permission.KEEP_CONNECTIONS,
    request_method="POST",
    renderer="connections/roles.jinja2",
)
def change_roles(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Make a change that was looked at, once whoever asks has proved who they are."""
    form, action = GroupRoleForm(request.POST), request.POST.get("action", "")
    if not form.validate():
        return _looked(request, form, action)
    try:
        change = _read(form, action)
        look = _look(request, change)
    except (InvalidInputError, NotAllowedNowError, IntegrationError) as no:
        return _refused(request, form, str(no))
    try:
        proof = confirm_identity(
            request, form.username.data or "", form.password.data or "", about=look.change.digest
        )
        directory_roles.require_own(proof, by=request.actor)
    except (InvalidInputError, SignInRefusedError) as no:
        form.say(no)
        return _drawn(request, form, look)
    said = directory_roles.save(request.db, look.change, by=request.actor, now=request.now)
    request.session.flash(said)
    return HTTPSeeOther(request.route_path("directory.roles"))


def _read(form: GroupRoleForm, action: str) -> directory_roles.Change:
    return directory_roles.read_change(form.group.data or "", form.role.data or "", action)


def _looked(request: "TrackerRequest", form: GroupRoleForm, action: str) -> dict[str, object]:
    try:
        change = _read(form, action)
        return _drawn(request, form, _look(request, change))
    except (InvalidInputError, NotAllowedNowError, IntegrationError) as no:
        return _refused(request, form, str(no))


def _refused(request: "TrackerRequest", form: GroupRoleForm, problem: str) -> dict[str, object]:
    request.response.status_int = 400
    return _roles_page(request, problem=problem, group=form.group.data, role=form.role.data)


def _drawn(
    request: "TrackerRequest", form: GroupRoleForm, look: directory_roles.Look
) -> dict[str, object]:
    """Draw what would change. From here on the group goes by its whole name."""
    change = look.change
    form.group.data = change.group
    if form.errors:
        request.response.status_int = 400
    asked = {"group": change.group, "role": change.role, "action": change.action}
    proving = ways_to_prove(
        request,
        form,
        path=request.route_path("directory.roles"),
        about=change.digest,
        page=request.route_path("directory.roles", _query=asked),
    )
    return _roles_page(request, look=look, form=form, proving=proving)


def _look(request: "TrackerRequest", change: directory_roles.Change) -> directory_roles.Look:
    settings = request.tracker_settings
    with request.brief_db() as db:
        others = directory_roles.other_groups(db, settings, change, by=request.actor)
    asked = directory_roles.ask_directory(settings.directory, change, others)
    return directory_roles.look(request.db, change, asked, by=request.actor, today=request.today)
