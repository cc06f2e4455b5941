"""What the pages of the register show: the list with its search, and one system."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.models import (
    Barrier,
    BarrierKind,
    DigitalSystem,
    Governance,
    OrganisationUnit,
    Post,
    RoleProfile,
    StaffMember,
    SystemAlert,
    SystemOpinion,
    SystemState,
    SystemUse,
)
from tracker.security.identity import Identity, Role
from tracker.services.system_opinions import Found, found_by_people, own_opinion
from tracker.services.systems import systems_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ON_A_PAGE = 25
LONGEST_SEARCH = 100
SEARCHED = (
    DigitalSystem.name,
    DigitalSystem.purpose,
    DigitalSystem.supplier,
    DigitalSystem.owner_team,
)
GOVERNANCE_WORDS = {
    Governance.YES: "Yes",
    Governance.NO: "No, not yet",
    Governance.NOT_KNOWN: "We do not know yet",
}


@dataclass(frozen=True, kw_only=True)
class RegisterSearch:
    """What somebody looks for in the register."""

    words: str = ""
    family: str = ""
    governance: Governance | None = None
    #: those that people told us about and nobody has checked
    is_reported: bool = False
    #: only those of one's own work
    is_mine: bool = False
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class RegisterPage:
    """One page of the register."""

    search: RegisterSearch
    systems: tuple[DigitalSystem, ...]
    found: dict[int, Found]
    families: tuple[str, ...]
    number: int
    pages: int
    #: told about and not checked yet; none for who may not see them
    reported: int | None


@dataclass(frozen=True, kw_only=True)
class BarrierCount:
    """How often one kind of thing stands in people's way in a system. No names, no stories."""

    kind: BarrierKind
    number: int
    since: date
    fix_by_on: date | None


@dataclass(frozen=True, kw_only=True)
class SystemPage:
    """One system as one person may see it."""

    system: DigitalSystem
    uses: tuple[tuple[int, str], ...]
    alerts: tuple[SystemAlert, ...]
    barriers: tuple[BarrierCount, ...]
    found: Found | None
    own: SystemOpinion | None
    is_live: bool


def register_page(
    db: "Session", search: RegisterSearch, *, by: Identity, today: date
) -> RegisterPage:
    """Give one page of the register, in a handful of queries whatever its size."""
    is_admin = by.has_role(Role.ADMINISTRATOR)
    looked_for = _looked_for(search, by, is_reported=is_admin and search.is_reported)
    if search.is_mine:
        mine = systems_of(db, db.get_one(StaffMember, by.staff_id), today)
        looked_for.append(DigitalSystem.id.in_([one.id for one in mine]))
    number = db.scalar(select(func.count(DigitalSystem.id)).where(*looked_for)) or 0
    pages = max(1, -(-number // ON_A_PAGE))
    at = min(max(search.page, 1), pages)
    systems = db.scalars(
        select(DigitalSystem)
        .where(*looked_for)
        .order_by(func.lower(DigitalSystem.name), DigitalSystem.id)
        .offset((at - 1) * ON_A_PAGE)
        .limit(ON_A_PAGE)
        .options(joinedload(DigitalSystem.owner))
    ).all()
    families = db.scalars(
        select(DigitalSystem.family)
        .where(
            DigitalSystem.organisation_id == by.organisation_id,
            DigitalSystem.state == SystemState.LISTED,
            DigitalSystem.family != "",
        )
        .distinct()
        .order_by(DigitalSystem.family)
    )
    shown = RegisterSearch(**{**vars(search), "page": at})
    return RegisterPage(
        search=shown,
        systems=tuple(systems),
        found=found_by_people(db, [one.id for one in systems], today=today),
        families=tuple(families),
        number=number,
        pages=pages,
        reported=_number_reported(db, by) if is_admin else None,
    )


def _looked_for(
    search: RegisterSearch, by: Identity, *, is_reported: bool
) -> list[ColumnElement[bool]]:
    state = SystemState.REPORTED if is_reported else SystemState.LISTED
    wanted = [DigitalSystem.organisation_id == by.organisation_id, DigitalSystem.state == state]
    wanted += [
        or_(*(column.icontains(word, autoescape=True) for column in SEARCHED))
        for word in search.words[:LONGEST_SEARCH].split()
    ]
    if search.family:
        wanted.append(DigitalSystem.family == search.family)
    if search.governance is not None:
        wanted.append(DigitalSystem.governance == search.governance)
    return wanted


def _number_reported(db: "Session", by: Identity) -> int:
    return (
        db.scalar(
            select(func.count(DigitalSystem.id)).where(
                DigitalSystem.organisation_id == by.organisation_id,
                DigitalSystem.state == SystemState.REPORTED,
            )
        )
        or 0
    )


def system_page(db: "Session", system: DigitalSystem, *, by: Identity, today: date) -> SystemPage:
    """Gather one system's page. Constant in queries."""
    return SystemPage(
        system=system,
        uses=uses_in_words(db, system),
        alerts=tuple(system.alerts),
        barriers=_open_barriers(db, system),
        found=found_by_people(db, [system.id], today=today).get(system.id),
        own=own_opinion(db, system, by=by),
        is_live=system.is_live(today),
    )


def uses_in_words(db: "Session", system: DigitalSystem) -> tuple[tuple[int, str], ...]:
    """Say who uses it, one line a use, with the use's id."""
    rows = db.execute(
        select(SystemUse, OrganisationUnit.name, Post.title, RoleProfile.name)
        .outerjoin(OrganisationUnit, OrganisationUnit.id == SystemUse.organisation_unit_id)
        .outerjoin(Post, Post.id == SystemUse.post_id)
        .outerjoin(RoleProfile, RoleProfile.id == SystemUse.role_profile_id)
        .where(SystemUse.system_id == system.id)
        .order_by(SystemUse.id)
    )
    return tuple((use.id, _use_words(use, *names)) for use, *names in rows)


def _use_words(use: SystemUse, unit: str | None, post: str | None, profile: str | None) -> str:
    who = [use.staff_group, use.job_role, post and f"the post {post}", profile, unit]
    words = ", ".join(one for one in who if one) or "Everybody"
    if use.starts_on is None:
        return words
    return f"{words}, from {use.starts_on.day} {use.starts_on:%B %Y}"


def _open_barriers(db: "Session", system: DigitalSystem) -> tuple[BarrierCount, ...]:
    rows = db.execute(
        select(Barrier.kind, Barrier.raised_at, Barrier.fix_by_on).where(
            Barrier.organisation_id == system.organisation_id,
            Barrier.system_id == system.id,
            Barrier.fixed_on.is_(None),
        )
    ).all()
    numbers = Counter(row.kind for row in rows)
    return tuple(
        BarrierCount(
            kind=kind,
            number=number,
            since=min(row.raised_at for row in rows if row.kind is kind).date(),
            fix_by_on=min(
                (row.fix_by_on for row in rows if row.kind is kind and row.fix_by_on), default=None
            ),
        )
        for kind, number in numbers.most_common()
    )
