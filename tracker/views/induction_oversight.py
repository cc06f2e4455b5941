"""New starters for HR: who starts when, what waits on whom; as a page and as a file."""

import csv
import io
from typing import TYPE_CHECKING, Any

from pyramid.response import Response
from pyramid.view import view_config

from tracker.forms.fields import read_number
from tracker.security import Permission
from tracker.services import induction_overview
from tracker.services.induction_overview import OverviewFilter
from tracker.services.spreadsheet_text import plain_cell

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


def _asked(request: "TrackerRequest") -> OverviewFilter:
    return OverviewFilter(
        unit=request.GET.get("unit", ""),
        kind=request.GET.get("kind", ""),
        state=request.GET.get("state", ""),
    )


@view_config(
    route_name="induction.oversight",
    permission=Permission.READ_DATES,
    renderer="inductions/oversight.jinja2",
)
def show_starters(request: "TrackerRequest") -> dict[str, object]:
    asked = _asked(request)
    page = induction_overview.overview_page(
        request.db,
        asked,
        by=request.actor,
        today=request.today,
        page=read_number(request.GET.get("page")) or 1,
    )
    kinds = induction_overview.KIND_WORDS
    return {
        "page": page,
        "asked": asked,
        "kinds": kinds,
        "states": induction_overview.STATES,
        "units": [("", "All"), *((unit.public_id, unit.name) for unit in page.units)],
        "kinds_asked": [("", "All"), *((kind.value, words) for kind, words in kinds.items())],
        "query": {key: value for key, value in vars(asked).items() if value},
    }


@view_config(route_name="induction.csv", permission=Permission.READ_DATES)
def take_starters(request: "TrackerRequest") -> Any:  # noqa: ANN401
    rows = induction_overview.overview_rows(
        request.db, _asked(request), by=request.actor, today=request.today
    )
    text = io.StringIO()
    csv.writer(text).writerows([[plain_cell(cell) for cell in row] for row in rows])
    return Response(
        body=text.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        content_disposition='attachment; filename="new-starters.csv"',
    )
