"""The signed record of an appraisal: as a page, a PDF or plain text, and what is added later."""

from typing import TYPE_CHECKING, Any

from pyramid.view import view_config

from tracker.documents.appraisal_document import appraisal_document
from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.forms.appraisal import AddendumForm
from tracker.request import LONDON
from tracker.security import Permission
from tracker.security.contexts import appraisal_from_url
from tracker.services import addenda, appraisal_signing
from tracker.services.sign_in import SignInRefusedError
from tracker.views.appraisals import to_appraisal
from tracker.views.proof import confirm_identity, put_back, ways_to_prove

if TYPE_CHECKING:
    from tracker.models import Appraisal
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView
    from tracker.services.appraisal_signing import SignedRecord

ADD = "appraisals/add_to.jinja2"


def _record(
    context: "AppraisalInView", request: "TrackerRequest", *, is_printed: bool = False
) -> "SignedRecord":
    return appraisal_signing.signed_record(
        request.db, context.appraisal, by=request.actor, is_printed=is_printed
    )


@view_config(
    route_name="appraisal.record",
    permission=Permission.READ_APPRAISAL,
    renderer="appraisals/record.jinja2",
)
def show_record(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    return {"appraisal": context.appraisal, "record": _record(context, request)}


@view_config(route_name="appraisal.print", permission=Permission.READ_APPRAISAL)
def print_record(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    from tracker.documents.appraisal_pdf import appraisal_pdf  # ReportLab only when it is asked for

    record = _record(context, request, is_printed=True)
    return _file(request, record, "pdf", appraisal_pdf(appraisal_document(record, zone=LONDON)))


@view_config(route_name="appraisal.text", permission=Permission.READ_APPRAISAL)
def write_record(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    from tracker.documents.appraisal_text import appraisal_text

    record = _record(context, request, is_printed=True)
    text = appraisal_text(appraisal_document(record, zone=LONDON))
    return _file(request, record, "txt", text.encode())


def _file(request: "TrackerRequest", record: "SignedRecord", kind: str, content: bytes) -> Any:  # noqa: ANN401
    response = request.response
    response.content_type = {"pdf": "application/pdf", "txt": "text/plain"}[kind]
    if kind == "txt":
        response.charset = "utf-8"
    name = f"appraisal-{record.content['held_on']}.{kind}"
    response.content_disposition = f'attachment; filename="{name}"'
    response.body = content
    return response


@view_config(
    route_name="appraisal.add_to",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="GET",
    renderer=ADD,
)
def show_addition(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    _record(context, request)  # refused before there is a record, and a look all the same
    return _addition(request, context.appraisal, AddendumForm())


@view_config(
    route_name="appraisal.add_to",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="POST",
    renderer=ADD,
)
def add_to_record(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = AddendumForm(request.POST)
    if not form.validate():
        return _addition(request, context.appraisal, form)
    try:
        proof = confirm_identity(request, form.username.data or "", form.password.data or "")
    except SignInRefusedError as refusal:
        form.say(refusal)
        return _addition(request, appraisal_from_url(request).appraisal, form)
    context = appraisal_from_url(request)  # afresh: the database was let go meanwhile
    appraisal = context.appraisal
    try:
        addenda.add_addendum(
            request.db,
            appraisal,
            addenda.AddendumDraft(
                side=appraisal_signing.side_of_signer(
                    appraisal, proof, for_appraiser=context.appraiser_side
                ),
                author_id=proof.staff_id,
                text=form.text.data or "",
            ),
            proof=proof,
            now=request.now,
        )
    except (InvalidInputError, NotAllowedNowError) as refusal:
        put_back(request, proof)
        form.say(refusal)
        return _addition(request, appraisal, form)
    request.session.flash("It is added. What you both signed stays as it was.")
    return to_appraisal(request, appraisal.public_id, "appraisal.record")


def _addition(
    request: "TrackerRequest", appraisal: "Appraisal", form: AddendumForm
) -> dict[str, object]:
    proving = ways_to_prove(request, form, path=request.path)
    return {"appraisal": appraisal, "form": form, "proving": proving}
