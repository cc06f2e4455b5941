"""Loads what somebody asked of a champion, so that rules can look at it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPNotFound
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.models import Champion, ChampionRequest, RequestState
from tracker.security.contexts import who_asks

if TYPE_CHECKING:
    from tracker.request import TrackerRequest


@dataclass(frozen=True, kw_only=True)
class RequestInView:
    """What somebody asked of a champion."""

    request: ChampionRequest
    #: the champion said yes, now or before
    is_accepted: bool


def champion_request_from_url(request: "TrackerRequest") -> RequestInView:
    who = who_asks(request)
    asked = request.db.scalar(
        select(ChampionRequest)
        .where(
            ChampionRequest.public_id == request.matchdict["request_id"],
            ChampionRequest.organisation_id == who.organisation_id,
        )
        .options(
            joinedload(ChampionRequest.champion, innerjoin=True).joinedload(Champion.staff_member)
        )
    )
    if asked is None:
        raise HTTPNotFound
    is_accepted = asked.state in {RequestState.ACCEPTED, RequestState.ENDED}
    return RequestInView(request=asked, is_accepted=is_accepted)
