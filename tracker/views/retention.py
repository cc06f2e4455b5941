"""How long records are kept, for an administrator."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.retention import RetentionForm
from tracker.security import Permission
from tracker.services import disposal

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

PAGE = "own_data/retention.jinja2"


def _drawn(request: "TrackerRequest", form: RetentionForm) -> dict[str, object]:
    kept = disposal.schedule_of(request.db, request.actor.organisation_id)
    form.offer(kept)
    return {"kept": kept, "form": form}


@view_config(
    route_name="retention",
    permission=Permission.SET_RETENTION,
    request_method="GET",
    renderer=PAGE,
)
def show_periods(request: "TrackerRequest") -> dict[str, object]:
    return _drawn(request, RetentionForm())


@view_config(
    route_name="retention",
    permission=Permission.SET_RETENTION,
    request_method="POST",
    renderer=PAGE,
)
def set_period(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = RetentionForm(request.POST)
    drawn = _drawn(request, form)
    if not form.validate():
        return drawn
    try:
        disposal.set_period(request.db, str(form.key.data), form.number, by=request.actor)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="days")
        return drawn
    request.session.flash("Saved.")
    return HTTPSeeOther(request.route_path("retention"))
