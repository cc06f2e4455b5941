"""Who uses a system, set by hand: the choices of a page, a use added, a use taken out."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tracker.errors import InvalidInputError
from tracker.models import (
    Assignment,
    AuditKind,
    DigitalSystem,
    OrganisationUnit,
    Post,
    RoleProfile,
    SystemUse,
)
from tracker.services import audit

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class UseChoices:
    """What can be picked: the value and its words."""

    staff_groups: tuple[str, ...]
    job_roles: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    profiles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class UseDraft:
    """Who uses it, as somebody picked it. Empty everywhere: everybody."""

    staff_group: str = ""
    job_role: str = ""
    #: public id
    unit: str = ""
    #: key
    profile: str = ""
    #: the post's key in HR
    post: str = ""
    starts_on: date | None = None


def use_choices(db: "Session", organisation_id: int, *, today: date) -> UseChoices:
    """List what a use can name: what HR's rows of today know."""
    own = (Assignment.organisation_id == organisation_id, Assignment.current_on(today))
    groups = db.scalars(select(Assignment.staff_group).where(*own).distinct())
    roles = db.scalars(select(Assignment.job_role).where(*own).distinct())
    units = db.execute(
        select(OrganisationUnit.public_id, OrganisationUnit.name)
        .where(
            OrganisationUnit.organisation_id == organisation_id,
            or_(OrganisationUnit.effective_to.is_(None), OrganisationUnit.effective_to >= today),
        )
        .order_by(OrganisationUnit.name)
    )
    profiles = db.execute(
        select(RoleProfile.key, RoleProfile.name)
        .where(RoleProfile.organisation_id == organisation_id)
        .order_by(RoleProfile.name)
    )
    return UseChoices(
        staff_groups=tuple(sorted(filter(None, groups))),
        job_roles=tuple(sorted(filter(None, roles))),
        units=tuple((row[0], row[1]) for row in units),
        profiles=tuple((row[0], row[1]) for row in profiles),
    )


def add_use(db: "Session", system: DigitalSystem, draft: UseDraft, *, by: "Identity") -> SystemUse:
    """Say that some people use a system. Said twice, it is kept once.

    :raises InvalidInputError: for a post, unit or profile that is not known here.
    """
    own = system.organisation_id
    units = select(OrganisationUnit.id).where(
        OrganisationUnit.organisation_id == own, OrganisationUnit.public_id == draft.unit
    )
    posts = select(Post.id).where(Post.organisation_id == own, Post.source_key == draft.post)
    profiles = select(RoleProfile.id).where(
        RoleProfile.organisation_id == own, RoleProfile.key == draft.profile
    )
    wanted = {
        "organisation_unit_id": _find(db, units, "unit") if draft.unit else None,
        "post_id": _find(db, posts, "post") if draft.post else None,
        "role_profile_id": _find(db, profiles, "profile") if draft.profile else None,
        "staff_group": draft.staff_group or None,
        "job_role": draft.job_role or None,
        "starts_on": draft.starts_on,
    }
    for use in system.uses:
        if all(getattr(use, name) == value for name, value in wanted.items()):
            return use
    use = SystemUse(organisation_id=own, **wanted)
    system.uses.append(use)
    system.version += 1
    audit.record(db, AuditKind.SYSTEM_CHANGED, system, by=by)
    return use


def remove_use(db: "Session", system: DigitalSystem, use_id: int, *, by: "Identity") -> None:
    use = next((one for one in system.uses if one.id == use_id), None)
    if use is None:
        return  # taken out twice
    system.uses.remove(use)
    system.version += 1
    audit.record(db, AuditKind.SYSTEM_CHANGED, system, by=by)


def _find(db: "Session", wanted: "Select[int]", field: str) -> int:
    found = db.scalar(wanted)
    if found is None:
        raise InvalidInputError("We do not know this one. Choose it from the list.", field=field)
    return found
