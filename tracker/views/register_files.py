"""The register as a file: out, and in again after a look at what it would change."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from integrations.errors import FileRefusedError
from integrations.systems.csv_file import write_register
from tracker.errors import TrackerError
from tracker.security import Permission
from tracker.services import organisations, register_files
from tracker.services.systems_exchange import export_register

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.services.register_files import FilePreview

PAGE = "systems/file.jinja2"


@view_config(route_name="system.export", permission=Permission.MANAGE_SYSTEMS)
def export_systems(request: "TrackerRequest") -> Response:
    organisation = organisations.get(request.db, request.actor.organisation_id)
    register = export_register(request.db, organisation, today=request.today)
    return Response(
        write_register(register).encode(),
        content_type="text/csv",
        charset="utf-8",
        content_disposition='attachment; filename="systems.csv"',
    )


@view_config(
    route_name="system.import",
    permission=Permission.MANAGE_SYSTEMS,
    request_method="GET",
    renderer="systems/import.jinja2",
)
def show_import(_request: "TrackerRequest") -> dict[str, object]:
    return {"problems": ()}


@view_config(
    route_name="system.import",
    permission=Permission.MANAGE_SYSTEMS,
    request_method="POST",
    renderer="systems/import.jinja2",
)
def take_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    upload = request.POST.get("file")
    if not hasattr(upload, "file"):
        return _refused(request, ("Choose a file first.",))
    try:
        preview = register_files.take_file(
            request.db,
            organisations.get(request.db, request.actor.organisation_id),
            upload.filename,
            upload.file,
            by=request.actor,
            now=request.now,
            today=request.today,
        )
    except (FileRefusedError, TrackerError) as refusal:
        lines = tuple(line.strip() for line in str(refusal).splitlines())
        return _refused(request, lines)
    return HTTPSeeOther(request.route_path("system.import_file", file_id=preview.file.public_id))


def _refused(request: "TrackerRequest", problems: tuple[str, ...]) -> dict[str, object]:
    request.response.status_int = 422
    return {"problems": problems}


def _preview(request: "TrackerRequest") -> "FilePreview":
    return register_files.preview(
        request.db,
        organisations.get(request.db, request.actor.organisation_id),
        request.matchdict["file_id"],
        by=request.actor,
        today=request.today,
    )


@view_config(
    route_name="system.import_file",
    permission=Permission.MANAGE_SYSTEMS,
    request_method="GET",
    renderer=PAGE,
)
def show_preview(request: "TrackerRequest") -> dict[str, object]:
    return {"preview": _preview(request)}


@view_config(
    route_name="system.import_file", permission=Permission.MANAGE_SYSTEMS, request_method="POST"
)
def keep_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    changes = register_files.keep_file(
        request.db,
        organisations.get(request.db, request.actor.organisation_id),
        request.matchdict["file_id"],
        ends_gone=request.POST.get("gone") == "end",
        by=request.actor,
        today=request.today,
    )
    request.session.flash(
        f"Saved: {len(changes.added)} added, {len(changes.changed)} changed, "
        f"{changes.unchanged} as before."
    )
    return HTTPSeeOther(request.route_path("system.list"))
