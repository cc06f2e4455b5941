"""The demo trust's registered comparison: written down a year ago, due to be looked at now.

Its truth is planted: the goals of Specialist Medicine helped, and Surgery had no such goals.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import (
    Assignment,
    Competence,
    Domain,
    Goal,
    ImpactModel,
    OrganisationUnit,
    Progress,
    RegisteredComparison,
)
from tracker.services.comparison_checks import ComparisonDraft, check
from tracker.services.comparisons import write_down
from tracker.services.outcome_data import load_data

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.demo.plan import TrustPlan
    from tracker.models import Organisation

WITH_GOALS, OTHERS = "2000", "3000"
MONTHS_SINCE = 12
PEOPLE = 60
GOAL = "spot-alerts"
WORDING = "I can say what each alert in our record asks of me, and I act on it."
QUESTION = "Did goals on alerts help people in Specialist Medicine to act on them?"
WHY = (
    "Sixty people agreed such a goal in their appraisals, each with help. Surgery has its turn "
    "next year, so we can set the two side by side."
)


def register_first_comparison(
    db: "Session", organisation: "Organisation", plan: "TrustPlan", *, today: date
) -> int:
    """Bring it in with the goals that it is about, unless it is there; say how many are new."""
    mine = RegisteredComparison.organisation_id == organisation.id
    if db.scalar(select(RegisteredComparison.id).where(mine).limit(1)) is not None:
        return 0
    starts = plan.months[-MONTHS_SINCE]
    agreed = datetime.combine(starts - timedelta(days=20), time(10), tzinfo=UTC)
    sides = [_wards(db, organisation.id, code) for code in (WITH_GOALS, OTHERS)]
    _agree_goals(db, organisation.id, [unit.id for unit in sides[0]], agreed)
    draft = ComparisonDraft(
        question=QUESTION,
        measure_key="alert_recognition",
        control_key="technical_incidents",
        goal_domain="",
        with_goals=tuple(unit.public_id for unit in sides[0]),
        compared=tuple(unit.public_id for unit in sides[1]),
        starts=starts,
        phase_in=0,
        impact=ImpactModel.LEVEL,
        look_on=today,
        why=WHY,
    )
    checked = check(db, organisation.id, draft, today)
    comparison = write_down(organisation.id, draft, checked, load_data(db, organisation.id))
    # Locked as of the month before it began, when no month of after was in.
    comparison.registered_at = datetime.combine(starts - timedelta(days=10), time(10), tzinfo=UTC)
    db.add(comparison)
    db.flush()
    return 1


def _wards(db: "Session", organisation_id: int, code: str) -> list[OrganisationUnit]:
    division = select(OrganisationUnit.id).where(
        OrganisationUnit.organisation_id == organisation_id, OrganisationUnit.code == code
    )
    return list(
        db.scalars(
            select(OrganisationUnit)
            .where(OrganisationUnit.parent_id.in_(division))
            .order_by(OrganisationUnit.name)
        )
    )


def _agree_goals(
    db: "Session", organisation_id: int, unit_ids: list[int], agreed: datetime
) -> None:
    """Add goals that were met and are kept: those who had them have them behind them."""
    competence = db.scalar(
        select(Competence.id)
        .join(Domain, Domain.id == Competence.domain_id)
        .where(Domain.organisation_id == organisation_id, Competence.key == GOAL)
        .limit(1)
    )
    people = db.scalars(
        select(Assignment.staff_member_id)
        .where(
            Assignment.organisation_id == organisation_id,
            Assignment.organisation_unit_id.in_(unit_ids),
            Assignment.current_on(agreed.date()),
        )
        .group_by(Assignment.staff_member_id)
        .order_by(Assignment.staff_member_id)
        .limit(PEOPLE)
    )
    db.add_all(
        Goal(
            organisation_id=organisation_id,
            staff_member_id=person,
            competence_id=competence,
            wording=WORDING,
            due_on=agreed.date() + timedelta(days=180),
            progress=Progress.CONFIDENT,
            agreed_at=agreed,
            closed_at=agreed + timedelta(days=170),
        )
        for person in people.all()
    )
    db.flush()
