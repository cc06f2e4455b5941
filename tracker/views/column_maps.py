"""Drawing a map of a table's columns: choose a file, look at its first rows, check, save."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from integrations.errors import FileRefusedError
from tracker.errors import InvalidInputError, NotFoundError
from tracker.security import Permission
from tracker.services import column_maps, staged_runs, waiting_files

if TYPE_CHECKING:
    from integrations.tables.maps import TableMap
    from tracker.request import TrackerRequest

LIST = "column_maps/list.jinja2"
SHOW = "column_maps/show.jinja2"


def _kind(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Give the kind of table; those of staff are for administrators alone."""
    kind = column_maps.kind_named(request.matchdict["kind"])
    if kind.key == "hr" and not request.has_permission(Permission.BRING_TABLES):
        raise NotFoundError("There is no such kind of table.")
    return kind


def _list(request: "TrackerRequest", *problems: str) -> dict[str, object]:
    kind = _kind(request)
    if problems:
        request.response.status_int = 422
    return {
        "kind": kind,
        "maps": column_maps.saved_maps(request.db, request.actor.organisation_id, kind.key),
        "problems": problems,
    }


@view_config(
    route_name="column_map.list",
    permission=Permission.DRAW_MAPS,
    request_method="GET",
    renderer=LIST,
)
def list_maps(request: "TrackerRequest") -> dict[str, object]:
    return _list(request)


@view_config(
    route_name="column_map.list",
    permission=Permission.DRAW_MAPS,
    request_method="POST",
    renderer=LIST,
)
def take_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    upload = request.POST.get("file")
    if not hasattr(upload, "file"):
        return _list(request, "Choose a file first.")
    kind = _kind(request)
    try:
        file = waiting_files.put_aside(
            request.db, kind, upload.filename, upload.file, by=request.actor, now=request.now
        )
    except (FileRefusedError, InvalidInputError) as refusal:
        return _list(request, str(refusal))
    by_map = request.POST.get("map") or ""
    return HTTPSeeOther(
        request.route_path(
            "column_map",
            kind=kind.key,
            file_id=file.public_id,
            _query={"map": by_map} if by_map else {},
        )
    )


@view_config(route_name="column_map.remove", permission=Permission.DRAW_MAPS, request_method="POST")
def remove_map(request: "TrackerRequest") -> Any:  # noqa: ANN401
    kind = _kind(request)
    column_maps.remove_map(request.db, kind.key, request.matchdict["map_id"], by=request.actor)
    request.session.flash("The map is gone.")
    return HTTPSeeOther(request.route_path("column_map.list", kind=kind.key))


@view_config(
    route_name="column_map",
    permission=Permission.DRAW_MAPS,
    request_method="GET",
    renderer=SHOW,
)
def show_map(request: "TrackerRequest") -> Any:  # noqa: ANN401
    return _show(request, _saved(request))


def _saved(request: "TrackerRequest") -> "TableMap | None":
    """Give the saved map that was chosen with the file, if one was."""
    name = request.GET.get("map", "")
    if not name:
        return None
    return column_maps.find_map(
        request.db, request.actor.organisation_id, request.matchdict["kind"], name
    )


@view_config(
    route_name="column_map",
    permission=Permission.DRAW_MAPS,
    request_method="POST",
    renderer=SHOW,
)
def check_or_save(request: "TrackerRequest") -> Any:  # noqa: ANN401
    kind = _kind(request)
    chosen = column_maps.read_map(kind, request.POST)
    shown = _show(request, chosen, is_checked=True)
    page = shown["page"]
    if page.errors or request.POST.get("do") != "save":
        return shown
    try:
        saved = column_maps.save_map(
            request.db,
            kind,
            request.POST.get("name", ""),
            page.table_map,
            by=request.actor,
            now=request.now,
        )
    except InvalidInputError as refusal:
        request.response.status_int = 422
        return shown | {"name_error": refusal.message}
    request.session.flash(f"The map “{saved.name}” is saved.")
    if kind.key != "hr":
        request.session.flash("Choose the file and its map below to take it in.")
        return HTTPSeeOther(request.route_path("outcome_file.list"))
    run = staged_runs.ask_to_look(
        request.db, page.file, saved.name, by=request.actor, now=request.now
    )
    return HTTPSeeOther(request.route_path("import", import_id=run.public_id))


def _show(
    request: "TrackerRequest", chosen: "TableMap | None" = None, *, is_checked: bool = False
) -> dict[str, Any]:
    kind = _kind(request)
    file = waiting_files.find(request.db, kind.key, request.matchdict["file_id"], by=request.actor)
    page = column_maps.look_through(request.db, file, chosen=chosen, is_checked=is_checked)
    if page.errors:
        request.response.status_int = 422
    return {
        "page": page,
        "maps": column_maps.saved_maps(request.db, request.actor.organisation_id, kind.key),
        "name": request.POST.get("name") or request.GET.get("map", ""),
        "name_error": None,
    }
