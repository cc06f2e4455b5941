"""Gives the demo trust new starters to look at: one two weeks in, one who comes back next week."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.demo.personas import PERSONAS
from tracker.models import (
    Assignment,
    EntryKind,
    Induction,
    InductionHelper,
    InductionTask,
    LineKind,
    Organisation,
    ReportingLine,
    StaffMember,
    TaskOwner,
)
from tracker.security.identity import Identity
from tracker.services.induction_begin import begin_starts
from tracker.services.induction_starts import Start
from tracker.services.inductions import choose_buddy, mark_task, say_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MORNING = time(10, 30, tzinfo=UTC)
BACK_IN = timedelta(days=9)
#: Of the starter's tasks whose day is past.
STILL_TO_DO = 2
HELPS = "ada.admin"


@dataclass(frozen=True, kw_only=True)
class Starters:
    """Who is who in this story."""

    manager: Identity
    starter: StaffMember
    buddy: StaffMember
    returner: StaffMember


def welcome_starters(
    db: "Session", organisation: Organisation, who: Starters, *, today: date
) -> None:
    """Tell the story of the two, and name who does what IT and trainers are asked for."""
    _name_helper(db, organisation)
    _settle_in(db, organisation, who, today=today)
    _come_back(db, organisation, who, today=today)


def _name_helper(db: "Session", organisation: Organisation) -> None:
    persona = next(one for one in PERSONAS if one.uid == HELPS)
    person = db.scalar(
        select(StaffMember)
        .where(
            StaffMember.organisation_id == organisation.id,
            StaffMember.given_name == persona.given,
            StaffMember.family_name == persona.family,
        )
        .order_by(StaffMember.id)
        .limit(1)
    )
    if person is not None:
        db.add_all(
            InductionHelper(organisation_id=organisation.id, owner=owner, staff_member_id=person.id)
            for owner in (TaskOwner.IT, TaskOwner.TRAINER)
        )


def _settle_in(db: "Session", organisation: Organisation, who: Starters, *, today: date) -> None:
    """Give the starter a buddy, tick most of the first two weeks, and note what is missing."""
    induction = db.scalar(
        select(Induction).where(
            Induction.staff_member_id == who.starter.id,
            Induction.organisation_id == organisation.id,
        )
    )
    if induction is None:
        return
    choose_buddy(db, induction, who.buddy, by=who.manager)
    since = (today - induction.starts_on).days
    over = sorted(
        (
            task
            for task in induction.tasks
            if task.days_from_start < since and task.kind is LineKind.DO
        ),
        key=_by_day,
    )
    managers = frozenset(
        db.scalars(
            select(ReportingLine.manager_id).where(
                ReportingLine.staff_member_id == induction.staff_member_id
            )
        )
    )
    for task in over[:-STILL_TO_DO]:
        day = induction.starts_on + timedelta(days=max(task.days_from_start, 0))
        mark_task(
            db,
            induction,
            task.public_id,
            is_done=True,
            by=who.manager,
            manager_ids=managers,
            now=datetime.combine(day, MORNING),
        )
    starter = Identity(staff_id=who.starter.id, organisation_id=organisation.id)
    say_missing(db, induction, "smartcard", by=starter, today=today)


def _by_day(task: InductionTask) -> tuple[int, int]:
    return task.days_from_start, task.position


def _come_back(db: "Session", organisation: Organisation, who: Starters, *, today: date) -> None:
    place = db.scalar(
        select(Assignment)
        .where(Assignment.staff_member_id == who.returner.id, Assignment.is_primary)
        .order_by(Assignment.effective_from.desc())
        .limit(1)
    )
    is_known = db.scalar(
        select(Induction.id).where(Induction.staff_member_id == who.returner.id).limit(1)
    )
    if place is None or is_known:
        return
    start = Start(
        staff_member_id=who.returner.id,
        starts_on=today + BACK_IN,
        kind=EntryKind.RETURNED,
        post_id=place.post_id,
        organisation_unit_id=place.organisation_unit_id,
        staff_group=place.staff_group,
        job_role=place.job_role,
    )
    begin_starts(db, organisation, [start], today=today)
