"""What groups of the directory may do here, and who gains or loses what by a change."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from integrations.ldap.members import GroupMembers, GroupNotFoundError, members_of
from integrations.ldap.names import is_group
from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import AuditKind, DirectoryRole, Organisation, SignInSession, StaffMember
from tracker.security.group_roles import GroupRole
from tracker.security.identity import Role
from tracker.services import audit, scim_groups
from tracker.services.directory_accounts import index_of
from tracker.services.fact_index import Match, as_compared

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.ldap.settings import Directory
    from tracker.security.identity import Identity
    from tracker.security.proof import Proof
    from tracker.settings import Settings

LONGEST_NAME = 300


@dataclass(frozen=True, kw_only=True)
class Change:
    """A group that is to give a role, or to give it no more."""

    group: str
    role: Role
    adds: bool

    @property
    def action(self) -> str:
        return "add" if self.adds else "remove"

    @property
    def digest(self) -> str:
        """Name this change and no other, briefly: a proof is for one change."""
        told = f"{self.action} {self.role} {self.group}"
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the directory said of the groups that a change is about. Needs no database."""

    #: none where the directory has no such group: an identity provider may
    members: GroupMembers | None
    #: the other groups that give the same role, and who is in those that the directory has
    others: tuple[str, ...]
    others_members: tuple[GroupMembers, ...]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a change would do."""

    change: Change
    #: who gains the role, or loses it: name and HR number
    people: list[tuple[str, str]]
    #: members who keep what they have, since another group gives it too
    same: int
    #: members whom HR's list does not have
    unknown: int
    is_cut_short: bool


def granted(
    db: "Session", organisation: Organisation, settings: "Settings"
) -> tuple[GroupRole, ...]:
    """Give all that groups may do in an organisation: by the settings file and by its own page."""
    return (
        *(
            line
            for line in settings.group_roles
            if line.organisation_code in {None, organisation.code}
        ),
        *(
            GroupRole(
                group=row.group_name, role=Role(row.role), organisation_code=organisation.code
            )
            for row in own_lines(db, organisation.id)
        ),
    )


def own_lines(db: "Session", organisation_id: int) -> list[DirectoryRole]:
    return list(
        db.scalars(
            select(DirectoryRole)
            .where(DirectoryRole.organisation_id == organisation_id)
            .order_by(DirectoryRole.role, DirectoryRole.group_name)
        )
    )


def settings_lines(db: "Session", settings: "Settings", *, by: "Identity") -> list[GroupRole]:
    code = db.get_one(Organisation, by.organisation_id).code
    return [line for line in settings.group_roles if line.organisation_code in {None, code}]


def read_change(group: str, role: str, action: str) -> Change:
    """Read what was asked for.

    :raises InvalidInputError: with words for whoever asks.
    """
    group = " ".join(group.split())
    if not group:
        raise InvalidInputError("Give the name of a group in the directory.")
    if len(group) > LONGEST_NAME or not group.isprintable():
        raise InvalidInputError("That name is too long, or holds odd signs. Check it.")
    if role not in set(Role):
        raise InvalidInputError("Choose what the group may do.")
    return Change(group=group, role=Role(role), adds=action == "add")


def other_groups(
    db: "Session", settings: "Settings", change: Change, *, by: "Identity"
) -> list[str]:
    """Name the other groups that give the role of a change.

    :raises NotFoundError: when what is to end is not there.
    :raises NotAllowedNowError: when nobody would be left to look after the service.
    """
    organisation = db.get_one(Organisation, by.organisation_id)
    lines = [line for line in granted(db, organisation, settings) if line.role is change.role]
    others = [line.group for line in lines if not is_group(line.group, change.group)]
    if not change.adds:
        if _own_line(db, change, by) is None:
            raise NotFoundError("That line is not there any more.")
        if change.role is Role.ADMINISTRATOR and not others:
            raise NotAllowedNowError(
                "No other group gives this. Nobody would be left to look after the service."
            )
    return others


def ask_directory(directory: "Directory", change: Change, others: Iterable[str]) -> Asked:
    """Ask who is in the groups. Let go of the database first: it may take seconds."""
    names = tuple(others)
    in_others = (_members(directory, group) for group in names)
    return Asked(
        members=_members(directory, change.group),
        others=names,
        others_members=tuple(found for found in in_others if found is not None),
    )


def _members(directory: "Directory", group: str) -> GroupMembers | None:
    try:
        return members_of(directory, group)
    except GroupNotFoundError as problem:
        if problem.is_ambiguous:
            raise
        return None


def look(db: "Session", change: Change, asked: Asked, *, by: "Identity", today: date) -> Look:
    """Say who would gain or lose what.

    :raises InvalidInputError: where neither the directory nor an identity provider has the group.
    """
    by_scim = scim_groups.members_named(db, [change.group], organisation_id=by.organisation_id)
    if asked.members is None and by_scim is None:
        raise InvalidInputError(
            "There is no such group, neither in the directory nor at an identity provider. "
            "Check its name."
        )
    members = asked.members or GroupMembers(dn=change.group, people=(), is_cut_short=False)
    people = _staff(db, members, by.organisation_id, today, ids=by_scim or ())
    others_by_scim = scim_groups.members_named(db, asked.others, organisation_id=by.organisation_id)
    have = {
        person.id
        for other in (*asked.others_members, GroupMembers(dn="", people=(), is_cut_short=False))
        for person in _staff(db, other, by.organisation_id, today, ids=others_by_scim or ())
    }
    changed = [person for person in people if person.id not in have]
    organisation = db.get_one(Organisation, by.organisation_id)
    audit.record(db, AuditKind.DIRECTORY_READ, organisation, by=by, reason="group")
    return Look(
        change=Change(group=members.dn, role=change.role, adds=change.adds),
        people=[
            (person.name, person.employee_number)
            for person in sorted(changed, key=lambda person: (person.family_name, person.id))
        ],
        same=len(people) - len(changed),
        unknown=max(0, len(members.people) - len(people)),
        is_cut_short=members.is_cut_short,
    )


def require_own(proof: "Proof", *, by: "Identity") -> None:
    """Refuse somebody else's word: whoever changes this has to have the role themselves.

    :raises InvalidInputError: with words for whoever asks.
    """
    if proof.staff_id != by.staff_id:
        raise InvalidInputError("Show that it is you: that was somebody else.")


def save(db: "Session", change: Change, *, by: "Identity", now: datetime) -> str:
    """Make a change that was looked at, and say what was done."""
    line = _own_line(db, change, by)
    if change.adds:
        if line is None:
            line = DirectoryRole(
                organisation_id=by.organisation_id,
                group_name=change.group,
                role=change.role.value,
                added_at=now,
            )
            db.add(line)
            audit.record(db, AuditKind.DIRECTORY_ROLE_ADDED, line, by=by, reason=change.role.value)
        return "Saved. It holds for each of them from the next time they sign in."
    if line is not None:
        audit.record(db, AuditKind.DIRECTORY_ROLE_ENDED, line, by=by, reason=change.role.value)
        db.delete(line)
        _sign_out(db, change.role, by=by, now=now)
    return "Saved. Whoever had this role was signed out, and loses it now."


def _own_line(db: "Session", change: Change, by: "Identity") -> DirectoryRole | None:
    lines = own_lines(db, by.organisation_id)
    mine = (line for line in lines if line.role == change.role.value)
    return next((line for line in mine if is_group(line.group_name, change.group)), None)


def _staff(
    db: "Session",
    members: GroupMembers,
    organisation_id: int,
    today: date,
    *,
    ids: Iterable[int] = (),
) -> list[StaffMember]:
    """Find whose the members' accounts are, by the rule that counts at sign-in."""
    known = [as_compared(person) for person in members.people]
    fitting = [fact for facts in known for fact in facts]
    found = set(ids)
    if fitting:
        index = index_of(db, organisation_id, today=today, fitting=fitting)
        answers = (index.whose(facts) for facts in known)
        found |= {answer[0] for answer in answers if not isinstance(answer, Match)}
    return list(
        db.scalars(
            select(StaffMember).where(
                StaffMember.organisation_id == organisation_id,
                or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
                StaffMember.id.in_(found),
            )
        )
    )


def _sign_out(db: "Session", role: Role, *, by: "Identity", now: datetime) -> None:
    """End the sessions that hold a role; whoever still has it gets it back on signing in."""
    db.execute(
        update(SignInSession)
        .where(
            SignInSession.organisation_id == by.organisation_id,
            SignInSession.ended_at.is_(None),
            SignInSession.roles.contains(role.value),
            SignInSession.id != (by.session_id or 0),
        )
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
