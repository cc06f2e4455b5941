"""The text that two people sign: written once, in the words they saw, as plain JSON values."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from sqlalchemy import select

from tracker.models import (
    Appraisal,
    AppraisalPreparation,
    Assignment,
    Organisation,
    OrganisationUnit,
    Post,
    Side,
)
from tracker.services import evidence
from tracker.services.appraisal_cycles import cycles_of, next_after
from tracker.services.brought_outcomes import brought_to
from tracker.services.confidence import answers_of
from tracker.services.goal_stories import (
    BarrierStory,
    GoalStory,
    conversation,
)
from tracker.services.meetings import add_a_cycle_back, confidence_rows
from tracker.services.preparations import asked_of
from tracker.services.reporting import is_primary_today

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FORMAT = "appraisal/1"


class LastGoalText(TypedDict):
    wording: str
    became: str
    note: str


class BarrierText(TypedDict):
    kind: str
    what: str
    done: str
    is_sorted: bool


class NewGoalText(TypedDict):
    wording: str
    reason: str
    due_on: str
    help: list[str]
    in_the_way: list[str]
    #: of a mandatory goal: the safety reason, who answers for it, when it is looked at again
    mandatory: NotRequired[str]


class ConfidenceText(TypedDict):
    name: str
    before: str
    now: str


class BroughtText(TypedDict):
    title: str
    text: str


class AppraisalContent(TypedDict):
    """What is signed. Dates are as 2026-12-03; nothing in it can change by itself later."""

    format: str
    appraisal: str
    organisation: str
    person: str
    post: str
    unit: str
    manager: str
    opened_on: str
    held_on: str
    last_held_on: str
    next_on: str
    last_goals: list[LastGoalText]
    barriers: list[BarrierText]
    confidence: list[ConfidenceText]
    wellbeing: str
    #: what the person brought of their own outcomes; not in records of before that was possible
    brought: NotRequired[list[BroughtText]]
    #: notes, links and files that the person brought, in words; a file by its hash
    evidence: NotRequired[list[str]]
    new_goals: list[NewGoalText]
    summary: str


def read_content(text: str) -> AppraisalContent:
    return cast("AppraisalContent", json.loads(text))


def content_of(db: "Session", appraisal: Appraisal, *, today: date) -> AppraisalContent:
    """Write down what the two have agreed, as it stands now.

    Confidence and wellbeing are in it only if the person has shared them.
    """
    goals, apart = conversation(db, appraisal, since=add_a_cycle_back(appraisal))
    last_goals = [goal for goal in goals if goal.is_carried_over]
    wellbeing = _shared_wellbeing(db, appraisal)
    text = {
        "format": FORMAT,
        "appraisal": appraisal.public_id,
        "person": appraisal.appraisee.name,
        "manager": appraisal.appraiser.name,
        **_place(db, appraisal, today),
        **_dates(db, appraisal, today),
        "last_goals": [_last_goal(goal) for goal in last_goals],
        "barriers": [
            _barrier(one) for one in [b for goal in last_goals for b in goal.barriers] + apart
        ],
        "confidence": [] if wellbeing is None else _confidence(db, appraisal, today),
        "wellbeing": wellbeing or "",
        "evidence": [evidence.in_words(one) for one in evidence.brought_to(db, appraisal)],
        "brought": [{"title": one.title, "text": one.text} for one in brought_to(db, appraisal)],
        "new_goals": [goal_text(goal) for goal in goals if not goal.is_carried_over],
        "summary": appraisal.summary,
    }
    return cast("AppraisalContent", text)


def _place(db: "Session", appraisal: Appraisal, today: date) -> dict[str, Any]:
    row = db.execute(
        select(Organisation.name, Post.title, Assignment.job_role, OrganisationUnit.name)
        .select_from(Organisation)
        .outerjoin(
            Assignment,
            (Assignment.staff_member_id == appraisal.appraisee_id) & is_primary_today(today),
        )
        .outerjoin(Post, Post.id == Assignment.post_id)
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Assignment.organisation_unit_id)
        .where(Organisation.id == appraisal.organisation_id)
        .order_by(Assignment.id)
        .limit(1)
    ).one()
    organisation, title, role, unit = row
    return {"organisation": organisation, "post": title or role or "", "unit": unit or ""}


def _dates(db: "Session", appraisal: Appraisal, today: date) -> dict[str, Any]:
    group = db.scalar(
        select(Assignment.staff_group)
        .where(Assignment.staff_member_id == appraisal.appraisee_id, is_primary_today(today))
        .order_by(Assignment.id)
        .limit(1)
    )
    last_held_on = appraisal.previous.held_on if appraisal.previous else None
    cycle = cycles_of(db, appraisal.organisation_id).for_group(group)
    next_on = next_after(cycle, appraisal.held_on, due_on=appraisal.due_on, today=today)
    return {
        "opened_on": str(appraisal.opened_on),
        "held_on": str(appraisal.held_on or ""),
        "last_held_on": str(last_held_on or ""),
        "next_on": str(next_on or ""),
    }


def _shared_wellbeing(db: "Session", appraisal: Appraisal) -> str | None:
    """Give what the person shared about wellbeing; none where they shared nothing at all."""
    return db.scalar(
        select(AppraisalPreparation.wellbeing).where(
            AppraisalPreparation.appraisal_id == appraisal.id,
            AppraisalPreparation.side == Side.APPRAISEE,
            AppraisalPreparation.shared_at.is_not(None),
        )
    )


def _confidence(db: "Session", appraisal: Appraisal, today: date) -> list[ConfidenceText]:
    rows = confidence_rows(asked_of(db, appraisal, today=today), answers_of(db, appraisal))
    return [
        {"name": row.name, "before": row.before, "now": row.now}
        for row in rows
        if row.before or row.now
    ]


def _last_goal(goal: GoalStory) -> LastGoalText:
    return {
        "wording": goal.wording,
        "became": goal.progress_words,
        "note": goal.story[-1].note if goal.story else "",
    }


def _barrier(barrier: BarrierStory) -> BarrierText:
    return {
        "kind": barrier.kind,
        "what": barrier.description,
        "done": barrier.outcome,
        "is_sorted": not barrier.is_open,
    }


def goal_text(goal: GoalStory) -> NewGoalText:
    text: NewGoalText = {
        "wording": goal.wording,
        "reason": goal.reason,
        "due_on": str(goal.due_on),
        "help": list(goal.help_offered),
        "in_the_way": [f"{one.kind}: {one.description}" for one in goal.barriers],
    }
    if goal.mandate and not goal.mandate.is_ended:
        text["mandatory"] = goal.mandate.in_words
    return text
