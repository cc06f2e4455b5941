"""Who looked at my record: every look and change by somebody else, and why they were allowed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tracker.models import AuditEvent, AuditKind, StaffMember

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

MOST_SHOWN = 200

#: Each kind of event in the words of the person whose record it is.
WORDS = {
    AuditKind.TEAM_READ: "Saw your name and next date on their team page",
    AuditKind.APPRAISAL_OPENED: "Started your appraisal",
    AuditKind.APPRAISAL_READ: "Looked at your appraisal",
    AuditKind.APPRAISAL_PREPARED: "Began their own notes for your appraisal",
    AuditKind.APPRAISAL_SHARED: "Shared their notes with you",
    AuditKind.APPRAISAL_CHANGED: "Wrote in the summary of your appraisal",
    AuditKind.APPRAISAL_SIGNED: "Signed your appraisal",
    AuditKind.APPRAISAL_UNSIGNED: "Took their signature back",
    AuditKind.APPRAISAL_SEALED: "Signed last, so the record was closed",
    AuditKind.APPRAISAL_PRINTED: "Took a PDF copy of your appraisal",
    AuditKind.APPRAISAL_ADDED_TO: "Added something to your signed appraisal",
    AuditKind.APPRAISAL_CLOSED: "Closed your open appraisal",
    AuditKind.SECOND_PROPOSED: "Named a second appraiser for you to agree to",
    AuditKind.SECOND_AGREED: "Agreed to a second appraiser",
    AuditKind.SECOND_ENDED: "Ended the part of the second appraiser",
    AuditKind.STAND_IN_NAMED: "Said who stands in for you",
    AuditKind.STAND_IN_ENDED: "Ended who stands in for you",
    AuditKind.EXCLUSION_ADDED: "Left you out of the appraisal round for a time",
    AuditKind.EXCLUSION_ENDED: "Took you into the appraisal round again",
    AuditKind.DATES_READ: "Took your appraisal dates in a file for HR",
    AuditKind.DATA_TAKEN: "Took a copy of all that is held about you",
    AuditKind.EVIDENCE_READ: "Looked at something that you brought to your appraisal",
    AuditKind.GOALS_READ: "Looked at your goals",
    AuditKind.GOAL_AGREED: "Added a goal",
    AuditKind.GOAL_CHANGED: "Changed a goal",
    AuditKind.GOAL_DROPPED: "Took a goal out",
    AuditKind.GOAL_PROGRESSED: "Noted how a goal is going",
    AuditKind.GOAL_STEP_CHANGED: "Changed the steps of a goal",
    AuditKind.GOAL_CLOSED: "Finished a goal",
    AuditKind.GOAL_REOPENED: "Took a goal up again",
    AuditKind.BARRIER_RAISED: "Noted what stands in your way",
    AuditKind.BARRIER_READ: "Looked at something that stands in your way",
    AuditKind.BARRIER_ANSWERED: "Answered something that stands in your way",
    AuditKind.INDUCTION_BEGUN: "Started your first months plan",
    AuditKind.INDUCTION_READ: "Looked at your first months plan",
    AuditKind.INDUCTION_CHANGED: "Changed your first months plan",
    AuditKind.INDUCTION_MOVED: "Moved your first months to another first day",
    AuditKind.INDUCTION_ENDED: "Closed your first months plan",
    AuditKind.BUDDY_LEFT: "Asked your manager for another buddy",
    AuditKind.INVITATION_MADE: "Made a welcome link for you",
    AuditKind.TASK_OFFER_ANSWERED: "Said yes or no to a new step",
    AuditKind.TASK_READ: "Saw a task for you that is theirs to do",
    AuditKind.HELPER_CHANGED: "Changed which tasks of new starters are yours",
    AuditKind.TASK_DONE: "Ticked off a task",
    AuditKind.TASK_REOPENED: "Opened a task again",
    AuditKind.READINESS_SIGNED: "Signed your readiness talk",
    AuditKind.READINESS_SEALED: "Signed last, so the readiness talk was closed",
    AuditKind.APPOINTMENT_SET: "Set a time to meet, or another time",
    AuditKind.APPOINTMENT_CANCELLED: "Called off a time to meet",
    AuditKind.VERIFICATION_READ: "Read what you asked them about",
    AuditKind.VERIFICATION_ANSWERED: "Said what they have seen you do",
    AuditKind.CHAMPION_ASKED: "Asked a champion to help you",
    AuditKind.CHAMPION_ANSWERED: "Answered when a champion was asked to help you",
    AuditKind.CHAMPION_THANKED: "Thanked the champion who helped you",
    AuditKind.LINE_READ: "Looked at who manages you",
    AuditKind.LINE_DISPUTED: "Said that HR has the wrong manager for you",
    AuditKind.LINE_SETTLED: "Answered what was said about your manager",
    AuditKind.LINE_SET: "Set who manages you",
    AuditKind.LINE_GIVEN_BACK: "Let HR's records say again who manages you",
    AuditKind.STAFF_LINKED: "Put your old and your new staff number together",
    AuditKind.KEY_ISSUED: "Made a key to numbers, in your name",
    AuditKind.KEY_ROTATED: "Changed a key to numbers that is in your name",
    AuditKind.KEY_REVOKED: "Ended a key to numbers that was in your name",
}
#: What people do only with their own record: it is not a look by somebody else.
ONLY_ONES_OWN = frozenset(
    {
        AuditKind.SIGNED_IN,
        AuditKind.SIGNED_OUT,
        AuditKind.OUTCOME_BROUGHT,
        AuditKind.OUTCOME_TAKEN_BACK,
        AuditKind.GOAL_OFFER_ANSWERED,
        AuditKind.VERIFICATION_ASKED,
        AuditKind.EVIDENCE_ADDED,
        AuditKind.EVIDENCE_BROUGHT,
        AuditKind.EVIDENCE_TAKEN_BACK,
        AuditKind.EVIDENCE_PUT_AWAY,
        AuditKind.CHAMPION_OFFERED,
        AuditKind.CHAMPION_CHANGED,
    }
)
#: Why somebody was allowed, in plain words.
REASONS = {
    "appraiser": "They do your appraisal",
    "appraisee": "They signed in as you",
    "manager": "They are your manager",
    "stand-in": "They stand in for your manager",
    "second appraiser": "You agreed to them as second appraiser",
    "role": "It is part of their work in HR or for this service",
    "own record": "It is their own record",
    "left": "The staff record says that you left",
    "left_out": "You are left out of the round for a time",
    "barrier owner": "They are to sort it out",
    "buddy": "They are your buddy",
    "task owner": "The task is theirs",
    "appraisal": "Part of your appraisal",
    "asked for": "Somebody asked for it",
    "due": "It was due",
    "hr": "HR's records say so",
    "verifier": "You asked them what they have seen",
}
#: The same by what was done, for events that name no reason of their own.
REASONS_BY_SUBJECT = {
    "appointment": "Part of your appraisal, or of your first months",
    "verification": "You asked them what they have seen",
    "champion": "Part of the help that was asked for",
    "reporting_line": "It is part of their work, as your manager or in HR",
    "staff": "It is part of their work in HR or for this service",
    "access_token": "It is part of their work in HR or for this service",
    "induction": "Part of your first months",
    "invitation": "Part of your first months",
    "barrier": "Part of your first months",
    "buddy": "Part of your first months",
    "task": "Part of your first months",
    "readiness": "Part of your first months",
}
THE_SERVICE = "This service"


@dataclass(frozen=True, kw_only=True)
class Look:
    """One thing that somebody else did with my record."""

    at: datetime
    who: str
    what: str
    why: str
    #: how often on that day; the time is that of the last
    times: int = 1


def who_looked(db: "Session", *, by: "Identity") -> list[Look]:
    """Give what others did with this person's record, the newest first. One query.

    The same thing done by the same person on one day is told once, with how often.
    """
    rows = db.execute(
        select(AuditEvent, StaffMember)
        .outerjoin(
            StaffMember,
            (StaffMember.id == AuditEvent.actor_id)
            & (StaffMember.organisation_id == AuditEvent.organisation_id),
        )
        .where(
            AuditEvent.organisation_id == by.organisation_id,
            AuditEvent.subject_id == by.staff_id,
            or_(AuditEvent.actor_id.is_(None), AuditEvent.actor_id != by.staff_id),
        )
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(MOST_SHOWN)
    )
    told: dict[tuple[object, ...], Look] = {}
    for event, actor in rows:
        look = Look(
            at=event.at,
            who=actor.name if actor else THE_SERVICE,
            what=WORDS.get(event.kind, "Used your record"),
            why=_why(event),
        )
        same = (event.at.date(), event.actor_id, look.what, look.why)
        told[same] = replace(told[same], times=told[same].times + 1) if same in told else look
    return list(told.values())


def _why(event: AuditEvent) -> str:
    about = event.kind.value.partition(".")[0]
    return REASONS.get(event.reason) or REASONS_BY_SUBJECT.get(about, "")
