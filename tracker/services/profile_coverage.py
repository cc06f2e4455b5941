"""Which kinds of work have a role profile of their own, and what the others inherit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import Assignment, Organisation, RoleProfile
from tracker.services.reporting import is_primary_today

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

#: what a profile is for: a staff group, a job role, both, or neither (everybody)
Work = tuple[str | None, str | None]


@dataclass(frozen=True, kw_only=True)
class RoleCoverage:
    """One job role of a staff group, and the profiles that say what it needs."""

    staff_group: str
    job_role: str
    #: how many people have it as their main work today
    people: int
    #: the profile for this very job role
    own: str | None
    #: the profiles that it adds to or goes without, the most exact first
    inherited: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    #: the work of most people first
    roles: tuple[RoleCoverage, ...]
    #: profiles that fit nobody's work today: perhaps a name that HR spells in another way
    unused: tuple[str, ...]

    @property
    def without_own(self) -> tuple[RoleCoverage, ...]:
        return tuple(role for role in self.roles if role.own is None)


def coverage(db: "Session", organisation: Organisation, *, today: "date") -> Coverage:
    """Say which profile each kind of work has, as the questions to its people are chosen by."""
    profiles: dict[Work, str] = {}
    for profile in db.scalars(
        select(RoleProfile)
        .where(RoleProfile.organisation_id == organisation.id)
        .order_by(RoleProfile.id.desc())
    ):
        profiles[profile.staff_group, profile.job_role] = profile.name
    rows = db.execute(
        select(Assignment.staff_group, Assignment.job_role, func.count())
        .where(Assignment.organisation_id == organisation.id, is_primary_today(today))
        .group_by(Assignment.staff_group, Assignment.job_role)
        .order_by(func.count().desc(), Assignment.staff_group, Assignment.job_role)
    )
    roles, used = [], set()
    for staff_group, job_role, people in rows:
        fitting = [work for work in _from_exact(staff_group, job_role) if work in profiles]
        used.update(fitting)
        own = [profiles[work] for work in fitting if work[1] is not None]
        inherited = own[1:] + [profiles[work] for work in fitting if work[1] is None]
        roles.append(
            RoleCoverage(
                staff_group=staff_group,
                job_role=job_role,
                people=people,
                own=own[0] if own else None,
                inherited=tuple(inherited),
            )
        )
    return Coverage(
        roles=tuple(roles),
        unused=tuple(sorted(name for work, name in profiles.items() if work not in used)),
    )


def _from_exact(staff_group: str, job_role: str) -> tuple[Work, ...]:
    """List what a profile may be for, the most exact first."""
    return ((staff_group, job_role), (None, job_role), (staff_group, None), (None, None))
