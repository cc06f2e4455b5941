"""Gives the demo manager's team a past: talks held and signed, goals, a starter who has begun.

All of it goes through the services that people's own clicks go through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from tracker.demo import conversations
from tracker.demo.catalogue import DEMO_WARD
from tracker.demo.people import employee_number
from tracker.jobs.demo_starters import Starters, welcome_starters
from tracker.models import (
    Appraisal,
    BarrierKind,
    Competence,
    EvidenceMove,
    Goal,
    Organisation,
    Progress,
    Side,
    StaffMember,
    SupportKind,
)
from tracker.security.identity import Identity
from tracker.security.proof import Proof
from tracker.services.appraisal_round import open_due_appraisals
from tracker.services.appraisal_signing import sign_appraisal, sign_page
from tracker.services.appraisals import open_appraisal
from tracker.services.barriers import BarrierAnswer, answer_barrier
from tracker.services.evidence import EvidenceDraft, add_evidence, move_evidence
from tracker.services.goal_life import ProgressDraft, record_progress
from tracker.services.goals import GoalDraft, agree_goal
from tracker.services.meetings import MeetingDraft, save_meeting
from tracker.services.preparations import (
    Notes,
    PreparationDraft,
    save_preparation,
    share_preparation,
)
from tracker.services.signatures import SignatureDraft

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.demo.plan import TrustPlan

MORNING = time(10, 30, tzinfo=UTC)
PREPARED_DAYS_BEFORE = 6
GOAL_LASTS = timedelta(days=175)
TEAM_SEATS = 13


@dataclass(frozen=True, kw_only=True)
class _Team:
    """Mo and her people, by seat; Mo has seat 0."""

    organisation: Organisation
    people: Mapping[int, StaffMember]
    competences: Mapping[str, int]

    def identity(self, seat: int) -> Identity:
        person = self.people[seat]
        return Identity(staff_id=person.id, organisation_id=self.organisation.id, name=person.name)


def tell_stories(
    db: "Session", organisation: Organisation, plan: "TrustPlan", *, today: date
) -> int:
    """Bring the team's past in, unless it is there; say how many talks that was."""
    team = _find_team(db, organisation, plan)
    if _has_a_past(db, team):
        return 0
    for talk in conversations.HELD:
        _hold(db, team, talk, on=today - timedelta(days=talk.days_ago))
    late, days_ago = conversations.LATE
    manager, long_ago = team.identity(0), today - timedelta(days=days_ago)
    open_appraisal(db, team.people[late].id, by=manager, today=long_ago)
    db.flush()
    open_due_appraisals(db, organisation, today=today)
    for seat, notes in conversations.NOTES_NOW.items():
        _write_notes(db, team, seat, notes, now=_at(today - timedelta(days=1)))
    _keep_evidence(db, team, today=today)
    welcome_starters(
        db,
        organisation,
        Starters(
            manager=team.identity(0),
            starter=team.people[conversations.NIA],
            buddy=team.people[conversations.NIAS_BUDDY],
            returner=team.people[conversations.BACK_SOON],
        ),
        today=today,
    )
    return len(conversations.HELD)


def _find_team(db: "Session", organisation: Organisation, plan: "TrustPlan") -> _Team:
    first = plan.find(DEMO_WARD).first_person
    seats = {employee_number(first + seat): seat for seat in range(TEAM_SEATS)}
    people = db.scalars(
        select(StaffMember).where(
            StaffMember.organisation_id == organisation.id,
            StaffMember.employee_number.in_(seats),
        )
    )
    competences = db.execute(
        select(Competence.key, Competence.id).where(Competence.organisation_id == organisation.id)
    )
    return _Team(
        organisation=organisation,
        people={seats[person.employee_number]: person for person in people},
        competences={key: id_ for key, id_ in competences},  # noqa: C416 - dict() asks for keys
    )


def _has_a_past(db: "Session", team: _Team) -> bool:
    sam = team.people[conversations.SAM]
    held = exists().where(Appraisal.appraisee_id == sam.id, Appraisal.held_on.is_not(None))
    return bool(db.scalar(select(held)))


def _hold(db: "Session", team: _Team, talk: conversations.HeldTalk, *, on: date) -> None:
    """Prepare, meet, agree goals and sign, each on its day."""
    before = on - timedelta(days=PREPARED_DAYS_BEFORE)
    person, manager = team.identity(talk.seat), team.identity(0)
    appraisal = open_appraisal(db, person.staff_id, by=manager, today=before)
    answers = {team.competences[key]: level for key, level in talk.confidence.items()}
    notes = PreparationDraft(notes=_notes(talk.notes), version=0, confidence=answers)
    save_preparation(db, appraisal, notes, by=person, now=_at(before))
    share_preparation(db, appraisal, by=person, now=_at(before))
    for goal in talk.goals:
        agree_goal(db, appraisal, _draft(team, goal, on), by=manager, today=on)
    meeting = MeetingDraft(held_on=on, summary=talk.summary, version=appraisal.version)
    save_meeting(db, appraisal, meeting, by=manager, today=on)
    for side, who in ((Side.APPRAISEE, person), (Side.APPRAISER, manager)):
        _sign(db, appraisal, side, who, on=on)
    for goal in talk.goals:
        _go_on(db, team, appraisal, goal, by=person, since=on)


def _draft(team: _Team, goal: conversations.AgreedGoal, on: date) -> GoalDraft:
    barrier = goal.in_the_way
    return GoalDraft(
        wording=goal.wording,
        due_on=on + GOAL_LASTS,
        competence_id=team.competences[goal.competence],
        reason=goal.reason,
        support_kind=SupportKind(goal.support_kind),
        support=goal.support,
        barrier_kind=BarrierKind(barrier.kind) if barrier else None,
        barrier=barrier.description if barrier else "",
        barrier_fix_by_on=on + timedelta(days=90) if barrier else None,
    )


def _sign(db: "Session", appraisal: Appraisal, side: Side, who: Identity, *, on: date) -> None:
    seen = sign_page(db, appraisal, today=on)
    sign_appraisal(
        db,
        appraisal,
        SignatureDraft(side=side, signer_id=who.staff_id, seen_hash=seen.content_hash),
        proof=Proof(
            staff_id=who.staff_id,
            organisation_id=who.organisation_id,
            proved_at=_at(on),
            # Nobody typed a password: the record says so.
            method="demo",
        ),
        now=_at(on),
        today=on,
    )


def _go_on(  # noqa: PLR0913 - each is one plain fact of what came after
    db: "Session",
    team: _Team,
    appraisal: Appraisal,
    agreed: conversations.AgreedGoal,
    *,
    by: Identity,
    since: date,
) -> None:
    """Say what became of a goal, and of what stood in its way, when half of the time was over."""
    goal = db.scalars(
        select(Goal).where(
            Goal.staff_member_id == appraisal.appraisee_id, Goal.wording == agreed.wording
        )
    ).one()
    later = since + timedelta(days=15)
    draft = ProgressDraft(progress=Progress(agreed.progress), note=agreed.note)
    record_progress(db, goal, draft, by=by, now=_at(later))
    if agreed.in_the_way is None or not agreed.in_the_way.done:
        return
    answer = BarrierAnswer(outcome=agreed.in_the_way.done, fix_by_on=later, is_sorted=True)
    for barrier in goal.barriers:
        answer_barrier(db, barrier, answer, by=team.identity(0), today=later)


def _write_notes(
    db: "Session",
    team: _Team,
    seat: int,
    notes: tuple[conversations.Notes | None, conversations.Notes | None],
    *,
    now: datetime,
) -> None:
    person = team.people[seat]
    appraisal = open_appraisal(db, person.id, by=team.identity(0), today=now.date())
    both = all(notes)
    for text, who in zip(notes, (team.identity(seat), team.identity(0)), strict=True):
        if text is None:
            continue
        draft = PreparationDraft(notes=_notes(text), version=0)
        save_preparation(db, appraisal, draft, by=who, now=now)
        if both:
            share_preparation(db, appraisal, by=who, now=now)


def _notes(text: conversations.Notes) -> Notes:
    return Notes(
        went_well=text.went_well,
        got_in_the_way=text.got_in_the_way,
        would_help=text.would_help,
        wellbeing=text.wellbeing,
    )


def _keep_evidence(db: "Session", team: _Team, *, today: date) -> None:
    """Let Sam keep a note, and bring it to the appraisal that is open."""
    sam = team.identity(conversations.SAM)
    draft = EvidenceDraft(
        title="Helped two colleagues with the new charts",
        note="Both now find the trend by themselves. It took ten minutes each at handover.",
        form_key="demo",
    )
    kept = add_evidence(db, draft, store=None, by=sam, today=today)
    move_evidence(db, kept, EvidenceMove.BROUGHT, by=sam, now=_at(today), today=today)


def _at(day: date) -> datetime:
    return datetime.combine(day, MORNING)
