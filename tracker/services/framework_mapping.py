"""How an answer given under one version of a framework counts under the next."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from tracker.models import FROZEN, Competence, CompetenceOrigin, Domain, Framework, OriginKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")
#: the same thing, perhaps in other words: an answer counts on, and nobody is asked again
SAME = frozenset({OriginKind.KEPT, OriginKind.RENAMED})


@dataclass(frozen=True, kw_only=True)
class Origin:
    predecessor_id: int
    kind: OriginKind


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """Where competences come from, back to the first version."""

    #: the direct predecessors of each competence
    origins: Mapping[int, tuple[Origin, ...]] = field(default_factory=dict)

    def same_before(self, competence_id: int) -> tuple[int, ...]:
        """Give what this competence was in earlier versions, the nearest first."""
        found: list[int] = []
        here = competence_id
        while (before := self._same(here)) is not None and before not in found:
            found.append(before)
            here = before
        return tuple(found)

    def all_before(self, competence_id: int) -> tuple[int, ...]:
        """Give everything it comes from, also what was split, merged or changed."""
        found: dict[int, None] = {}
        waiting = [competence_id]
        while waiting:
            for one in self.origins.get(waiting.pop(0), ()):
                if one.predecessor_id not in found:
                    found[one.predecessor_id] = None
                    waiting.append(one.predecessor_id)
        return tuple(found)

    def carry(
        self, answers: Mapping[int, T], *, said: Callable[[T], object] = lambda one: one
    ) -> dict[int, T]:
        """Add to the answers those that earlier ones give for what came of them.

        An answer to the competence itself goes first. Where several became one, their answers
        count only if all of them said the same; where one became several, each is asked anew.
        """
        found = dict(answers)
        for competence_id in self._after(answers):
            answer = self._answer(competence_id, answers, said, ())
            if answer is not None:
                found[competence_id] = answer[0]
        return found

    @cached_property
    def _successors(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for competence_id, origins in self.origins.items():
            for one in origins:
                found.setdefault(one.predecessor_id, []).append(competence_id)
        return found

    def _after(self, competence_ids: Iterable[int]) -> list[int]:
        """Give everything that came of these, through all versions."""
        found: dict[int, None] = {}
        waiting = list(competence_ids)
        while waiting:
            for one in self._successors.get(waiting.pop(), ()):
                if one not in found:
                    found[one] = None
                    waiting.append(one)
        return list(found)

    def _same(self, competence_id: int) -> int | None:
        origins = self.origins.get(competence_id, ())
        same = [one.predecessor_id for one in origins if one.kind in SAME]
        return same[0] if len(same) == 1 else None

    def _answer(
        self,
        competence_id: int,
        answers: Mapping[int, T],
        said: Callable[[T], object],
        met: tuple[int, ...],
    ) -> tuple[T] | None:
        if competence_id in answers:
            return (answers[competence_id],)
        if competence_id in met:
            return None
        origins = self.origins.get(competence_id, ())
        if not origins or not all(one.kind in SAME | {OriginKind.MERGED} for one in origins):
            return None
        given = [
            self._answer(one.predecessor_id, answers, said, (*met, competence_id))
            for one in origins
        ]
        first = given[0]
        if first is None or any(one is None or said(one[0]) != said(first[0]) for one in given):
            return None
        return first


def lineage_of(
    db: "Session", organisation_id: int, competence_ids: Iterable[int] | None = None
) -> Lineage:
    """Read where these competences come from, through all versions, in one question.

    None given: of all competences of the organisation.
    """
    query = (
        select(
            CompetenceOrigin.competence_id, CompetenceOrigin.predecessor_id, CompetenceOrigin.kind
        )
        .join(Competence, Competence.id == CompetenceOrigin.competence_id)
        .join(Domain, Domain.id == Competence.domain_id)
        .join(Framework, Framework.id == Domain.framework_id)
        # what stands in a draft is not decided yet
        .where(CompetenceOrigin.organisation_id == organisation_id, Framework.state.in_(FROZEN))
    )
    if competence_ids is not None:
        ids = sorted(set(competence_ids))
        if not ids:
            return Lineage()
        back = (
            select(CompetenceOrigin.competence_id, CompetenceOrigin.predecessor_id)
            .where(CompetenceOrigin.competence_id.in_(ids))
            .cte("back", recursive=True)
        )
        further = select(CompetenceOrigin.competence_id, CompetenceOrigin.predecessor_id).join(
            back, back.c.predecessor_id == CompetenceOrigin.competence_id
        )
        back = back.union(further)
        query = query.join(
            back,
            (back.c.competence_id == CompetenceOrigin.competence_id)
            & (back.c.predecessor_id == CompetenceOrigin.predecessor_id),
        )
    origins: dict[int, list[Origin]] = {}
    for competence_id, predecessor_id, kind in db.execute(query.order_by(CompetenceOrigin.id)):
        origins.setdefault(competence_id, []).append(
            Origin(predecessor_id=predecessor_id, kind=kind)
        )
    return Lineage(origins={one: tuple(some) for one, some in origins.items()})


def link_by_key(db: "Session", new: Framework, old: Framework | None) -> None:
    """Say of each competence that has no origin in the old version that its namesake is it."""
    if old is None:
        return
    before = dict(_ids_by_key(db, old))
    linked = set(
        db.scalars(
            select(CompetenceOrigin.competence_id)
            .join(Competence, Competence.id == CompetenceOrigin.competence_id)
            .join(Domain, Domain.id == Competence.domain_id)
            .where(
                Domain.framework_id == new.id,
                CompetenceOrigin.predecessor_id.in_(
                    select(Competence.id).join(Domain).where(Domain.framework_id == old.id)
                ),
            )
        )
    )
    db.add_all(
        CompetenceOrigin(
            organisation_id=new.organisation_id,
            competence_id=competence_id,
            predecessor_id=before[key],
            kind=OriginKind.RENAMED,
        )
        for key, competence_id in _ids_by_key(db, new)
        if key in before and competence_id not in linked
    )
    db.flush()


def _ids_by_key(db: "Session", framework: Framework) -> list[tuple[str, int]]:
    rows = db.execute(
        select(Competence.key, Competence.id)
        .join(Domain, Domain.id == Competence.domain_id)
        .where(Domain.framework_id == framework.id)
        .order_by(Domain.position, Competence.position)
    )
    return [(row.key, row.id) for row in rows]


def settle(origins: Iterable[CompetenceOrigin], texts: Mapping[int, object]) -> None:
    """Name what became of each competence, from who points at whom and from the words.

    That the meaning changed is only for an author to say, and stays.
    """
    origins = list(origins)
    successors = Counter(one.predecessor_id for one in origins)
    predecessors = Counter(one.competence_id for one in origins)
    for one in origins:
        if one.kind is OriginKind.CHANGED:
            continue
        if successors[one.predecessor_id] > 1:
            one.kind = OriginKind.SPLIT
        elif predecessors[one.competence_id] > 1:
            one.kind = OriginKind.MERGED
        elif texts.get(one.competence_id) == texts.get(one.predecessor_id):
            one.kind = OriginKind.KEPT
        else:
            one.kind = OriginKind.RENAMED


def origins_in(db: "Session", framework: Framework) -> list[CompetenceOrigin]:
    return list(
        db.scalars(
            select(CompetenceOrigin)
            .join(Competence, Competence.id == CompetenceOrigin.competence_id)
            .join(Domain, Domain.id == Competence.domain_id)
            .where(Domain.framework_id == framework.id)
            .order_by(CompetenceOrigin.id)
        )
    )
