"""The pages around an appraisal: one's own list, one appraisal at a glance, somebody's goals."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.models import (
    Appraisal,
    AppraisalPreparation,
    AppraisalStage,
    AuditKind,
    Side,
    StaffMember,
)
from tracker.services import audit
from tracker.services.appraisal_cycles import cycles_of, due_on
from tracker.services.appraisals import last_appraisals
from tracker.services.goal_stories import GoalStory, goals_of
from tracker.services.meetings import signing_times
from tracker.services.preparations import side_of
from tracker.services.reporting import who_manages
from tracker.services.second_appraisers import PeoplePage, people_page, why_allowed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class OwnAppraisals:
    """One person's appraisals, and when the next is due."""

    staff_id: str
    open: Appraisal | None
    earlier: list[Appraisal]
    next_due_on: date | None
    has_manager: bool


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One appraisal at a glance."""

    side: Side
    has_notes: dict[Side, bool]
    shared: dict[Side, bool]
    signed: dict[Side, datetime]
    #: appraiser, appraisee, stand-in, second appraiser
    part: str
    people: PeoplePage

    @property
    def is_helper(self) -> bool:
        """Tell the one who stands in, or joins: they see no notes that are not shared."""
        return self.part not in {"appraiser", "appraisee"}

    @property
    def has_own_notes(self) -> bool:
        return self.has_notes[self.side]

    @property
    def has_shared(self) -> bool:
        return self.shared[self.side]


def own_appraisals(db: "Session", *, by: "Identity", today: date) -> OwnAppraisals:
    person = db.get_one(StaffMember, by.staff_id)
    appraisals = list(
        db.scalars(
            select(Appraisal)
            .where(
                Appraisal.organisation_id == by.organisation_id,
                Appraisal.appraisee_id == by.staff_id,
            )
            .options(joinedload(Appraisal.appraiser, innerjoin=True))
            .order_by(Appraisal.id.desc())
        )
    )
    managed = who_manages(db, by.organisation_id, today=today, only=[by.staff_id])
    one = managed.get(by.staff_id)
    cycle = cycles_of(db, by.organisation_id).for_group(one.staff_group if one else None)
    last = last_appraisals(db, by.organisation_id, only=[by.staff_id])
    return OwnAppraisals(
        staff_id=person.public_id,
        open=next((a for a in appraisals if a.is_open), None),
        earlier=[a for a in appraisals if a.stage is AppraisalStage.SIGNED],
        next_due_on=due_on(
            cycle, last=last.get(by.staff_id), hired_on=person.hired_on, today=today
        ),
        has_manager=one is not None,
    )


def overview(db: "Session", appraisal: Appraisal, *, by: "Identity", today: date) -> Overview:
    part = why_allowed(db, appraisal, by)
    rows = {
        row.side: row
        for row in db.scalars(
            select(AppraisalPreparation).where(AppraisalPreparation.appraisal_id == appraisal.id)
        )
    }
    audit.record_look(
        db,
        AuditKind.APPRAISAL_READ,
        appraisal,
        by=by,
        subject_id=appraisal.appraisee_id,
        reason=part,
    )
    return Overview(
        side=side_of(appraisal, by),
        has_notes={side: side in rows for side in Side},
        shared={side: side in rows and rows[side].is_shared for side in Side},
        signed=signing_times(db, appraisal),
        part=part,
        people=people_page(db, appraisal, today=today),
    )


def goals_page(db: "Session", person: StaffMember, *, by: "Identity") -> list[GoalStory]:
    """Give somebody's goals with the help promised: a manager sees those that were signed."""
    audit.record_look(
        db, AuditKind.GOALS_READ, person, by=by, subject_id=person.id, reason="manager"
    )
    return goals_of(db, person.id, only_signed=by.staff_id != person.id)
