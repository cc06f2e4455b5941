"""The meeting page: one screen for two people."""

from typing import TYPE_CHECKING, Any

from pyramid.view import view_config

from tracker.errors import InvalidInputError, StaleTextError, TrackerError
from tracker.forms.appraisal import MeetingForm
from tracker.forms.fields import in_words
from tracker.security import Permission
from tracker.services import meetings
from tracker.views.appraisals import to_appraisal
from tracker.views.kept_texts import bring_back, forget
from tracker.views.own_side import not_saved

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView

PAGE = "appraisals/meeting.jinja2"


def _drawn(
    context: "AppraisalInView",
    request: "TrackerRequest",
    form: MeetingForm | None = None,
    *,
    conflict: StaleTextError | None = None,
) -> dict[str, object]:
    page = meetings.meeting_page(
        request.db, context.appraisal, by=request.actor, today=request.today, place=request.path
    )
    if form is None and page.has_kept_text and not page.is_locked:
        saved = {"held_on": in_words(page.held_on), "summary": page.summary}
        form, conflict = bring_back(request, MeetingForm, saved=saved, version=page.version) or (
            None,
            None,
        )
    if form is None:
        form = MeetingForm(
            held_on=page.held_on or request.today, summary=page.summary, version=page.version
        )
    return {"appraisal": context.appraisal, "page": page, "form": form, "conflict": conflict}


@view_config(
    route_name="appraisal.meet",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="GET",
    renderer=PAGE,
)
def show_meeting(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    return _drawn(context, request)


@view_config(
    route_name="appraisal.meet",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="POST",
    accept="text/html",
    renderer=PAGE,
)
def save_meeting(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = MeetingForm(request.POST)
    if not form.validate():
        return _drawn(context, request, form)
    try:
        _save(context, request, form)
    except StaleTextError as conflict:
        form.version.data = str(conflict.version)
        request.response.status_int = 409
        return _drawn(context, request, form, conflict=conflict)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="held_on")
        return _drawn(context, request, form)
    forget(request)
    if "sign" in request.POST:
        return to_appraisal(request, context.appraisal.public_id, "appraisal.sign")
    request.session.flash("Saved.")
    return to_appraisal(request, context.appraisal.public_id, "appraisal.meet")


@view_config(
    route_name="appraisal.meet",
    permission=Permission.CHANGE_APPRAISAL,
    request_method="POST",
    accept="application/json",
    renderer="json",
)
def autosave_meeting(context: "AppraisalInView", request: "TrackerRequest") -> dict[str, object]:
    form = MeetingForm(request.POST)
    if not form.validate():
        request.response.status_int = 422
        return {"message": f"Not saved yet. {form.error_list[0]['text']}."}
    try:
        _save(context, request, form)
    except StaleTextError as conflict:
        return not_saved(request, form, conflict)
    except TrackerError as refusal:
        request.response.status_int = 409
        return {"message": f"Not saved. {refusal.message}"}
    return {"version": context.appraisal.version, "saved": "Saved just now."}


def _save(context: "AppraisalInView", request: "TrackerRequest", form: MeetingForm) -> None:
    meetings.save_meeting(
        request.db, context.appraisal, form.to_draft(), by=request.actor, today=request.today
    )
