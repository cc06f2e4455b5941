"""Survey rounds for quality leads: open, watch, close, read, compare."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from tracker.documents.survey_charts import compared_svg, question_svg
from tracker.documents.survey_csv import results_csv
from tracker.errors import InvalidInputError
from tracker.forms.survey import SETS, RoundForm
from tracker.security import Permission
from tracker.services import survey_comparison, survey_pages, survey_rounds

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.survey_contexts import SurveyInView

RUN = {"permission": Permission.RUN_SURVEY}


@view_config(
    route_name="survey_round.list",
    permission=Permission.READ_NEEDS,
    renderer="survey_rounds/list.jinja2",
)
def show_rounds(request: "TrackerRequest") -> dict[str, object]:
    return {
        "lines": survey_rounds.rounds_of(request.db, request.actor.organisation_id),
        "today": request.today,
    }


@view_config(
    route_name="survey_round.add",
    permission=Permission.READ_NEEDS,
    renderer="survey_rounds/add.jinja2",
)
def add_round(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = RoundForm(request.POST if request.method == "POST" else None)
    ticked = set(request.POST.getall("sets")) if request.method == "POST" else set()
    if request.method == "POST" and form.validate():
        try:
            made = survey_rounds.add_round(
                request.db,
                form.to_draft(request.POST),
                organisation_id=request.actor.organisation_id,
                by=request.actor,
                today=request.today,
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="name")
        else:
            request.session.flash("The round is open. People find it on their first page.")
            return _to_round(request, made.public_id)
    return {"form": form, "sets": SETS, "ticked": ticked}


@view_config(route_name="survey_round", renderer="survey_rounds/show.jinja2", **RUN)
def show_round(context: "SurveyInView", request: "TrackerRequest") -> dict[str, object]:
    page = _page(context, request)
    pictures = {}
    if page.results is not None:
        pictures = {
            one.key: question_svg(one, f"answers-{number}")
            for number, one in enumerate(page.results.questions, start=1)
            if one.is_shown
        }
    return {"survey": context.survey, "page": page, "pictures": pictures}


@view_config(route_name="survey_round.csv", **RUN)
def download(context: "SurveyInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    page = _page(context, request)
    if page.results is None:
        raise HTTPNotFound
    text = results_csv(context.survey, page.unit_name, page.results)
    return Response(
        text.encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        content_disposition='attachment; filename="survey-results.csv"',
    )


@view_config(route_name="survey_round.compare", renderer="survey_rounds/compare.jinja2", **RUN)
def compare(context: "SurveyInView", request: "TrackerRequest") -> dict[str, object]:
    page = survey_pages.comparison_page(
        request.db,
        context.survey,
        other_id=request.params.get("with", ""),
        today=request.today,
    )
    compared = survey_comparison.compare(*page.results) if page.results else []
    return {
        "survey": context.survey,
        "page": page,
        "compared": [
            (one, compared_svg(one, f"compared-{number}"))
            for number, one in enumerate(compared, start=1)
        ],
    }


@view_config(route_name="survey_round.remind", request_method="POST", **RUN)
def remind(context: "SurveyInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    number = survey_rounds.remind(request.db, context.survey, by=request.actor, today=request.today)
    request.session.flash(f"{number} people are reminded in their next weekly mail.")
    return _to_round(request, context.survey.public_id)


@view_config(route_name="survey_round.close", request_method="POST", **RUN)
def close(context: "SurveyInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    survey_rounds.close_round(request.db, context.survey, by=request.actor, today=request.today)
    request.session.flash("The round is closed, and its answers are counted.")
    return _to_round(request, context.survey.public_id)


def _page(context: "SurveyInView", request: "TrackerRequest") -> survey_pages.RoundPage:
    return survey_pages.round_page(
        request.db,
        context.survey,
        unit_public_id=request.params.get("unit", ""),
        by=request.actor,
        today=request.today,
    )


def _to_round(request: "TrackerRequest", public_id: str) -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("survey_round", round_id=public_id))
