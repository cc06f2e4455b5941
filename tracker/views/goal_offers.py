"""Goals that the trust offers to many: made with a preview, answered, looked at again."""

import secrets
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from tracker.errors import InvalidInputError
from tracker.forms.goal_offer import OfferForm, OfferReviewForm
from tracker.security import Permission
from tracker.services import appraisal_cycles, goal_offer_answers, goal_offers

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.offers import OfferInView

FORM = "goal_offers/form.jinja2"
REVIEW = "goal_offers/review.jinja2"
MONTHS_AHEAD = 6


@view_config(
    route_name="goal_offer.list",
    permission=Permission.OWN_PAGES,
    renderer="goal_offers/list.jinja2",
)
def list_own_offers(request: "TrackerRequest") -> dict[str, object]:
    who = request.actor
    return {
        "offers": goal_offer_answers.offers_for(request.db, by=who, today=request.today),
        "to_answer_for": goal_offers.offers_to_answer_for(request.db, by=who),
        "staff_id": goal_offer_answers.own_public_id(request.db, by=who),
    }


@view_config(
    route_name="goal_offer.answer",
    permission=Permission.ANSWER_OFFER,
    request_method="POST",
)
def answer_offer(context: "OfferInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    who, today, now = request.actor, request.today, request.now
    if "take_up" in request.POST:
        goal = goal_offer_answers.take_up(request.db, context.offer, by=who, today=today, now=now)
        request.session.flash("It is your goal now. Good choice.")
        return HTTPSeeOther(request.route_path("goal", goal_id=goal.public_id))
    goal_offer_answers.decline(request.db, context.offer, by=who, today=today, now=now)
    request.session.flash("That is fine. We will not ask again.")
    return HTTPSeeOther(request.route_path("goal_offer.list"))


@view_config(
    route_name="goal_offer.made",
    permission=Permission.OFFER_GOALS,
    renderer="goal_offers/made.jinja2",
)
def list_offers_made(request: "TrackerRequest") -> dict[str, object]:
    return {"rows": goal_offers.offers_made(request.db, by=request.actor, today=request.today)}


@view_config(
    route_name="goal_offer.add",
    permission=Permission.OFFER_GOALS,
    request_method="GET",
    renderer=FORM,
)
def show_offer_form(request: "TrackerRequest") -> dict[str, object]:
    form = OfferForm(
        due_on=appraisal_cycles.add_months(request.today, MONTHS_AHEAD),
        form_key=secrets.token_hex(8),
    )
    return _drawn(request, form)


@view_config(
    route_name="goal_offer.add",
    permission=Permission.OFFER_GOALS,
    request_method="POST",
    renderer=FORM,
)
def make_offer(request: "TrackerRequest") -> Any:  # noqa: ANN401
    """Show first how many people it reaches; the second button makes the offer."""
    form = OfferForm(request.POST)
    if not form.validate():
        return _drawn(request, form)
    draft, who, today = form.to_draft(), request.actor, request.today
    try:
        if "offer" not in request.POST:
            number = goal_offers.check_offer(request.db, draft, by=who, today=today)
            return _drawn(request, form, number=number)
        goal_offers.make_offer(request.db, draft, by=who, today=today)
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="wording")
        return _drawn(request, form)
    request.session.flash("The goal is offered. People see it the next time they look.")
    return HTTPSeeOther(request.route_path("goal_offer.made"))


def _drawn(
    request: "TrackerRequest", form: OfferForm, *, number: int | None = None
) -> dict[str, object]:
    organisation_id = request.actor.organisation_id
    form.offer_groups(
        goal_offers.groups_to_choose(request.db, organisation_id, today=request.today),
        goal_offers.units_to_choose(request.db, organisation_id, today=request.today),
    )
    return {"form": form, "number": number}


@view_config(
    route_name="goal_offer.review",
    permission=Permission.REVIEW_OFFER,
    request_method="GET",
    renderer=REVIEW,
)
def show_review(context: "OfferInView", request: "TrackerRequest") -> dict[str, object]:
    return _review(context, request, OfferReviewForm())


@view_config(
    route_name="goal_offer.review",
    permission=Permission.REVIEW_OFFER,
    request_method="POST",
    renderer=REVIEW,
)
def review_offer(context: "OfferInView", request: "TrackerRequest") -> Any:  # noqa: ANN401
    form = OfferReviewForm(request.POST)
    if not form.validate():
        return _review(context, request, form)
    finding, who = form.finding.data or "", request.actor
    try:
        if "end" in request.POST:
            goal_offers.end_offer(request.db, context.offer, finding, by=who, now=request.now)
            request.session.flash("The offer has ended. Goals that people took up stay theirs.")
        else:
            goal_offers.review_offer(
                request.db,
                context.offer,
                finding,
                next_review_on=form.next_review_on.data,
                by=who,
                today=request.today,
            )
            request.session.flash("Noted. Thank you for looking at it again.")
    except InvalidInputError as refusal:
        form.refuse(refusal, otherwise="finding")
        return _review(context, request, form)
    return HTTPSeeOther(request.route_path("goal_offer.review", offer_id=context.offer.public_id))


def _review(
    context: "OfferInView", request: "TrackerRequest", form: OfferReviewForm
) -> dict[str, object]:
    return {
        "offer": context.offer,
        "form": form,
        "reviews": goal_offers.reviews_of(request.db, context.offer),
        "is_due": goal_offers.is_due_for_review(context.offer, request.today),
    }
