"""Answering a survey round, for those who were asked."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.forms.fields import read_number
from tracker.security import Permission
from tracker.services import survey_answers

if TYPE_CHECKING:
    from tracker.models import SurveyRound
    from tracker.request import TrackerRequest
    from tracker.security.survey_contexts import SurveyInView
    from tracker.services.survey_answers import SurveyPage

#: What a browser holds of an anonymous round: a key to the answers, and nobody's name.
KEYS = "survey_keys"
ANSWER = {"route_name": "survey.page", "permission": Permission.ANSWER_SURVEY}


@view_config(
    route_name="survey", permission=Permission.ANSWER_SURVEY, renderer="surveys/start.jinja2"
)
def show_start(context: "SurveyInView", request: "TrackerRequest") -> dict[str, object]:
    survey = context.survey
    invitation = survey_answers.invitation_of(request.db, survey, by=request.actor)
    found = _response(survey, request)
    return {
        "survey": survey,
        "pages": len(survey_answers.parts_of(survey)),
        "questions": len(survey.questions),
        "is_open": survey.is_open(request.today),
        "can_go_on": found is not None,
        "is_lost": survey.is_anonymous and invitation.has_begun and found is None,
    }


@view_config(route_name="survey.begin", permission=Permission.ANSWER_SURVEY, request_method="POST")
def begin(context: "SurveyInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    survey = context.survey
    token = survey_answers.begin(
        request.db, survey, by=request.actor, today=request.today, key=_key(survey, request)
    )
    if token is not None:
        _remember(survey, request, token)
    return _to_page(request, survey, 1)


@view_config(**ANSWER, request_method="GET", renderer="surveys/page.jinja2")
def show_page(context: "SurveyInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    page = _page(context.survey, request)
    if page is None:
        return _to_start(request, context.survey)
    return {"survey": context.survey, "page": page}


@view_config(**ANSWER, request_method="POST")
def keep_page(context: "SurveyInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    survey = context.survey
    _enter(survey, request)
    response = _response(survey, request)
    page = _page(survey, request)
    if page is None or response is None:
        return _to_start(request, survey)
    given = {one.id: request.POST.get(f"question-{one.id}", "") for one in page.questions}
    survey_answers.keep_page(request.db, survey, response, page, given, today=request.today)
    if page.is_last:
        return HTTPSeeOther(request.route_path("survey.thanks", round_id=survey.public_id))
    return _to_page(request, survey, page.number + 1)


@view_config(
    route_name="survey.thanks",
    permission=Permission.ANSWER_SURVEY,
    renderer="surveys/thanks.jinja2",
)
def show_thanks(context: "SurveyInView", _request: "TrackerRequest") -> dict[str, object]:
    return {"survey": context.survey}


def _page(survey: "SurveyRound", request: "TrackerRequest") -> "SurveyPage | None":
    number = read_number(request.params.get("n")) or 0
    response = _response(survey, request)
    if response is None:
        token = _key(survey, request) if survey.is_anonymous else None
        # The first page is shown before the token is spent: that is done with the first answers.
        return survey_answers.empty_page(survey, number) if token else None
    return survey_answers.survey_page(request.db, survey, response, number)


def _enter(survey: "SurveyRound", request: "TrackerRequest") -> None:
    """Spend the token with the first answers, in another transaction than it was given in."""
    token = _key(survey, request)
    if not survey.is_anonymous or token is None:
        return
    key = survey_answers.enter(request.db, survey, token, today=request.today)
    if key is not None:
        _remember(survey, request, key)


def _response(survey: "SurveyRound", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return survey_answers.find_response(
        request.db, survey, by=request.actor, key=_key(survey, request)
    )


def _key(survey: "SurveyRound", request: "TrackerRequest") -> str | None:
    keys: dict[str, str] = request.session.get(KEYS, {})
    return keys.get(survey.public_id)


def _remember(survey: "SurveyRound", request: "TrackerRequest", key: str) -> None:
    request.session[KEYS] = {**request.session.get(KEYS, {}), survey.public_id: key}


def _to_page(request: "TrackerRequest", survey: "SurveyRound", number: int) -> Any:  # noqa: ANN401
    return HTTPSeeOther(
        request.route_path("survey.page", round_id=survey.public_id, _query={"n": number})
    )


def _to_start(request: "TrackerRequest", survey: "SurveyRound") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("survey", round_id=survey.public_id))
