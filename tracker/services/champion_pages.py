"""What the pages of champions show: who is near, one's own offer, who could be a buddy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tracker.errors import NotFoundError
from tracker.models import Appraisal, Champion, Induction, ShiftPattern, new_public_id
from tracker.security.identity import Role
from tracker.services.champion_requests import Requests, buddy_requests, requests_of
from tracker.services.champions import (
    HOLDS_ROOM,
    WORKS_WORDS,
    Candidate,
    by_profession,
    candidates,
    champion_of,
    near_by,
    unit_of,
)
from tracker.services.support_sessions import YEAR, Given, given_by, own_open_appraisal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

ON_A_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class ChampionSearch:
    words: str = ""
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class ChampionList:
    """One page of those who can be asked, the nearest to the reader first."""

    search: ChampionSearch
    found: tuple[Candidate, ...]
    number: int
    pages: int
    is_champion: bool
    #: staff group, champions, people; empty for who may not count them
    professions: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """One's own offer, what one was asked, and the time one gave."""

    champion: Champion | None
    requests: Requests
    given: Given
    appraisal: Appraisal | None


def list_page(
    db: "Session", search: ChampionSearch, *, by: "Identity", today: date
) -> ChampionList:
    """Gather the list. The number of queries does not grow with the champions."""
    unit_id = unit_of(db, by.staff_id, today=today)
    found = [
        one
        for one in candidates(db, by.organisation_id, unit_id, today=today)
        if one.champion.staff_member_id != by.staff_id and _fits(one, search.words)
    ]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    at = min(max(search.page, 1), pages)
    champion = champion_of(db, by=by)
    may_count = by.has_role(Role.QUALITY_LEAD) or by.has_role(Role.ADMINISTRATOR)
    return ChampionList(
        search=ChampionSearch(words=search.words, page=at),
        found=tuple(found[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]),
        number=len(found),
        pages=pages,
        is_champion=champion is not None and champion.stopped_on is None,
        professions=by_profession(db, by.organisation_id, today=today) if may_count else (),
    )


def _fits(one: Candidate, words: str) -> bool:
    text = f"{one.name} {one.champion.helps_with} {one.job_role} {one.staff_group} {one.unit}"
    return all(word in text.casefold() for word in words.casefold().split())


def candidate(db: "Session", public_id: str, *, by: "Identity", today: date) -> Candidate:
    """Give one champion who can be asked.

    :raises NotFoundError: for anybody else.
    """
    unit_id = unit_of(db, by.staff_id, today=today)
    for one in candidates(db, by.organisation_id, unit_id, today=today):
        if one.champion.public_id == public_id:
            return one
    raise NotFoundError("This champion cannot be asked just now.")


def own_page(db: "Session", *, by: "Identity", today: date) -> OwnPage:
    return OwnPage(
        champion=champion_of(db, by=by),
        requests=requests_of(db, by=by),
        given=given_by(db, by=by, since=today - YEAR),
        appraisal=own_open_appraisal(db, by=by),
    )


def buddy_page(
    db: "Session", induction: Induction, *, wanted: Iterable[str], today: date
) -> dict[str, object]:
    """Gather who could be asked to be a starter's buddy."""
    works = frozenset(ShiftPattern(one) for one in wanted if one in set(ShiftPattern))
    asked = buddy_requests(db, induction)
    return {
        "induction": induction,
        "found": near_by(db, induction, today=today, works=works),
        "works": works,
        "works_words": WORKS_WORDS,
        "asked": asked,
        "waiting": next((one for one in asked if one.state in HOLDS_ROOM), None),
    }


def new_form_key() -> str:
    return new_public_id()
