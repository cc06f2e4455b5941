"""Inductions follow HR: they begin, move with the first day, and end well."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update
from sqlalchemy.orm import aliased

from tracker.models import (
    AuditKind,
    Barrier,
    EndedWhy,
    Induction,
    InductionStage,
    InductionTask,
    ReportingLine,
    new_public_id,
)
from tracker.security.identity import System
from tracker.services import audit
from tracker.services.induction_follow import end_induction, follow_hr
from tracker.services.induction_plan import Place, Plan, due_on, plan_for
from tracker.services.induction_starts import ONE_START, Start, find_starts
from tracker.services.induction_templates import seed_templates, templates_in_force, units_above
from tracker.services.roster_sets import batched, table_of
from tracker.services.working_days import nation_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Organisation

__all__ = ["begin_inductions", "end_induction"]


def begin_inductions(db: "Session", organisation: "Organisation", *, today: date) -> int:
    """Bring what is under way to what HR says, then begin one for each starter that has none.

    Safe to run twice. Returns how many began. The number of queries does not grow with the
    number of starters.
    """
    follow_hr(db, organisation, today=today)
    found = find_starts(db, organisation.id, today=today)
    starts = _without_induction(db, organisation, found, today=today)
    return begin_starts(db, organisation, starts, today=today)


def begin_starts(
    db: "Session", organisation: "Organisation", starts: Sequence[Start], *, today: date
) -> int:
    """Begin one for each of these, who have none. Says how many."""
    if not starts:
        return 0
    seed_templates(db, organisation)
    managers = _managers_of(db, organisation.id, [one.staff_member_id for one in starts], today)
    db.execute(
        insert(Induction),
        [_row(one, organisation.id, managers.get(one.staff_member_id)) for one in starts],
    )
    begun = _just_begun(db, organisation.id, starts)
    rows = _task_rows(db, organisation, begun, starts, today=today)
    if rows:
        db.connection().execute(insert(table_of(InductionTask)), rows)
    _hand_on_barriers(db, organisation.id)
    audit.record_each(
        db,
        AuditKind.INDUCTION_BEGUN,
        "induction",
        {key: staff_id for staff_id, key in begun.items()},
        by=System(organisation_id=organisation.id),
    )
    return len(begun)


def _without_induction(
    db: "Session", organisation: "Organisation", starts: Sequence[Start], *, today: date
) -> list[Start]:
    """Leave out who has one for this start, or one under way. Open an ended one again.

    What is under way for earlier work ends on the day on which the new work begins.
    """
    known: dict[int, list[Induction]] = {}
    ours = select(Induction).where(Induction.organisation_id == organisation.id)
    for some in batched(start.staff_member_id for start in starts):
        for one in db.scalars(ours.where(Induction.staff_member_id.in_(some))):
            known.setdefault(one.staff_member_id, []).append(one)
    without = []
    for start in starts:
        theirs = known.get(start.staff_member_id, [])
        near = [one for one in theirs if abs(one.starts_on - start.starts_on) <= ONE_START]
        under_way = [one for one in theirs if one.is_under_way]
        if under_way and (near or not all(_is_earlier(one, start, today) for one in under_way)):
            continue
        for one in under_way:
            end_induction(db, one, EndedWhy.NEW_WORK, on=today)
        if not near:
            without.append(start)
        elif all(one.is_ended for one in near):
            _open_again(db, near[-1])
    return without


def _is_earlier(induction: Induction, start: Start, today: date) -> bool:
    """Say whether it is for work that is over since this start, which has come."""
    return induction.starts_on + ONE_START < start.starts_on <= today


def _open_again(db: "Session", induction: Induction) -> None:
    """Go on where it ended: HR had it wrong, and has put it right."""
    induction.stage = InductionStage.UNDER_WAY
    induction.ended_on = induction.ended_why = None
    audit.record(
        db,
        AuditKind.INDUCTION_CHANGED,
        induction,
        by=System(organisation_id=induction.organisation_id),
        subject_id=induction.staff_member_id,
        reason="hr",
    )


def _managers_of(
    db: "Session", organisation_id: int, staff_ids: Iterable[int], today: date
) -> dict[int, int]:
    """Say who manages whom, today or from the first day on."""
    managers: dict[int, int] = {}
    for some in batched(staff_ids):
        rows = db.execute(
            select(ReportingLine.staff_member_id, ReportingLine.manager_id)
            .where(
                ReportingLine.organisation_id == organisation_id,
                ReportingLine.staff_member_id.in_(some),
                ReportingLine.ends_on.is_(None) | (ReportingLine.ends_on >= today),
                ReportingLine.manager_id != ReportingLine.staff_member_id,
            )
            .order_by(ReportingLine.starts_on, ReportingLine.id)
        )
        managers.update((staff_id, manager_id) for staff_id, manager_id in rows)
    return managers


def _row(start: Start, organisation_id: int, manager_id: int | None) -> dict[str, object]:
    return {
        "organisation_id": organisation_id,
        "public_id": new_public_id(),
        "staff_member_id": start.staff_member_id,
        "manager_id": manager_id,
        "stage": InductionStage.UNDER_WAY,
        "kind": start.kind,
        "starts_on": start.starts_on,
        "assignment_key": start.assignment_key,
        "post_id": start.post_id,
        "organisation_unit_id": start.organisation_unit_id,
        "staff_group": start.staff_group,
        "job_role": start.job_role,
        "alone": "",
        "with_help": "",
        "next_help": "",
        "version": 1,
    }


def _just_begun(db: "Session", organisation_id: int, starts: Sequence[Start]) -> dict[int, int]:
    """Give the ids of the inductions that were just written, by staff member."""
    wanted = {(one.staff_member_id, one.starts_on) for one in starts}
    begun: dict[int, int] = {}
    for some in batched(one.staff_member_id for one in starts):
        rows = db.execute(
            select(Induction.id, Induction.staff_member_id, Induction.starts_on).where(
                Induction.organisation_id == organisation_id,
                Induction.staff_member_id.in_(some),
                Induction.stage == InductionStage.UNDER_WAY,
            )
        )
        begun.update(
            (row.staff_member_id, row.id)
            for row in rows
            if (row.staff_member_id, row.starts_on) in wanted
        )
    return begun


def _hand_on_barriers(db: "Session", organisation_id: int) -> None:
    """Take along what was still missing in the work before: a smartcard is missing there too."""
    before, now = aliased(Induction), aliased(Induction)
    handed_on = select(before.id).where(
        before.organisation_id == organisation_id, before.ended_why == EndedWhy.NEW_WORK
    )
    under_way = select(now.id).where(
        now.staff_member_id == Barrier.staff_member_id, now.stage == InductionStage.UNDER_WAY
    )
    db.execute(
        update(Barrier)
        .where(Barrier.induction_id.in_(handed_on), Barrier.fixed_on.is_(None), under_way.exists())
        .values(induction_id=under_way.scalar_subquery())
        .execution_options(synchronize_session=False)
    )


def _task_rows(
    db: "Session",
    organisation: "Organisation",
    begun: dict[int, int],
    starts: Sequence[Start],
    *,
    today: date,
) -> list[dict[str, object]]:
    """Copy each one's plan. People of one kind and place share the work of finding it."""
    templates = templates_in_force(db, organisation.id)
    above = units_above(db, organisation.id, [one.organisation_unit_id for one in starts])
    nation = nation_of(organisation)
    plans: dict[Place, Plan] = {}
    rows: list[dict[str, object]] = []
    for start in starts:
        place = Place(
            kind=start.kind,
            staff_group=start.staff_group,
            job_role=start.job_role,
            unit_ids=above.get(start.organisation_unit_id or 0, ()),
        )
        if place not in plans:
            plans[place] = plan_for(templates, place)
        rows += task_rows(
            plans[place],
            induction_id=begun[start.staff_member_id],
            organisation_id=organisation.id,
            starts_on=start.starts_on,
            nation=nation,
            today=today,
        )
    return rows


def task_rows(  # noqa: PLR0913 - each is one plain fact of the rows
    plan: Plan,
    *,
    induction_id: int,
    organisation_id: int,
    starts_on: date,
    nation: str,
    today: date,
) -> list[dict[str, object]]:
    """Give the rows of one induction's tasks."""
    days = {
        one.days: due_on(starts_on, one.days, nation=nation, today=today) for one in plan.milestones
    }
    return [
        {
            "organisation_id": organisation_id,
            "public_id": new_public_id(),
            "induction_id": induction_id,
            "line_key": planned.line.key,
            "milestone_key": milestone.key,
            "milestone_name": milestone.name,
            "days_from_start": milestone.days,
            "owner": planned.line.owner,
            "kind": planned.line.kind,
            "wording": planned.line.wording,
            "purpose": planned.line.purpose,
            "link": planned.line.link,
            "position": position,
            "due_on": days[milestone.days],
        }
        for milestone in plan.milestones
        for position, planned in enumerate(milestone.lines)
    ]
