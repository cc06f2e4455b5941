"""The meeting: everything two people need on one screen, and the summary they write together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import InvalidInputError, StaleTextError
from tracker.models import (
    Appraisal,
    AppraisalStep,
    AuditKind,
    Evidence,
    Side,
    Signature,
)
from tracker.services import audit
from tracker.services.brought_outcomes import Brought
from tracker.services.confidence import (
    WORDS,
    Answers,
    answers_of,
)
from tracker.services.evidence import brought_to as evidence_brought_to
from tracker.services.goal_ideas import Idea, ideas_for
from tracker.services.goal_stories import (
    BarrierStory,
    GoalStory,
    conversation,
)
from tracker.services.goals import MOST_NEW
from tracker.services.meeting_papers import papers_of
from tracker.services.period_words import day_words
from tracker.services.preparations import (
    SOMEBODY_ELSE_SAVED,
    Notes,
    asked_of,
    require_unlocked,
    side_of,
)
from tracker.services.reporting import require_here
from tracker.services.second_appraisers import part_of
from tracker.services.signatures import lock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity
    from tracker.services.frameworks import NeededCompetence


@dataclass(frozen=True, kw_only=True)
class ConfidenceRow:
    """How confident the person feels in one thing, then and now; empty where nothing was said."""

    name: str
    needed: str
    before: str
    now: str


@dataclass(frozen=True, kw_only=True)
class MeetingPage:
    """What the two see on the one screen."""

    side: Side
    held_on: date | None
    summary: str
    version: int
    is_locked: bool
    signed: dict[Side, datetime]
    #: what each side has shared; none: nothing yet
    notes: dict[Side, Notes | None]
    last_goals: list[GoalStory]
    new_goals: list[GoalStory]
    other_barriers: list[BarrierStory]
    #: none: the person has not shared their answers
    confidence: list[ConfidenceRow] | None
    suggestions: list[Idea]
    #: what the person chose to bring of their own outcomes
    brought: list[Brought]
    #: notes, links and files that the person chose to show
    evidence: Sequence[Evidence]
    has_kept_text: bool

    @property
    def can_add_goals(self) -> bool:
        return not self.is_locked and len(self.new_goals) < MOST_NEW

    @property
    def barriers(self) -> list[BarrierStory]:
        """What was in the way since last time: of the goals from then, and apart from any."""
        return [b for goal in self.last_goals for b in goal.barriers] + self.other_barriers


@dataclass(frozen=True, kw_only=True)
class MeetingDraft:
    """What the two wrote about the meeting, and which version they began from."""

    held_on: date | None
    summary: str
    version: int


def meeting_page(
    db: "Session", appraisal: Appraisal, *, by: "Identity", today: date, place: str = ""
) -> MeetingPage:
    """Gather the one screen. The number of queries is the same whatever there is to show.

    `place` names the page, to find text of this person that was kept for it.
    """
    side = side_of(appraisal, by)
    papers = papers_of(db, appraisal, by=by, place=place)
    notes, signed = papers.notes, papers.signed
    goals, apart = conversation(db, appraisal, since=add_a_cycle_back(appraisal))
    asked = asked_of(db, appraisal, today=today)
    answers = answers_of(db, appraisal)
    may_see_answers = notes[Side.APPRAISEE] is not None
    audit.record_look(
        db,
        AuditKind.APPRAISAL_READ,
        appraisal,
        by=by,
        subject_id=appraisal.appraisee_id,
        reason=part_of(appraisal, by, is_second=papers.is_second),
    )
    return MeetingPage(
        side=side,
        held_on=appraisal.held_on,
        summary=appraisal.summary,
        version=appraisal.version,
        is_locked=bool(signed) or not appraisal.is_open,
        signed=signed,
        notes=notes,
        brought=papers.brought,
        evidence=evidence_brought_to(db, appraisal),
        has_kept_text=papers.has_kept_text,
        last_goals=[goal for goal in goals if goal.is_carried_over],
        new_goals=[goal for goal in goals if not goal.is_carried_over],
        other_barriers=apart,
        confidence=confidence_rows(asked, answers) if may_see_answers else None,
        suggestions=ideas_for(
            db,
            appraisal,
            asked,
            # Who has not said anything this time may still have said something last time.
            {**answers.before, **answers.now} if may_see_answers else {},
            goals=goals,
            today=today,
        ),
    )


def add_a_cycle_back(appraisal: Appraisal) -> date:
    """Say since when "since last time" is: a year before it opened is long enough for any."""
    opened = appraisal.opened_on
    return opened.replace(year=opened.year - 1, day=min(opened.day, 28))


def signing_times(db: "Session", appraisal: Appraisal) -> dict[Side, datetime]:
    rows = db.execute(
        select(Signature.side, Signature.signed_at).where(Signature.appraisal_id == appraisal.id)
    )
    return {row.side: row.signed_at for row in rows}


def confidence_rows(asked: "tuple[NeededCompetence, ...]", answers: Answers) -> list[ConfidenceRow]:
    def said(by_competence: Mapping[int, int | None], competence_id: int) -> str:
        return WORDS[by_competence[competence_id]] if competence_id in by_competence else ""

    return [
        ConfidenceRow(
            name=one.name,
            needed=WORDS[one.needed_level],
            before=said(answers.before, one.id),
            now=said(answers.now, one.id),
        )
        for one in asked
    ]


def save_meeting(
    db: "Session",
    appraisal: Appraisal,
    draft: MeetingDraft,
    *,
    by: "Identity",
    today: date,
) -> Appraisal:
    """Keep the joint summary and the day of the meeting.

    :raises StaleTextError: when the other one saved different words in the meantime.
    :raises InvalidInputError: for a day that is still to come, or before this appraisal opened.
    """
    lock(db, appraisal)
    require_unlocked(db, appraisal)
    _check_day(draft.held_on, appraisal, today=today)
    if draft.held_on is not None and draft.held_on != appraisal.held_on:
        require_here(db, appraisal.appraisee, draft.held_on)
    if (appraisal.summary, appraisal.held_on) == (draft.summary, draft.held_on):
        return appraisal
    if appraisal.version != draft.version:
        raise StaleTextError(
            SOMEBODY_ELSE_SAVED,
            saved={
                "held_on": day_words(appraisal.held_on) if appraisal.held_on else "",
                "summary": appraisal.summary,
            },
            version=appraisal.version,
        )
    if appraisal.held_on is None and draft.held_on is not None:
        db.add(
            AppraisalStep(
                organisation_id=appraisal.organisation_id,
                appraisal_id=appraisal.id,
                step="held",
                by_id=by.staff_id,
            )
        )
    is_first = not appraisal.summary
    appraisal.summary = draft.summary
    appraisal.held_on = draft.held_on
    appraisal.version += 1
    if is_first:
        audit.record(
            db,
            AuditKind.APPRAISAL_CHANGED,
            appraisal,
            by=by,
            subject_id=appraisal.appraisee_id,
            reason=side_of(appraisal, by).value,
        )
    return appraisal


def _check_day(held_on: date | None, appraisal: Appraisal, *, today: date) -> None:
    if held_on is None:
        return
    if held_on > today:
        raise InvalidInputError(
            "That day is still to come. Give the day on which you met.", field="held_on"
        )
    hired_on = appraisal.appraisee.hired_on
    if hired_on is not None and held_on < hired_on:
        raise InvalidInputError(
            "That is before the first day at work here. Give the day on which you met.",
            field="held_on",
        )
    if held_on < add_a_cycle_back(appraisal):
        raise InvalidInputError(
            "That day is too long ago. Give the day on which you met.", field="held_on"
        )
