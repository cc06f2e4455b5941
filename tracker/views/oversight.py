"""Dates for HR, imports for administrators."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from integrations.errors import IntegrationError
from tracker.forms.fields import read_number
from tracker.security import Permission
from tracker.services import fresh_files, oversight, staged_runs
from tracker.services.dates_filters import STATE_WORDS, read_filter

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(
    route_name="dates", permission=Permission.READ_DATES, renderer="oversight/dates.jinja2"
)
def show_dates(request: "TrackerRequest") -> dict[str, object]:
    chosen = read_filter(request.GET)
    page = oversight.dates_page(
        request.db,
        by=request.actor,
        today=request.today,
        page=read_number(request.GET.get("page")) or 1,
        chosen=chosen,
    )
    asked = {"unit": chosen.unit, "state": chosen.state or ""}
    return {
        "page": page,
        "today": request.today,
        "asked": {name: value for name, value in asked.items() if value},
        "states": STATE_WORDS,
    }


@view_config(route_name="dates.csv", permission=Permission.READ_DATES)
def save_dates(request: "TrackerRequest") -> Any:  # noqa: ANN401
    response = request.response
    response.content_type = "text/csv"
    response.charset = "utf-8"
    response.content_disposition = f'attachment; filename="appraisal-dates-{request.today}.csv"'
    # The mark in front tells Excel that the file is UTF-8.
    response.text = "\ufeff" + oversight.dates_csv(
        request.db, read_filter(request.GET), by=request.actor, today=request.today
    )
    return response


@view_config(
    route_name="import.list",
    permission=Permission.READ_IMPORTS,
    renderer="oversight/imports.jinja2",
)
def list_imports(request: "TrackerRequest") -> dict[str, object]:
    return {"runs": oversight.import_runs(request.db, by=request.actor)}


@view_config(
    route_name="import", permission=Permission.READ_IMPORTS, renderer="oversight/import.jinja2"
)
def show_import(request: "TrackerRequest") -> dict[str, object]:
    page = oversight.import_run_page(request.db, request.matchdict["import_id"], by=request.actor)
    return {
        "page": page,
        "is_full_wanted": fresh_files.is_gap_open(request.db, page.run),
        "has_hub": request.tracker_settings.hr_hub is not None,
    }


@view_config(route_name="import.answer", permission=Permission.BRING_TABLES, request_method="POST")
def answer_import(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Say yes or no to a file that waits for it. A worker takes it in."""
    run = staged_runs.answer(
        request.db,
        request.matchdict["import_id"],
        is_yes=request.POST.get("answer") == "yes",
        by=request.actor,
        now=request.now,
    )
    return HTTPSeeOther(request.route_path("import", import_id=run.public_id))


@view_config(route_name="import.fresh", permission=Permission.BRING_TABLES, request_method="POST")
def ask_for_full_file(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Hand in the file that asks ESR for a fresh full one; save it where no hub is set."""
    settings = request.tracker_settings
    with request.brief_db() as db:
        name, content = fresh_files.draw_request(
            db, destination=settings.hr_destination, by=request.actor, now=request.now
        )
    if settings.hr_hub is None or request.POST.get("how") == "save":
        response = request.response
        response.content_type = "application/octet-stream"
        response.content_disposition = f'attachment; filename="{name}"'
        response.body = content.encode("latin-1")
        return response
    try:
        fresh_files.hand_in(settings.hr_hub, name, content)
    except IntegrationError as why:
        request.session.flash(f"ESR was not asked. {why}")
    else:
        request.session.flash("ESR is asked for a fresh full file. It comes with its next files.")
    return HTTPSeeOther(request.route_path("import.list"))


@view_config(route_name="import.rejected", permission=Permission.READ_IMPORTS)
def save_rejected(request: "TrackerRequest") -> Any:  # noqa: ANN401
    response = request.response
    response.content_type = "text/csv"
    response.charset = "utf-8"
    response.content_disposition = 'attachment; filename="not-taken-in.csv"'
    response.text = "\ufeff" + oversight.rejected_csv(
        request.db, request.matchdict["import_id"], by=request.actor
    )
    return response
