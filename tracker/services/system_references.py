"""What a register's file means by a unit, a post, a role profile or a work email."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from integrations.systems.records import SystemRecord, UseRecord
from tracker.models import Organisation, Post, RoleProfile, StaffMember, SystemUse
from tracker.services.unit_lookup import UnitLookup, UnknownUnitError, load_units

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

#: Databases take only so many values in one statement.
AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class UsePlan:
    """One use with what it names found in the database."""

    organisation_unit_id: int | None = None
    post_id: int | None = None
    role_profile_id: int | None = None
    staff_group: str | None = None
    job_role: str | None = None
    starts_on: "date | None" = None

    @classmethod
    def of(cls, use: SystemUse) -> "UsePlan":
        return cls(**{name: getattr(use, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True, kw_only=True)
class References:
    """Everything that the file's systems may name, read in a handful of queries."""

    units: UnitLookup
    posts: dict[str, int]
    profiles: dict[str, int]
    owners: dict[str, int]

    def use(self, record: UseRecord) -> UsePlan:
        """Give the use with what it names.

        :raises ValueError: when something is not known here; never quotes it.
        """
        try:
            unit_id = self.units.find(record.unit) if record.unit else None
        except UnknownUnitError as why:
            raise ValueError(f"used_by: {why}") from why
        if record.post and record.post not in self.posts:
            raise ValueError("used_by: a post is not known here. Use its key in HR.")
        if record.profile and record.profile not in self.profiles:
            raise ValueError("used_by: a role profile is not known here. Use its key.")
        return UsePlan(
            organisation_unit_id=unit_id,
            post_id=self.posts[record.post] if record.post else None,
            role_profile_id=self.profiles[record.profile] if record.profile else None,
            staff_group=record.staff_group or None,
            job_role=record.job_role or None,
            starts_on=record.starts_on,
        )

    def owner(self, email: str) -> int | None:
        """Give who has this work email or employee number; none for an empty one.

        :raises ValueError: when nobody has it.
        """
        if not email:
            return None
        if email.casefold() not in self.owners:
            raise ValueError("owner_email: nobody here has it. Mend it, or name a team instead.")
        return self.owners[email.casefold()]


def load_references(
    db: "Session", organisation: Organisation, systems: Iterable[SystemRecord], *, today: "date"
) -> References:
    """Look up what the systems name. The number of queries does not grow with the register."""
    systems = list(systems)
    posts = sorted({use.post for one in systems for use in one.uses if use.post})
    emails = sorted({one.owner_email.casefold() for one in systems if one.owner_email})
    own_posts = Post.organisation_id == organisation.id
    found_posts: dict[str, int] = {}
    for at in range(0, len(posts), AT_ONCE):
        some = posts[at : at + AT_ONCE]
        rows = db.execute(
            select(Post.source_key, Post.id).where(own_posts, Post.source_key.in_(some))
        )
        found_posts |= {row[0]: row[1] for row in rows}
    profiles = db.execute(
        select(RoleProfile.key, RoleProfile.id).where(
            RoleProfile.organisation_id == organisation.id
        )
    )
    return References(
        units=load_units(db, organisation, today=today),
        posts=found_posts,
        profiles={row[0]: row[1] for row in profiles},
        owners=_owners(db, organisation, emails),
    )


def _owners(db: "Session", organisation: Organisation, names: list[str]) -> dict[str, int]:
    owners: dict[str, int] = {}
    for at in range(0, len(names), AT_ONCE):
        some = names[at : at + AT_ONCE]
        email = func.lower(StaffMember.email)
        rows = db.execute(
            select(email, StaffMember.employee_number, StaffMember.id)
            .where(
                StaffMember.organisation_id == organisation.id,
                or_(email.in_(some), func.lower(StaffMember.employee_number).in_(some)),
            )
            # Who works here stays, of two with one email the first.
            .order_by(StaffMember.left_on.is_(None), StaffMember.id.desc())
        )
        for mail, number, staff_id in rows:
            owners |= {number.casefold(): staff_id} | ({mail: staff_id} if mail else {})
    return owners
