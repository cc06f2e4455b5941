"""What is still to do in a round, on one page: for a manager, who stands in, or who joins."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, select, union
from sqlalchemy.orm import aliased, joinedload

from tracker.models import (
    Appraisal,
    AppraisalStage,
    ReportingLine,
    SecondAppraiser,
    StandIn,
)
from tracker.security.taking_part import agreed
from tracker.services.team import NextStep, step_of, steps_taken, team_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, CompoundSelect, Select
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: As many people as fit one page: more than any manager should have.
PAGE_SIZE = 60


@dataclass(frozen=True, kw_only=True)
class RoundLine:
    """One person, and the one next step."""

    person_id: str
    name: str
    job: str
    due_on: date | None
    is_late: bool
    next_step: NextStep
    appraisal_id: str | None
    #: in whose place, or as what, this is; empty for one's own team
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class RoundGroup:
    """The people with whom the same is to be done next."""

    key: str
    lines: tuple[RoundLine, ...]


@dataclass(frozen=True, kw_only=True)
class RoundPage:
    groups: tuple[RoundGroup, ...]
    total: int
    #: how many wait for the manager, not for somebody else
    to_do: int
    late: int
    page: int
    pages: int


#: What is done together, in the order in which it is worth doing.
GROUPS: dict[str, tuple[NextStep, ...]] = {
    "sign": (NextStep.SIGN,),
    "talk": (NextStep.MEET,),
    "prepare": (NextStep.PREPARE,),
    "wait": (NextStep.WAIT_FOR_NOTES, NextStep.WAIT_FOR_SIGNATURE),
    "later": (NextStep.NOTHING, NextStep.ELSEWHERE, NextStep.LEFT_OUT, NextStep.WITH_ANOTHER),
}
FOR_ME = ("sign", "talk", "prepare")


def round_page(
    db: "Session", *, by: "Identity", today: date, page: int = 1, by_name: bool = False
) -> RoundPage:
    """Gather it in as many questions for forty people as for two."""
    lines = [
        RoundLine(
            person_id=one.public_id,
            name=one.name,
            job=one.job,
            due_on=one.due_on,
            is_late=one.is_late,
            next_step=one.next_step,
            appraisal_id=one.appraisal_id,
        )
        for one in team_page(db, by=by, today=today)
    ]
    lines += _helped(db, by=by, today=today)
    place = {step: number for number, steps in enumerate(GROUPS.values()) for step in steps}
    lines.sort(
        key=lambda one: (
            place[one.next_step],
            one.name if by_name else "",
            one.due_on or date.max,
            one.name,
        )
    )
    pages = max(1, -(-len(lines) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    shown = lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return RoundPage(
        groups=_groups(shown),
        total=len(lines),
        to_do=sum(one.next_step in GROUPS[key] for one in lines for key in FOR_ME),
        late=sum(one.is_late for one in lines),
        page=page,
        pages=pages,
    )


def _groups(lines: "Iterable[RoundLine]") -> tuple[RoundGroup, ...]:
    by_key = {key: [one for one in lines if one.next_step in GROUPS[key]] for key in GROUPS}
    return tuple(RoundGroup(key=key, lines=tuple(own)) for key, own in by_key.items() if own)


def _in_place(by: "Identity", today: date) -> "Select[int]":
    """Select the open appraisals that somebody holds in the place of their manager."""
    held = aliased(Appraisal)
    return (
        select(held.id)
        .join(
            StandIn,
            and_(
                StandIn.manager_id == held.appraiser_id,
                StandIn.organisation_id == held.organisation_id,
            ),
        )
        .where(
            StandIn.organisation_id == by.organisation_id,
            StandIn.delegate_id == by.staff_id,
            StandIn.current_on(today),
            held.stage == AppraisalStage.OPEN,
            exists().where(
                ReportingLine.staff_member_id == held.appraisee_id,
                ReportingLine.manager_id == held.appraiser_id,
                ReportingLine.current_on(today),
            ),
        )
    )


def _helped_ids(by: "Identity", today: date) -> "CompoundSelect[int]":
    joined = select(SecondAppraiser.appraisal_id).where(
        SecondAppraiser.organisation_id == by.organisation_id,
        SecondAppraiser.staff_member_id == by.staff_id,
        agreed(),
    )
    return union(joined, _in_place(by, today))


def helps_with(by: "Identity", today: date) -> "ColumnElement[bool]":
    """Give the condition that somebody helps with an open appraisal.

    Asked from the helper's side: nobody looks through all that is open in a trust.
    """
    return and_(
        Appraisal.organisation_id == by.organisation_id,
        Appraisal.stage == AppraisalStage.OPEN,
        Appraisal.appraisee_id != by.staff_id,
        Appraisal.id.in_(_helped_ids(by, today)),
    )


def _helped(db: "Session", *, by: "Identity", today: date) -> list[RoundLine]:
    """List the open appraisals that this person helps with."""
    ids = list(db.scalars(_helped_ids(by, today)))
    if not ids:
        return []
    rows = db.execute(
        select(Appraisal, Appraisal.id.in_(_in_place(by, today)))
        .where(helps_with(by, today), Appraisal.id.in_(ids))
        .options(
            joinedload(Appraisal.appraisee, innerjoin=True),
            joinedload(Appraisal.appraiser, innerjoin=True),
        )
    ).all()
    if not rows:
        return []
    taken = steps_taken(db, [one.id for one, _in_place in rows])
    return [
        RoundLine(
            person_id=one.appraisee.public_id,
            name=one.appraisee.name,
            job="",
            due_on=one.due_on,
            is_late=one.due_on < today,
            next_step=_helpers_step(
                step_of(one, shared=taken["shared"], signed=taken["signed"]), stands_in=in_place
            ),
            appraisal_id=one.public_id,
            part=(
                f"You stand in for {one.appraiser.name}" if in_place else "You are second appraiser"
            ),
        )
        for one, in_place in rows
    ]


def _helpers_step(step: NextStep, *, stands_in: bool) -> NextStep:
    """Who helps writes no notes of their own; who joins does not sign."""
    if step in {NextStep.PREPARE, NextStep.WAIT_FOR_NOTES}:
        return NextStep.MEET
    if step is NextStep.SIGN and not stands_in:
        return NextStep.WAIT_FOR_SIGNATURE
    return step
