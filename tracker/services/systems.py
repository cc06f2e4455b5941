"""The digital systems of the trust: which of them somebody's work needs, and what is coming."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.models import (
    Assignment,
    DigitalSystem,
    OrganisationUnit,
    Post,
    RoleProfile,
    StaffMember,
    SystemState,
    SystemUse,
)
from tracker.services.unit_tree import units_and_those_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: How far ahead a new system is named as coming.
AHEAD = timedelta(days=183)


@dataclass(frozen=True, kw_only=True)
class ComingSystem:
    """A system that somebody will have, and the first day of it."""

    system: DigitalSystem
    on: date


@dataclass(frozen=True, kw_only=True)
class Place:
    """What of one assignment says which systems the work needs."""

    post_id: int | None
    post_title: str | None
    staff_group: str
    job_role: str
    unit_ids: frozenset[int]


def systems_of(db: "Session", staff_member: StaffMember, today: date) -> tuple[DigitalSystem, ...]:
    """Give the systems that this person's work needs today, with their alerts.

    Somebody who has not started yet is given those of the post that waits for them.
    """
    return _used_at(db, staff_member.organisation_id, _places_of(db, staff_member, today), today)


def coming_to(
    db: "Session", who: StaffMember | OrganisationUnit, today: date
) -> tuple[ComingSystem, ...]:
    """Give the systems that somebody, or anybody of a unit, will have within half a year."""
    if isinstance(who, OrganisationUnit):
        places: Iterable[Place] = _places_in(db, who, today)
    else:
        places = _places_of(db, who, today)
    rows = db.execute(
        select(DigitalSystem, SystemUse.starts_on)
        .join(SystemUse, SystemUse.system_id == DigitalSystem.id)
        .outerjoin(RoleProfile, RoleProfile.id == SystemUse.role_profile_id)
        .where(
            DigitalSystem.organisation_id == who.organisation_id,
            DigitalSystem.state == SystemState.LISTED,
            or_(DigitalSystem.ends_on.is_(None), DigitalSystem.ends_on >= today),
            or_(DigitalSystem.starts_on > today, SystemUse.starts_on > today),
            _fits_any(places),
        )
        .options(joinedload(DigitalSystem.owner))
    )
    first: dict[int, ComingSystem] = {}
    for system, use_from in rows:
        on = max(day for day in (system.starts_on, use_from) if day)
        known = first.get(system.id)
        if on <= today + AHEAD and (known is None or on < known.on):
            first[system.id] = ComingSystem(system=system, on=on)
    # What is in use under another heading already is not coming.
    here = {one.id for one in _used_at(db, who.organisation_id, places, today)}
    coming = (one for one in first.values() if one.system.id not in here)
    return tuple(sorted(coming, key=lambda one: (one.on, one.system.name, one.system.id)))


def _used_at(
    db: "Session", organisation_id: int, places: Iterable[Place], today: date
) -> tuple[DigitalSystem, ...]:
    used = (
        select(SystemUse.system_id)
        .outerjoin(RoleProfile, RoleProfile.id == SystemUse.role_profile_id)
        .where(
            SystemUse.organisation_id == organisation_id,
            or_(SystemUse.starts_on.is_(None), SystemUse.starts_on <= today),
            _fits_any(places),
        )
    )
    return tuple(
        db.scalars(
            in_use(organisation_id, today)
            .where(DigitalSystem.id.in_(used))
            .options(selectinload(DigitalSystem.alerts), joinedload(DigitalSystem.owner))
        )
    )


def in_use(organisation_id: int, today: date) -> "Select[DigitalSystem]":
    """Select the systems that the register lists and that are live today, by name."""
    return (
        select(DigitalSystem)
        .where(
            DigitalSystem.organisation_id == organisation_id,
            DigitalSystem.state == SystemState.LISTED,
            or_(DigitalSystem.starts_on.is_(None), DigitalSystem.starts_on <= today),
            or_(DigitalSystem.ends_on.is_(None), DigitalSystem.ends_on >= today),
        )
        .order_by(DigitalSystem.name, DigitalSystem.id)
    )


def _fits_any(places: Iterable[Place]) -> ColumnElement[bool]:
    return or_(false(), *(_fits(place) for place in places))


def _fits(place: Place) -> ColumnElement[bool]:
    """Say whether a use is about this place: each thing that it names must fit."""
    return and_(
        or_(SystemUse.post_id.is_(None), SystemUse.post_id == place.post_id),
        or_(
            SystemUse.organisation_unit_id.is_(None),
            SystemUse.organisation_unit_id.in_(place.unit_ids),
        ),
        or_(SystemUse.staff_group.is_(None), SystemUse.staff_group == place.staff_group),
        or_(SystemUse.job_role.is_(None), SystemUse.job_role == place.job_role),
        or_(
            SystemUse.role_profile_id.is_(None),
            and_(
                or_(
                    RoleProfile.staff_group.is_(None),
                    RoleProfile.staff_group == place.staff_group,
                ),
                or_(RoleProfile.job_role.is_(None), RoleProfile.job_role == place.job_role),
                or_(RoleProfile.post_id.is_(None), RoleProfile.post_id == place.post_id),
                or_(
                    RoleProfile.post_title.is_(None),
                    func.lower(RoleProfile.post_title) == (place.post_title or "").lower(),
                ),
            ),
        ),
    )


def _places_of(db: "Session", staff_member: StaffMember, today: date) -> tuple[Place, ...]:
    own = Assignment.staff_member_id == staff_member.id
    today = max(today, staff_member.hired_on or today)
    return _places(db, staff_member.organisation_id, own, today)


def _places_in(db: "Session", unit: OrganisationUnit, today: date) -> tuple[Place, ...]:
    in_it = Assignment.organisation_unit_id == unit.id
    return _places(db, unit.organisation_id, in_it, today)


def _places(
    db: "Session", organisation_id: int, which: ColumnElement[bool], today: date
) -> tuple[Place, ...]:
    rows = db.execute(
        select(
            Assignment.post_id,
            Post.title,
            Assignment.staff_group,
            Assignment.job_role,
            Assignment.organisation_unit_id,
        )
        .outerjoin(Post, Post.id == Assignment.post_id)
        .where(Assignment.organisation_id == organisation_id, which, Assignment.current_on(today))
        .distinct()
    ).all()
    above = _above(db, organisation_id, {row.organisation_unit_id for row in rows} - {None})
    return tuple(_merged(rows, above))


def _merged(rows: Iterable[Any], above: dict[int, frozenset[int]]) -> Iterable[Place]:
    for row in rows:
        yield Place(
            post_id=row.post_id,
            post_title=row.title,
            staff_group=row.staff_group,
            job_role=row.job_role,
            unit_ids=above.get(row.organisation_unit_id, frozenset()),
        )


def _above(
    db: "Session", organisation_id: int, unit_ids: "set[int | None]"
) -> dict[int, frozenset[int]]:
    """Give each of the units with itself and those above it."""
    if not unit_ids:
        return {}
    tree = units_and_those_above(organisation_id)
    found: dict[int, set[int]] = {}
    for unit_id, above_id in db.execute(
        select(tree.c.unit_id, tree.c.above_id).where(tree.c.unit_id.in_(unit_ids))
    ):
        found.setdefault(unit_id, set()).add(above_id)
    return {unit_id: frozenset(ids) for unit_id, ids in found.items()}
