"""Loads what the pages around an induction are about: a task given to somebody, a template."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPNotFound
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.models import (
    InductionHelper,
    InductionTask,
    InductionTemplate,
    OrganisationUnit,
)
from tracker.security.contexts import who_asks

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.request import TrackerRequest


@dataclass(frozen=True, kw_only=True)
class GivenTaskInView:
    """One task of an induction, with the ids of those to whom such tasks are given there."""

    task: InductionTask
    helper_ids: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class TemplateInView:
    """What a kind of new starter gets."""

    template: InductionTemplate


def given_task_from_url(request: "TrackerRequest") -> GivenTaskInView:
    who = who_asks(request)
    task = request.db.scalar(
        select(InductionTask)
        .where(
            InductionTask.public_id == request.matchdict["task_id"],
            InductionTask.organisation_id == who.organisation_id,
        )
        .options(joinedload(InductionTask.induction, innerjoin=True))
    )
    if task is None:
        raise HTTPNotFound
    unit_ids = _units_above(request.db, task.induction.organisation_unit_id)
    helpers = request.db.scalars(
        select(InductionHelper.staff_member_id).where(
            InductionHelper.organisation_id == who.organisation_id,
            InductionHelper.owner == task.owner,
            or_(
                InductionHelper.organisation_unit_id.is_(None),
                InductionHelper.organisation_unit_id.in_(unit_ids),
            ),
        )
    )
    return GivenTaskInView(task=task, helper_ids=frozenset(helpers))


def _units_above(db: "Session", unit_id: int | None) -> list[int]:
    """Give a unit and those above it. A loop in the tree ends by itself."""
    found: list[int] = []
    while unit_id is not None and unit_id not in found:
        found.append(unit_id)
        unit_id = db.scalar(
            select(OrganisationUnit.parent_id).where(OrganisationUnit.id == unit_id)
        )
    return found


def template_from_url(request: "TrackerRequest") -> TemplateInView:
    who = who_asks(request)
    template = request.db.scalar(
        select(InductionTemplate)
        .where(
            InductionTemplate.public_id == request.matchdict["template_id"],
            InductionTemplate.organisation_id == who.organisation_id,
        )
        .options(
            selectinload(InductionTemplate.versions),
            joinedload(InductionTemplate.organisation_unit),
        )
    )
    if template is None:
        raise HTTPNotFound
    return TemplateInView(template=template)
