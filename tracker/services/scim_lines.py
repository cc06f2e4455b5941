"""Draws reporting lines from the managers that an identity provider names.

HR's line, and one that somebody set by hand, go before: an account only fills a gap.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from tracker.models import LineSource, ReportingLine, ScimUser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.models import StaffMember

DAY = timedelta(days=1)
CIRCLE = "The managers lead round in a circle, so this one was not used. Correct it at the source."


def draw_line(db: "Session", user: ScimUser, *, today: date) -> None:
    """Bring one person's line to what their account says."""
    person, user.note = user.staff_member, ""
    if person is None:
        return
    held = _held(db, person, today=today)
    from_us = [line for line in held if line.source is LineSource.DIRECTORY]
    manager_id = None if len(from_us) < len(held) else manager_of(db, user)
    right = next((line for line in from_us if line.manager_id == manager_id), None)
    is_added = manager_id is not None and right is None
    if manager_id and is_added and person.id and leads_to(db, manager_id, person.id, today=today):
        user.note = CIRCLE
        return
    for line in from_us:
        if line is not right:
            line.ends_on = today - DAY
    if is_added:
        db.add(
            ReportingLine(
                organisation_id=user.organisation_id,
                staff_member=person,
                manager_id=manager_id,
                source=LineSource.DIRECTORY,
                starts_on=today,
            )
        )


def _held(db: "Session", person: "StaffMember", *, today: date) -> "Sequence[ReportingLine]":
    if not person.id:
        return ()
    return db.scalars(
        select(ReportingLine).where(
            ReportingLine.staff_member_id == person.id,
            or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on >= today),
        )
    ).all()


def draw_lines_of_staff(db: "Session", manager: ScimUser, *, today: date) -> None:
    """Draw the lines to somebody whose account has just found its person."""
    for user in db.scalars(
        select(ScimUser).where(
            ScimUser.access_token_id == manager.access_token_id,
            ScimUser.manager_public_id == manager.public_id,
            ScimUser.staff_member_id.is_not(None),
            ScimUser.is_active,
        )
    ):
        draw_line(db, user, today=today)
    db.flush()


def end_lines(db: "Session", person: "StaffMember", *, on: date) -> None:
    """End the lines to and from somebody who leaves."""
    db.execute(
        update(ReportingLine)
        .where(
            or_(ReportingLine.staff_member_id == person.id, ReportingLine.manager_id == person.id),
            or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on > on),
        )
        .values(ends_on=on)
    )


def leads_to(db: "Session", staff_id: int, above: int | None, *, today: date) -> bool:
    """Tell whether somebody's manager, or that one's, and so on, is a certain person."""
    if staff_id == above:
        return True
    current = ReportingLine.current_on(today)
    up = (
        select(ReportingLine.manager_id)
        .where(ReportingLine.staff_member_id == staff_id, current)
        .cte("up", recursive=True)
    )
    # UNION, not UNION ALL: ends also where the lines that are there lead round in a circle
    up = up.union(
        select(ReportingLine.manager_id)
        .join(up, up.c.manager_id == ReportingLine.staff_member_id)
        .where(current)
    )
    return db.scalar(select(up.c.manager_id).where(up.c.manager_id == above).limit(1)) is not None


def manager_of(db: "Session", user: ScimUser) -> int | None:
    if user.manager_public_id is None:
        return None
    return db.scalar(
        select(ScimUser.staff_member_id).where(
            ScimUser.access_token_id == user.access_token_id,
            ScimUser.public_id == user.manager_public_id,
            ScimUser.is_active,
        )
    )
