"""Loads the offer of a goal that a URL is about, so that rules can look at it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPNotFound
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.models import GoalOffer
from tracker.security.contexts import who_asks
from tracker.security.offer_groups import is_offered_to

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@dataclass(frozen=True, kw_only=True)
class OfferInView:
    """A goal offered to a group, and whether the one who asks is in the group."""

    offer: GoalOffer
    offered_to: frozenset[int]


def offer_from_url(request: "TrackerRequest") -> OfferInView:
    who = who_asks(request)
    offer = request.db.scalar(
        select(GoalOffer)
        .where(
            GoalOffer.public_id == request.matchdict["offer_id"],
            GoalOffer.organisation_id == who.organisation_id,
        )
        .options(joinedload(GoalOffer.owner))
    )
    if offer is None:
        raise HTTPNotFound
    is_in = is_offered_to(request.db, offer, who.staff_id, today=request.today)
    return OfferInView(offer=offer, offered_to=frozenset({who.staff_id} if is_in else ()))
