"""Survey rounds: who is asked, when it opens and closes, and reminders that name nobody."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, insert, select, update

from metrics.disclosure_subtraction import FEWEST
from tracker.content.survey_questions import SurveySet, questions_of
from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Assignment,
    AuditKind,
    OrganisationUnit,
    StaffMember,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
    SurveyRound,
    SurveyToken,
)
from tracker.services import audit
from tracker.services.outbox import Message, enqueue_all

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

#: A round that nobody has the time to answer is none; one without an end is never counted.
SHORTEST, LONGEST = timedelta(days=3), timedelta(days=120)
MOST_REMINDERS = 2
BATCH = 5_000


@dataclass(frozen=True, kw_only=True)
class RoundDraft:
    """What somebody chose for a new round."""

    name: str
    is_anonymous: bool
    sets: frozenset[SurveySet]
    closes_on: date


@dataclass(frozen=True, kw_only=True)
class RoundLine:
    """One round in the list."""

    round: SurveyRound
    asked: int
    begun: int


def rounds_of(db: "Session", organisation_id: int) -> list[RoundLine]:
    """List the rounds of a trust, the newest first, in two queries."""
    rounds = db.scalars(
        select(SurveyRound)
        .where(SurveyRound.organisation_id == organisation_id)
        .order_by(SurveyRound.id.desc())
    ).all()
    rows = db.execute(
        select(
            SurveyInvitation.survey_round_id,
            func.count().label("asked"),
            func.sum(case((SurveyInvitation.has_begun, 1), else_=0)).label("begun"),
        )
        .where(SurveyInvitation.organisation_id == organisation_id)
        .group_by(SurveyInvitation.survey_round_id)
    )
    numbers = {row.survey_round_id: (row.asked, int(row.begun or 0)) for row in rows}
    lines = []
    for one in rounds:
        asked, begun = numbers.get(one.id, (0, 0))
        lines.append(RoundLine(round=one, asked=asked, begun=begun))
    return lines


def add_round(
    db: "Session", draft: RoundDraft, *, organisation_id: int, by: "Actor", today: date
) -> SurveyRound:
    """Open a round for everybody who works here today. What is asked, and how, is fixed now.

    :raises InvalidInputError: for a round without questions, or without time to answer.
    """
    _check(draft, today=today)
    record = SurveyRound(
        organisation_id=organisation_id,
        name=draft.name,
        is_anonymous=draft.is_anonymous,
        asked="",
        opened_on=today,
        closes_on=draft.closes_on,
        created_by_id=by.staff_id,
        questions=[
            SurveyQuestion(
                organisation_id=organisation_id,
                key=one.key,
                kind=str(one.kind),
                part=one.part,
                part_name=one.part_name,
                wording=one.wording,
                position=position,
                options=[list(option) for option in one.options],
            )
            for position, one in enumerate(questions_of(draft.sets))
        ],
    )
    db.add(record)
    db.flush()
    number = _invite_all(db, record, today=today)
    record.asked = (
        f"All {number} people who worked here on {today.day} {today:%B %Y} were asked. "
        "Taking part was their choice."
    )
    audit.record(
        db, AuditKind.SURVEY_OPENED, record, by=by, asked=number, anonymous=int(draft.is_anonymous)
    )
    return record


def _check(draft: RoundDraft, *, today: date) -> None:
    if not draft.sets:
        raise InvalidInputError("Choose at least one set of questions.", field="sets")
    if draft.closes_on < today + SHORTEST:
        raise InvalidInputError("Give people three days or more to answer.", field="closes_on")
    if draft.closes_on > today + LONGEST:
        raise InvalidInputError("Close the round within four months.", field="closes_on")


def _invite_all(db: "Session", record: SurveyRound, *, today: date) -> int:
    people = _people(db, record.organisation_id, today=today)
    parents = parents_of(db, record.organisation_id)
    large = large_enough(Counter(people.values()), parents)
    rows = [
        {
            "organisation_id": record.organisation_id,
            "survey_round_id": record.id,
            "staff_member_id": staff_id,
            "organisation_unit_id": nearest(unit_id, parents, large),
            "has_begun": False,
        }
        for staff_id, unit_id in people.items()
    ]
    for start in range(0, len(rows), BATCH):
        db.execute(insert(SurveyInvitation), rows[start : start + BATCH])
    return len(rows)


def _people(db: "Session", organisation_id: int, *, today: date) -> dict[int, int | None]:
    """Give everybody who works here today, with their main unit."""
    rows = db.execute(
        select(Assignment.staff_member_id, Assignment.organisation_unit_id)
        .join(StaffMember, StaffMember.id == Assignment.staff_member_id)
        .where(
            Assignment.organisation_id == organisation_id,
            Assignment.current_on(today),
            StaffMember.left_on.is_(None) | (StaffMember.left_on >= today),
        )
        .order_by(Assignment.is_primary, Assignment.id.desc())
    )
    return {row.staff_member_id: row.organisation_unit_id for row in rows}


def parents_of(db: "Session", organisation_id: int) -> dict[int, int | None]:
    rows = db.execute(
        select(OrganisationUnit.id, OrganisationUnit.parent_id).where(
            OrganisationUnit.organisation_id == organisation_id
        )
    )
    return {row.id: row.parent_id for row in rows}


def path_of(unit_id: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """Give a unit and those above it. A loop in the tree ends by itself."""
    path: list[int] = []
    while unit_id is not None and unit_id not in path:
        path.append(unit_id)
        unit_id = parents.get(unit_id)
    return path


def large_enough(people: Mapping[int | None, int], parents: Mapping[int, int | None]) -> set[int]:
    """Name the units that, with all below them, have at least eight people."""
    sizes: Counter[int] = Counter()
    for unit_id, number in people.items():
        for one in path_of(unit_id, parents):
            sizes[one] += number
    return {unit_id for unit_id, number in sizes.items() if number >= FEWEST}


def nearest(unit_id: int | None, parents: Mapping[int, int | None], large: set[int]) -> int | None:
    return next((one for one in path_of(unit_id, parents) if one in large), None)


def close_round(db: "Session", record: SurveyRound, *, by: "Actor", today: date) -> None:
    """End a round. What lets people back into their answers is destroyed.

    :raises NotAllowedNowError: for a round that is closed, or an example.
    """
    if record.is_example or record.opened_on is None or record.closed_on is not None:
        raise NotAllowedNowError("This round is closed already.")
    record.closed_on = today
    forget_keys(db, record)
    audit.record(db, AuditKind.SURVEY_CLOSED, record, by=by)


def forget_keys(db: "Session", record: SurveyRound) -> None:
    db.execute(
        update(SurveyResponse)
        .where(SurveyResponse.survey_round_id == record.id)
        .values(key_hash=None)
    )
    db.execute(delete(SurveyToken).where(SurveyToken.survey_round_id == record.id))


def close_due_rounds(db: "Session", organisation_id: int, *, by: "Actor", today: date) -> int:
    """Close the rounds whose last day is over. For the nightly job."""
    due = db.scalars(
        select(SurveyRound).where(
            SurveyRound.organisation_id == organisation_id,
            SurveyRound.closed_on.is_(None),
            SurveyRound.is_example.is_(False),
            SurveyRound.closes_on < today,
        )
    ).all()
    for record in due:
        close_round(db, record, by=by, today=today)
    return len(due)


def remind(db: "Session", record: SurveyRound, *, by: "Actor", today: date) -> int:
    """Remind those who have not begun. Only their number is kept.

    :raises NotAllowedNowError: once it is closed, or after two reminders.
    """
    if not record.is_open(today):
        raise NotAllowedNowError("This round is closed, so nobody can answer any more.")
    if record.reminders >= MOST_REMINDERS:
        raise NotAllowedNowError("Two reminders are enough. People chose not to take part.")
    record.reminders += 1
    waiting = db.scalars(
        select(SurveyInvitation.staff_member_id).where(
            SurveyInvitation.survey_round_id == record.id, SurveyInvitation.has_begun.is_(False)
        )
    ).all()
    enqueue_all(
        db,
        [
            Message(
                kind="survey.reminder",
                recipient_id=staff_id,
                dedupe_key=f"survey.reminder:{record.id}:{record.reminders}:{staff_id}",
                payload={"round_id": record.id, "path": f"/surveys/{record.public_id}"},
            )
            for staff_id in waiting
        ],
        organisation_id=record.organisation_id,
    )
    audit.record(db, AuditKind.SURVEY_REMINDED, record, by=by, people=len(waiting))
    return len(waiting)
