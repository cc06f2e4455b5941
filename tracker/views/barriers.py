"""What stands in somebody's way, answered by who is to sort it out."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.goal import BarrierAnswerForm
from tracker.security import Permission
from tracker.services import barriers
from tracker.views.appraisals import way_back

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import BarrierInView

PAGE = "barriers/answer.jinja2"


def _drawn(
    context: "BarrierInView", request: "TrackerRequest", form: BarrierAnswerForm
) -> dict[str, object]:
    back = way_back(request, request.route_path("barrier.list"))
    return {"barrier": context.barrier, "form": form, "back": back}


@view_config(
    route_name="barrier.list",
    permission=Permission.OWN_PAGES,
    renderer="barriers/list.jinja2",
)
def show_list(request: "TrackerRequest") -> dict[str, object]:
    return {"found": barriers.barriers_to_sort_out(request.db, by=request.actor)}


@view_config(
    route_name="barrier",
    permission=Permission.ANSWER_BARRIER,
    request_method="GET",
    renderer=PAGE,
)
def show_barrier(context: "BarrierInView", request: "TrackerRequest") -> dict[str, object]:
    barriers.note_look(request.db, context.barrier, by=request.actor)
    form = BarrierAnswerForm(
        obj=context.barrier,
        is_sorted="yes" if context.barrier.fixed_on else "no",
        about_system=barriers.system_named(context.barrier),
    )
    form.offer(barriers.systems_to_name(request.db, context.barrier))
    return _drawn(context, request, form)


@view_config(
    route_name="barrier",
    permission=Permission.ANSWER_BARRIER,
    request_method="POST",
    renderer=PAGE,
)
def answer_barrier(context: "BarrierInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = BarrierAnswerForm(request.POST)
    form.offer(barriers.systems_to_name(request.db, context.barrier))
    if not form.validate():
        return _drawn(context, request, form)
    try:
        barriers.answer_barrier(
            request.db, context.barrier, form.to_answer(), by=request.actor, today=request.today
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="outcome")
        return _drawn(context, request, form)
    request.session.flash("Thank you. They can see your answer.")
    return HTTPSeeOther(way_back(request, request.route_path("barrier.list")))
