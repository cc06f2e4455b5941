"""What one person's work needs, and where they work: for their own pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Assignment, Competence
from tracker.services.profiles import needs_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class NeedOfWork:
    """A competence that somebody's work needs."""

    competence_id: int
    domain_id: int
    needed_level: int
    is_essential: bool


def needs_of_person(
    db: "Session", organisation_id: int, staff_id: int, *, today: date
) -> Mapping[int, NeedOfWork]:
    """Say what somebody's work needs, by competence."""
    found = needs_of(db, organisation_id, [staff_id], today=today)
    needs = found.get(staff_id, {})
    rows = db.execute(
        select(Competence.id, Competence.domain_id).where(Competence.id.in_(list(needs)))
    )
    domains = {row.id: row.domain_id for row in rows}
    return {
        one.competence_id: NeedOfWork(
            competence_id=one.competence_id,
            domain_id=domains[one.competence_id],
            needed_level=one.needed_level,
            is_essential=one.is_essential,
        )
        for one in needs.values()
    }


def main_unit_of(db: "Session", organisation_id: int, staff_id: int, *, today: date) -> int | None:
    """Find where somebody works today: their main place of work, when they have several."""
    return db.scalar(
        select(Assignment.organisation_unit_id)
        .where(
            Assignment.organisation_id == organisation_id,
            Assignment.staff_member_id == staff_id,
            Assignment.organisation_unit_id.is_not(None),
            Assignment.current_on(today),
        )
        .order_by(Assignment.is_primary.desc(), Assignment.id)
        .limit(1)
    )
