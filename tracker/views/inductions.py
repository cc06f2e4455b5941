"""The first months of a starter: list, page, tasks, what is missing, the buddy."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.security import Permission
from tracker.services import induction_pages, inductions

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import InductionInView


def _back(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("induction", induction_id=context.induction.public_id))


@view_config(
    route_name="induction.list", permission=Permission.OWN_PAGES, renderer="inductions/list.jinja2"
)
def list_inductions(request: "TrackerRequest") -> dict[str, object]:
    lines = induction_pages.inductions_of(request.db, by=request.actor, today=request.today)
    return {"lines": lines}


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
    inductions.mark_task(
        request.db,
        context.induction,
        request.matchdict["task_id"],
        is_done=request.POST.get("done") == "yes",
        by=request.actor,
        manager_ids=context.manager_ids,
        now=request.now,
    )
    return _back(context, request)


@view_config(
    route_name="induction.missing", permission=Permission.CHANGE_INDUCTION, request_method="POST"
)
def say_missing(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    inductions.say_missing(
        request.db, context.induction, request.POST.get("item", ""), by=request.actor
    )
    request.session.flash("Thank you. Your manager can now see what is missing.")
    return _back(context, request)


@view_config(
    route_name="induction.buddy", permission=Permission.LEAD_INDUCTION, request_method="POST"
)
def choose_buddy(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    buddy = induction_pages.colleague(
        request.db, context.induction, request.POST.get("buddy", ""), today=request.today
    )
    if buddy is None:
        raise InvalidInputError("Choose a buddy from the list.")
    inductions.choose_buddy(request.db, context.induction, buddy, by=request.actor)
    request.session.flash(f"{buddy.name} is now the buddy.")
    return _back(context, request)
