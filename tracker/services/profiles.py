"""What each person's work needs: from everybody, staff group and job role down to their post."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Integer, bindparam, or_, select

from tracker.models import (
    Assignment,
    Competence,
    Domain,
    Framework,
    Post,
    RoleProfile,
    RoleRequirement,
)
from tracker.services.framework_versions import begun_under, in_use_on
from tracker.services.reporting import is_primary_today

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

#: how many people one question to the database names
BATCH = 5_000


@dataclass(frozen=True, kw_only=True)
class Work:
    """What decides which profiles fit somebody. HR may not know all of it."""

    staff_group: str | None = None
    job_role: str | None = None
    post_id: int | None = None
    post_title: str | None = None


@dataclass(frozen=True, kw_only=True)
class Need:
    """One competence that somebody's work needs, and which profile says so."""

    competence_id: int
    needed_level: int
    is_essential: bool
    profile_id: int
    profile_name: str
    #: 0 everybody, 1 staff group, 2 job role, 3 both, 4 posts of one title, 5 this post
    exactness: int


@dataclass(frozen=True, kw_only=True)
class Needs:
    """Everything that one kind of work needs."""

    #: by competence
    needs: Mapping[int, Need] = field(default_factory=dict)
    #: the profiles that fit, the widest first
    profile_ids: tuple[int, ...] = ()
    #: how many of the optional ones, at the least
    minimum_optional: int = 0


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A profile with the competences that it asks for, as plain values."""

    id: int
    name: str
    work: Work
    minimum_optional: int | None
    #: competence, level, essential
    requirements: tuple[tuple[int, int, bool], ...]

    @property
    def exactness(self) -> int:
        return exactness_of(self.work)

    def fits(self, work: Work) -> bool:
        mine = self.work
        return (
            mine.staff_group in (None, work.staff_group)
            and mine.job_role in (None, work.job_role)
            and mine.post_id in (None, work.post_id)
            and (mine.post_title is None or _same(mine.post_title, work.post_title))
        )


def exactness_of(work: Work) -> int:
    """Say how exact a profile for this is: the most exact word on a competence wins."""
    if work.post_id is not None:
        return 5
    if work.post_title is not None:
        return 4
    return (work.staff_group is not None) + 2 * (work.job_role is not None)


def _same(title: str, other: str | None) -> bool:
    return other is not None and _folded(title) == _folded(other)


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


class ProfileBook:
    """The profiles of an organisation for one set of framework versions. Remembers each work."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        # The last to speak wins: the most exact and, of two for the same work, the older one.
        self.profiles = sorted(profiles, key=lambda one: (one.exactness, -one.id))
        self._known: dict[Work, Needs] = {}

    def needs_of(self, work: Work) -> Needs:
        if work not in self._known:
            self._known[work] = self._find(work)
        return self._known[work]

    def fitting(self, work: Work) -> list[Profile]:
        """Give the profiles that fit this work, the widest first."""
        return [one for one in self.profiles if one.fits(work)]

    def _find(self, work: Work) -> Needs:
        needs: dict[int, Need] = {}
        minimum = 0
        fitting = self.fitting(work)
        for profile in fitting:
            if profile.minimum_optional is not None:
                minimum = profile.minimum_optional
            for competence_id, level, is_essential in profile.requirements:
                needs[competence_id] = Need(
                    competence_id=competence_id,
                    needed_level=level,
                    is_essential=is_essential,
                    profile_id=profile.id,
                    profile_name=profile.name,
                    exactness=profile.exactness,
                )
        optional = sum(1 for one in needs.values() if not one.is_essential)
        return Needs(
            needs=needs,
            profile_ids=tuple(one.id for one in fitting),
            minimum_optional=min(minimum, optional),
        )


def profile_book(
    db: "Session",
    organisation_id: int,
    *,
    today: "date",
    opened_on: "date | None" = None,
    work: Work | None = None,
) -> ProfileBook:
    """Read an organisation's profiles, for what begins today or what began on an earlier day.

    With one person's work, only what fits it.
    """
    query = _book_query(is_begun=opened_on is not None, is_for_one=work is not None)
    asked: dict[str, Any] = {"organisation": organisation_id, "today": today}
    if opened_on is not None:
        asked["opened_on"] = opened_on
    if work is not None:
        asked |= {"group": work.staff_group, "role": work.job_role, "post": work.post_id}
    rows = db.execute(query, asked)
    return ProfileBook(_profile(list(some)) for _id, some in groupby(rows, lambda row: row.id))


@cache
def _book_query(*, is_begun: bool, is_for_one: bool) -> Any:  # noqa: ANN401 - a select of ten columns
    """Give the query with places for its values: every meeting asks it, and making it is slow."""
    today, organisation_id = (
        bindparam("today", type_=Date),
        bindparam("organisation", type_=Integer),
    )
    opened_on = bindparam("opened_on", type_=Date)
    version = begun_under(opened_on, today=today) if is_begun else in_use_on(today)
    counted = (
        select(
            RoleRequirement.role_profile_id,
            RoleRequirement.id,
            RoleRequirement.competence_id,
            RoleRequirement.needed_level,
            RoleRequirement.is_essential,
        )
        .join(Competence, Competence.id == RoleRequirement.competence_id)
        .join(Domain, Domain.id == Competence.domain_id)
        .join(Framework, Framework.id == Domain.framework_id)
        .where(RoleRequirement.organisation_id == organisation_id, version)
        .subquery()
    )
    query = (
        select(
            RoleProfile.id,
            RoleProfile.name,
            RoleProfile.staff_group,
            RoleProfile.job_role,
            RoleProfile.post_title,
            RoleProfile.post_id,
            RoleProfile.minimum_optional,
            counted.c.competence_id,
            counted.c.needed_level,
            counted.c.is_essential,
        )
        .outerjoin(counted, counted.c.role_profile_id == RoleProfile.id)
        .where(RoleProfile.organisation_id == organisation_id)
        .order_by(RoleProfile.id, counted.c.id)
    )
    return query.where(*_may_fit()) if is_for_one else query


def _may_fit() -> "tuple[ColumnElement[bool], ...]":
    """Leave out what cannot fit; whether a title is the same is looked at afterwards."""
    return tuple(
        or_(column.is_(None), column == bindparam(name, type_=column.type))
        for column, name in (
            (RoleProfile.staff_group, "group"),
            (RoleProfile.job_role, "role"),
            (RoleProfile.post_id, "post"),
        )
    )


def _profile(rows: "Sequence[Any]") -> Profile:
    first = rows[0]
    return Profile(
        id=first.id,
        name=first.name,
        work=Work(
            staff_group=first.staff_group,
            job_role=first.job_role,
            post_id=first.post_id,
            post_title=first.post_title,
        ),
        minimum_optional=first.minimum_optional,
        requirements=tuple(
            (row.competence_id, row.needed_level, row.is_essential)
            for row in rows
            if row.competence_id is not None
        ),
    )


def work_of(
    db: "Session", organisation_id: int, staff_ids: Iterable[int] | None, *, today: "date"
) -> dict[int, Work]:
    """Say what each person's main work is today; none given: of everybody who has one."""
    found: dict[int, Work] = {}
    for some in _batches(staff_ids):
        query = (
            select(
                Assignment.staff_member_id,
                Assignment.staff_group,
                Assignment.job_role,
                Assignment.post_id,
                Post.title,
            )
            .outerjoin(Post, Post.id == Assignment.post_id)
            .where(Assignment.organisation_id == organisation_id, is_primary_today(today))
            .order_by(Assignment.id)
        )
        if some is not None:
            query = query.where(Assignment.staff_member_id.in_(some))
        for staff_id, staff_group, job_role, post_id, title in db.execute(query):
            work = Work(
                staff_group=staff_group, job_role=job_role, post_id=post_id, post_title=title
            )
            found.setdefault(staff_id, work)
    return found


def _batches(staff_ids: Iterable[int] | None) -> Iterator[tuple[int, ...] | None]:
    if staff_ids is None:
        yield None
        return
    wanted = sorted(set(staff_ids))
    for start in range(0, len(wanted), BATCH):
        yield tuple(wanted[start : start + BATCH])


def all_needs_of(
    db: "Session",
    organisation_id: int,
    staff_ids: Iterable[int],
    *,
    today: "date",
    opened_on: "date | None" = None,
) -> dict[int, Needs]:
    """Say what each person's work needs, with the profiles that say so.

    With `opened_on`, as it was for an appraisal that opened on that day.
    """
    wanted = sorted(set(staff_ids))
    book = profile_book(db, organisation_id, today=today, opened_on=opened_on)
    works = work_of(db, organisation_id, wanted, today=today)
    return {staff_id: book.needs_of(works.get(staff_id, Work())) for staff_id in wanted}


def needs_of(
    db: "Session",
    organisation_id: int,
    staff_ids: Iterable[int],
    *,
    today: "date",
    opened_on: "date | None" = None,
) -> dict[int, dict[int, Need]]:
    """Say for each person, by competence, the level that their work needs and who says so."""
    found = all_needs_of(db, organisation_id, staff_ids, today=today, opened_on=opened_on)
    return {staff_id: dict(one.needs) for staff_id, one in found.items()}
