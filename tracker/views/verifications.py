"""Verification: ask a colleague what they have seen, and say what one has seen."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.verification import AnswerForm, AskForm
from tracker.security import Permission
from tracker.services import hr_told, verifications

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.survey_contexts import VerificationInView

LIST = "verifications/list.jinja2"


@view_config(
    route_name="verification.list",
    permission=Permission.OWN_PAGES,
    request_method="GET",
    renderer=LIST,
)
def show_list(request: "TrackerRequest") -> dict[str, object]:
    page = _own_page(request)
    return _listed(request, page, AskForm(None, page.to_ask))


@view_config(
    route_name="verification.ask",
    permission=Permission.OWN_PAGES,
    request_method="POST",
    renderer=LIST,
)
def ask(request: "TrackerRequest") -> Any:  # noqa: ANN401
    page = _own_page(request)
    form = AskForm(request.POST, page.to_ask)
    if form.validate():
        try:
            verifications.ask(
                request.db, form.to_draft(), by=request.actor, now=request.now, today=request.today
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="competence")
        else:
            request.session.flash("They find your question on their page.")
            return _to_list(request)
    return _listed(request, page, form)


@view_config(
    route_name="verification",
    permission=Permission.READ_VERIFICATION,
    request_method="GET",
    renderer="verifications/show.jinja2",
)
def show_one(context: "VerificationInView", request: "TrackerRequest") -> dict[str, object]:
    return _drawn(context, request, _form(context, request, None))


@view_config(
    route_name="verification",
    permission=Permission.VERIFY,
    request_method="POST",
    renderer="verifications/show.jinja2",
)
def answer(context: "VerificationInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = _form(context, request, request.POST)
    if form.validate():
        try:
            verifications.answer(
                request.db,
                context.verification,
                form.to_draft(),
                by=request.actor,
                now=request.now,
            )
        except InvalidInputError as refusal:
            form.refuse(refusal, otherwise="note")
        else:
            request.session.flash("Thank you. They can read what you said.")
            return _to_list(request)
    return _drawn(context, request, form)


@view_config(
    route_name="verification.withdraw",
    permission=Permission.ASK_VERIFICATION,
    request_method="POST",
)
def withdraw(context: "VerificationInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    verifications.withdraw(request.db, context.verification, by=request.actor, now=request.now)
    request.session.flash("You no longer ask for this.")
    return _to_list(request)


@view_config(
    route_name="verification.hr", permission=Permission.ASK_VERIFICATION, request_method="POST"
)
def for_hr(context: "VerificationInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    is_agreed = request.POST.get("agreed") == "yes"
    verifications.agree_for_hr(
        request.db, context.verification, is_agreed=is_agreed, by=request.actor, now=request.now
    )
    said = "HR may know of it." if is_agreed else "HR will not know of it."
    if not is_agreed and hr_told.told_of(request.db, context.verification) is not None:
        said = "Saved. HR was told of it before, and is asked to take it away."
    request.session.flash(said)
    return _to_list(request)


def _own_page(request: "TrackerRequest") -> verifications.OwnPage:
    return verifications.own_page(request.db, by=request.actor, today=request.today)


def _listed(
    request: "TrackerRequest", page: verifications.OwnPage, form: AskForm
) -> dict[str, object]:
    to_answer = verifications.to_answer(request.db, by=request.actor)
    return {"page": page, "form": form, "to_answer": to_answer}


def _form(context: "VerificationInView", request: "TrackerRequest", posted: Any) -> AnswerForm:  # noqa: ANN401
    levels = verifications.levels_of(request.db, context.verification.competence_id)
    return AnswerForm(posted, levels)


def _drawn(
    context: "VerificationInView", request: "TrackerRequest", form: AnswerForm
) -> dict[str, object]:
    view = verifications.view_of(request.db, context.verification, by=request.actor)
    is_verifier = request.actor.staff_id == context.verification.verifier_id
    told = None if is_verifier else hr_told.told_of(request.db, context.verification)
    return {"one": view, "form": form, "is_verifier": is_verifier, "told": told}


def _to_list(request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("verification.list"))
