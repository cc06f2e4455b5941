"""Goals in an appraisal, and how they are going in between."""

import secrets
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.goal import GoalForm, ProgressForm
from tracker.security import Permission
from tracker.services import appraisal_cycles, appraisal_pages, goals, meetings
from tracker.views.appraisals import to_appraisal, way_back

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView, GoalInView, StaffInView

FORM = "goals/form.jinja2"
#: What a new goal's date says until somebody chooses another.
MONTHS_AHEAD = 5


def _drawn(context: "AppraisalInView", form: GoalForm, *, is_new: bool) -> dict[str, object]:
    return {"appraisal": context.appraisal, "form": form, "is_new": is_new}


def _empty_form(context: "AppraisalInView", request: "TrackerRequest") -> GoalForm:
    """Give a form with a likely date; a suggestion's number in the address fills in its words."""
    form = GoalForm(
        due_on=appraisal_cycles.add_months(request.today, MONTHS_AHEAD),
        form_key=secrets.token_hex(8),
    )
    number = request.GET.get("suggestion", "")
    if number.isascii() and number.isdigit():
        page = meetings.meeting_page(
            request.db, context.appraisal, by=request.actor, today=request.today
        )
        for one in page.suggestions[int(number[:2]) :][:1]:
            form.wording.data = one.wording
            form.reason.data = one.reason
            form.competence_id.data = str(one.competence_id)
    return form


@view_config(
    route_name="goal.add",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="GET",
    renderer=FORM,
)
def show_new_goal(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    return _drawn(context, _empty_form(context, request), is_new=True)


@view_config(
    route_name="goal.add",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="POST",
    renderer=FORM,
)
def add_goal(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = GoalForm(request.POST)
    if not form.validate():
        return _drawn(context, form, is_new=True)
    try:
        goals.agree_goal(
            request.db, context.appraisal, form.to_draft(), by=request.actor, today=request.today
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="wording")
        return _drawn(context, form, is_new=True)
    request.session.flash("The goal is added.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")


@view_config(
    route_name="goal.change",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="GET",
    renderer=FORM,
)
def show_goal_form(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    goal = goals.goal_in(request.db, context.appraisal, request.matchdict["goal_id"])
    draft = goals.draft_of(goal)
    return _drawn(context, GoalForm(obj=draft), is_new=False)


@view_config(
    route_name="goal.change",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="POST",
    renderer=FORM,
)
def change_goal(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    goal = goals.goal_in(request.db, context.appraisal, request.matchdict["goal_id"])
    form = GoalForm(request.POST)
    if not form.validate():
        return _drawn(context, form, is_new=False)
    try:
        goals.change_goal(
            request.db,
            context.appraisal,
            goal,
            form.to_draft(),
            by=request.actor,
            today=request.today,
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="wording")
        return _drawn(context, form, is_new=False)
    request.session.flash("The goal is changed.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")


@view_config(route_name="goal.drop", permission=Permission.CHANGE_APPRAISAL, request_method="POST")
def drop_goal(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    goal = goals.goal_in(request.db, context.appraisal, request.matchdict["goal_id"])
    goals.drop_goal(request.db, context.appraisal, goal, by=request.actor)
    request.session.flash("The goal is taken out.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")


@view_config(route_name="goal.list", permission=Permission.READ_GOALS, renderer="goals/list.jinja2")
def list_goals(context: "StaffInView", request: "TrackerRequest") -> dict[str, object]:
    stories = appraisal_pages.goals_page(request.db, context.staff_member, by=request.actor)
    return {"person": context.staff_member, "goals": stories}


@view_config(
    route_name="goal",
    permission=Permission.NOTE_PROGRESS,
    request_method="GET",
    renderer="goals/progress.jinja2",
)
def show_progress(context: "GoalInView", request: "TrackerRequest") -> dict[str, object]:
    form = ProgressForm(progress=context.goal.progress.value)
    return {"goal": context.goal, "form": form, "back": _way_back(context, request)}


def _way_back(context: "GoalInView", request: "TrackerRequest") -> str:
    return way_back(
        request,
        request.route_path("goal.list", staff_id=context.goal.staff_member.public_id),
    )


@view_config(
    route_name="goal",
    permission=Permission.NOTE_PROGRESS,
    request_method="POST",
    renderer="goals/progress.jinja2",
)
def note_progress(context: "GoalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = ProgressForm(request.POST)
    if not form.validate():
        return {"goal": context.goal, "form": form, "back": _way_back(context, request)}
    goals.record_progress(
        request.db,
        context.goal,
        form.chosen(),
        note=form.note.data or "",
        by=request.actor,
        now=request.now,
    )
    request.session.flash("Noted. Thank you.")
    return HTTPSeeOther(_way_back(context, request))
