"""The first months of a starter: list, page, tasks, what is missing, the buddy."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.security import Permission
from tracker.services import (
    induction_helpers,
    induction_offers,
    induction_overview,
    induction_pages,
    inductions,
    organisations,
)

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import InductionInView
    from tracker.security.induction_contexts import GivenTaskInView


def _back(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("induction", induction_id=context.induction.public_id))


@view_config(
    route_name="induction.list", permission=Permission.OWN_PAGES, renderer="inductions/list.jinja2"
)
def list_inductions(request: "TrackerRequest") -> dict[str, object]:
    lines = induction_overview.inductions_of(request.db, by=request.actor, today=request.today)
    return {"lines": lines, "kinds": induction_overview.KIND_WORDS}


@view_config(
    route_name="induction", permission=Permission.READ_INDUCTION, renderer="inductions/show.jinja2"
)
def show_induction(context: "InductionInView", request: "TrackerRequest") -> dict[str, object]:
    page = induction_pages.induction_page(
        request.db,
        context.induction,
        by=request.actor,
        manager_ids=context.manager_ids,
        today=request.today,
    )
    return {"page": page, "missing_items": inductions.MISSING_ITEMS}


@view_config(
    route_name="induction.task", permission=Permission.READ_INDUCTION, request_method="POST"
)
def mark_task(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    task = inductions.mark_task(
        request.db,
        context.induction,
        request.matchdict["task_id"],
        is_done=request.POST.get("done") == "yes",
        by=request.actor,
        manager_ids=context.manager_ids,
        now=request.now,
    )
    if task.done_at is not None:
        request.session.flash(f"Ticked off: {task.wording}")
    return _back(context, request)


@view_config(
    route_name="induction.missing", permission=Permission.CHANGE_INDUCTION, request_method="POST"
)
def say_missing(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    barrier = inductions.say_missing(
        request.db,
        context.induction,
        request.POST.get("item", ""),
        by=request.actor,
        today=request.today,
        system_id=request.POST.get("system", ""),
    )
    is_managers = barrier.owner_id in {None, context.induction.manager_id}
    who = "Your manager" if is_managers or barrier.owner is None else barrier.owner.name
    request.session.flash(f"Thank you. {who} can now see what is missing.")
    return _back(context, request)


@view_config(
    route_name="induction.buddy", permission=Permission.LEAD_INDUCTION, request_method="POST"
)
def choose_buddy(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    buddy = induction_pages.colleague(
        request.db, context.induction, request.POST.get("buddy", ""), today=request.today
    )
    if buddy is None:
        request.session.flash("Choose a colleague from the list, then press Save the buddy.")
        return _back(context, request)
    inductions.choose_buddy(request.db, context.induction, buddy, by=request.actor)
    request.session.flash(f"{buddy.name} is now the buddy.")
    return _back(context, request)


@view_config(
    route_name="induction.offer", permission=Permission.CHANGE_INDUCTION, request_method="POST"
)
def answer_offer(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    is_accepted = request.POST.get("answer") == "yes"
    induction_offers.answer_offer(
        request.db,
        context.induction,
        organisations.get(request.db, context.induction.organisation_id),
        line_key=request.POST.get("line", ""),
        is_accepted=is_accepted,
        by=request.actor,
        today=request.today,
        now=request.now,
    )
    request.session.flash("Added to the steps." if is_accepted else "Left as it is.")
    return _back(context, request)


@view_config(
    route_name="given_task.list",
    permission=Permission.OWN_PAGES,
    renderer="inductions/given.jinja2",
)
def list_given(request: "TrackerRequest") -> dict[str, object]:
    given = induction_helpers.tasks_given(request.db, by=request.actor, today=request.today)
    return {"given": given}


@view_config(
    route_name="given_task.done", permission=Permission.DO_GIVEN_TASK, request_method="POST"
)
def tick_given(context: "GivenTaskInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    task = induction_helpers.tick_given(request.db, context.task, by=request.actor, now=request.now)
    request.session.flash(f"Ticked off: {task.wording}")
    return HTTPSeeOther(request.route_path("given_task.list"))
