"""What a quality lead sees of a round: who took part, what was said, and two rounds compared."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import NotFoundError
from tracker.models import AuditKind, OrganisationUnit, SurveyRound
from tracker.services import audit
from tracker.services.national_measures import asks_tasks
from tracker.services.survey_results import RoundResults, TakingPart, results_of, taking_part

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

WHOLE_NAME = "The whole organisation"


@dataclass(frozen=True, kw_only=True)
class RoundPage:
    """One round, for the whole or for one unit."""

    is_open: bool
    unit_name: str
    unit_id: str
    #: none: it is still open, or too few answered
    results: RoundResults | None
    too_few: bool
    asks_tasks: bool
    part: list[TakingPart]


@dataclass(frozen=True, kw_only=True)
class ComparisonPage:
    """Two rounds; without the other one, those to choose from."""

    others: list[SurveyRound]
    other: SurveyRound | None
    #: before and after
    results: tuple[RoundResults, RoundResults] | None


def round_page(
    db: "Session", record: SurveyRound, *, unit_public_id: str, by: "Identity", today: date
) -> RoundPage:
    unit = _unit(db, record.organisation_id, unit_public_id)
    is_over = record.is_over(today)
    results = None
    if is_over:
        results = results_of(db, record, unit_id=unit.id if unit else None, today=today)
        audit.record(db, AuditKind.SURVEY_READ, record, by=by, reason="quality lead")
    return RoundPage(
        is_open=record.is_open(today),
        unit_name=unit.name if unit else WHOLE_NAME,
        unit_id=unit.public_id if unit else "",
        results=results,
        too_few=is_over and results is None,
        asks_tasks=asks_tasks(record),
        part=[] if record.is_example else taking_part(db, record),
    )


def comparison_page(
    db: "Session", record: SurveyRound, *, other_id: str, today: date
) -> ComparisonPage:
    """Put two closed rounds side by side, the earlier one first.

    :raises NotFoundError: for a round that is not there, or not closed.
    """
    others = [
        one
        for one in db.scalars(
            select(SurveyRound)
            .where(
                SurveyRound.organisation_id == record.organisation_id, SurveyRound.id != record.id
            )
            .order_by(SurveyRound.id.desc())
        )
        if one.is_over(today)
    ]
    if not other_id or not record.is_over(today):
        return ComparisonPage(others=others, other=None, results=None)
    other = next((one for one in others if one.public_id == other_id), None)
    if other is None:
        raise NotFoundError("There is no such round to compare with.")
    before = results_of(db, other, unit_id=None, today=today)
    after = results_of(db, record, unit_id=None, today=today)
    both = (before, after) if before is not None and after is not None else None
    return ComparisonPage(others=others, other=other, results=both)


def _unit(db: "Session", organisation_id: int, public_id: str) -> OrganisationUnit | None:
    if not public_id:
        return None
    unit = db.scalar(
        select(OrganisationUnit).where(
            OrganisationUnit.organisation_id == organisation_id,
            OrganisationUnit.public_id == public_id,
        )
    )
    if unit is None:
        raise NotFoundError("There is no such unit.")
    return unit
