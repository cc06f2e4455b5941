"""One's own appraisals, one appraisal at a glance, and the notes before the meeting."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import StaleTextError, TrackerError
from tracker.forms.appraisal import ManagerPreparationForm, PreparationForm, read_confidence
from tracker.security import Permission
from tracker.services import appointments, appraisal_pages, appraisals, preparations
from tracker.services.confidence import WORDS
from tracker.views.kept_texts import bring_back, forget
from tracker.views.own_side import not_saved

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView, StaffInView
    from tracker.services.preparations import PreparePage

PREPARE = "appraisals/prepare.jinja2"


def to_appraisal(request: "TrackerRequest", public_id: str, route: str = "appraisal") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path(route, appraisal_id=public_id))


def way_back(request: "TrackerRequest", otherwise: str) -> str:
    """Say where the person came from: the meeting that is named in the address, if one is."""
    appraisal_id = request.GET.get("from", "")
    if not (appraisal_id.isascii() and appraisal_id.isalnum()):
        return otherwise
    path: str = request.route_path("appraisal.meet", appraisal_id=appraisal_id)
    return path


@view_config(
    route_name="appraisal.list", permission=Permission.OWN_PAGES, renderer="appraisals/list.jinja2"
)
def list_appraisals(request: "TrackerRequest") -> dict[str, object]:
    page = appraisal_pages.own_appraisals(request.db, by=request.actor, today=request.today)
    return {"page": page}


@view_config(
    route_name="appraisal.start", permission=Permission.START_APPRAISAL, request_method="POST"
)
def start_appraisal(context: "StaffInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    appraisal = appraisals.open_appraisal(
        request.db, context.staff_member.id, by=request.actor, today=request.today
    )
    request.session.flash("The appraisal is open. You can both write your notes now.")
    return to_appraisal(request, appraisal.public_id)


@view_config(
    route_name="appraisal",
    permission=Permission.READ_APPRAISAL,
    renderer="appraisals/show.jinja2",
)
def show_appraisal(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    page = appraisal_pages.overview(
        request.db, context.appraisal, by=request.actor, today=request.today
    )
    appointment = appointments.appointment_of(request.db, context.appraisal)
    return {"appraisal": context.appraisal, "page": page, "appointment": appointment}


def _form_for(page: "PreparePage") -> type[PreparationForm | ManagerPreparationForm]:
    return PreparationForm if page.side.value == "appraisee" else ManagerPreparationForm


def _page(context: "AppraisalInView", request: "TrackerRequest") -> "PreparePage":
    return preparations.prepare_page(
        request.db, context.appraisal, by=request.actor, today=request.today
    )


def _drawn(
    context: "AppraisalInView",
    page: "PreparePage",
    form: PreparationForm | ManagerPreparationForm,
    *,
    conflict: StaleTextError | None = None,
) -> dict[str, object]:
    return {
        "appraisal": context.appraisal,
        "page": page,
        "form": form,
        "conflict": conflict,
        "words": WORDS,
    }


@view_config(
    route_name="appraisal.prepare",
    permission=Permission.PREPARE_APPRAISAL,
    request_method="GET",
    renderer=PREPARE,
)
def show_preparation(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    page = _page(context, request)
    kept = bring_back(request, _form_for(page), saved=asdict(page.notes), version=page.version)
    if kept is not None and not page.is_locked:
        form, conflict = kept
        return _drawn(context, page, form, conflict=conflict)
    return _drawn(context, page, _form_for(page)(obj=page.notes, version=page.version))


@view_config(
    route_name="appraisal.prepare",
    permission=Permission.PREPARE_APPRAISAL,
    request_method="POST",
    accept="text/html",
    renderer=PREPARE,
)
def save_preparation(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    page = _page(context, request)
    form = _form_for(page)(request.POST)
    if not form.validate():
        return _drawn(context, page, form)
    try:
        _save(context, request, page, form)
    except StaleTextError as conflict:
        # What they typed stays on their screen, now against the version they can see.
        form.version.data = str(conflict.version)
        request.response.status_int = 409
        return _drawn(context, page, form, conflict=conflict)
    forget(request)
    if "share" in request.POST:
        preparations.share_preparation(
            request.db, context.appraisal, by=request.actor, now=request.now
        )
        request.session.flash("Your notes are saved and shared.")
        return to_appraisal(request, context.appraisal.public_id)
    request.session.flash("Your notes are saved. Only you can see them until you share them.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.prepare")


@view_config(
    route_name="appraisal.prepare",
    permission=Permission.PREPARE_APPRAISAL,
    request_method="POST",
    accept="application/json",
    renderer="json",
)
def autosave_preparation(
    context: "AppraisalInView", request: "TrackerRequest"
) -> dict[str, object]:
    page = _page(context, request)
    form = _form_for(page)(request.POST)
    if not form.validate():
        request.response.status_int = 422
        return {"message": f"Not saved yet. {form.error_list[0]['text']}."}
    try:
        saved = _save(context, request, page, form)
    except StaleTextError as conflict:
        return not_saved(request, form, conflict)
    except TrackerError as refusal:
        request.response.status_int = 409
        return {"message": f"Not saved. {refusal.message}"}
    return {"version": saved.version, "saved": "Saved just now."}


def _save(
    context: "AppraisalInView",
    request: "TrackerRequest",
    page: "PreparePage",
    form: PreparationForm | ManagerPreparationForm,
) -> Any:  # noqa: ANN401
    answers = read_confidence(request.POST, (one.id for one in page.asked))
    return preparations.save_preparation(
        request.db,
        context.appraisal,
        form.to_draft(answers),
        by=request.actor,
        now=request.now,
    )


@view_config(
    route_name="appraisal.share", permission=Permission.PREPARE_APPRAISAL, request_method="POST"
)
def share_preparation(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    preparations.share_preparation(request.db, context.appraisal, by=request.actor, now=request.now)
    request.session.flash("Your notes are shared. You can still change them until you sign.")
    return to_appraisal(request, context.appraisal.public_id)
