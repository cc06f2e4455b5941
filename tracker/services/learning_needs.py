"""Learning needs of groups: what jobs need beside where people are.

What stands in people's way is counted apart: a person's gap and a system's fault are never the
same thing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import NotFoundError
from tracker.models import (
    Assignment,
    AuditKind,
    Barrier,
    BarrierKind,
    Competence,
    Domain,
    Goal,
    OfferOfSupport,
    Organisation,
    OrganisationUnit,
    SelfAssessment,
    SupportKind,
)
from tracker.services import audit
from tracker.services.barriers import KIND_WORDS
from tracker.services.goal_stories import SUPPORT_WORDS
from tracker.services.profiles import all_needs_of
from tracker.services.reporting import is_primary_today
from tracker.services.self_assessments import latest_answers
from tracker.services.small_groups import Unit, shown_groups
from tracker.services.survey_rounds import parents_of, path_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

ONE_YEAR = timedelta(days=365)
WHOLE_NAME = "The whole organisation"
#: people by what is counted (a competence, a kind of help) and by unit, none for the whole
People = dict[tuple[int, Unit], set[int]]
#: the same, by kind of work
ByWork = dict[tuple[str, int, Unit], set[int]]
#: what shows for each kind of work: more would be a list, not a plan
MOST_OF_A_WORK = 3


@dataclass(frozen=True, kw_only=True)
class NeedRow:
    """One competence or one kind of work: who answered, and who is below what the job needs."""

    group: str
    name: str
    people: int
    below: int

    @property
    def percent(self) -> int:
        return round(100 * self.below / self.people)


@dataclass(frozen=True, kw_only=True)
class CountRow:
    """A kind of help, or of barrier, and how many people it is about."""

    name: str
    people: int


@dataclass(frozen=True, kw_only=True)
class LearningNeeds:
    """What one group needs to learn, what it asked for, and what is the trust's to mend."""

    unit_name: str
    unit_id: str
    units: tuple[tuple[str, str], ...]
    #: who answered a self-assessment in the last year; none: too few to show
    answered: int | None
    by_competence: tuple[NeedRow, ...]
    by_profile: tuple[NeedRow, ...]
    asked_for: tuple[CountRow, ...]
    in_the_way: tuple[CountRow, ...]


def learning_needs(
    db: "Session", *, unit_public_id: str, by: "Identity", today: date
) -> LearningNeeds:
    """Work it out for the whole or one unit. Groups below eight people are left out.

    :raises NotFoundError: for a unit that is not there.
    """
    organisation_id = by.organisation_id
    names = _units(db, organisation_id)
    unit = _chosen(names, unit_public_id)
    place = _Places(db, organisation_id, today=today)
    audit.record(
        db, AuditKind.NEEDS_READ, db.get_one(Organisation, organisation_id), by=by, reason="role"
    )
    own = unit.id if unit else None
    answered, below, by_work, below_by_work = _gaps(db, organisation_id, place, today=today)
    shown = shown_groups(_sizes(answered), place.parents)
    units = {u for one, u in shown if one == 0 and u is not None}
    return LearningNeeds(
        unit_name=unit.name if unit else WHOLE_NAME,
        unit_id=unit.public_id if unit else "",
        units=tuple(sorted(((names[u].public_id, names[u].name) for u in units), key=_second)),
        answered=len(answered[0, own]) if (0, own) in shown else None,
        by_competence=_competence_rows(db, answered, below, shown, own),
        by_profile=_work_rows(by_work, below_by_work, place, own, _names(db, answered)),
        asked_for=_help(db, organisation_id, place, own, today=today),
        in_the_way=_barriers(db, organisation_id, place, own, today=today),
    )


class _Places:
    """Where everybody works today, with the units above."""

    def __init__(self, db: "Session", organisation_id: int, *, today: date) -> None:
        self.parents = parents_of(db, organisation_id)
        rows = db.execute(
            select(Assignment.staff_member_id, Assignment.organisation_unit_id)
            .where(Assignment.organisation_id == organisation_id, is_primary_today(today))
            .order_by(Assignment.id.desc())
        )
        self.unit_of = {row.staff_member_id: row.organisation_unit_id for row in rows}
        self._paths: dict[Unit, list[Unit]] = {}

    def path(self, staff_id: int) -> list[Unit]:
        unit_id = self.unit_of.get(staff_id)
        if unit_id not in self._paths:
            self._paths[unit_id] = [*path_of(unit_id, self.parents), None]
        return self._paths[unit_id]


def _gaps(
    db: "Session", organisation_id: int, place: _Places, *, today: date
) -> tuple[People, People, ByWork, ByWork]:
    """Sort who answered by competence and unit, and by kind of work; 0 is any competence."""
    since = datetime.combine(today - ONE_YEAR, time.min, UTC)
    people = select(SelfAssessment.staff_member_id).where(
        SelfAssessment.organisation_id == organisation_id, SelfAssessment.started_at >= since
    )
    latest = latest_answers(db, organisation_id, people)
    needs = all_needs_of(db, organisation_id, latest, today=today)
    answered: People = {}
    below: People = {}
    by_work: ByWork = {}
    below_by_work: ByWork = {}
    for staff_id, answers in latest.items():
        known = {
            one.competence_id: (answers[one.competence_id].level, one.needed_level)
            for one in needs[staff_id].needs.values()
            if one.competence_id in answers
            and answers[one.competence_id].level is not None
            and answers[one.competence_id].answered_at >= since
        }
        if not known:
            continue
        gaps = {one for one, (level, needed) in known.items() if level and level < needed}
        exact = max(needs[staff_id].needs.values(), key=lambda one: one.exactness).profile_name
        for unit in place.path(staff_id):
            answered.setdefault((0, unit), set()).add(staff_id)
            for one in known:
                answered.setdefault((one, unit), set()).add(staff_id)
                by_work.setdefault((exact, one, unit), set()).add(staff_id)
            for one in gaps:
                below.setdefault((one, unit), set()).add(staff_id)
                below_by_work.setdefault((exact, one, unit), set()).add(staff_id)
    return answered, below, by_work, below_by_work


def _competence_rows(
    db: "Session",
    answered: People,
    below: People,
    shown: set[tuple[int, Unit]],
    own: Unit,
) -> tuple[NeedRow, ...]:
    """Give the competences that enough people here answered, by domain; no ranking of people."""
    ids = [one for one, unit in shown if unit == own and one]
    rows = db.execute(
        select(Competence.id, Competence.name, Domain.name.label("domain"))
        .join(Domain, Domain.id == Competence.domain_id)
        .where(Competence.id.in_(ids))
        .order_by(Domain.position, Domain.id, Competence.position)
    )
    return tuple(
        NeedRow(
            group=row.domain,
            name=row.name,
            people=len(answered[row.id, own]),
            below=len(below.get((row.id, own), ())),
        )
        for row in rows
    )


def _work_rows(
    by_work: "ByWork", below: "ByWork", place: _Places, own: Unit, names: Mapping[int, str]
) -> tuple[NeedRow, ...]:
    """Give for each kind of work the few things in which most are not yet where it needs them."""
    pairs = sorted({(work, one) for work, one, _unit in by_work})
    number = {pair: n for n, pair in enumerate(pairs)}
    sizes = {(number[work, one], unit): len(some) for (work, one, unit), some in by_work.items()}
    shown = shown_groups(sizes, place.parents)
    rows: dict[str, list[NeedRow]] = {}
    for work, one in pairs:
        if (number[work, one], own) not in shown:
            continue
        row = NeedRow(
            group=work,
            name=names[one],
            people=len(by_work[work, one, own]),
            below=len(below.get((work, one, own), ())),
        )
        rows.setdefault(work, []).append(row)
    return tuple(
        row
        for some in rows.values()
        for row in sorted(some, key=lambda one: -one.below / one.people)[:MOST_OF_A_WORK]
    )


def _help(
    db: "Session", organisation_id: int, place: _Places, own: Unit, *, today: date
) -> tuple[CountRow, ...]:
    """Count who agreed on which kind of help, with a goal of the last year."""
    rows = db.execute(
        select(Goal.staff_member_id, OfferOfSupport.kind)
        .join(OfferOfSupport, OfferOfSupport.goal_id == Goal.id)
        .where(
            Goal.organisation_id == organisation_id,
            Goal.is_dropped.is_(False),
            OfferOfSupport.offered_at >= datetime.combine(today - ONE_YEAR, time.min, UTC),
        )
    )
    kinds = list(SupportKind)
    return _count(
        ((row.staff_member_id, kinds.index(row.kind)) for row in rows),
        place,
        own,
        [SUPPORT_WORDS[kind] for kind in kinds],
    )


def _barriers(
    db: "Session", organisation_id: int, place: _Places, own: Unit, *, today: date
) -> tuple[CountRow, ...]:
    """Count whom a barrier of each kind was in the way of: the trust's to mend, not theirs."""
    rows = db.execute(
        select(Barrier.staff_member_id, Barrier.kind).where(
            Barrier.organisation_id == organisation_id,
            Barrier.raised_at >= datetime.combine(today - ONE_YEAR, time.min, UTC),
        )
    )
    kinds = list(BarrierKind)
    return _count(
        ((row.staff_member_id, kinds.index(row.kind)) for row in rows),
        place,
        own,
        [KIND_WORDS[kind] for kind in kinds],
    )


def _count(
    pairs: Iterable[tuple[int, int]], place: _Places, own: Unit, words: list[str]
) -> tuple[CountRow, ...]:
    people: People = {}
    for staff_id, kind in pairs:
        for unit in place.path(staff_id):
            people.setdefault((kind, unit), set()).add(staff_id)
    shown = shown_groups(_sizes(people), place.parents)
    return tuple(
        CountRow(name=name, people=len(people[kind, own]))
        for kind, name in enumerate(words)
        if (kind, own) in shown
    )


def _names(db: "Session", answered: People) -> dict[int, str]:
    ids = {one for one, _unit in answered if one}
    rows = db.execute(select(Competence.id, Competence.name).where(Competence.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _sizes(people: People) -> dict[tuple[int, Unit], int]:
    return {place: len(some) for place, some in people.items()}


def _units(db: "Session", organisation_id: int) -> dict[int, OrganisationUnit]:
    units = db.scalars(
        select(OrganisationUnit).where(OrganisationUnit.organisation_id == organisation_id)
    )
    return {unit.id: unit for unit in units}


def _chosen(units: Mapping[int, OrganisationUnit], public_id: str) -> OrganisationUnit | None:
    if not public_id:
        return None
    found = next((unit for unit in units.values() if unit.public_id == public_id), None)
    if found is None:
        raise NotFoundError("There is no such unit.")
    return found


def _second(pair: tuple[str, str]) -> str:
    return pair[1]
