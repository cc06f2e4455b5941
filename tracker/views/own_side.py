"""One side's own corner of an appraisal: private notes, and what the person chose to bring."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError, StaleTextError
from tracker.forms.fields import TrackerForm
from tracker.forms.own_side import PrivateNoteForm
from tracker.security import Permission
from tracker.services import brought_outcomes, preparations, private_notes
from tracker.views.kept_texts import bring_back, forget

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView

NOTE = "appraisals/private.jinja2"


def _drawn(
    context: "AppraisalInView",
    form: PrivateNoteForm,
    conflict: StaleTextError | None = None,
) -> dict[str, object]:
    return {"appraisal": context.appraisal, "form": form, "conflict": conflict}


def _to_note(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    path = request.route_path("appraisal.private", appraisal_id=context.appraisal.public_id)
    return HTTPSeeOther(path)


@view_config(
    route_name="appraisal.private",
    permission=Permission.OWN_SIDE,
    request_method="GET",
    renderer=NOTE,
)
def show_note(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    note = private_notes.own_note(request.db, context.appraisal, by=request.actor)
    text, version = (note.text, note.version) if note else ("", 0)
    kept = bring_back(request, PrivateNoteForm, saved={"text": text}, version=version)
    if kept is not None:
        return _drawn(context, *kept)
    return _drawn(context, PrivateNoteForm(text=text, version=version))


@view_config(
    route_name="appraisal.private",
    permission=Permission.OWN_SIDE,
    request_method="POST",
    accept="text/html",
    renderer=NOTE,
)
def save_note(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    if "erase" in request.POST:
        private_notes.erase_note(request.db, context.appraisal, by=request.actor)
        forget(request)
        request.session.flash("Your private notes are deleted for good.")
        return _to_note(context, request)
    form = PrivateNoteForm(request.POST)
    if not form.validate():
        return _drawn(context, form)
    try:
        _save(context, request, form)
    except StaleTextError as conflict:
        form.version.data = str(conflict.version)
        request.response.status_int = 409
        return _drawn(context, form, conflict)
    forget(request)
    request.session.flash("Saved. Only you can see these notes.")
    return _to_note(context, request)


@view_config(
    route_name="appraisal.private",
    permission=Permission.OWN_SIDE,
    request_method="POST",
    accept="application/json",
    renderer="json",
)
def autosave_note(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    form = PrivateNoteForm(request.POST)
    if not form.validate():
        request.response.status_int = 422
        return {"message": f"Not saved yet. {form.error_list[0]['text']}."}
    try:
        return {"version": _save(context, request, form), "saved": "Saved just now."}
    except StaleTextError as conflict:
        return not_saved(request, form, conflict)


def not_saved(
    request: "TrackerRequest",
    form: TrackerForm,
    conflict: StaleTextError,
) -> dict[str, object]:
    """Tell a script that somebody else was first, with what they saved."""
    request.response.status_int = 409
    saved = [
        {"label": field.label.text, "text": conflict.saved[field.name]}
        for field in form
        if field.name in conflict.saved
    ]
    return {
        "message": "Not saved: this text was changed by the other one of you, in another tab or on "
        "another device. Press Save to see both texts side by side.",
        "saved": saved,
    }


def _save(context: "AppraisalInView", request: "TrackerRequest", form: PrivateNoteForm) -> int:
    return private_notes.save_note(
        request.db, context.appraisal, form.to_draft(), by=request.actor, now=request.now
    )


def _secret(request: "TrackerRequest") -> str | None:
    """Give what a person's own alerts are found with; none where the trust leaves them be."""
    settings = request.tracker_settings
    return settings.secret if settings.own_alerts else None


@view_config(
    route_name="appraisal.bring",
    permission=Permission.BRING_OUTCOMES,
    request_method="GET",
    renderer="appraisals/bring.jinja2",
)
def show_what_to_bring(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    return {
        "appraisal": context.appraisal,
        "offered": brought_outcomes.could_bring(
            request.db,
            context.appraisal,
            by=request.actor,
            secret=_secret(request),
            today=request.today,
        ),
        "is_locked": preparations.is_locked(request.db, context.appraisal),
    }


@view_config(
    route_name="appraisal.bring", permission=Permission.BRING_OUTCOMES, request_method="POST"
)
def bring_outcome(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    kind = request.POST.get("kind", "")
    try:
        if "take_back" in request.POST:
            brought_outcomes.take_back(request.db, context.appraisal, kind, by=request.actor)
            request.session.flash("Taken back. Your manager does not see it any more.")
        else:
            brought_outcomes.bring(
                request.db,
                context.appraisal,
                kind,
                by=request.actor,
                secret=_secret(request),
                today=request.today,
            )
            request.session.flash("It is on the meeting page. You can take it back until you sign.")
    except InvalidInputError as refusal:
        request.session.flash(refusal.message, "important")
    path = request.route_path("appraisal.bring", appraisal_id=context.appraisal.public_id)
    return HTTPSeeOther(path)
