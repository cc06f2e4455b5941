"""Which kinds of work have a role profile of their own, and what the others inherit."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.services.profiles import profile_book, work_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

#: from here on a profile is more exact than one for a staff group
OWN = 2


@dataclass(frozen=True, kw_only=True)
class RoleCoverage:
    """One kind of work, and the profiles that say what it needs."""

    staff_group: str
    job_role: str
    #: the titles of posts, where they have a profile of their own
    post_title: str | None
    #: how many people have it as their main work today
    people: int
    #: the profile for this very job role, title or post
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

    @property
    def without_any(self) -> tuple[RoleCoverage, ...]:
        return tuple(role for role in self.roles if role.own is None and not role.inherited)

    @property
    def people(self) -> int:
        return sum(role.people for role in self.roles)

    @property
    def people_with_own(self) -> int:
        return sum(role.people for role in self.roles if role.own)


def coverage(db: "Session", organisation_id: int, *, today: "date") -> Coverage:
    """Say which profile each kind of work has, as the questions to its people are chosen by."""
    book = profile_book(db, organisation_id, today=today)
    counted: Counter[tuple[str, str, str | None, tuple[str, ...], str | None]] = Counter()
    used: set[int] = set()
    for work, people in Counter(work_of(db, organisation_id, None, today=today).values()).items():
        fitting = [one for one in reversed(book.fitting(work)) if one.requirements]
        used.update(one.id for one in fitting)
        own = fitting[0] if fitting and fitting[0].exactness >= OWN else None
        by_post = own is not None and (own.work.post_id or own.work.post_title)
        inherited = tuple(one.name for one in fitting if one is not own)
        key = (
            work.staff_group or "",
            work.job_role or "",
            work.post_title if by_post else None,
            inherited,
            own.name if own else None,
        )
        counted[key] += people
    roles = [
        RoleCoverage(
            staff_group=group,
            job_role=role,
            post_title=title,
            people=people,
            own=own_name,
            inherited=inherited,
        )
        for (group, role, title, inherited, own_name), people in counted.items()
    ]
    roles.sort(key=lambda one: (-one.people, one.staff_group, one.job_role, one.post_title or ""))
    return Coverage(
        roles=tuple(roles),
        unused=tuple(sorted(one.name for one in book.profiles if one.id not in used)),
    )
