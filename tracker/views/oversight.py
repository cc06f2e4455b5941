"""Dates for HR, imports for administrators."""

from typing import TYPE_CHECKING

from pyramid.view import view_config

from tracker.security import Permission
from tracker.services import oversight

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(
    route_name="dates", permission=Permission.READ_DATES, renderer="oversight/dates.jinja2"
)
def show_dates(request: "TrackerRequest") -> dict[str, object]:
    typed = request.GET.get("page", "1")
    number = int(typed) if typed.isdecimal() and len(typed) < 9 else 1  # noqa: PLR2004
    page = oversight.dates_page(request.db, by=request.actor, today=request.today, page=number)
    return {"page": page, "today": request.today}


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
    return {"page": page}
