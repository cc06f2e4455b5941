"""Who takes part in an appraisal today beside the two, as the rules ask for it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, literal, select, union_all

from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalStage,
    ReportingLine,
    SecondAppraiser,
    StandIn,
)

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

NOBODY: frozenset[int] = frozenset()
MANAGER, SECOND, STAND_IN = "manager", "second", "stand-in"


@dataclass(frozen=True, kw_only=True)
class TakingPart:
    """The ids of those who manage the appraisee today, and of those who help with this one."""

    manager_ids: frozenset[int]
    second_appraiser_ids: frozenset[int] = NOBODY
    stand_in_ids: frozenset[int] = NOBODY


def agreed() -> ColumnElement[bool]:
    return and_(SecondAppraiser.agreed_at.is_not(None), SecondAppraiser.ended_at.is_(None))


def manages_now(staff_member_id: int, who_id: int | None) -> ColumnElement[bool]:
    """Give the condition that HR names this one as manager, with no last day."""
    return exists().where(
        ReportingLine.staff_member_id == staff_member_id,
        ReportingLine.manager_id == who_id,
        ReportingLine.ends_on.is_(None),
    )


def who_takes_part(db: "Session", appraisal: Appraisal, today: "date") -> TakingPart:
    """Find them in one question. Only an open appraisal has helpers; they end with it."""
    parts = [
        select(literal(MANAGER), ReportingLine.manager_id).where(
            ReportingLine.staff_member_id == appraisal.appraisee_id,
            ReportingLine.current_on(today),
        )
    ]
    if appraisal.is_open:
        parts += [
            select(literal(SECOND), SecondAppraiser.staff_member_id).where(
                SecondAppraiser.appraisal_id == appraisal.id, agreed()
            ),
            select(literal(STAND_IN), StandIn.delegate_id).where(
                StandIn.organisation_id == appraisal.organisation_id,
                StandIn.manager_id == appraisal.appraiser_id,
                StandIn.current_on(today),
            ),
        ]
    rows = db.execute(union_all(*parts)).all()
    # Nobody helps with their own appraisal, whoever is away.
    found = {
        part: frozenset(who for kind, who in rows if kind == part and who != appraisal.appraisee_id)
        for part in (MANAGER, SECOND, STAND_IN)
    }
    return TakingPart(
        manager_ids=found[MANAGER],
        second_appraiser_ids=found[SECOND],
        # Who stands in for somebody that no longer manages the person stands in for nobody.
        stand_in_ids=found[STAND_IN] if appraisal.appraiser_id in found[MANAGER] else NOBODY,
    )


def goal_helpers(
    db: "Session", goal_id: int, staff_member_id: int, today: "date"
) -> frozenset[int]:
    """Give who helps with an open appraisal that has this goal: standing in, or agreed to."""
    here = and_(
        AppraisalGoal.goal_id == goal_id,
        Appraisal.appraisee_id == staff_member_id,
        Appraisal.stage == AppraisalStage.OPEN,
    )
    seconds = (
        select(SecondAppraiser.staff_member_id)
        .join(Appraisal, Appraisal.id == SecondAppraiser.appraisal_id)
        .join(AppraisalGoal, AppraisalGoal.appraisal_id == Appraisal.id)
        .where(here, agreed())
    )
    stand_ins = _stand_ins_of(staff_member_id, today).where(
        Appraisal.id.in_(select(AppraisalGoal.appraisal_id).where(AppraisalGoal.goal_id == goal_id))
    )
    return frozenset(db.scalars(union_all(seconds, stand_ins))) - {staff_member_id}


def stand_ins_of(db: "Session", staff_member_id: int, today: "date") -> frozenset[int]:
    """Give who holds this person's open appraisal in their manager's place."""
    return frozenset(db.scalars(_stand_ins_of(staff_member_id, today))) - {staff_member_id}


def _stand_ins_of(staff_member_id: int, today: "date") -> "Select[int]":
    return (
        select(StandIn.delegate_id)
        .join(
            Appraisal,
            and_(
                Appraisal.appraiser_id == StandIn.manager_id,
                Appraisal.organisation_id == StandIn.organisation_id,
            ),
        )
        .join(
            ReportingLine,
            and_(
                ReportingLine.staff_member_id == Appraisal.appraisee_id,
                ReportingLine.manager_id == Appraisal.appraiser_id,
            ),
        )
        .where(
            Appraisal.appraisee_id == staff_member_id,
            Appraisal.stage == AppraisalStage.OPEN,
            StandIn.current_on(today),
            ReportingLine.current_on(today),
        )
    )
