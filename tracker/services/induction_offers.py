"""New lines of a template, offered to those whose induction is under way. They keep what they have.

Starter or manager say yes or no; a no is not asked again until the line says something else.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import NotFoundError
from tracker.models import AuditKind, Induction, InductionTask, TaskOfferAnswer, new_public_id
from tracker.services import audit
from tracker.services.induction_plan import Line, PlannedMilestone, due_on, plan_for
from tracker.services.induction_templates import place_of, templates_in_force
from tracker.services.working_days import nation_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation
    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class TaskOffer:
    """A line that somebody does not have yet, or that now says something else."""

    milestone: PlannedMilestone
    line: Line
    #: what they have now; none when it is new to them
    instead_of: str | None


def offers_for(db: "Session", induction: Induction, *, today: date) -> tuple[TaskOffer, ...]:
    """List what is new for this starter: of the milestones still to come, and not answered yet."""
    if not induction.is_under_way:
        return ()
    plan = plan_for(templates_in_force(db, induction.organisation_id), place_of(db, induction))
    theirs = {task.line_key: task for task in induction.tasks}
    since = (today - induction.starts_on).days
    found = []
    for milestone, line in plan.lines:
        task = theirs.get(line.key)
        is_same = task is not None and (task.done_at is not None or _stamp(task) == line.stamp)
        if milestone.days < since or is_same:
            continue
        found.append(
            TaskOffer(milestone=milestone, line=line, instead_of=task.wording if task else None)
        )
    answered = _answered(db, induction) if found else set()
    return tuple(one for one in found if (one.line.key, one.line.stamp) not in answered)


def _stamp(task: InductionTask) -> str:
    """Give the stamp that the task's line had when it was copied."""
    return Line(
        key=task.line_key,
        milestone=task.milestone_key,
        owner=task.owner,
        kind=task.kind,
        wording=task.wording,
        purpose=task.purpose,
        link=task.link,
    ).stamp


def _answered(db: "Session", induction: Induction) -> set[tuple[str, str]]:
    rows = db.execute(
        select(TaskOfferAnswer.line_key, TaskOfferAnswer.line_stamp).where(
            TaskOfferAnswer.induction_id == induction.id
        )
    )
    return {(row.line_key, row.line_stamp) for row in rows}


def answer_offer(  # noqa: PLR0913 - a use case, its record and its clock
    db: "Session",
    induction: Induction,
    organisation: "Organisation",
    *,
    line_key: str,
    is_accepted: bool,
    by: "Identity",
    today: date,
    now: datetime,
) -> None:
    """Take a new line into this induction, or leave it as it is.

    :raises NotFoundError: for a line that is not offered, or not any more.
    """
    offers = offers_for(db, induction, today=today)
    offer = next((one for one in offers if one.line.key == line_key), None)
    if offer is None:
        raise NotFoundError("This step is not offered any more.")
    if is_accepted:
        _take(induction, offer, nation=nation_of(organisation), today=today)
    answer = TaskOfferAnswer(
        organisation_id=induction.organisation_id,
        induction_id=induction.id,
        line_key=line_key,
        line_stamp=offer.line.stamp,
        is_accepted=is_accepted,
        by_id=by.staff_id,
        at=now,
    )
    db.add(answer)
    audit.record(
        db,
        AuditKind.TASK_OFFER_ANSWERED,
        answer,
        by=by,
        subject_id=induction.staff_member_id,
        reason="manager",
    )


def _take(induction: Induction, offer: TaskOffer, *, nation: str, today: date) -> None:
    line, milestone = offer.line, offer.milestone
    task = next((one for one in induction.tasks if one.line_key == line.key), None)
    if task is None:
        task = InductionTask(
            organisation_id=induction.organisation_id,
            public_id=new_public_id(),
            line_key=line.key,
            position=max((one.position for one in induction.tasks), default=0) + 1,
        )
        induction.tasks.append(task)
    task.milestone_key, task.milestone_name = milestone.key, milestone.name
    task.days_from_start = milestone.days
    task.owner, task.kind = line.owner, line.kind
    task.wording, task.purpose, task.link = line.wording, line.purpose, line.link
    task.due_on = due_on(induction.starts_on, milestone.days, nation=nation, today=today)
