"""A second appraiser, and those who stand in for a manager."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.taking_part import OwnStandInForm, SecondAppraiserForm, StandInForm
from tracker.security import Permission
from tracker.services import second_appraisers, stand_ins
from tracker.views.appraisals import to_appraisal

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView, StandInInView

PEOPLE = "appraisals/people.jinja2"
STAND_INS = "team/stand_ins.jinja2"


def _people(
    context: "AppraisalInView", request: "TrackerRequest", form: SecondAppraiserForm
) -> dict[str, object]:
    page = second_appraisers.people_page(request.db, context.appraisal, today=request.today)
    return {"appraisal": context.appraisal, "page": page, "form": form}


@view_config(
    route_name="appraisal.people",
    permission=Permission.READ_APPRAISAL,
    request_method="GET",
    renderer=PEOPLE,
)
def show_people(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    return _people(context, request, SecondAppraiserForm())


@view_config(
    route_name="appraisal.people",
    permission=Permission.PROPOSE_SECOND,
    request_method="POST",
    renderer=PEOPLE,
)
def propose_second(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = SecondAppraiserForm(request.POST)
    if not form.validate():
        return _people(context, request, form)
    try:
        second = second_appraisers.propose_second(
            request.db,
            context.appraisal,
            form.email.data or "",
            by=request.actor,
            now=request.now,
            today=request.today,
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="email")
        return _people(context, request, form)
    request.session.flash(
        "Saved. They can see this appraisal now."
        if second.is_agreed
        else "Saved. They can join once the person says yes."
    )
    return to_appraisal(request, context.appraisal.public_id, "appraisal.people")


@view_config(
    route_name="appraisal.agree_second",
    permission=Permission.AGREE_SECOND,
    request_method="POST",
)
def agree_second(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    second_appraisers.agree_second(request.db, context.appraisal, by=request.actor, now=request.now)
    request.session.flash("You agreed. They can see this appraisal until it is signed.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.people")


@view_config(
    route_name="appraisal.end_second",
    permission=Permission.END_SECOND,
    request_method="POST",
)
def end_second(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    second_appraisers.end_second(request.db, context.appraisal, by=request.actor, now=request.now)
    if not request.has_permission(Permission.PROPOSE_SECOND):
        request.session.flash("You stepped out. You can no longer see this appraisal.")
        return HTTPSeeOther(request.route_path("appraisal.list"))
    request.session.flash("Ended. It is between the two of you again.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.people")


def _own(request: "TrackerRequest", form: OwnStandInForm) -> dict[str, object]:
    shown = stand_ins.own_stand_ins(request.db, by=request.actor, today=request.today)
    return {"stand_ins": shown, "form": form, "is_own": True, "words": stand_ins.REASON_WORDS}


def _all(request: "TrackerRequest", form: StandInForm) -> dict[str, object]:
    shown = stand_ins.stand_ins_of_all(request.db, by=request.actor, today=request.today)
    return {"stand_ins": shown, "form": form, "is_own": False, "words": stand_ins.REASON_WORDS}


def _name(request: "TrackerRequest", form: OwnStandInForm) -> bool:
    """Keep what the form says; where it cannot be kept, the form says why."""
    if not form.validate():
        return False
    try:
        stand_ins.name_stand_in(
            request.db, form.to_draft(), by=request.actor, now=request.now, today=request.today
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="delegate_email")
        return False
    request.session.flash("Saved. It starts and ends by itself.")
    return True


@view_config(
    route_name="stand_in.own",
    permission=Permission.OWN_PAGES,
    request_method="GET",
    renderer=STAND_INS,
)
def show_own(request: "TrackerRequest") -> dict[str, object]:
    return _own(request, OwnStandInForm(starts_on=request.today))


@view_config(
    route_name="stand_in.own",
    permission=Permission.OWN_PAGES,
    request_method="POST",
    renderer=STAND_INS,
)
def name_own(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = OwnStandInForm(request.POST)
    if not _name(request, form):
        return _own(request, form)
    return HTTPSeeOther(request.route_path("stand_in.own"))


@view_config(
    route_name="stand_in.list",
    permission=Permission.NAME_STAND_INS,
    request_method="GET",
    renderer=STAND_INS,
)
def show_all(request: "TrackerRequest") -> dict[str, object]:
    return _all(request, StandInForm(starts_on=request.today))


@view_config(
    route_name="stand_in.list",
    permission=Permission.NAME_STAND_INS,
    request_method="POST",
    renderer=STAND_INS,
)
def name_any(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = StandInForm(request.POST)
    if not _name(request, form):
        return _all(request, form)
    return HTTPSeeOther(request.route_path("stand_in.list"))


@view_config(route_name="stand_in.end", permission=Permission.END_STAND_IN, request_method="POST")
def end_stand_in(context: "StandInInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    stand_ins.end_stand_in(request.db, context.stand_in, by=request.actor, now=request.now)
    request.session.flash("Ended.")
    own = context.stand_in.manager_id == request.actor.staff_id
    return HTTPSeeOther(request.route_path("stand_in.own" if own else "stand_in.list"))
