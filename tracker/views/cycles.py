"""Cycles and who is left out: for administrators to set, for HR to read."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.cycles import CycleForm, ExclusionForm
from tracker.security import Permission
from tracker.services import cycle_settings, exclusions

if TYPE_CHECKING:
    from tracker.request import TrackerRequest

CYCLE, EXCLUSION = "cycles/change.jinja2", "cycles/leave_out.jinja2"


def _back(request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("cycle.list"))


@view_config(
    route_name="cycle.list", permission=Permission.READ_CYCLES, renderer="cycles/list.jinja2"
)
def list_cycles(request: "TrackerRequest") -> dict[str, object]:
    return {"page": cycle_settings.cycles_page(request.db, by=request.actor, today=request.today)}


def _groups(request: "TrackerRequest") -> list[str]:
    return cycle_settings.known_groups(request.db, by=request.actor, today=request.today)


@view_config(
    route_name="cycle.change",
    permission=Permission.CHANGE_CYCLES,
    request_method="GET",
    renderer=CYCLE,
)
def show_cycle(request: "TrackerRequest") -> dict[str, object]:
    asked = request.GET.get("group", "")
    page = cycle_settings.cycles_page(request.db, by=request.actor, today=request.today)
    cycles = {line.staff_group: line.cycle for line in page.lines}
    cycle = cycles.get(asked, cycles[""])
    form = CycleForm(
        staff_group=asked,
        where="elsewhere" if cycle.is_elsewhere else "here",
        months=str(cycle.months),
        fixed_due_on=cycle.fixed_due_on,
        opens_days_before=str(cycle.opens_days_before),
    )
    return {"form": form.with_groups(_groups(request)), "touched": None}


@view_config(
    route_name="cycle.change",
    permission=Permission.CHANGE_CYCLES,
    request_method="POST",
    renderer=CYCLE,
)
def change_cycle(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = CycleForm(request.POST).with_groups(_groups(request))
    if not form.validate():
        return {"form": form, "touched": None}
    group, cycle = form.staff_group.data, form.to_cycle()
    if "keep" not in request.POST:
        touched = cycle_settings.touched_by_cycle(
            request.db, group, cycle, by=request.actor, today=request.today
        )
        return {"form": form, "touched": touched}
    cycle_settings.save_cycle(request.db, group, cycle, by=request.actor, today=request.today)
    request.session.flash("Saved. It holds from the next night on.")
    return _back(request)


def _exclusion_form(request: "TrackerRequest", form: ExclusionForm) -> ExclusionForm:
    categories = cycle_settings.categories_of(request.db, by=request.actor, today=request.today)
    return form.with_choices(_groups(request), categories)


@view_config(
    route_name="exclusion.add",
    permission=Permission.CHANGE_CYCLES,
    request_method="GET",
    renderer=EXCLUSION,
)
def show_exclusion(request: "TrackerRequest") -> dict[str, object]:
    form = ExclusionForm(starts_on=request.today)
    return {"form": _exclusion_form(request, form), "touched": None}


@view_config(
    route_name="exclusion.add",
    permission=Permission.CHANGE_CYCLES,
    request_method="POST",
    renderer=EXCLUSION,
)
def add_exclusion(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = _exclusion_form(request, ExclusionForm(request.POST))
    if not form.validate():
        return {"form": form, "touched": None}
    try:
        touched = cycle_settings.touched_by_exclusion(
            request.db, form.to_draft(), by=request.actor, today=request.today
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="kind")
        return {"form": form, "touched": None}
    if "keep" not in request.POST:
        return {"form": form, "touched": touched}
    exclusions.add_exclusion(
        request.db, form.to_draft(), by=request.actor, now=request.now, today=request.today
    )
    request.session.flash("Saved.")
    return _back(request)


@view_config(route_name="exclusion.end", permission=Permission.CHANGE_CYCLES, request_method="POST")
def end_exclusion(request: "TrackerRequest") -> Any:  # noqa: ANN401
    exclusions.end_exclusion(
        request.db, request.matchdict["exclusion_id"], by=request.actor, today=request.today
    )
    request.session.flash("Ended. They are in the round again.")
    return _back(request)
