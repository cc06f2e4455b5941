"""What each role needs of the competences that a trust works with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.models import Competence, LevelDescriptor
from tracker.services.profiles import Work, profile_book

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

#: How many competences one sitting asks about: about two minutes of a person's time.
MOST_ASKED = 6


@dataclass(frozen=True, kw_only=True)
class NeededCompetence:
    """A competence that somebody's role needs."""

    id: int
    name: str
    description: str
    needed_level: int
    is_essential: bool
    #: what each level of it looks like
    levels: Mapping[int, str] = field(default_factory=dict)


def needed_competences(
    db: "Session",
    organisation_id: int,
    work: Work,
    *,
    today: "date",
    opened_on: "date | None" = None,
) -> list[NeededCompetence]:
    """Say what somebody's work needs: the widest profile first, and the most exact word wins.

    Essential ones come first, then those that the more exact profile asks for; at most as many as
    one sitting asks about. With `opened_on`, as it was for an appraisal that opened on that day.
    """
    book = profile_book(db, organisation_id, today=today, opened_on=opened_on, work=work)
    needs = book.needs_of(work).needs.values()
    ranked = sorted(needs, key=lambda one: (not one.is_essential, -one.exactness))[:MOST_ASKED]
    texts: dict[int, Any] = {}
    levels: dict[int, dict[int, str]] = {}
    for row in db.execute(
        select(
            Competence.id,
            Competence.name,
            Competence.description,
            LevelDescriptor.level,
            LevelDescriptor.description.label("text"),
        )
        .outerjoin(LevelDescriptor, LevelDescriptor.competence_id == Competence.id)
        .where(Competence.id.in_([one.competence_id for one in ranked]))
    ):
        texts[row.id] = row
        if row.level is not None:
            levels.setdefault(row.id, {})[row.level] = row.text
    return [
        NeededCompetence(
            id=one.competence_id,
            name=texts[one.competence_id].name,
            description=texts[one.competence_id].description,
            needed_level=one.needed_level,
            is_essential=one.is_essential,
            levels=levels.get(one.competence_id, {}),
        )
        for one in ranked
    ]


def level_texts(db: "Session", competence_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """Give what each level of these competences looks like, by competence and level."""
    rows = db.execute(
        select(
            LevelDescriptor.competence_id, LevelDescriptor.level, LevelDescriptor.description
        ).where(LevelDescriptor.competence_id.in_(list(competence_ids)))
    )
    return {(competence_id, level): text for competence_id, level, text in rows}
