"""What one kind of starter would get, or whoever starts in a named post."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import InvalidInputError
from tracker.models import Assignment, EntryKind, OrganisationUnit, Post
from tracker.services.induction_authoring import unit_by_code
from tracker.services.induction_plan import Place, Plan, plan_for
from tracker.services.induction_templates import templates_in_force, units_above

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose plan a preview shows."""

    kind: str = ""
    staff_group: str = ""
    job_role: str = ""
    unit_code: str = ""
    #: HR's number of a post, or its title; it says the rest
    post: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What somebody like this would get, were they to start today."""

    plan: Plan
    place: Place
    post: Post | None
    unit: OrganisationUnit | None


def preview(db: "Session", asked: Asked, *, by: "Identity") -> Preview:
    """Show what one kind of starter would get, or whoever starts in a named post.

    :raises InvalidInputError: for a post or unit that there is not.
    """
    post = _post(db, by.organisation_id, asked.post)
    if asked.post.strip() and post is None:
        raise InvalidInputError("There is no post with this number or title.", field="post")
    unit = unit_by_code(db, by.organisation_id, asked.unit_code)
    if asked.unit_code.strip() and unit is None:
        raise InvalidInputError("There is no unit with this code.", field="unit_code")
    if post is not None:
        unit = post.organisation_unit or unit
    above = units_above(db, by.organisation_id, [unit.id if unit else None])
    place = Place(
        kind=EntryKind(asked.kind) if asked.kind in set(EntryKind) else EntryKind.NEW,
        staff_group=post.staff_group if post else asked.staff_group.strip(),
        job_role=post.job_role if post else asked.job_role.strip(),
        unit_ids=above.get(unit.id, ()) if unit else (),
    )
    plan = plan_for(templates_in_force(db, by.organisation_id), place)
    return Preview(plan=plan, place=place, post=post, unit=unit)


def _post(db: "Session", organisation_id: int, named: str) -> Post | None:
    named = named.strip()
    if not named:
        return None
    return db.scalar(
        select(Post)
        .where(
            Post.organisation_id == organisation_id,
            (Post.source_key == named) | (func.lower(Post.title) == named.lower()),
        )
        .order_by(Post.source_key != named, Post.id)
        .limit(1)
    )


def work_known(db: "Session", organisation_id: int) -> tuple[list[str], list[str]]:
    """List the staff groups and job roles that HR knows, to choose from."""
    rows = db.execute(
        select(Assignment.staff_group, Assignment.job_role)
        .where(Assignment.organisation_id == organisation_id)
        .distinct()
    ).all()
    return sorted({row[0] for row in rows if row[0]}), sorted({row[1] for row in rows if row[1]})
