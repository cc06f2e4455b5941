"""Practice in spotting alerts: start, screen by screen, and the end."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.forms.practice import PracticeAnswerForm
from tracker.security import Permission
from tracker.services import practice, practice_words
from tracker.services.own_outcomes import own_alerts

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import PracticeInView

SCREEN = "practice/screen.jinja2"


@view_config(
    route_name="practice", permission=Permission.OWN_PAGES, renderer="practice/start.jinja2"
)
def show_start(request: "TrackerRequest") -> dict[str, object]:
    return {"start": practice.practice_start(request.db, by=request.actor)}


@view_config(route_name="practice.start", permission=Permission.OWN_PAGES, request_method="POST")
def start(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = practice.start_or_resume(
        request.db, by=request.actor, today=request.today, now=request.now
    )
    return _to_screen(request, form.public_id, len(form.answers))


@view_config(
    route_name="practice.screen",
    permission=Permission.PRACTISE,
    request_method="GET",
    renderer=SCREEN,
)
def show_screen(context: "PracticeInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    page = practice.screen_page(request.db, context.form, _position(request))
    if page is None:
        return _to_screen(request, context.form.public_id, len(context.form.answers))
    return {"page": page, "form": PracticeAnswerForm(None, page.screen)}


@view_config(
    route_name="practice.screen",
    permission=Permission.PRACTISE,
    request_method="POST",
    renderer=SCREEN,
)
def answer(context: "PracticeInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    page = practice.screen_page(request.db, context.form, _position(request))
    if page is None:
        request.session.flash("This is the screen that comes next for you.")
        return _to_screen(request, context.form.public_id, len(context.form.answers))
    if page.answer is not None:
        request.session.flash("You have answered this screen. Your first answer is kept.")
    else:
        form = PracticeAnswerForm(request.POST, page.screen)
        if not form.validate():
            return {"page": page, "form": form}
        is_kept = practice.keep_answer(
            request.db,
            context.form,
            form.to_draft(page.position),
            today=request.today,
            now=request.now,
        )
        if not is_kept:
            request.session.flash("You have answered this screen. Your first answer is kept.")
    return _to_screen(request, context.form.public_id, page.position)


@view_config(
    route_name="practice.end", permission=Permission.PRACTISE, renderer="practice/end.jinja2"
)
def show_end(context: "PracticeInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    if not practice.is_finished(context.form):
        return _to_screen(request, context.form.public_id, len(context.form.answers))
    return {"end": practice_words.practice_end(request.db, context.form)}


def _position(request: "TrackerRequest") -> int:
    """Count from 0, as the form does; the address counts from 1, as people do."""
    return int(request.matchdict["number"]) - 1


def _to_screen(request: "TrackerRequest", form_id: str, position: int) -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("practice.screen", form_id=form_id, number=position + 1))


@view_config(
    route_name="own_alerts", permission=Permission.OWN_PAGES, renderer="practice/own.jinja2"
)
def show_own_alerts(request: "TrackerRequest") -> dict[str, object]:
    settings = request.tracker_settings
    secret = settings.secret if settings.own_alerts else None
    own = own_alerts(request.db, by=request.actor, secret=secret, today=request.today)
    return {"own": own}
