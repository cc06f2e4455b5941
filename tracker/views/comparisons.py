"""Did the goals help? Comparisons that are registered before looking, and exploratory looks."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.comparisons import ComparisonForm, comparison_form
from tracker.security import Permission
from tracker.services import comparison_checks, comparisons, measure_pages
from tracker.services.outcome_choices import report_choices

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.measure_contexts import ComparisonInView


@view_config(
    route_name="comparison.list",
    permission=Permission.KEEP_MEASURES,
    renderer="comparisons/list.jinja2",
)
def list_comparisons(request: "TrackerRequest") -> dict[str, object]:
    return {"registered": comparisons.registered(request.db, request.actor.organisation_id)}


@view_config(
    route_name="comparison",
    permission=Permission.READ_COMPARISON,
    renderer="comparisons/show.jinja2",
)
def show_comparison(context: "ComparisonInView", request: "TrackerRequest") -> dict[str, object]:
    comparison = context.comparison
    found = comparisons.look_alone(request.db, comparison, today=request.today)
    comparisons.note_look(request.db, comparison, by=request.actor)
    cohort = comparisons.cohort_words(comparison)
    return {"comparison": comparison, "found": found, "cohort": cohort}


@view_config(
    route_name="comparison.register",
    permission=Permission.KEEP_MEASURES,
    renderer="comparisons/register.jinja2",
)
def register_comparison(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = _form(request, is_look=False)
    if request.method == "POST" and form.validate():
        try:
            comparison = comparisons.register(
                request.db,
                request.actor.organisation_id,
                form.to_draft(),
                by=request.actor,
                today=request.today,
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="question")
        else:
            request.session.flash("Registered. Nobody can change it now.")
            return HTTPSeeOther(
                request.route_path("comparison", comparison_id=comparison.public_id)
            )
    return {"form": form}


@view_config(
    route_name="comparison.explore",
    permission=Permission.KEEP_MEASURES,
    renderer="comparisons/explore.jinja2",
)
def explore(request: "TrackerRequest") -> dict[str, object]:
    form = _form(request, is_look=True)
    found = None
    if request.method == "POST" and form.validate():
        try:
            found = comparisons.explore(
                request.db,
                request.actor.organisation_id,
                form.to_draft(),
                by=request.actor,
                today=request.today,
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="measure_key")
    return {"form": form, "found": found}


def _form(request: "TrackerRequest", *, is_look: bool) -> ComparisonForm:
    organisation_id = request.actor.organisation_id
    choices = report_choices(request.db, organisation_id, own_unit_ids=None, today=request.today)
    indent = "\N{NO-BREAK SPACE}" * 4
    return comparison_form(
        request.POST,
        measures=comparison_checks.comparable(request.db, organisation_id),
        domains=comparison_checks.goal_domains(request.db, organisation_id),
        units=[(unit.public_id, indent * unit.depth + unit.name) for unit in choices.units],
        months=measure_pages.months_to_choose(request.today),
        is_look=is_look,
    )
