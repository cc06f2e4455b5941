"""How reliable people find a system: each says it for themselves, and it is shown for groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import DigitalSystem, Reliability, SystemOpinion

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: Fewer people than this are never shown: design.md, section 6.
FEWEST = 8
#: What people said longer ago than this says little about today.
COUNTS_FOR = timedelta(days=365)
SAYS_WORDS = {
    Reliability.WORKS_WELL: "It works well",
    Reliability.SOMETIMES_STOPS: "It sometimes stops",
    Reliability.OFTEN_STOPS: "It often stops",
}
_FOUND = {
    Reliability.WORKS_WELL: "works well",
    Reliability.SOMETIMES_STOPS: "sometimes stops",
    Reliability.OFTEN_STOPS: "often stops",
}
MOST, HALF = 0.7, 0.4


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a group of eight or more says of a system, in words: no number names anybody."""

    words: str

    def __str__(self) -> str:
        return self.words


def say_reliability(
    db: "Session", system: DigitalSystem, says: Reliability, *, by: "Identity", today: date
) -> None:
    """Keep what somebody says. Said twice on one day it is kept once; the newest counts."""
    last = own_opinion(db, system, by=by)
    if last is not None and (last.says, last.said_on) == (says, today):
        return
    db.add(
        SystemOpinion(
            organisation_id=system.organisation_id,
            system_id=system.id,
            staff_member_id=by.staff_id,
            says=says,
            said_on=today,
        )
    )


def own_opinion(db: "Session", system: DigitalSystem, *, by: "Identity") -> SystemOpinion | None:
    return db.scalar(
        select(SystemOpinion)
        .where(SystemOpinion.system_id == system.id, SystemOpinion.staff_member_id == by.staff_id)
        .order_by(SystemOpinion.id.desc())
        .limit(1)
    )


def found_by_people(db: "Session", system_ids: Iterable[int], *, today: date) -> dict[int, Found]:
    """Say how reliable people find each system; nothing for one with fewer than eight voices."""
    newest = (
        select(func.max(SystemOpinion.id))
        .where(
            SystemOpinion.system_id.in_(list(system_ids)),
            SystemOpinion.said_on > today - COUNTS_FOR,
        )
        .group_by(SystemOpinion.system_id, SystemOpinion.staff_member_id)
    )
    counts: dict[int, dict[Reliability, int]] = {}
    for system_id, says, number in db.execute(
        select(SystemOpinion.system_id, SystemOpinion.says, func.count())
        .where(SystemOpinion.id.in_(newest))
        .group_by(SystemOpinion.system_id, SystemOpinion.says)
    ):
        counts.setdefault(system_id, {})[says] = number
    return {
        system_id: Found(words=_in_words(said))
        for system_id, said in counts.items()
        if sum(said.values()) >= FEWEST
    }


def _in_words(said: dict[Reliability, int]) -> str:
    """Say it without a number, so that one more voice does not show what it said."""
    total = sum(said.values())
    stops = said.get(Reliability.SOMETIMES_STOPS, 0) + said.get(Reliability.OFTEN_STOPS, 0)
    for says in (Reliability.WORKS_WELL, Reliability.OFTEN_STOPS, Reliability.SOMETIMES_STOPS):
        if said.get(says, 0) >= MOST * total:
            return f"Most people say that it {_FOUND[says]}."
    if stops >= MOST * total:
        return "Most people say that it stops sometimes or often."
    if stops >= HALF * total:
        return "About half of the people say that it stops sometimes or often."
    return "More people say that it works well than that it stops."
