"""Which of the staff HR asks about: of a unit, or in one state of the round."""

import enum
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker.models import (
    Appraisal,
    AppraisalStage,
    Assignment,
    OrganisationUnit,
    ReportingLine,
    StaffMember,
)
from tracker.services.exclusions import exclusions_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


class RoundState(enum.StrEnum):
    """What HR can ask for. Nothing of it says what two people talked about."""

    OPEN = "open"
    LATE = "late"
    NEVER = "never"
    NO_MANAGER = "no_manager"
    CIRCLE = "circle"
    LEFT_OUT = "left_out"


STATE_WORDS = {
    RoundState.OPEN: "Appraisal is open",
    RoundState.LATE: "Open, and past its date",
    RoundState.NEVER: "No signed appraisal yet",
    RoundState.NO_MANAGER: "No manager in the staff record",
    RoundState.CIRCLE: "Managers in a circle",
    RoundState.LEFT_OUT: "Left out of the round",
}


@dataclass(frozen=True, kw_only=True)
class DatesFilter:
    """What was chosen; empty: everybody in post."""

    unit: str = ""
    state: RoundState | None = None


def read_filter(given: "Mapping[str, str]") -> DatesFilter:
    """Read what an address asks for; what is not offered is nothing."""
    known = {state.value: state for state in RoundState}
    return DatesFilter(unit=given.get("unit", "")[:20], state=known.get(given.get("state", "")))


def conditions(
    db: "Session", chosen: DatesFilter, *, by: "Identity", today: date
) -> list[ColumnElement[bool]]:
    """Give the conditions on staff members, those in post at the least."""
    found: list[ColumnElement[bool]] = [
        StaffMember.organisation_id == by.organisation_id,
        or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
    ]
    if chosen.unit:
        found.append(
            exists().where(
                Assignment.staff_member_id == StaffMember.id,
                Assignment.organisation_unit_id == OrganisationUnit.id,
                OrganisationUnit.public_id == chosen.unit,
                OrganisationUnit.organisation_id == by.organisation_id,
                Assignment.current_on(today),
            )
        )
    if chosen.state is not None:
        found.append(_state(db, chosen.state, by=by, today=today))
    return found


def _state(db: "Session", state: RoundState, *, by: "Identity", today: date) -> ColumnElement[bool]:
    own = Appraisal.appraisee_id == StaffMember.id
    is_open = and_(own, Appraisal.stage == AppraisalStage.OPEN)
    if state is RoundState.OPEN:
        return exists().where(is_open)
    if state is RoundState.LATE:
        return exists().where(is_open, Appraisal.due_on < today)
    if state is RoundState.NEVER:
        return ~exists().where(own, Appraisal.stage == AppraisalStage.SIGNED)
    if state is RoundState.NO_MANAGER:
        return ~has_manager(today)
    if state is RoundState.CIRCLE:
        return StaffMember.id.in_(in_a_circle(db, by.organisation_id, today=today))
    return _left_out(db, by=by, today=today)


def has_manager(today: date) -> ColumnElement[bool]:
    """Give the condition that somebody who works here manages the person today."""
    manager = aliased(StaffMember)
    return exists(
        select(ReportingLine.id)
        .join(manager, manager.id == ReportingLine.manager_id)
        .where(
            ReportingLine.staff_member_id == StaffMember.id,
            ReportingLine.current_on(today),
            or_(manager.left_on.is_(None), manager.left_on >= today),
        )
    )


def _left_out(db: "Session", *, by: "Identity", today: date) -> ColumnElement[bool]:
    exclusions = exclusions_on(db, by.organisation_id, today=today)
    of_group = exists().where(
        Assignment.staff_member_id == StaffMember.id,
        Assignment.is_primary,
        Assignment.current_on(today),
        or_(
            func.lower(Assignment.staff_group).in_(exclusions.staff_groups),
            func.lower(Assignment.category).in_(exclusions.categories),
        ),
    )
    return or_(StaffMember.id.in_(exclusions.people), of_group)


def in_a_circle(db: "Session", organisation_id: int, *, today: date) -> list[int]:
    """Find people who manage themselves round some corners: A manages B, B manages A.

    Everybody without a person below or above them inside the rest cannot be in a circle, and is
    taken away until nobody more can be.
    """
    rows: Sequence[Any] = db.execute(
        select(ReportingLine.staff_member_id, ReportingLine.manager_id).where(
            ReportingLine.organisation_id == organisation_id, ReportingLine.current_on(today)
        )
    ).all()
    above: dict[int, set[int]] = {}
    below: dict[int, set[int]] = {}
    for person, manager in rows:
        above.setdefault(person, set()).add(manager)
        below.setdefault(manager, set()).add(person)
    waiting = [one for one in {*above, *below} if not (above.get(one) and below.get(one))]
    while waiting:
        one = waiting.pop()
        for mine, theirs in ((above, below), (below, above)):
            for other in mine.pop(one, set()):
                rest = theirs.get(other)
                if rest is not None:
                    rest.discard(one)
                    if not rest:
                        waiting.append(other)
    return sorted(one for one in above if above[one] and below.get(one))


def units_to_choose(db: "Session", organisation_id: int) -> list[tuple[str, str]]:
    """List units by name for the filter."""
    rows = db.execute(
        select(OrganisationUnit.public_id, OrganisationUnit.name)
        .where(
            OrganisationUnit.organisation_id == organisation_id,
            OrganisationUnit.effective_to.is_(None),
        )
        .order_by(OrganisationUnit.name, OrganisationUnit.id)
    )
    return [(public_id, name) for public_id, name in rows]
