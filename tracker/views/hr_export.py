"""What HR takes over into its own system: files, what was in which, and what came back."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.hr_export import ExportMapForm
from tracker.security import Permission
from tracker.services import hr_export, organisations
from tracker.services.hr_export_map import FACTS, map_of, set_map

if TYPE_CHECKING:
    from tracker.models import Organisation
    from tracker.request import TrackerRequest


def _organisation(request: "TrackerRequest") -> "Organisation":
    return organisations.get(request.db, request.actor.organisation_id)


@view_config(
    route_name="hr_export.list",
    permission=Permission.EXPORT_TO_HR,
    request_method="GET",
    renderer="hr_export/list.jinja2",
)
def show_exports(request: "TrackerRequest") -> dict[str, object]:
    return {"page": hr_export.export_page(request.db, by=request.actor)}


@view_config(route_name="hr_export.list", permission=Permission.EXPORT_TO_HR, request_method="POST")
def make_export(request: "TrackerRequest") -> Any:  # noqa: ANN401
    made = hr_export.make_export(
        request.db,
        _organisation(request),
        by=request.actor,
        now=request.now,
        today=request.today,
    )
    request.session.flash(
        "The files are made. Save them below, and bring them into your HR system."
        if made
        else "There is nothing that HR has not had yet."
    )
    return HTTPSeeOther(request.route_path("hr_export.list"))


@view_config(route_name="hr_export.file", permission=Permission.EXPORT_TO_HR, request_method="GET")
def save_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    export = hr_export.find_export(request.db, request.matchdict["export_id"], by=request.actor)
    kind = hr_export.kind_of(request.matchdict["kind"])
    response = request.response
    response.content_type = "text/csv"
    response.charset = "utf-8"
    name = f"{kind.value}-{export.made_at.date()}.csv"
    response.content_disposition = f'attachment; filename="{name}"'
    # The mark in front tells Excel that the file is UTF-8.
    response.text = "\ufeff" + hr_export.export_csv(
        request.db, _organisation(request), export, kind
    )
    return response


@view_config(
    route_name="hr_export.map",
    permission=Permission.EXPORT_TO_HR,
    renderer="hr_export/map.jinja2",
)
def change_map(request: "TrackerRequest") -> Any:  # noqa: ANN401 - a page or a redirect
    organisation = _organisation(request)
    if request.method != "POST":
        return {"form": ExportMapForm(obj=map_of(organisation)), "facts": FACTS}
    form = ExportMapForm(request.POST)
    if form.validate():
        try:
            set_map(organisation, form.to_map())
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="appraisals")
        else:
            request.session.flash("Saved. The next files have these columns.")
            return HTTPSeeOther(request.route_path("hr_export.list"))
    return {"form": form, "facts": FACTS}
