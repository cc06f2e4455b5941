"""What each role needs of the competences that a trust works with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tracker.models import Competence, LevelDescriptor, RoleProfile, RoleRequirement

if TYPE_CHECKING:
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


def needed_competences(
    db: "Session", organisation_id: int, *, staff_group: str | None, job_role: str | None
) -> list[NeededCompetence]:
    """Say what somebody's work needs: for everybody, then their staff group, then their role.

    The most exact word on a competence wins. Essential ones come first, then those that the
    more exact profile asks for; at most as many as one sitting asks about.
    """
    rows = db.execute(
        select(
            Competence.id,
            Competence.name,
            Competence.description,
            RoleRequirement.needed_level,
            RoleRequirement.is_essential,
            RoleProfile.staff_group,
            RoleProfile.job_role,
        )
        .join(RoleRequirement, RoleRequirement.competence_id == Competence.id)
        .join(RoleProfile, RoleProfile.id == RoleRequirement.role_profile_id)
        .where(
            RoleProfile.organisation_id == organisation_id,
            or_(RoleProfile.staff_group.is_(None), RoleProfile.staff_group == staff_group),
            or_(RoleProfile.job_role.is_(None), RoleProfile.job_role == job_role),
        )
        .order_by(RoleRequirement.id)
    )
    best: dict[int, tuple[int, NeededCompetence]] = {}
    for row in rows:
        exactness = (row.staff_group is not None) + 2 * (row.job_role is not None)
        if row.id not in best or best[row.id][0] < exactness:
            best[row.id] = (
                exactness,
                NeededCompetence(
                    id=row.id,
                    name=row.name,
                    description=row.description,
                    needed_level=row.needed_level,
                    is_essential=row.is_essential,
                ),
            )
    ranked = sorted(best.values(), key=lambda one: (not one[1].is_essential, -one[0]))
    return [needed for _exactness, needed in ranked][:MOST_ASKED]


def level_texts(db: "Session", competence_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """Give what each level of these competences looks like, by competence and level."""
    rows = db.execute(
        select(
            LevelDescriptor.competence_id, LevelDescriptor.level, LevelDescriptor.description
        ).where(LevelDescriptor.competence_id.in_(list(competence_ids)))
    )
    return {(competence_id, level): text for competence_id, level, text in rows}
