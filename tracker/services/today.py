"""What waits for somebody today: a short list, each with where to go."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from tracker.models import (
    Appraisal,
    AppraisalStage,
    Assignment,
    Barrier,
    Induction,
    InductionHelper,
    InductionStage,
    ReportingLine,
)
from tracker.services.barriers import is_to_sort_out
from tracker.services.goal_news import GoalNews, goal_news
from tracker.services.round_page import helps_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class TodayPage:
    """One person's page for today."""

    own_appraisal: Appraisal | None
    own_induction: Induction | None
    #: how many people this person manages today
    team_size: int
    #: how many of the team's appraisals are open, and how many of those are past their date
    team_open: int
    team_late: int
    #: inductions under way that this person looks after, as manager or buddy
    inductions: int
    #: whether tasks of new starters are given to this person
    helps_starters: bool
    #: whether somebody has a unit whose outcomes they may see
    has_unit: bool
    #: open appraisals that this person helps with: stands in for, or was agreed to
    helped: int
    #: what stands in somebody's way and is theirs to mend
    to_sort_out: int
    news: GoalNews


def today_page(db: "Session", *, by: "Identity", today: date) -> TodayPage:
    """Gather it in four queries, whatever the size of the team."""
    team = select(ReportingLine.staff_member_id).where(
        ReportingLine.organisation_id == by.organisation_id,
        ReportingLine.manager_id == by.staff_id,
        ReportingLine.current_on(today),
    )
    team_open = (
        Appraisal.appraiser_id == by.staff_id,
        Appraisal.appraisee_id.in_(team),
        Appraisal.stage == AppraisalStage.OPEN,
    )
    under_way = (
        Induction.organisation_id == by.organisation_id,
        Induction.stage == InductionStage.UNDER_WAY,
    )
    own = db.scalar(
        select(Appraisal)
        .where(Appraisal.appraisee_id == by.staff_id, Appraisal.stage == AppraisalStage.OPEN)
        .options(joinedload(Appraisal.appraiser))
    )
    looks_after = or_(Induction.staff_member_id.in_(team), Induction.buddy_id == by.staff_id)
    team_size, still_open, late, inductions, units, helps, helped, to_sort_out = db.execute(
        _numbers(team, team_open, (*under_way, looks_after), by=by, today=today)
    ).one()
    return TodayPage(
        own_appraisal=own,
        own_induction=_own_induction(db, by),
        team_size=team_size,
        team_open=still_open,
        team_late=late,
        inductions=inductions,
        helps_starters=helps > 0,
        has_unit=units > 0,
        helped=helped,
        to_sort_out=to_sort_out,
        news=goal_news(db, by=by, today=today),
    )


def _own_induction(db: "Session", by: "Identity") -> Induction | None:
    return db.scalar(
        select(Induction)
        .where(
            Induction.organisation_id == by.organisation_id,
            Induction.stage == InductionStage.UNDER_WAY,
            Induction.staff_member_id == by.staff_id,
        )
        .order_by(Induction.starts_on.desc())
        .limit(1)
    )


def _numbers(
    team: "Select[int]",
    team_open: "Sequence[ColumnElement[bool]]",
    looked_after: "Sequence[ColumnElement[bool]]",
    *,
    by: "Identity",
    today: date,
) -> "Select[int, int, int, int, int, int, int, int]":
    """Count it all in one statement."""
    return select(
        select(func.count(func.distinct(team.subquery().c.staff_member_id))).scalar_subquery(),
        select(func.count(Appraisal.id)).where(*team_open).scalar_subquery(),
        select(func.count(Appraisal.id))
        .where(*team_open, Appraisal.due_on < today)
        .scalar_subquery(),
        select(func.count(Induction.id)).where(*looked_after).scalar_subquery(),
        select(func.count(Assignment.id))
        .where(
            Assignment.staff_member_id == by.staff_id,
            Assignment.organisation_unit_id.is_not(None),
            Assignment.current_on(today),
        )
        .scalar_subquery(),
        select(func.count(InductionHelper.id))
        .where(
            InductionHelper.organisation_id == by.organisation_id,
            InductionHelper.staff_member_id == by.staff_id,
        )
        .scalar_subquery(),
        select(func.count(Appraisal.id)).where(helps_with(by, today)).scalar_subquery(),
        select(func.count(Barrier.id)).where(*is_to_sort_out(by)).scalar_subquery(),
    )
