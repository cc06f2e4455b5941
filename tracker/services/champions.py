"""Champions: who offers help, who is near, and who has room for one more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager

from tracker.errors import InvalidInputError, StaleError
from tracker.models import (
    Assignment,
    AuditKind,
    Champion,
    ChampionRequest,
    Induction,
    OrganisationUnit,
    ReportingLine,
    RequestState,
    ShiftPattern,
    StaffMember,
)
from tracker.services import audit
from tracker.services.reporting import AWAY, is_primary_today

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: A request that takes up some of a champion's room.
HOLDS_ROOM = (RequestState.ASKED, RequestState.ACCEPTED)
MOST_SHOWN = 10
SITE = "site"
WORKS_WORDS = {
    ShiftPattern.DAYS: "days",
    ShiftPattern.EVENINGS: "evenings",
    ShiftPattern.NIGHTS: "nights",
    ShiftPattern.WEEKENDS: "weekends",
}


@dataclass(frozen=True, kw_only=True)
class ChampionDraft:
    """What somebody offers. Named as the Champion's columns are."""

    helps_with: str
    hours_a_month: int
    most_people: int
    works: frozenset[ShiftPattern]
    away_until: date | None = None
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A champion who can be asked, and how near they are."""

    champion: Champion
    job_role: str
    staff_group: str
    unit: str
    #: 0: the same unit; each step up the tree is one more
    steps: int
    #: where the two ways up the tree meet; empty for nowhere
    meet_at: str
    is_same_site: bool
    #: how many more people they can look after
    room: int

    @property
    def name(self) -> str:
        return self.champion.staff_member.name

    @property
    def works(self) -> str:
        """Say when they work, in the order of a day."""
        said = [words for key, words in WORKS_WORDS.items() if key in self.champion.patterns]
        return ", ".join(said)

    @property
    def nearness(self) -> str:
        if self.steps == 0:
            return "In the same unit"
        if not self.is_same_site:
            return "At another site"
        return f"Also in {self.meet_at}" if self.meet_at else "Elsewhere in the trust"


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The organisation's units, read once."""

    parents: Mapping[int, int | None]
    names: Mapping[int, str]
    kinds: Mapping[int, str]

    def chain(self, unit_id: int | None) -> list[int]:
        """Give a unit and those above it. A loop in the tree ends by itself."""
        chain: list[int] = []
        while unit_id is not None and unit_id not in chain and unit_id in self.parents:
            chain.append(unit_id)
            unit_id = self.parents[unit_id]
        return chain

    def site(self, chain: Iterable[int]) -> int | None:
        return next((one for one in chain if self.kinds[one].casefold() == SITE), None)


def near_by(
    db: "Session",
    induction: Induction,
    *,
    today: date,
    works: frozenset[ShiftPattern] = frozenset(),
) -> tuple[Candidate, ...]:
    """Give the champions who could be this starter's buddy, the nearest first.

    Not the starter or a manager of theirs, nobody who leaves or is away, nobody whose hands are
    full; with `works`, only those who work at one of these times.
    """
    managers = db.scalars(
        select(ReportingLine.manager_id).where(
            ReportingLine.staff_member_id == induction.staff_member_id,
            ReportingLine.current_on(today),
        )
    )
    unit_id = induction.organisation_unit_id or unit_of(db, induction.staff_member_id, today=today)
    never = {induction.staff_member_id, induction.manager_id, *managers}
    found = candidates(db, induction.organisation_id, unit_id, today=today)
    return tuple(
        one
        for one in found
        if one.room > 0
        and one.champion.staff_member_id not in never
        and (not works or works & one.champion.patterns)
    )[:MOST_SHOWN]


def unit_of(db: "Session", staff_member_id: int, *, today: date) -> int | None:
    """Give the unit where somebody works today, or will from their first day on."""
    return db.scalar(
        select(Assignment.organisation_unit_id)
        .where(
            Assignment.staff_member_id == staff_member_id,
            or_(Assignment.effective_to.is_(None), Assignment.effective_to >= today),
        )
        .order_by(Assignment.is_primary.desc(), Assignment.effective_from, Assignment.id)
        .limit(1)
    )


def candidates(
    db: "Session", organisation_id: int, unit_id: int | None, *, today: date
) -> list[Candidate]:
    """Give every champion who may be asked today, the nearest to a unit first. Three queries."""
    tree = _tree(db, organisation_id)
    mine = tree.chain(unit_id)
    found = []
    taken = _taken(db, organisation_id)
    for champion, assignment in db.execute(_active(organisation_id, today)):
        if any(word in (assignment.status or "").lower() for word in AWAY):
            continue
        theirs = tree.chain(assignment.organisation_unit_id)
        common = next((at for at, one in enumerate(mine) if one in theirs), None)
        sites = {tree.site(mine), tree.site(theirs)}
        found.append(
            Candidate(
                champion=champion,
                job_role=assignment.job_role,
                staff_group=assignment.staff_group,
                unit=tree.names.get(assignment.organisation_unit_id or 0, ""),
                steps=_steps(mine, theirs, common),
                meet_at=tree.names[mine[common]] if common is not None else "",
                is_same_site=len(sites) == 1,
                room=champion.most_people - taken.get(champion.id, 0),
            )
        )
    # Of those who are equally near, who has most room goes first.
    found.sort(key=lambda one: (not one.is_same_site, one.steps, -one.room, one.champion.id))
    return found


def _steps(mine: list[int], theirs: list[int], common: int | None) -> int:
    if common is None:
        return len(mine) + len(theirs)
    return common + theirs.index(mine[common])


def _active(organisation_id: int, today: date) -> "Select[Champion, Assignment]":
    """Select champions who work here today and may be asked, with their main assignment."""
    return (
        select(Champion, Assignment)
        .join(StaffMember, StaffMember.id == Champion.staff_member_id)
        .join(
            Assignment,
            (Assignment.staff_member_id == StaffMember.id) & is_primary_today(today),
        )
        .where(
            Champion.organisation_id == organisation_id,
            Champion.stopped_on.is_(None),
            or_(Champion.away_until.is_(None), Champion.away_until < today),
            StaffMember.left_on.is_(None),  # nobody who is about to leave
        )
        .options(contains_eager(Champion.staff_member))
        .order_by(Champion.id, Assignment.id)
    )


def _taken(db: "Session", organisation_id: int) -> dict[int, int]:
    rows = db.execute(
        select(ChampionRequest.champion_id, func.count())
        .where(
            ChampionRequest.organisation_id == organisation_id,
            ChampionRequest.state.in_(HOLDS_ROOM),
        )
        .group_by(ChampionRequest.champion_id)
    )
    return {row[0]: row[1] for row in rows}


def _tree(db: "Session", organisation_id: int) -> Tree:
    rows = db.execute(
        select(
            OrganisationUnit.id,
            OrganisationUnit.parent_id,
            OrganisationUnit.name,
            OrganisationUnit.kind,
        ).where(OrganisationUnit.organisation_id == organisation_id)
    ).all()
    return Tree(
        parents={row.id: row.parent_id for row in rows},
        names={row.id: row.name for row in rows},
        kinds={row.id: row.kind or "" for row in rows},
    )


def champion_of(db: "Session", *, by: "Identity") -> Champion | None:
    """Give one's own offer, also when one has stopped."""
    return db.scalar(
        select(Champion).where(
            Champion.organisation_id == by.organisation_id,
            Champion.staff_member_id == by.staff_id,
        )
    )


def offer(db: "Session", draft: ChampionDraft, *, by: "Identity", today: date) -> Champion:
    """Keep what somebody offers: anew, changed, or once more after they had stopped.

    :raises StaleError: when they changed it on another screen in the meantime.
    """
    if not draft.works:
        raise InvalidInputError("Choose when you work: at least one of the four.", field="works")
    champion = champion_of(db, by=by)
    kind = AuditKind.CHAMPION_CHANGED
    if champion is None:
        kind = AuditKind.CHAMPION_OFFERED
        champion = Champion(
            organisation_id=by.organisation_id,
            staff_member_id=by.staff_id,
            offered_on=today,
            version=0,
        )
        db.add(champion)
    elif draft.version != champion.version:
        raise StaleError("You changed this on another screen. Look at it once more, then save.")
    champion.helps_with = draft.helps_with
    champion.hours_a_month, champion.most_people = draft.hours_a_month, draft.most_people
    champion.works = ",".join(sorted(one.value for one in draft.works))
    champion.away_until, champion.stopped_on = draft.away_until, None
    champion.version += 1
    audit.record(db, kind, champion, by=by, subject_id=by.staff_id)
    return champion


def stop(db: "Session", *, by: "Identity", today: date) -> None:
    """Stop being asked. The hours that were given stay; who is being helped is told by night."""
    champion = champion_of(db, by=by)
    if champion is None or champion.stopped_on is not None:
        return
    champion.stopped_on = today
    champion.version += 1
    audit.record(db, AuditKind.CHAMPION_CHANGED, champion, by=by, subject_id=by.staff_id)


def by_profession(
    db: "Session", organisation_id: int, *, today: date
) -> tuple[tuple[str, int, int], ...]:
    """Count champions and people in each staff group, to see that every profession is there."""
    people = db.execute(
        select(Assignment.staff_group, func.count(func.distinct(Assignment.staff_member_id)))
        .where(Assignment.organisation_id == organisation_id, is_primary_today(today))
        .group_by(Assignment.staff_group)
        .order_by(Assignment.staff_group)
    ).all()
    active = (
        _active(organisation_id, today)
        .with_only_columns(Champion.id, Assignment.staff_group)
        .order_by(None)
        .subquery()
    )
    champions: dict[str, int] = {
        row[0]: row[1]
        for row in db.execute(
            select(active.c.staff_group, func.count(func.distinct(active.c.id))).group_by(
                active.c.staff_group
            )
        )
    }
    return tuple((group, champions.get(group, 0), number) for group, number in people)
