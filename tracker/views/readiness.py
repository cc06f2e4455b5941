"""The readiness talk: write it down together, sign it, each with their own password."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import (
    InvalidInputError,
    NotAllowedNowError,
    StaleError,
    StaleTextError,
    TrackerError,
)
from tracker.forms.readiness import ReadinessForm, SignForm, readiness_form, said_of_systems
from tracker.security import Permission
from tracker.security.contexts import induction_from_url
from tracker.services import organisations, readiness, readiness_talks
from tracker.services.sign_in import SignInRefusedError
from tracker.services.signatures import SignatureDraft
from tracker.views.proof import confirm_identity, ways_to_prove

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import InductionInView

PAGE = "inductions/readiness.jinja2"


def _page(
    context: "InductionInView",
    request: "TrackerRequest",
    *,
    form: ReadinessForm | None = None,
    sign_form: SignForm | None = None,
    conflict: StaleTextError | None = None,
) -> dict[str, object]:
    organisation = organisations.get(request.db, request.actor.organisation_id)
    page = readiness.readiness_page(
        request.db, context.induction, organisation, by=request.actor, today=request.today
    )
    said = said_of_systems(request.POST) if form is not None else {}
    sign_form = sign_form or SignForm()
    public_id = context.induction.public_id
    proving = ways_to_prove(
        request,
        sign_form,
        path=request.route_path("readiness.sign", induction_id=public_id),
        about=page.content_hash,
        page=request.route_path("readiness", induction_id=public_id),
    )
    return {
        "page": page,
        "form": form or readiness_form(page),
        "said": {line.public_id: said.get(line.public_id, line.readiness) for line in page.lines},
        "sign_form": sign_form,
        "proving": proving,
        "conflict": conflict,
        "words": readiness_talks.READINESS_WORDS,
    }


@view_config(
    route_name="readiness",
    permission=Permission.CHANGE_INDUCTION,
    request_method="GET",
    renderer=PAGE,
)
def show_readiness(context: "InductionInView", request: "TrackerRequest") -> dict[str, object]:
    return _page(context, request)


@view_config(
    route_name="readiness.save",
    permission=Permission.CHANGE_INDUCTION,
    request_method="POST",
    accept="text/html",
    renderer=PAGE,
)
def save_readiness(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = ReadinessForm(request.POST)
    if not form.validate():
        return _page(context, request, form=form)
    try:
        readiness_talks.save_readiness(
            request.db,
            context.induction,
            form.to_draft(request.POST),
            by=request.actor,
            today=request.today,
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="alone")
        return _page(context, request, form=form)
    except StaleTextError as conflict:
        # What they typed is kept on their screen, now against the version they can see.
        form.version.data = str(conflict.version)
        request.response.status_int = 409
        return _page(context, request, form=form, conflict=conflict)
    request.session.flash("Saved.")
    return _to_page(context, request)


@view_config(
    route_name="readiness.save",
    permission=Permission.CHANGE_INDUCTION,
    request_method="POST",
    accept="application/json",
    renderer="json",
)
def autosave_readiness(context: "InductionInView", request: "TrackerRequest") -> dict[str, object]:
    form = ReadinessForm(request.POST)
    if not form.validate():
        request.response.status_int = 422
        return {"message": f"Not saved yet. {form.error_list[0]['text']}."}
    try:
        talk = readiness_talks.save_readiness(
            request.db,
            context.induction,
            form.to_draft(request.POST),
            by=request.actor,
            today=request.today,
        )
    except TrackerError as refusal:
        request.response.status_int = 409
        return {"message": f"Not saved. {refusal.message}"}
    return {"version": talk.version, "saved": "Saved just now."}


@view_config(
    route_name="readiness.sign",
    permission=Permission.CHANGE_INDUCTION,
    request_method="POST",
    renderer=PAGE,
)
def sign_readiness(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form, seen_hash = SignForm(request.POST), request.POST.get("seen_hash", "")
    if not form.validate():
        return _page(context, request, sign_form=form)
    try:
        proof = confirm_identity(
            request, form.username.data or "", form.password.data or "", about=seen_hash
        )
    except SignInRefusedError as refusal:
        form.say(refusal)
        return _page(induction_from_url(request), request, sign_form=form)
    context = induction_from_url(request)
    try:
        signing = readiness.sign_readiness(
            request.db,
            context.induction,
            organisations.get(request.db, request.actor.organisation_id),
            SignatureDraft(
                side=readiness.side_of_signer(context.induction, proof, context.manager_ids),
                signer_id=proof.staff_id,
                seen_hash=seen_hash,
            ),
            proof=proof,
            by=request.actor,
            now=request.now,
            today=request.today,
        )
    except (InvalidInputError, NotAllowedNowError, StaleError) as refusal:
        form.say(refusal)
        return _page(context, request, sign_form=form)
    request.session.flash(
        "Both of you have signed. Well done." if signing.is_complete else "Signed. Thank you."
    )
    return _to_page(context, request)


@view_config(
    route_name="readiness.take_back", permission=Permission.CHANGE_INDUCTION, request_method="POST"
)
def take_back(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    readiness.take_back(request.db, context.induction, by=request.actor)
    request.session.flash("Your signature is taken back. You can change the text.")
    return _to_page(context, request)


def _to_page(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("readiness", induction_id=context.induction.public_id))
