"""What a change to a role profile would do, before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import InvalidInputError
from tracker.models import Assignment, Post
from tracker.services.profile_pages import ProfileDraft, Touched, choosable, for_whom, touched
from tracker.services.profiles import Work

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from tracker.models import RoleProfile
    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the change does to what is asked, and how many people it touches."""

    for_whom: str
    changes: Sequence[str]
    touched: Touched
    #: people who had it and would not have it any more, if it is for other work now
    no_longer: Touched | None


def preview(  # noqa: PLR0913
    db: "Session",
    profile: "RoleProfile | None",
    was: ProfileDraft,
    now: ProfileDraft,
    *,
    by: "Identity",
    today: "date",
) -> Preview:
    """Say what differs and whom it touches: how many, and in which units."""
    moved = profile is not None and _work(was) != _work(now)
    post = db.get(Post, now.post_id) if now.post_id else None
    return Preview(
        for_whom=for_whom(_work(now), post),
        changes=_differences(db, was, now, by=by, today=today),
        touched=touched(db, now, by=by, today=today),
        no_longer=touched(db, was, by=by, today=today) if moved else None,
    )


def _differences(
    db: "Session", was: ProfileDraft, now: ProfileDraft, *, by: "Identity", today: "date"
) -> list[str]:
    found = []
    for one in choosable(db, by.organisation_id, today=today):
        old, new = was.needs.get(one.public_id), now.needs.get(one.public_id)
        if old == new:
            continue
        if new is None:
            found.append(f"{one.name}: not asked any more")
        elif old is None:
            found.append(f"{one.name}: asked now, {_said(new)}")
        else:
            found.append(f"{one.name}: {_said(new)}, was {_said(old)}")
    if was.minimum_optional != now.minimum_optional:
        found.append("How many of the optional ones, at the least")
    return found


def _said(need: tuple[int, bool]) -> str:
    level, is_essential = need
    return f"level {level}, {'essential' if is_essential else 'optional'}"


def kinds_of_work(
    db: "Session", organisation_id: int, draft: ProfileDraft
) -> tuple[list[str], list[str]]:
    """List the staff groups and job roles that HR knows, and those of this profile."""
    rows = db.execute(
        select(Assignment.staff_group, Assignment.job_role)
        .where(Assignment.organisation_id == organisation_id)
        .distinct()
    ).all()
    groups = {row.staff_group for row in rows} | {draft.staff_group}
    roles = {row.job_role for row in rows} | {draft.job_role}
    return sorted(one for one in groups if one), sorted(one for one in roles if one)


def find_post(db: "Session", number: str, *, by: "Identity") -> int | None:
    """Find a post by its number in the HR system; none if none is given."""
    if not number:
        return None
    found = db.scalar(
        select(Post.id).where(Post.organisation_id == by.organisation_id, Post.source_key == number)
    )
    if found is None:
        raise InvalidInputError("HR knows no post with this number", field="post_number")
    return found


def boxes_of(draft: ProfileDraft, profile: "RoleProfile | None") -> dict[str, object]:
    """Give a draft by the names of the boxes that it stands in."""
    post = profile.post if profile else None
    return {
        "name": draft.name,
        "staff_group": draft.staff_group or "",
        "job_role": draft.job_role or "",
        "post_title": draft.post_title or "",
        "post_number": post.source_key if post else "",
        "minimum_optional": "" if draft.minimum_optional is None else draft.minimum_optional,
        "edition": draft.edition,
    }


def _work(draft: ProfileDraft) -> Work:
    return Work(
        staff_group=draft.staff_group,
        job_role=draft.job_role,
        post_id=draft.post_id,
        post_title=draft.post_title,
    )
