"""Incidents whose stories had our words in them: a person reads them at the source, and says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import (
    AuditKind,
    CandidateState,
    Incident,
    IncidentCandidate,
    IncidentCause,
    Organisation,
    OrganisationUnit,
)
from tracker.services import audit
from tracker.services.incidents import count_incidents
from tracker.services.observations import Origin

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

SHOWN = 50
DECLINE = "decline"


@dataclass(frozen=True, kw_only=True)
class CandidatesPage:
    #: each with the name of its unit
    waiting: tuple[tuple[IncidentCandidate, str], ...]
    total: int


def candidates_page(db: "Session", *, by: "Identity") -> CandidatesPage:
    """List what waits to be read, the newest first."""
    mine = (
        IncidentCandidate.organisation_id == by.organisation_id,
        IncidentCandidate.state == CandidateState.WAITING,
    )
    rows = db.execute(
        select(IncidentCandidate, OrganisationUnit.name)
        .outerjoin(OrganisationUnit, OrganisationUnit.id == IncidentCandidate.organisation_unit_id)
        .where(*mine)
        .order_by(IncidentCandidate.occurred_on.desc(), IncidentCandidate.id)
        .limit(SHOWN)
    )
    total = db.scalar(select(func.count(IncidentCandidate.id)).where(*mine))
    return CandidatesPage(waiting=tuple((one, name or "") for one, name in rows), total=total or 0)


def decide(  # noqa: PLR0913 - who, when, and what they found
    db: "Session",
    public_id: str,
    answer: str,
    *,
    by: "Identity",
    now: datetime,
    today: date,
) -> IncidentCandidate:
    """Say what an incident was about, or that IT had no part in it; the counts follow.

    :raises NotFoundError: if none of that id waits here.
    :raises InvalidInputError: without an answer.
    """
    candidate = db.scalar(
        select(IncidentCandidate)
        .where(
            IncidentCandidate.organisation_id == by.organisation_id,
            IncidentCandidate.public_id == public_id,
            IncidentCandidate.state == CandidateState.WAITING,
        )
        .with_for_update()
    )
    if candidate is None:
        raise NotFoundError("There is no such record to check. It may be answered already.")
    if answer != DECLINE and answer not in set(IncidentCause):
        raise InvalidInputError("Say what you found.", field="answer")
    candidate.decided_by_id, candidate.decided_at = by.staff_id, now
    if answer == DECLINE:
        candidate.state = CandidateState.DECLINED
    else:
        candidate.state, candidate.cause = CandidateState.CONFIRMED, IncidentCause(answer)
        db.add(_as_incident(candidate))
        db.flush()  # the count below reads it
        organisation = db.get_one(Organisation, by.organisation_id)
        if candidate.import_run_id is not None:
            origin = Origin(run_id=candidate.import_run_id, source="checked", extracted_at=now)
            count_incidents(db, organisation, origin, today=today)
    audit.record(db, AuditKind.CANDIDATE_DECIDED, candidate, by=by, answer=answer)
    return candidate


def _as_incident(candidate: IncidentCandidate) -> Incident:
    return Incident(
        organisation_id=candidate.organisation_id,
        reference=candidate.reference,
        organisation_unit_id=candidate.organisation_unit_id,
        occurred_on=candidate.occurred_on,
        reported_on=candidate.reported_on,
        harm=candidate.harm,
        cause=candidate.cause,
        feed=candidate.feed,
        revision=candidate.revision,
        is_month_only=candidate.is_month_only,
        import_run_id=candidate.import_run_id,
    )
