"""Signing an appraisal: two people, one text, one screen or two."""

from typing import TYPE_CHECKING, Any

from pyramid.view import view_config

from tracker.errors import InvalidInputError, NotAllowedNowError, StaleError
from tracker.forms.appraisal import SignForm
from tracker.security import Permission
from tracker.security.contexts import appraisal_from_url
from tracker.services import appraisal_signing
from tracker.services.sign_in import SignInRefusedError
from tracker.services.signatures import SignatureDraft
from tracker.views.appraisals import to_appraisal
from tracker.views.proof import confirm_identity, put_back, ways_to_prove

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView
    from tracker.security.proof import Proof
    from tracker.services.signatures import Signing

PAGE = "appraisals/sign.jinja2"


def _drawn(
    context: "AppraisalInView", request: "TrackerRequest", form: SignForm | None = None
) -> Any:  # noqa: ANN401
    """Draw the text and the form; what is not ready to sign goes back to the meeting page."""
    if not context.appraisal.is_open:
        return to_appraisal(request, context.appraisal.public_id)
    try:
        page = appraisal_signing.sign_page(request.db, context.appraisal, today=request.today)
    except InvalidInputError as refusal:
        request.session.flash(refusal.message, "important")
        return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")
    form = form or SignForm()
    form.seen_hash.data = page.content_hash
    path = request.route_path("appraisal.sign", appraisal_id=context.appraisal.public_id)
    proving = ways_to_prove(request, form, path=path, about=page.content_hash)
    return {"appraisal": context.appraisal, "page": page, "form": form, "proving": proving}


@view_config(
    route_name="appraisal.sign",
    permission=Permission.SIGN_APPRAISAL,
    request_method="GET",
    renderer=PAGE,
)
def show_signing(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    return _drawn(context, request)


@view_config(
    route_name="appraisal.sign",
    permission=Permission.SIGN_APPRAISAL,
    request_method="POST",
    renderer=PAGE,
)
def sign_appraisal(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = SignForm(request.POST)
    if not form.validate():
        return _drawn(context, request, form)
    seen_hash = str(form.seen_hash.data or "")
    try:
        proof = confirm_identity(
            request, form.username.data or "", form.password.data or "", about=seen_hash
        )
    except SignInRefusedError as refusal:
        form.say(refusal)
        return _drawn(appraisal_from_url(request), request, form)
    context = appraisal_from_url(request)  # afresh: the database was let go while we waited
    try:
        signing = _sign(context, request, form, proof)
    except InvalidInputError as refusal:
        put_back(request, proof, about=seen_hash)
        form.refuse(refusal, otherwise="proof" if form.is_proved else "username")
        return _drawn(context, request, form)
    except (NotAllowedNowError, StaleError) as refusal:
        form.say(refusal)
        return _drawn(context, request, form)
    if signing.is_complete:
        request.session.flash("Both of you have signed. Well done.")
        return to_appraisal(request, context.appraisal.public_id)
    request.session.flash("Signed. Thank you. The other one of you can sign here too, or later.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.sign")


def _sign(
    context: "AppraisalInView", request: "TrackerRequest", form: SignForm, proof: "Proof"
) -> "Signing":
    return appraisal_signing.sign_appraisal(
        request.db,
        context.appraisal,
        SignatureDraft(
            side=appraisal_signing.side_of_signer(
                context.appraisal, proof, for_appraiser=context.appraiser_side
            ),
            signer_id=proof.staff_id,
            seen_hash=str(form.seen_hash.data or ""),
            statement=form.statement.data or "",
            agrees=not form.disagrees.data,
        ),
        proof=proof,
        now=request.now,
        today=request.today,
    )


@view_config(
    route_name="appraisal.take_back", permission=Permission.SIGN_APPRAISAL, request_method="POST"
)
def take_back(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    appraisal_signing.take_signature_back(
        request.db, context.appraisal, by=request.actor, now=request.now
    )
    request.session.flash("Your signature is taken back. You can change the text.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")
