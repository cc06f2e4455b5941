"""What waits for whom, read from the records as they are: done, it is gone by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from tracker.models import (
    Appraisal,
    AppraisalPreparation,
    AppraisalStage,
    Barrier,
    Induction,
    InductionStage,
    InductionTask,
    Side,
    Signature,
    StaffMember,
    TaskOwner,
)
from tracker.models.induction import LineKind
from tracker.services.mail_words import day_in_words

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

#: A reminder comes no sooner after the opening, and no sooner before the talk is due.
QUIET_AFTER_OPENING = timedelta(days=7)
NEAR = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """One line for one person: which text, what fills it in, and where it leads."""

    staff_member_id: int
    kind: str
    words: dict[str, str]
    path: str


def reminders(
    db: "Session", organisation_id: int, *, today: date, only: Iterable[int] | None = None
) -> list[Reminder]:
    """Gather them in five statements, whatever the number of people."""
    people = None if only is None else list(only)
    found: list[Reminder] = []
    for who, query in (
        ("remind.prepare", _to_prepare(organisation_id, today)),
        ("remind.hold", _to_hold(organisation_id, today)),
        ("remind.sign", _to_sign(organisation_id)),
        ("remind.barrier", _barriers(organisation_id, today)),
        ("remind.induction", _inductions(organisation_id, today)),
    ):
        wanted = query.subquery()
        rows = select(wanted).order_by(wanted.c.due, wanted.c.public_id)
        if people is not None:
            rows = rows.where(wanted.c.recipient_id.in_(people))
        found += [_reminder(who, row) for row in db.execute(rows)]
    return found


def _reminder(kind: str, row: "Row[Any]") -> Reminder:
    other = row.preferred_name or row.given_name
    paths = {"remind.barrier": "barriers", "remind.induction": "inductions"}
    return Reminder(
        staff_member_id=row.recipient_id,
        kind=kind,
        words={
            "manager": other,
            "person": other,
            "other": other,
            "due": day_in_words(row.due),
        },
        path=f"/{paths.get(kind, 'appraisals')}/{row.public_id}",
    )


def _talks(organisation_id: int, other: "type[StaffMember]") -> "Select[*tuple[Any, ...]]":
    """Begin a query of open talks, with the first name of the other of the two."""
    return select(
        Appraisal.public_id,
        Appraisal.due_on.label("due"),
        other.given_name,
        other.preferred_name,
    ).where(
        Appraisal.organisation_id == organisation_id,
        Appraisal.stage == AppraisalStage.OPEN,
    )


def _to_prepare(organisation_id: int, today: date) -> "Select[*tuple[Any, ...]]":
    manager = aliased(StaffMember)
    shared = (
        select(AppraisalPreparation.id)
        .where(
            AppraisalPreparation.appraisal_id == Appraisal.id,
            AppraisalPreparation.side == Side.APPRAISEE,
            AppraisalPreparation.shared_at.is_not(None),
        )
        .exists()
    )
    return (
        _talks(organisation_id, manager)
        .add_columns(Appraisal.appraisee_id.label("recipient_id"))
        .join(manager, manager.id == Appraisal.appraiser_id)
        .where(
            Appraisal.held_on.is_(None),
            Appraisal.opened_on <= today - QUIET_AFTER_OPENING,
            Appraisal.due_on <= today + NEAR,
            ~shared,
        )
    )


def _to_hold(organisation_id: int, today: date) -> "Select[*tuple[Any, ...]]":
    person = aliased(StaffMember)
    return (
        _talks(organisation_id, person)
        .add_columns(Appraisal.appraiser_id.label("recipient_id"))
        .join(person, person.id == Appraisal.appraisee_id)
        .where(
            Appraisal.held_on.is_(None),
            Appraisal.opened_on <= today - QUIET_AFTER_OPENING,
            Appraisal.due_on <= today + NEAR,
        )
    )


def _to_sign(organisation_id: int) -> "Select[*tuple[Any, ...]]":
    """Find talks that one of the two has signed: the other is reminded."""
    signer = aliased(StaffMember)
    other_id = case(
        (Signature.side == Side.APPRAISEE, Appraisal.appraiser_id), else_=Appraisal.appraisee_id
    )
    return (
        _talks(organisation_id, signer)
        .add_columns(other_id.label("recipient_id"))
        .join(Signature, Signature.appraisal_id == Appraisal.id)
        .join(signer, signer.id == Signature.signer_id)
    )


def _barriers(organisation_id: int, today: date) -> "Select[*tuple[Any, ...]]":
    return (
        select(
            Barrier.public_id,
            Barrier.fix_by_on.label("due"),
            StaffMember.given_name,
            StaffMember.preferred_name,
            Barrier.owner_id.label("recipient_id"),
        )
        .join(StaffMember, StaffMember.id == Barrier.staff_member_id)
        .where(
            Barrier.organisation_id == organisation_id,
            Barrier.fixed_on.is_(None),
            Barrier.fix_by_on < today,
            Barrier.owner_id.is_not(None),
            or_(StaffMember.left_on.is_(None), StaffMember.left_on >= today),
        )
    )


def _inductions(organisation_id: int, today: date) -> "Select[*tuple[Any, ...]]":
    """Find what is late for starters on the trust's side: one line a starter and helper."""
    helper = case(
        (
            and_(InductionTask.owner == TaskOwner.BUDDY, Induction.buddy_id.is_not(None)),
            Induction.buddy_id,
        ),
        else_=Induction.manager_id,
    )
    return (
        select(
            Induction.public_id,
            func.min(InductionTask.due_on).label("due"),
            StaffMember.given_name,
            StaffMember.preferred_name,
            helper.label("recipient_id"),
        )
        .join(Induction, Induction.id == InductionTask.induction_id)
        .join(StaffMember, StaffMember.id == Induction.staff_member_id)
        .where(
            Induction.organisation_id == organisation_id,
            Induction.stage == InductionStage.UNDER_WAY,
            InductionTask.done_at.is_(None),
            InductionTask.due_on < today,
            InductionTask.owner != TaskOwner.STARTER,
            InductionTask.kind == LineKind.DO,
            helper.is_not(None),
        )
        .group_by(Induction.public_id, StaffMember.given_name, StaffMember.preferred_name, helper)
    )
