"""What mail says, when it goes out, who wants it, and whom it does not reach."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.mail import MailTextForm, WeeklyLineForm, WeeklyTimeForm
from tracker.security import Permission
from tracker.services import mail_pages, mail_texts, organisations, weekly_mail

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@view_config(route_name="mail.own", permission=Permission.OWN_PAGES, renderer="mail/own.jinja2")
def choose_own_mail(request: "TrackerRequest") -> Any:  # noqa: ANN401
    if request.method == "POST":
        wants = request.POST.get("reminders") == "yes"
        weekly_mail.choose_reminders(request.db, wants=wants, by=request.actor, now=request.now)
        request.session.flash(
            "You get the weekly mail." if wants else "You get no weekly mail any more."
        )
        return HTTPSeeOther(request.route_path("mail.own"))
    organisation = organisations.get(request.db, request.actor.organisation_id)
    day, hour = weekly_mail.weekly_time(organisation)
    return {
        "wants": weekly_mail.wants_reminders(request.db, request.actor.staff_id),
        "day": weekly_mail.DAYS[day],
        "hour": f"{hour:02}:00",
        "is_off": request.tracker_settings.mail is None,
        "is_refused": mail_pages.does_not_reach(request.db, by=request.actor),
    }


@view_config(
    route_name="mail.unreached",
    permission=Permission.READ_DATES,
    renderer="mail/not_reached.jinja2",
)
def list_not_reached(request: "TrackerRequest") -> dict[str, object]:
    return {"problems": mail_pages.not_reached(request.db, by=request.actor)}


@view_config(route_name="mail.texts", permission=Permission.KEEP_MAIL, renderer="mail/texts.jinja2")
def list_texts(request: "TrackerRequest") -> Any:  # noqa: ANN401
    organisation = organisations.get(request.db, request.actor.organisation_id)
    day, hour = weekly_mail.weekly_time(organisation)
    form = WeeklyTimeForm(request.POST, data={"day": str(day), "hour": str(hour)})
    if request.method == "POST" and form.validate():
        weekly_mail.set_weekly_time(
            request.db,
            organisation,
            day=int(form.day.data),
            hour=int(form.hour.data),
            by=request.actor,
        )
        request.session.flash("The time of the weekly mail is set.")
        return HTTPSeeOther(request.route_path("mail.texts"))
    texts = mail_texts.texts(request.db, request.actor.organisation_id)
    return {"texts": texts, "form": form, "is_off": request.tracker_settings.mail is None}


@view_config(route_name="mail.text", permission=Permission.KEEP_MAIL, renderer="mail/text.jinja2")
def change_text(request: "TrackerRequest") -> Any:  # noqa: ANN401
    kind = request.matchdict["kind"]
    text = mail_texts.text_of(request.db, request.actor.organisation_id, kind)
    back = HTTPSeeOther(request.route_path("mail.texts"))
    if request.method == "POST" and "ours" in request.POST:
        mail_texts.use_ours(request.db, kind, by=request.actor)
        request.session.flash("The mail has our words again.")
        return back
    form_class = MailTextForm if text.content.subject else WeeklyLineForm
    form = form_class(request.POST, data={"subject": text.subject, "body": text.body})
    shown = text
    if request.method == "POST":
        subject, body = request.POST.get("subject", ""), request.POST.get("body", "")
        try:
            shown = mail_texts.draft_of(text, subject=subject, body=body)
            if "save" in request.POST:
                mail_texts.save_text(
                    request.db,
                    kind,
                    subject=subject,
                    body=body,
                    by=request.actor,
                    now=request.now,
                )
                request.session.flash("The words are saved.")
                return back
        except InvalidInputError as error:
            form.refuse(error, otherwise="body")
    return {"text": text, "form": form, "preview": shown.example}
