"""Changes to the register by hand: told about, listed, described, given alerts and users."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from tracker.errors import InvalidInputError, NotFoundError, StaleTextError
from tracker.models import (
    AuditKind,
    Barrier,
    BarrierKind,
    DigitalSystem,
    Governance,
    StaffMember,
    SystemAlert,
    SystemState,
    new_public_id,
)
from tracker.services import audit
from tracker.services.barriers import KIND_WORDS, tell_owner
from tracker.services.reporting import who_manages

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: What can stand in somebody's way in a system; a missing computer is told elsewhere.
BARRIERS_IN_SYSTEMS = (
    BarrierKind.USABILITY,
    BarrierKind.RELIABILITY,
    BarrierKind.ACCESS,
    BarrierKind.TRAINING,
)


@dataclass(frozen=True, kw_only=True)
class SystemDraft:
    """What somebody wrote about a system. Named as the DigitalSystem's columns are."""

    name: str
    purpose: str = ""
    family: str = ""
    supplier: str = ""
    #: the work email of who looks after it; empty: nobody, or a team
    owner_email: str = ""
    owner_team: str = ""
    governance: Governance = Governance.NOT_KNOWN
    starts_on: date | None = None
    ends_on: date | None = None
    help_link: str = ""
    help_contact: str = ""
    #: the version that was on the writer's screen; 0 for a new system
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class AlertDraft:
    """What somebody wrote about an alert in a system."""

    name: str
    looks_like: str
    what_to_do: str


TEXTS = ("name", "purpose", "family", "supplier", "owner_team", "help_link", "help_contact")


def tell_of_system(db: "Session", name: str, purpose: str, *, by: "Identity") -> DigitalSystem:
    """Keep the name of a system that the register lacks, for the administrator to look at.

    Told of one that is there already, it gives that one.
    """
    name = " ".join(name.split())
    known = db.scalar(
        select(DigitalSystem)
        .where(
            DigitalSystem.organisation_id == by.organisation_id,
            func.lower(DigitalSystem.name) == name.lower(),
            DigitalSystem.state != SystemState.SET_ASIDE,
        )
        .limit(1)
    )
    if known is not None:
        return known
    system = DigitalSystem(
        organisation_id=by.organisation_id,
        key=f"told-{new_public_id()}",
        name=name,
        purpose=purpose,
        state=SystemState.REPORTED,
    )
    db.add(system)
    audit.record(db, AuditKind.SYSTEM_REPORTED, system, by=by)
    return system


def add_system(db: "Session", draft: SystemDraft, *, by: "Identity") -> DigitalSystem:
    """Put a new system into the register."""
    system = DigitalSystem(
        organisation_id=by.organisation_id,
        key=f"own-{new_public_id()}",
        name=draft.name,
        version=0,
        state=SystemState.LISTED,
    )
    _write(db, system, draft)
    db.add(system)
    audit.record(db, AuditKind.SYSTEM_CHANGED, system, by=by)
    return system


def change_system(
    db: "Session", system: DigitalSystem, draft: SystemDraft, *, by: "Identity"
) -> None:
    """Keep what somebody wrote about a system. One that was told about is listed by it.

    :raises StaleTextError: with both texts, when somebody else saved in the meantime.
    """
    db.flush()
    db.execute(
        select(DigitalSystem)
        .where(DigitalSystem.id == system.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if draft.version != system.version:
        raise StaleTextError(
            "Somebody else changed this system after you opened the page. Your text is still "
            "below, next to theirs.",
            saved={name: str(getattr(system, name) or "") for name in TEXTS},
            version=system.version,
        )
    if system.state is SystemState.LISTED and draft == draft_of(system):
        return
    _write(db, system, draft)
    system.state = SystemState.LISTED
    audit.record(db, AuditKind.SYSTEM_CHANGED, system, by=by)


def set_aside(db: "Session", system: DigitalSystem, *, by: "Identity") -> None:
    """Put aside what somebody told of: it is in the register already, or no system.

    :raises InvalidInputError: for one that is listed; that one ends on a day instead.
    """
    if system.state is not SystemState.REPORTED:
        raise InvalidInputError("This system is in the register. To end it, give it a last day.")
    system.state = SystemState.SET_ASIDE
    audit.record(db, AuditKind.SYSTEM_CHANGED, system, by=by)


def draft_of(system: DigitalSystem) -> SystemDraft:
    """Give a system as its form has it."""
    texts = {name: getattr(system, name) for name in TEXTS}
    return SystemDraft(
        **texts,
        owner_email=(system.owner.email or "") if system.owner else "",
        governance=system.governance,
        starts_on=system.starts_on,
        ends_on=system.ends_on,
        version=system.version,
    )


def _write(db: "Session", system: DigitalSystem, draft: SystemDraft) -> None:
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        raise InvalidInputError(
            "The last day is before the first. Mend one of them.", field="ends_on"
        )
    # An owner without a work email stays, unless somebody names another.
    keeps_owner = not draft.owner_email and system.owner is not None and not system.owner.email
    if not keeps_owner:
        system.owner_id = _owner(db, system, draft.owner_email)
    for name in (*TEXTS, "governance", "starts_on", "ends_on"):
        setattr(system, name, getattr(draft, name))
    system.version += 1


def _owner(db: "Session", system: DigitalSystem, email: str) -> int | None:
    if not email:
        return None
    owner_id = db.scalar(
        select(StaffMember.id)
        .where(
            StaffMember.organisation_id == system.organisation_id,
            func.lower(StaffMember.email) == email.lower(),
            or_(StaffMember.left_on.is_(None), StaffMember.id == system.owner_id),
        )
        .order_by(StaffMember.id)
        .limit(1)
    )
    if owner_id is None:
        raise InvalidInputError(
            "We know nobody with that work email. Check it, or name a team instead.",
            field="owner_email",
        )
    return owner_id


def add_alert(
    db: "Session", system: DigitalSystem, draft: AlertDraft, *, by: "Identity"
) -> SystemAlert:
    """Add an alert that the system shows.

    :raises InvalidInputError: when it has one of that name.
    """
    if any(one.name.casefold() == draft.name.casefold() for one in system.alerts):
        raise InvalidInputError("The system has an alert of this name already.", field="name")
    alert = SystemAlert(
        organisation_id=system.organisation_id, position=len(system.alerts), **vars(draft)
    )
    system.alerts.append(alert)
    system.version += 1
    audit.record(db, AuditKind.SYSTEM_CHANGED, system, by=by)
    return alert


def remove_alert(db: "Session", system: DigitalSystem, alert_id: int, *, by: "Identity") -> None:
    alert = next((one for one in system.alerts if one.id == alert_id), None)
    if alert is None:
        return  # taken out twice
    system.alerts.remove(alert)
    for position, one in enumerate(system.alerts):
        one.position = position
    system.version += 1
    audit.record(db, AuditKind.SYSTEM_CHANGED, system, by=by)


def say_what_is_in_the_way(  # noqa: PLR0913 - each is one plain fact of the barrier
    db: "Session",
    system: DigitalSystem,
    kind: BarrierKind,
    description: str,
    *,
    by: "Identity",
    today: date,
) -> Barrier:
    """Tell whoever looks after the system what stands in one's way; else one's manager.

    :raises NotFoundError: for a system that is not in the register.
    """
    if system.state is not SystemState.LISTED:
        raise NotFoundError("There is no such system in the register.")
    managed = who_manages(db, by.organisation_id, today=today, only=[by.staff_id])
    manager_id = managed[by.staff_id].manager_id if by.staff_id in managed else None
    known = db.scalar(
        select(Barrier)
        .where(
            Barrier.system_id == system.id,
            Barrier.staff_member_id == by.staff_id,
            Barrier.kind == kind,
            Barrier.fixed_on.is_(None),
        )
        .limit(1)
    )
    if known is not None:
        known.description = description or known.description
        return known
    barrier = Barrier(
        organisation_id=by.organisation_id,
        staff_member_id=by.staff_id,
        kind=kind,
        description=description or KIND_WORDS[kind],
        system_id=system.id,
        owner_id=system.owner_id if system.owner_id not in {None, by.staff_id} else manager_id,
    )
    db.add(barrier)
    audit.record(
        db, AuditKind.BARRIER_RAISED, barrier, by=by, subject_id=by.staff_id, reason="system"
    )
    db.flush()
    tell_owner(db, barrier, by=by)
    return barrier
