"""Goals in an appraisal: agreed, changed, taken out."""

import secrets
from typing import TYPE_CHECKING, Any

from pyramid.view import view_config

from tracker.errors import InvalidInputError, StaleTextError
from tracker.forms.goal import GoalForm
from tracker.security import Permission
from tracker.services import appraisal_cycles, goals, meetings, resources
from tracker.views.appraisals import to_appraisal
from tracker.views.kept_texts import bring_back, forget

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView

FORM = "goals/form.jinja2"
#: What a new goal's date says until somebody chooses another.
MONTHS_AHEAD = 5


def _drawn(  # noqa: PLR0913 - each is one plain state of the form
    context: "AppraisalInView",
    request: "TrackerRequest",
    form: GoalForm,
    *,
    is_new: bool,
    conflict: StaleTextError | None = None,
    names_a_course: bool = False,
) -> dict[str, object]:
    organisation_id = context.appraisal.organisation_id
    key = resources.key_of_competence(
        request.db, organisation_id, form.to_draft().competence_id if form.data else None
    )
    listed = resources.fitting_first(resources.resources_of(request.db, organisation_id), key)
    form.offer_resources(listed)
    return {
        "appraisal": context.appraisal,
        "form": form,
        "is_new": is_new,
        "conflict": conflict,
        "names_a_course": names_a_course,
        "resources": listed,
    }


def _empty_form(context: "AppraisalInView", request: "TrackerRequest", idea: str) -> GoalForm:
    """Give a form with a likely date; the name of an idea fills in its words."""
    form = GoalForm(
        due_on=appraisal_cycles.add_months(request.today, MONTHS_AHEAD),
        form_key=secrets.token_hex(8),
    )
    if idea:
        page = meetings.meeting_page(
            request.db, context.appraisal, by=request.actor, today=request.today
        )
        for one in page.suggestions:
            if one.key == idea:
                form.wording.data = one.wording
                form.reason.data = one.reason
                form.competence_id.data = str(one.competence_id or "")
                form.offer_id.data = one.offer_id
    return form


@view_config(
    route_name="goal.add",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="GET",
    renderer=FORM,
)
def show_new_goal(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    form = _empty_form(context, request, request.GET.get("idea", ""))
    kept = bring_back(request, GoalForm, saved={}, version=0)
    if kept is not None:
        kept[0].form_key.data = form.form_key.data
        return _drawn(context, request, kept[0], is_new=True, conflict=kept[1])
    return _drawn(context, request, form, is_new=True)


@view_config(
    route_name="goal.add",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="POST",
    renderer=FORM,
)
def add_goal(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    idea = request.POST.get("idea", "")
    # One press takes an idea as it is: it can be changed at any time before both sign.
    form = _empty_form(context, request, idea) if idea else GoalForm(request.POST)
    if idea:
        return _take_idea(context, request, form)
    if not form.validate():
        return _drawn(context, request, form, is_new=True)
    if form.only_names_a_course():
        return _drawn(context, request, form, is_new=True, names_a_course=True)
    try:
        goals.agree_goal(
            request.db, context.appraisal, form.to_draft(), by=request.actor, today=request.today
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="wording")
        return _drawn(context, request, form, is_new=True)
    forget(request)
    request.session.flash("The goal is added.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")


def _take_idea(context: "AppraisalInView", request: "TrackerRequest", form: GoalForm) -> Any:  # noqa: ANN401
    """Add an idea as it is. Pressed twice, or gone by now, it is no reason to stop."""
    if form.wording.data:
        try:
            goals.agree_goal(
                request.db,
                context.appraisal,
                form.to_draft(),
                by=request.actor,
                today=request.today,
            )
            request.session.flash("The goal is added. You can change its words and its help.")
        except InvalidInputError as refusal:
            request.session.flash(refusal.message, "important")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")


@view_config(
    route_name="goal.change",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="GET",
    renderer=FORM,
)
def show_goal_form(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    goal = goals.goal_in(request.db, context.appraisal, request.matchdict["goal_id"])
    kept = bring_back(request, GoalForm, saved=goals.in_words(goal), version=goal.version)
    if kept is not None:
        return _drawn(context, request, kept[0], is_new=False, conflict=kept[1])
    return _drawn(context, request, GoalForm(obj=goals.draft_of(goal)), is_new=False)


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
        return _drawn(context, request, form, is_new=False)
    if form.only_names_a_course():
        return _drawn(context, request, form, is_new=False, names_a_course=True)
    try:
        goals.change_goal(
            request.db,
            context.appraisal,
            goal,
            form.to_draft(),
            by=request.actor,
            today=request.today,
        )
    except StaleTextError as conflict:
        form.version.data = str(conflict.version)
        request.response.status_int = 409
        return _drawn(context, request, form, is_new=False, conflict=conflict)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="wording")
        return _drawn(context, request, form, is_new=False)
    forget(request)
    request.session.flash("The goal is changed.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")


@view_config(route_name="goal.drop", permission=Permission.CHANGE_APPRAISAL, request_method="POST")
def drop_goal(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    goal = goals.goal_in(request.db, context.appraisal, request.matchdict["goal_id"])
    goals.drop_goal(request.db, context.appraisal, goal, by=request.actor)
    request.session.flash("The goal is taken out.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")
