"""Champions: who they are, asking one, being one."""

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError, NotAllowedNowError, StaleError
from tracker.forms.champions import AskForm, OfferForm, ThankForm, TimeForm
from tracker.forms.fields import read_number
from tracker.security import Permission
from tracker.services import champion_pages, champion_requests, champions, support_sessions

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.champion_context import RequestInView
    from tracker.security.contexts import InductionInView

OWN = "champions/own.jinja2"


@view_config(
    route_name="champion.list",
    permission=Permission.READ_CHAMPIONS,
    renderer="champions/list.jinja2",
)
def list_champions(request: "TrackerRequest") -> dict[str, object]:
    page = champion_pages.list_page(
        request.db,
        champion_pages.ChampionSearch(
            words=" ".join(request.GET.get("words", "").split()),
            page=read_number(request.GET.get("page")) or 1,
        ),
        by=request.actor,
        today=request.today,
    )
    return {"page": page}


@view_config(
    route_name="champion.ask", permission=Permission.READ_CHAMPIONS, renderer="champions/ask.jinja2"
)
def ask_champion(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = AskForm(request.POST, champion=request.GET.get("champion", ""))
    one = champion_pages.candidate(
        request.db, form.champion.data or "", by=request.actor, today=request.today
    )
    drawn = {"form": form, "one": one}
    if request.method != "POST" or not form.validate():
        return drawn
    try:
        champion_requests.ask_for_help(
            request.db,
            form.champion.data or "",
            form.wording.data or "",
            by=request.actor,
            today=request.today,
        )
    except (InvalidInputError, NotAllowedNowError) as refusal:
        form.wording.errors = [refusal.message]
        return drawn
    request.session.flash("Asked. You will get a mail when they answer.")
    return _to_own(request)


def _own(
    request: "TrackerRequest", *, offer: OfferForm | None = None, time: TimeForm | None = None
) -> dict[str, object]:
    page = champion_pages.own_page(request.db, by=request.actor, today=request.today)
    champion = page.champion
    if offer is None and champion is not None:
        works = [one.value for one in champion.patterns]
        offer = OfferForm(obj=champion, data={"works": works})
        offer.works.data = works
    return {
        "page": page,
        "offer": offer or OfferForm(),
        "time": time or TimeForm(held_on=request.today, form_key=champion_pages.new_form_key()),
        "kind_words": support_sessions.KIND_WORDS,
    }


@view_config(
    route_name="champion.own",
    permission=Permission.READ_CHAMPIONS,
    request_method="GET",
    renderer=OWN,
)
def show_own(request: "TrackerRequest") -> dict[str, object]:
    return _own(request)


def _to_own(request: "TrackerRequest") -> Any:  # noqa: ANN401
    return HTTPSeeOther(request.route_path("champion.own"))


@view_config(
    route_name="champion.offer",
    permission=Permission.READ_CHAMPIONS,
    request_method="POST",
    renderer=OWN,
)
def offer(request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = OfferForm(request.POST)
    if not form.validate():
        return _own(request, offer=form)
    try:
        champions.offer(request.db, form.to_draft(), by=request.actor, today=request.today)
    except (InvalidInputError, StaleError) as refusal:
        form.helps_with.errors = [refusal.message]
        return _own(request, offer=form)
    request.session.flash("Thank you. Colleagues near you can now find you.")
    return _to_own(request)


@view_config(
    route_name="champion.stop", permission=Permission.READ_CHAMPIONS, request_method="POST"
)
def stop(request: "TrackerRequest") -> Any:  # noqa: ANN401
    champions.stop(request.db, by=request.actor, today=request.today)
    request.session.flash("Nobody will ask you any more. Thank you for all that you gave.")
    return _to_own(request)


@view_config(
    route_name="champion.session",
    permission=Permission.READ_CHAMPIONS,
    request_method="POST",
    renderer=OWN,
)
def note_time(request: "TrackerRequest") -> Any:  # noqa: ANN401
    if taken_out := request.POST.get("remove"):
        support_sessions.take_out(request.db, taken_out, by=request.actor)
        return _to_own(request)
    form = TimeForm(request.POST)
    if not form.validate():
        return _own(request, time=form)
    try:
        support_sessions.note_session(
            request.db, form.to_draft(), by=request.actor, today=request.today
        )
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="minutes")
        return _own(request, time=form)
    request.session.flash("Noted. It counts.")
    return _to_own(request)


@view_config(
    route_name="champion.bring", permission=Permission.READ_CHAMPIONS, request_method="POST"
)
def bring_hours(request: "TrackerRequest") -> Any:  # noqa: ANN401
    appraisal = support_sessions.bring_to_appraisal(
        request.db, by=request.actor, now=request.now, today=request.today
    )
    request.session.flash("It is in your notes now. You can change it there, or take it out.")
    return HTTPSeeOther(request.route_path("appraisal.prepare", appraisal_id=appraisal.public_id))


@view_config(
    route_name="champion.answer", permission=Permission.ANSWER_REQUEST, request_method="POST"
)
def answer(context: "RequestInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    said = request.POST.get("answer", "")
    answers = {
        "yes": (champion_requests.accept, "Thank you. We have told them."),
        "no": (champion_requests.decline, "That is fine. We have told them kindly."),
        "done": (champion_requests.finish, "Done. Thank you for your help."),
    }
    if said not in answers:
        raise InvalidInputError("Choose one of the answers that are shown.")
    act, words = answers[said]
    act(request.db, context.request, by=request.actor, now=request.now)
    request.session.flash(words)
    return _to_own(request)


@view_config(
    route_name="champion.thank", permission=Permission.THANK_CHAMPION, request_method="POST"
)
def thank(context: "RequestInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    if request.POST.get("answer") == "withdraw":
        champion_requests.withdraw(request.db, context.request, by=request.actor, now=request.now)
        request.session.flash("Taken back.")
        return _to_own(request)
    form = ThankForm(request.POST)
    if not form.validate():
        raise InvalidInputError("Your thanks are a little long. Use 300 characters or fewer.")
    champion_requests.thank(
        request.db, context.request, form.thanks.data or "", by=request.actor, now=request.now
    )
    request.session.flash("They will be glad to read it.")
    return _to_own(request)


@view_config(
    route_name="induction.buddies",
    permission=Permission.LEAD_INDUCTION,
    request_method="GET",
    renderer="champions/buddies.jinja2",
)
def show_buddies(context: "InductionInView", request: "TrackerRequest") -> dict[str, object]:
    return champion_pages.buddy_page(
        request.db,
        context.induction,
        wanted=request.GET.getall("works"),
        today=request.today,
    )


@view_config(
    route_name="induction.buddies", permission=Permission.LEAD_INDUCTION, request_method="POST"
)
def ask_buddy(context: "InductionInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    champion_requests.ask_to_be_buddy(
        request.db,
        context.induction,
        request.POST.get("champion", ""),
        by=request.actor,
        today=request.today,
    )
    request.session.flash("Asked. You will get a mail when they answer.")
    return HTTPSeeOther(
        request.route_path("induction.buddies", induction_id=context.induction.public_id)
    )
