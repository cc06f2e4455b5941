"""When and where two people meet: for an appraisal, and at the milestones of an induction."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.mail import AppointmentForm
from tracker.security import Permission
from tracker.services import appointments
from tracker.services.mail_words import LONDON

if TYPE_CHECKING:
    from tracker.models import Appointment
    from tracker.request import TrackerRequest
    from tracker.security.contexts import AppraisalInView, InductionInView

SAVED = "The time is set. Both of you get it by mail, for your calendars."
OFF = "The meeting is off. Both calendars are told."
#: where no mail goes out, nobody's calendar is told
SAVED_WITHOUT_MAIL = "The time is set. Mail is off: please tell each other."
OFF_WITHOUT_MAIL = "The meeting is off. Mail is off too: please tell each other."


def _say(request: "TrackerRequest", words: str, without_mail: str) -> None:
    request.session.flash(words if request.tracker_settings.mail else without_mail)


def _form(request: "TrackerRequest", appointment: "Appointment | None") -> AppointmentForm:
    if request.method == "POST":
        return AppointmentForm(request.POST)
    known: dict[str, object] = {}
    if appointment is not None and appointment.is_on:
        known = {"day": appointment.day, "place": appointment.place}
        if appointment.starts_at is not None:
            known["starts"] = f"{appointment.starts_at.astimezone(LONDON):%H:%M}"
            known["minutes"] = str(appointment.minutes)
    return AppointmentForm(data=known)


@view_config(
    route_name="appraisal.time",
    permission=Permission.CHANGE_APPRAISAL,
    renderer="appraisals/time.jinja2",
)
def set_time(context: "AppraisalInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    appraisal = context.appraisal
    appointment = appointments.appointment_of(request.db, appraisal)
    back = HTTPSeeOther(request.route_path("appraisal", appraisal_id=appraisal.public_id))
    if request.method == "POST" and "cancel" in request.POST:
        if appointment is not None:
            appointments.cancel(request.db, appointment, by=request.actor, now=request.now)
            _say(request, OFF, OFF_WITHOUT_MAIL)
        return back
    form = _form(request, appointment)
    if request.method == "POST" and form.validate():
        try:
            appointments.set_for_appraisal(
                request.db, appraisal, form.to_draft(), by=request.actor, now=request.now
            )
        except InvalidInputError as error:
            form.refuse(error, otherwise="day")
        else:
            _say(request, SAVED, SAVED_WITHOUT_MAIL)
            return back
    return {"appraisal": appraisal, "appointment": appointment, "form": form}


@view_config(
    route_name="induction.meetings",
    permission=Permission.CHANGE_INDUCTION,
    renderer="inductions/meetings.jinja2",
)
def set_milestone_times(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    induction = context.induction
    meetings = appointments.milestone_meetings(request.db, induction)
    typed = request.POST if request.method == "POST" else request.GET
    chosen = next((one for one in meetings if one.key == typed.get("milestone")), None)
    here = request.route_path("induction.meetings", induction_id=induction.public_id)
    form = _form(request, chosen.appointment if chosen else None)
    if request.method == "POST" and chosen is not None:
        if "cancel" in request.POST:
            if chosen.appointment is not None:
                appointments.cancel(
                    request.db, chosen.appointment, by=request.actor, now=request.now
                )
                _say(request, OFF, OFF_WITHOUT_MAIL)
            return HTTPSeeOther(here)
        if form.validate():
            try:
                appointments.set_for_milestone(
                    request.db,
                    induction,
                    chosen.key,
                    form.to_draft(),
                    by=request.actor,
                    now=request.now,
                )
            except InvalidInputError as error:
                form.refuse(error, otherwise="day")
            else:
                _say(request, SAVED, SAVED_WITHOUT_MAIL)
                return HTTPSeeOther(here)
    return {"induction": induction, "meetings": meetings, "chosen": chosen, "form": form}
