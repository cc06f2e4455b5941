"""A self-assessment of one's own: start, one statement a page, the end, then and now."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.documents.then_and_now import then_and_now_svg
from tracker.forms.fields import read_number
from tracker.forms.self_assessment import NOT_CLEAR, QuestionForm
from tracker.security import Permission
from tracker.services import sittings, then_and_now
from tracker.services.asking import MOST_IN_A_SITTING

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.services.sittings import QuestionPage, Sitting

QUESTION = "self_assessments/question.jinja2"


@view_config(
    route_name="self_assessment",
    permission=Permission.OWN_PAGES,
    renderer="self_assessments/start.jinja2",
)
def show_start(request: "TrackerRequest") -> dict[str, object]:
    page = sittings.start_page(request.db, by=request.actor, now=request.now, today=request.today)
    return {"page": page, "most": MOST_IN_A_SITTING}


@view_config(
    route_name="self_assessment.start", permission=Permission.OWN_PAGES, request_method="POST"
)
def start(request: "TrackerRequest") -> Any:  # noqa: ANN401
    sittings.start_or_resume(request.db, by=request.actor, now=request.now, today=request.today)
    found = _sitting(request)
    return _to_question(request, len(found.said) + 1 if found else 1)


@view_config(
    route_name="self_assessment.question",
    permission=Permission.OWN_PAGES,
    request_method="GET",
    renderer=QUESTION,
)
def show_question(request: "TrackerRequest") -> Any:  # noqa: ANN401
    found = _sitting(request)
    if found is None:
        return _to(request, "self_assessment")
    page = sittings.question_page(request.db, found, _number(request))
    if page is None:
        return _beyond(request, found)
    return _drawn(page, _form(None, page))


@view_config(
    route_name="self_assessment.question",
    permission=Permission.OWN_PAGES,
    request_method="POST",
    renderer=QUESTION,
)
def answer(request: "TrackerRequest") -> Any:  # noqa: ANN401
    found = _sitting(request)
    if found is None:
        return _to(request, "self_assessment")
    page = sittings.question_page(request.db, found, _number(request))
    if page is None:
        return _beyond(request, found)
    if str(page.competence_id) != request.POST.get("about"):
        # The page is an older one, from another tab or device: show the question of today.
        return _to_question(request, page.number)
    form = _form(request.POST, page)
    if not form.validate():
        return _drawn(page, form)
    sittings.keep_answer(request.db, found, page, form.to_draft(), now=request.now)
    return _to_question(request, page.number + 1)


@view_config(
    route_name="self_assessment.end",
    permission=Permission.OWN_PAGES,
    request_method="GET",
    renderer="self_assessments/end.jinja2",
)
def show_end(request: "TrackerRequest") -> Any:  # noqa: ANN401
    found = sittings.last_ended(request.db, by=request.actor, today=request.today)
    if found is None:
        return _to(request, "self_assessment")
    stories = then_and_now.then_and_now(request.db, by=request.actor)
    return {
        "sentence": sittings.why_sentence(found.then),
        "moved_on": then_and_now.moved_on(stories),
        "not_clear": sum(said.current_level is None for said in found.said.values()),
        "appraisal": sittings.open_appraisal_of(request.db, by=request.actor),
        "record": found.record,
    }


@view_config(
    route_name="self_assessment.finish", permission=Permission.OWN_PAGES, request_method="POST"
)
def finish(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Stop for today, with or without more to ask."""
    found = _sitting(request)
    if found is None or not found.said:
        return _to(request, "self_assessment")
    sittings.end_sitting(found, now=request.now)
    return _to(request, "self_assessment.end")


@view_config(
    route_name="self_assessment.bring", permission=Permission.OWN_PAGES, request_method="POST"
)
def bring(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Bring the answers to one's appraisal, or take them back."""
    found = sittings.last_ended(request.db, by=request.actor, today=request.today)
    appraisal = sittings.open_appraisal_of(request.db, by=request.actor)
    if found is None or appraisal is None:
        return _to(request, "self_assessment")
    if request.POST.get("keep") == "private":
        sittings.take_back(request.db, found.record, appraisal)
        request.session.flash("Your answers are for you alone again.")
    else:
        sittings.bring_to_appraisal(request.db, found.record, appraisal, by=request.actor)
        request.session.flash("Your answers are with your notes for the appraisal.")
    return _to(request, "self_assessment.end")


@view_config(
    route_name="self_assessment.history",
    permission=Permission.OWN_PAGES,
    renderer="self_assessments/history.jinja2",
)
def show_history(request: "TrackerRequest") -> dict[str, object]:
    stories = then_and_now.then_and_now(request.db, by=request.actor)
    return {
        "stories": [
            (story, then_and_now_svg(story, f"story-{number}"))
            for number, story in enumerate(stories, start=1)
        ]
    }


def _drawn(page: "QuestionPage", form: QuestionForm) -> dict[str, object]:
    return {"page": page, "form": form, "most": MOST_IN_A_SITTING}


def _form(posted: Any, page: "QuestionPage") -> QuestionForm:  # noqa: ANN401
    said = page.said
    if said is None:
        needed = str(page.needed_level) if page.needed_level else None
        form = QuestionForm(posted, page.levels, data={"needed": needed})
        if needed:
            form.needed.description = (
                "Your role profile says this. Change it if yours is different."
            )
        return form
    now = str(said.current_level) if said.current_level else NOT_CLEAR
    return QuestionForm(
        posted,
        page.levels,
        data={
            "now": now,
            "needed": str(said.needed_level) if said.needed_level else None,
            "sure": str(said.confidence) if said.confidence else None,
            "comment": said.comment or "",
        },
    )


def _sitting(request: "TrackerRequest") -> "Sitting | None":
    return sittings.find_sitting(request.db, by=request.actor, now=request.now, today=request.today)


def _number(request: "TrackerRequest") -> int:
    return read_number(request.params.get("n")) or 0


def _beyond(request: "TrackerRequest", found: "Sitting") -> Any:  # noqa: ANN401
    """Lead to the next question, or to the end where there is none."""
    if not found.is_over:
        return _to_question(request, len(found.said) + 1)
    sittings.end_sitting(found, now=request.now)
    return _to(request, "self_assessment.end")


def _to_question(request: "TrackerRequest", number: int) -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("self_assessment.question", _query={"n": number}))


def _to(request: "TrackerRequest", route: str) -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path(route))
