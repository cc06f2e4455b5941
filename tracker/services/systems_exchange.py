"""Registers of digital systems that come in as files and go out as files."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from integrations.systems.csv_file import RegisterRefusedError
from integrations.systems.records import AlertRecord, SystemRecord, UseRecord
from tracker.models import (
    AuditKind,
    DigitalSystem,
    Governance,
    Organisation,
    OrganisationUnit,
    SystemAlert,
    SystemState,
    SystemUse,
)
from tracker.services import audit
from tracker.services.system_references import References, UsePlan, load_references
from tracker.services.unit_lookup import UnitLookup, load_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

#: columns that are the same in the file and in the register
PLAIN = (
    *("name", "purpose", "family", "supplier", "owner_team"),
    *("starts_on", "ends_on", "help_link", "help_contact"),
)
WORDS = {
    "name": "name",
    "purpose": "purpose",
    "family": "family",
    "supplier": "supplier",
    "owner_id": "owner",
    "owner_team": "team that owns it",
    "governance": "governance",
    "starts_on": "first day",
    "ends_on": "last day",
    "help_link": "link to help",
    "help_contact": "who to call",
    "uses": "who uses it",
    "alerts": "alerts",
    "state": "now listed",
}


@dataclass(frozen=True, kw_only=True)
class RegisterChange:
    """What a file does to one system."""

    key: str
    name: str
    #: the words of what differs; empty for a system that is added or gone
    what: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RegisterChanges:
    """What a file does to the register."""

    added: tuple[RegisterChange, ...]
    changed: tuple[RegisterChange, ...]
    #: in the register, and not in the file
    gone: tuple[RegisterChange, ...]
    unchanged: int

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """One system of a file with what it names found, comparable with the register's."""

    values: dict[str, Any]
    uses: frozenset[UsePlan]
    alerts: tuple[AlertRecord, ...]


def export_register(
    db: "Session", organisation: Organisation, *, today: date
) -> tuple[SystemRecord, ...]:
    """Give the register as a file has it, by key. Constant in queries."""
    units = load_units(db, organisation, today=today)
    return tuple(
        _record(one, units)
        for one in _register(db, organisation).values()
        if one.state is not SystemState.SET_ASIDE
    )


def changes_of(
    db: "Session", organisation: Organisation, systems: Sequence[SystemRecord], *, today: date
) -> RegisterChanges:
    """Say what taking in this file would change.

    :raises RegisterRefusedError: when it names units, posts or people that are not known here.
    """
    plans = _plans(systems, load_references(db, organisation, systems, today=today))
    return _compare(_register(db, organisation), plans, today=today)


def apply_register(  # noqa: PLR0913 - a use case, its file and its choices
    db: "Session",
    organisation: Organisation,
    systems: Sequence[SystemRecord],
    *,
    ends_gone: bool,
    by: "Actor",
    today: date,
) -> RegisterChanges:
    """Bring the register to what the file says. What is gone from it stays, or ends today.

    A second time the same file changes nothing.
    """
    # One at a time in an organisation, so that two files do not add the same system.
    db.scalar(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    plans = _plans(systems, load_references(db, organisation, systems, today=today))
    known = _register(db, organisation)
    changes = _compare(known, plans, today=today)
    for key in [one.key for one in (*changes.added, *changes.changed)]:
        _write(db, organisation, key, plans[key], known.get(key))
    if ends_gone:
        for one in changes.gone:
            known[one.key].ends_on = _last_day(known[one.key], today)
            known[one.key].version += 1
    if not changes.is_nothing or (ends_gone and changes.gone):
        audit.record(
            db,
            AuditKind.SYSTEMS_IMPORTED,
            organisation,
            by=by,
            added=len(changes.added),
            changed=len(changes.changed),
            ended=len(changes.gone) if ends_gone else 0,
        )
    return changes


def _register(db: "Session", organisation: Organisation) -> dict[str, DigitalSystem]:
    found = db.scalars(
        select(DigitalSystem)
        .where(DigitalSystem.organisation_id == organisation.id)
        .order_by(DigitalSystem.key)
        .options(
            joinedload(DigitalSystem.owner),
            selectinload(DigitalSystem.alerts),
            selectinload(DigitalSystem.uses).options(
                joinedload(SystemUse.organisation_unit),
                joinedload(SystemUse.post),
                joinedload(SystemUse.role_profile),
            ),
        )
        .execution_options(populate_existing=True)
    )
    return {one.key: one for one in found}


def _plans(systems: Iterable[SystemRecord], known: References) -> dict[str, _Plan]:
    plans: dict[str, _Plan] = {}
    problems: list[str] = []
    for one in systems:
        values: dict[str, Any] = {name: getattr(one, name) for name in PLAIN}
        values["governance"] = Governance(one.governance)
        values["state"] = SystemState.LISTED
        try:
            values["owner_id"] = known.owner(one.owner_email)
            uses = frozenset(known.use(use) for use in one.uses)
        except ValueError as why:
            problems.append(f"Line {one.line}, {why}")
            continue
        plans[one.key] = _Plan(values=values, uses=uses, alerts=one.alerts)
    if problems:
        raise RegisterRefusedError(problems)
    return plans


def _last_day(system: DigitalSystem, today: date) -> date:
    """Give the last day of what is gone: today, or its first day where that is to come."""
    return max(today, system.starts_on or today)


def _compare(
    known: dict[str, DigitalSystem], plans: dict[str, _Plan], *, today: date
) -> RegisterChanges:
    added, changed, unchanged = [], [], 0
    for key, plan in plans.items():
        name = plan.values["name"]
        if key not in known:
            added.append(RegisterChange(key=key, name=name))
        elif what := _differences(known[key], plan):
            changed.append(RegisterChange(key=key, name=name, what=what))
        else:
            unchanged += 1
    gone = [
        RegisterChange(key=key, name=one.name)
        for key, one in known.items()
        if key not in plans
        and one.state is SystemState.LISTED
        and (one.ends_on is None or one.ends_on > _last_day(one, today))
    ]
    return RegisterChanges(
        added=tuple(added), changed=tuple(changed), gone=tuple(gone), unchanged=unchanged
    )


def _differences(system: DigitalSystem, plan: _Plan) -> tuple[str, ...]:
    differs = [name for name, value in plan.values.items() if getattr(system, name) != value]
    if {UsePlan.of(use) for use in system.uses} != plan.uses:
        differs.append("uses")
    if tuple(_alert(one) for one in system.alerts) != plan.alerts:
        differs.append("alerts")
    return tuple(WORDS[name] for name in differs)


def _write(
    db: "Session",
    organisation: Organisation,
    key: str,
    plan: _Plan,
    system: DigitalSystem | None,
) -> None:
    own = {"organisation_id": organisation.id}
    if system is None:
        system = DigitalSystem(key=key, version=0, **own)
        db.add(system)
    for name, value in plan.values.items():
        setattr(system, name, value)
    system.version += 1
    kept = [use for use in system.uses if UsePlan.of(use) in plan.uses]
    new = plan.uses - {UsePlan.of(use) for use in kept}
    system.uses[:] = kept + [SystemUse(**vars(use), **own) for use in sorted(new, key=str)]
    if tuple(_alert(one) for one in system.alerts) != plan.alerts:
        system.alerts[:] = [
            SystemAlert(**asdict(alert), position=position, **own)
            for position, alert in enumerate(plan.alerts)
        ]


def _alert(alert: SystemAlert) -> AlertRecord:
    return AlertRecord(name=alert.name, looks_like=alert.looks_like, what_to_do=alert.what_to_do)


def _record(system: DigitalSystem, units: UnitLookup) -> SystemRecord:
    return SystemRecord(
        key=system.key,
        governance=system.governance.value,
        owner_email=(system.owner.email or system.owner.employee_number) if system.owner else "",
        uses=tuple(_use(use, units) for use in system.uses),
        alerts=tuple(_alert(one) for one in system.alerts),
        **{name: getattr(system, name) for name in PLAIN},
    )


def _use(use: SystemUse, units: UnitLookup) -> UseRecord:
    return UseRecord(
        staff_group=use.staff_group or "",
        job_role=use.job_role or "",
        unit=_unit(use.organisation_unit, units) if use.organisation_unit else "",
        post=use.post.source_key if use.post else "",
        profile=use.role_profile.key if use.role_profile else "",
        starts_on=use.starts_on,
    )


def _unit(unit: OrganisationUnit, units: UnitLookup) -> str:
    """Give the unit's code if that says which it is, or else its key in HR."""
    has_own_code = bool(unit.code) and units.by_code.get(unit.code or "") == frozenset({unit.id})
    return unit.code or "" if has_own_code else unit.source_key
