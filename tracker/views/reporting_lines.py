"""Who manages whom: seen and disputed by the two, set right by HR; people who came back."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.reporting_line import DisputeForm, LineForm
from tracker.security import Permission
from tracker.services import line_disputes, returners
from tracker.services.line_disputes import LineDraft

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import StaffInView

PAGE = "reporting_lines/show.jinja2"


@view_config(
    route_name="line", permission=Permission.READ_LINE, request_method="GET", renderer=PAGE
)
def show_line(context: "StaffInView", request: "TrackerRequest") -> dict[str, object]:
    return _page(context, request)


@view_config(
    route_name="line.dispute",
    permission=Permission.DISPUTE_LINE,
    request_method="POST",
    renderer=PAGE,
)
def dispute(context: "StaffInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = DisputeForm(request.POST)
    try:
        line_disputes.dispute_line(
            request.db,
            context.staff_member,
            reason=form.reason.data or "",
            right_email=form.right_email.data or "",
            by=request.actor,
            today=request.today,
        )
    except InvalidInputError as error:
        form.refuse(error, otherwise="reason")
        request.response.status_int = 422
        return _page(context, request, dispute_form=form)
    request.session.flash("HR will look at it.")
    return _back(context, request)


@view_config(
    route_name="line.set", permission=Permission.SET_LINE, request_method="POST", renderer=PAGE
)
def set_line(context: "StaffInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = LineForm(request.POST)
    if not form.validate():
        request.response.status_int = 422
        return _page(context, request, line_form=form)
    try:
        draft = LineDraft(
            manager_email=form.manager_email.data or "",
            starts_on=form.starts_on.data,
            reason=form.why.data or "",
        )
        line_disputes.set_line(
            request.db, context.staff_member, draft, by=request.actor, today=request.today
        )
    except InvalidInputError as error:
        form.refuse(error, otherwise="why")
        request.response.status_int = 422
        return _page(context, request, line_form=form)
    request.session.flash("The manager is set. It stays so, whatever the next HR file says.")
    return _back(context, request)


@view_config(route_name="line.settle", permission=Permission.SET_LINE, request_method="POST")
def settle(context: "StaffInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    person = context.staff_member
    if request.POST.get("answer") == "give back":
        line_disputes.give_back(request.db, person, by=request.actor, today=request.today)
        request.session.flash("What HR's system says holds again.")
    else:
        line_disputes.keep_line(request.db, person, by=request.actor)
        request.session.flash("It stays as it is.")
    return _back(context, request)


@view_config(
    route_name="line.mend", permission=Permission.MEND_LINES, renderer="reporting_lines/mend.jinja2"
)
def list_to_mend(request: "TrackerRequest") -> dict[str, object]:
    return {"page": line_disputes.to_mend(request.db, by=request.actor, today=request.today)}


@view_config(
    route_name="returner.list",
    permission=Permission.LINK_STAFF,
    request_method="GET",
    renderer="reporting_lines/returners.jinja2",
)
def list_returners(request: "TrackerRequest") -> dict[str, object]:
    found = returners.suggestions(request.db, by=request.actor, today=request.today)
    return {"suggestions": found}


@view_config(route_name="returner.list", permission=Permission.LINK_STAFF, request_method="POST")
def link_returner(request: "TrackerRequest") -> Any:  # noqa: ANN401
    returners.link(
        request.db,
        request.POST.get("new", ""),
        request.POST.get("old", ""),
        by=request.actor,
        today=request.today,
    )
    request.session.flash("The two records are one now.")
    return HTTPSeeOther(request.route_path("returner.list"))


def _page(
    context: "StaffInView",
    request: "TrackerRequest",
    *,
    dispute_form: DisputeForm | None = None,
    line_form: LineForm | None = None,
) -> dict[str, object]:
    page = line_disputes.line_page(
        request.db, context.staff_member, by=request.actor, today=request.today
    )
    return {
        "page": page,
        "today": request.today,
        "is_own": context.staff_member.id == request.actor.staff_id,
        "dispute_form": dispute_form or DisputeForm(),
        "line_form": line_form or LineForm(),
    }


def _back(context: "StaffInView", request: "TrackerRequest") -> HTTPSeeOther:
    return HTTPSeeOther(request.route_path("line", staff_id=context.staff_member.public_id))
