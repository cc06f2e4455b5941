"""One goal between appraisals: its story, its small steps, its end."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError, StaleTextError
from tracker.forms.goal import ProgressForm, StepForm
from tracker.security import Permission
from tracker.services import appraisal_pages, goal_life
from tracker.views.appraisals import way_back

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import GoalInView, StaffInView

PAGE = "goals/show.jinja2"


@view_config(route_name="goal.list", permission=Permission.READ_GOALS, renderer="goals/list.jinja2")
def list_goals(context: "StaffInView", request: "TrackerRequest") -> dict[str, object]:
    stories = appraisal_pages.goals_page(request.db, context.staff_member, by=request.actor)
    return {"person": context.staff_member, "goals": stories}


def _drawn(
    context: "GoalInView",
    request: "TrackerRequest",
    *,
    form: ProgressForm | None = None,
    step_form: StepForm | None = None,
    conflict: StaleTextError | None = None,
) -> dict[str, object]:
    page = goal_life.goal_page(request.db, context.goal, by=request.actor)
    return {
        "goal": context.goal,
        "page": page,
        "form": form or ProgressForm(progress=context.goal.progress.value, seen=page.seen),
        "step_form": step_form or StepForm(),
        "conflict": conflict,
        "back": _way_back(context, request),
        "kept_query": {"from": request.GET["from"]} if "from" in request.GET else {},
    }


def _way_back(context: "GoalInView", request: "TrackerRequest") -> str:
    otherwise = request.route_path("goal.list", staff_id=context.goal.staff_member.public_id)
    return way_back(request, otherwise)


def _to_goal(context: "GoalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    query = {"from": request.GET["from"]} if "from" in request.GET else {}
    path = request.route_path("goal", goal_id=context.goal.public_id, _query=query)
    return HTTPSeeOther(path)


@view_config(
    route_name="goal", permission=Permission.NOTE_PROGRESS, request_method="GET", renderer=PAGE
)
def show_goal(context: "GoalInView", request: "TrackerRequest") -> dict[str, object]:
    return _drawn(context, request)


@view_config(
    route_name="goal", permission=Permission.NOTE_PROGRESS, request_method="POST", renderer=PAGE
)
def note_progress(context: "GoalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = ProgressForm(request.POST)
    if not form.validate():
        return _drawn(context, request, form=form)
    try:
        goal_life.record_progress(
            request.db, context.goal, form.to_draft(), by=request.actor, now=request.now
        )
    except StaleTextError as conflict:
        form.seen.data = str(conflict.version)
        request.response.status_int = 409
        return _drawn(context, request, form=form, conflict=conflict)
    request.session.flash("Noted. Thank you.")
    return HTTPSeeOther(_way_back(context, request))


@view_config(
    route_name="goal.close",
    permission=Permission.NOTE_PROGRESS,
    request_method="POST",
    renderer=PAGE,
)
def close_goal(context: "GoalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = ProgressForm(request.POST)
    if not form.validate():
        return _drawn(context, request, form=form)
    goal_life.close_goal(
        request.db, context.goal, form.to_draft(), by=request.actor, now=request.now
    )
    request.session.flash("The goal is finished. It stays here with its story. Well done.")
    return _to_goal(context, request)


@view_config(route_name="goal.reopen", permission=Permission.NOTE_PROGRESS, request_method="POST")
def reopen_goal(context: "GoalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    goal_life.reopen_goal(request.db, context.goal, by=request.actor)
    request.session.flash("You took the goal up again.")
    return _to_goal(context, request)


@view_config(
    route_name="goal.step",
    permission=Permission.NOTE_PROGRESS,
    request_method="POST",
    renderer=PAGE,
)
def add_step(context: "GoalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = StepForm(request.POST)
    if not form.validate():
        return _drawn(context, request, step_form=form)
    try:
        goal_life.add_step(request.db, context.goal, form.wording.data or "", by=request.actor)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="wording")
        return _drawn(context, request, step_form=form)
    request.session.flash("The step is added.")
    return _to_goal(context, request)


@view_config(route_name="goal.steps", permission=Permission.NOTE_PROGRESS, request_method="POST")
def tick_steps(context: "GoalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    removed = request.POST.get("remove", "")
    if removed:
        goal_life.remove_step(request.db, context.goal, removed, by=request.actor)
        request.session.flash("The step is taken out.")
    else:
        done = frozenset(request.POST.getall("done"))
        goal_life.tick_steps(request.db, context.goal, done, by=request.actor, now=request.now)
        request.session.flash("Saved.")
    return _to_goal(context, request)
