"""Loads the record that a URL is about, so that rules can look at it.

Every loader looks only in the organisation that the person is signed in to.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPForbidden, HTTPNotFound
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tracker.models import (
    Appraisal,
    AppraisalGoal,
    AppraisalStage,
    Assignment,
    Barrier,
    DigitalSystem,
    Goal,
    Induction,
    OrganisationUnit,
    PracticeForm,
    ReportingLine,
    StaffMember,
    StandIn,
    SystemState,
)
from tracker.security.identity import Role
from tracker.security.taking_part import (
    NOBODY,
    goal_helpers,
    stand_ins_of,
    who_takes_part,
)

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from tracker.request import TrackerRequest
    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class AppraisalInView:
    """An appraisal, with the ids of those who manage the appraisee today, and of who helps."""

    appraisal: Appraisal
    manager_ids: frozenset[int]
    #: agreed to by the appraisee, for this appraisal
    second_appraiser_ids: frozenset[int] = NOBODY
    #: in the place of its appraiser, today
    stand_in_ids: frozenset[int] = NOBODY

    @property
    def appraiser_side(self) -> frozenset[int]:
        """Give who can sign as the appraiser: the one who still manages, or stands in for them."""
        appraiser_id = self.appraisal.appraiser_id
        return self.stand_in_ids | (frozenset({appraiser_id}) & self.manager_ids)


@dataclass(frozen=True, kw_only=True)
class InductionInView:
    """An induction, with the ids of those who manage the starter today."""

    induction: Induction
    manager_ids: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class PracticeInView:
    """A form of mock screens, drawn for one person."""

    form: PracticeForm


@dataclass(frozen=True, kw_only=True)
class StaffInView:
    """A staff member, with the ids of those who manage them today."""

    staff_member: StaffMember
    manager_ids: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class OutcomesInView:
    """The outcomes of one unit (none: of the whole organisation), and whose own unit it is."""

    organisation_id: int
    unit: OrganisationUnit | None
    #: who of those who ask works there, or manages somebody who does
    own_to: frozenset[int]
    #: the units that the asker may pick from
    own_unit_ids: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class GoalInView:
    """A goal, with those who manage its person today and the appraisals that it stands in."""

    goal: Goal
    manager_ids: frozenset[int]
    #: agreed in an appraisal that both have signed
    is_signed: bool
    #: who appraises in an appraisal that is open and has it
    appraiser_ids: frozenset[int]
    #: who helps with such an appraisal: stands in, or was agreed to
    helper_ids: frozenset[int] = NOBODY


@dataclass(frozen=True, kw_only=True)
class StandInInView:
    """Somebody who stands in for a manager."""

    stand_in: StandIn


@dataclass(frozen=True, kw_only=True)
class BarrierInView:
    """Something in a person's way, with the ids of those who manage them today."""

    barrier: Barrier
    manager_ids: frozenset[int]
    #: who holds the person's open appraisal in their manager's place
    stand_in_ids: frozenset[int] = NOBODY


def stand_in_from_url(request: "TrackerRequest") -> StandInInView:
    who = who_asks(request)
    stand_in = request.db.scalar(
        select(StandIn).where(
            StandIn.public_id == request.matchdict["stand_in_id"],
            StandIn.organisation_id == who.organisation_id,
        )
    )
    if stand_in is None:
        raise HTTPNotFound
    return StandInInView(stand_in=stand_in)


@dataclass(frozen=True, kw_only=True)
class SystemInView:
    """A system of the register, or one that somebody told us about."""

    system: DigitalSystem
    is_listed: bool


def who_asks(request: "TrackerRequest") -> "Identity":
    """Give the signed-in person, or send whoever it is to the sign-in page."""
    identity: Identity | None = request.identity
    if identity is None:
        raise HTTPForbidden
    return identity


def managers_of(db: "Session", staff_member_id: int, today: "date") -> frozenset[int]:
    return frozenset(
        db.scalars(
            select(ReportingLine.manager_id).where(
                ReportingLine.staff_member_id == staff_member_id,
                ReportingLine.current_on(today),
            )
        )
    )


def appraisal_from_url(request: "TrackerRequest") -> AppraisalInView:
    who = who_asks(request)
    appraisal = request.db.scalar(
        select(Appraisal)
        .where(
            Appraisal.public_id == request.matchdict["appraisal_id"],
            Appraisal.organisation_id == who.organisation_id,
        )
        .options(
            joinedload(Appraisal.appraisee, innerjoin=True),
            joinedload(Appraisal.appraiser, innerjoin=True),
        )
    )
    if appraisal is None:
        raise HTTPNotFound
    part = who_takes_part(request.db, appraisal, request.today)
    return AppraisalInView(
        appraisal=appraisal,
        manager_ids=part.manager_ids,
        second_appraiser_ids=part.second_appraiser_ids,
        stand_in_ids=part.stand_in_ids,
    )


def induction_from_url(request: "TrackerRequest") -> InductionInView:
    who = who_asks(request)
    induction = request.db.scalar(
        select(Induction)
        .where(
            Induction.public_id == request.matchdict["induction_id"],
            Induction.organisation_id == who.organisation_id,
        )
        .options(
            joinedload(Induction.staff_member, innerjoin=True),
            joinedload(Induction.manager),
            joinedload(Induction.buddy),
        )
    )
    if induction is None:
        raise HTTPNotFound
    return InductionInView(
        induction=induction,
        manager_ids=managers_of(request.db, induction.staff_member_id, request.today),
    )


def practice_from_url(request: "TrackerRequest") -> PracticeInView:
    who = who_asks(request)
    form = request.db.scalar(
        select(PracticeForm).where(
            PracticeForm.public_id == request.matchdict["form_id"],
            PracticeForm.organisation_id == who.organisation_id,
        )
    )
    if form is None:
        raise HTTPNotFound
    return PracticeInView(form=form)


def staff_member_from_url(request: "TrackerRequest") -> StaffInView:
    who = who_asks(request)
    staff_member = request.db.scalar(
        select(StaffMember).where(
            StaffMember.public_id == request.matchdict["staff_id"],
            StaffMember.organisation_id == who.organisation_id,
        )
    )
    if staff_member is None:
        raise HTTPNotFound
    return StaffInView(
        staff_member=staff_member,
        manager_ids=managers_of(request.db, staff_member.id, request.today),
    )


def outcomes_from_url(request: "TrackerRequest") -> OutcomesInView:
    """Load the unit that is asked about. Who does not lead on quality starts at their own."""
    who = who_asks(request)
    leads = who.has_role(Role.QUALITY_LEAD)
    own = () if leads else units_of(request.db, who, request.today)
    public_id = request.params.get("unit", "")
    unit = None
    if public_id or own:
        is_it = (
            OrganisationUnit.public_id == public_id if public_id else OrganisationUnit.id == own[0]
        )
        unit = request.db.scalar(
            select(OrganisationUnit).where(
                OrganisationUnit.organisation_id == who.organisation_id, is_it
            )
        )
        if unit is None:
            raise HTTPNotFound
    is_own = unit is not None and unit.id in own
    return OutcomesInView(
        organisation_id=who.organisation_id,
        unit=unit,
        own_to=frozenset({who.staff_id} if is_own else ()),
        own_unit_ids=frozenset(own),
    )


def units_of(db: "Session", who: "Identity", today: "date") -> tuple[int, ...]:
    """List the units where somebody works today, then those of the people they manage."""
    managed = select(ReportingLine.staff_member_id).where(
        ReportingLine.organisation_id == who.organisation_id,
        ReportingLine.manager_id == who.staff_id,
        ReportingLine.current_on(today),
    )
    rows = db.execute(
        select(Assignment.organisation_unit_id, Assignment.staff_member_id, Assignment.is_primary)
        .where(
            Assignment.organisation_id == who.organisation_id,
            Assignment.organisation_unit_id.is_not(None),
            or_(
                Assignment.staff_member_id == who.staff_id,
                Assignment.staff_member_id.in_(managed),
            ),
            Assignment.current_on(today),
        )
        .order_by(Assignment.is_primary.desc(), Assignment.id)
    ).all()
    own_first = sorted(rows, key=lambda row: row.staff_member_id != who.staff_id)
    return tuple(dict.fromkeys(row.organisation_unit_id for row in own_first))


def goal_from_url(request: "TrackerRequest") -> GoalInView:
    who = who_asks(request)
    goal = request.db.scalar(
        select(Goal)
        .where(
            Goal.public_id == request.matchdict["goal_id"],
            Goal.organisation_id == who.organisation_id,
        )
        .options(joinedload(Goal.staff_member, innerjoin=True))
    )
    if goal is None:
        raise HTTPNotFound
    places = request.db.execute(
        select(Appraisal.stage, Appraisal.appraiser_id)
        .join(AppraisalGoal, AppraisalGoal.appraisal_id == Appraisal.id)
        .where(AppraisalGoal.goal_id == goal.id)
    ).all()
    return GoalInView(
        goal=goal,
        manager_ids=managers_of(request.db, goal.staff_member_id, request.today),
        is_signed=any(stage is AppraisalStage.SIGNED for stage, _who in places),
        appraiser_ids=frozenset(
            appraiser_id for stage, appraiser_id in places if stage is AppraisalStage.OPEN
        ),
        helper_ids=goal_helpers(request.db, goal.id, goal.staff_member_id, request.today),
    )


def barrier_from_url(request: "TrackerRequest") -> BarrierInView:
    who = who_asks(request)
    barrier = request.db.scalar(
        select(Barrier)
        .where(
            Barrier.public_id == request.matchdict["barrier_id"],
            Barrier.organisation_id == who.organisation_id,
        )
        .options(joinedload(Barrier.staff_member, innerjoin=True))
    )
    if barrier is None:
        raise HTTPNotFound
    return BarrierInView(
        barrier=barrier,
        manager_ids=managers_of(request.db, barrier.staff_member_id, request.today),
        stand_in_ids=stand_ins_of(request.db, barrier.staff_member_id, request.today),
    )


def system_from_url(request: "TrackerRequest") -> SystemInView:
    who = who_asks(request)
    system = request.db.scalar(
        select(DigitalSystem)
        .where(
            DigitalSystem.public_id == request.matchdict["system_id"],
            DigitalSystem.organisation_id == who.organisation_id,
        )
        .options(joinedload(DigitalSystem.owner))
    )
    if system is None:
        raise HTTPNotFound
    return SystemInView(system=system, is_listed=system.state is SystemState.LISTED)
