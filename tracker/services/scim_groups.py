"""Who is in which group of an identity provider, and what roles that gives."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from tracker.models import AccessToken, AuditKind, ScimGroup, ScimMember, ScimUser
from tracker.services import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import System

#: of groups in groups, as for the directory
DEEPEST = 5
#: ids in one statement
MANY = 500


def members_of(db: "Session", group_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Give the members of groups, as SCIM writes them."""
    found: dict[int, list[dict[str, Any]]] = {}
    if group_ids:
        rows = db.execute(
            select(ScimMember.scim_group_id, ScimMember.document)
            .where(ScimMember.scim_group_id.in_(group_ids))
            .order_by(ScimMember.id)
        )
        for group_id, document in rows:
            found.setdefault(group_id, []).append(document)
    return found


def write_members(db: "Session", group: ScimGroup, members: Iterable[dict[str, Any]]) -> bool:
    """Bring a group's members to what its source says; tell whether any came or went."""
    wanted = {str(one["value"]): one for one in members if one.get("value")}
    rows = db.execute(
        select(ScimMember.value, ScimMember.document).where(ScimMember.scim_group_id == group.id)
    )
    held: dict[str, dict[str, Any]] = {value: document for value, document in rows}  # noqa: C416
    over = [value for value in held if wanted.get(value) != held[value]]
    new = [one for value, one in wanted.items() if held.get(value) != one]
    for start in range(0, len(over), MANY):
        db.execute(
            delete(ScimMember).where(
                ScimMember.scim_group_id == group.id,
                ScimMember.value.in_(over[start : start + MANY]),
            )
        )
    if new:
        db.execute(
            insert(ScimMember),
            [
                {
                    "organisation_id": group.organisation_id,
                    "scim_group_id": group.id,
                    "value": str(one["value"])[:80],
                    "document": one,
                }
                for one in new
            ],
        )
    return held.keys() != wanted.keys()


def note_change(db: "Session", group: ScimGroup, *, by: "System") -> None:
    """Write down that a group changed: it may give a role."""
    audit.record(db, AuditKind.SCIM_GROUP_CHANGED, group, by=by)


def group_names(db: "Session", staff_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Give the groups that people are in by their accounts, by name.

    Groups of a source whose key was taken back count no more, nor do accounts switched off.
    """
    accounts = db.execute(
        select(ScimUser.access_token_id, ScimUser.public_id, ScimUser.staff_member_id)
        .join(AccessToken, AccessToken.id == ScimUser.access_token_id)
        .where(
            ScimUser.staff_member_id.in_(list(staff_ids)),
            ScimUser.is_active,
            AccessToken.revoked_at.is_(None),
        )
    )
    names: dict[int, set[str]] = {}
    # A source speaks of its own accounts only: what it calls a member, another does not know.
    below = {(source, one): {staff_id} for source, one, staff_id in accounts if staff_id}
    seen: set[tuple[int, str]] = set()
    for _ in range(DEEPEST):
        rows = db.execute(
            select(ScimGroup.access_token_id, ScimGroup.public_id, ScimGroup.name, ScimMember.value)
            .join(ScimMember, ScimMember.scim_group_id == ScimGroup.id)
            .where(ScimMember.value.in_([one for _, one in below]))
        ).all()
        above: dict[tuple[int, str], set[int]] = {}
        for source, public_id, name, value in rows:
            for staff_id in below.get((source, value), ()):
                names.setdefault(staff_id, set()).add(name)
                above.setdefault((source, public_id), set()).add(staff_id)
        below = {one: people for one, people in above.items() if one not in seen}
        seen.update(below)
        if not below:
            break
    return {staff_id: frozenset(held) for staff_id, held in names.items()}


def members_named(
    db: "Session", names: Iterable[str], *, organisation_id: int
) -> frozenset[int] | None:
    """Give the staff in groups of these names, also by way of other groups; none for no group."""
    groups = db.execute(
        select(ScimGroup.access_token_id, ScimGroup.public_id)
        .join(AccessToken, AccessToken.id == ScimGroup.access_token_id)
        .where(
            ScimGroup.organisation_id == organisation_id,
            ScimGroup.name_key.in_([name.lower() for name in names]),
            AccessToken.revoked_at.is_(None),
        )
    ).all()
    if not groups:
        return None
    seen: set[tuple[int, str]] = set()
    to_read = {(source, public_id) for source, public_id in groups}
    for _ in range(DEEPEST):
        seen |= to_read
        to_read = _inside(db, to_read) - seen
    found = seen | to_read
    accounts = db.execute(
        select(ScimUser.access_token_id, ScimUser.public_id, ScimUser.staff_member_id).where(
            ScimUser.public_id.in_([one for _, one in found]), ScimUser.is_active
        )
    )
    return frozenset(
        staff_id
        for source, one, staff_id in accounts
        if staff_id is not None and (source, one) in found
    )


def _inside(db: "Session", groups: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Give what each source has in its groups, with the source."""
    if not groups:
        return set()
    rows = db.execute(
        select(ScimGroup.access_token_id, ScimGroup.public_id, ScimMember.value)
        .join(ScimMember, ScimMember.scim_group_id == ScimGroup.id)
        .where(ScimGroup.public_id.in_([one for _, one in groups]))
    )
    return {(source, value) for source, one, value in rows if (source, one) in groups}
