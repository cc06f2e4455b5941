"""Incidents whose stories had our words in them: a person reads them at the source, and says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import (
    AuditKind,
    CandidateState,
    Incident,
    IncidentCandidate,
    IncidentCause,
    Organisation,
    OrganisationUnit,
    StaffMember,
)
from tracker.services import audit
from tracker.services.incidents import count_incidents
from tracker.services.observations import Origin

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

SHOWN = 50
#: so many of the last answers can be taken back on the page
LATELY = 10
DECLINE = "decline"


@dataclass(frozen=True, kw_only=True)
class CandidatesPage:
    #: each with the name of its unit
    waiting: tuple[tuple[IncidentCandidate, str], ...]
    total: int
    #: answered lately, each with the name of who did
    answered: tuple[tuple[IncidentCandidate, str], ...]


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
    return CandidatesPage(
        waiting=tuple((one, name or "") for one, name in rows),
        total=total or 0,
        answered=_answered(db, by),
    )


def _answered(db: "Session", by: "Identity") -> tuple[tuple[IncidentCandidate, str], ...]:
    rows = db.execute(
        select(IncidentCandidate, StaffMember)
        .join(StaffMember, StaffMember.id == IncidentCandidate.decided_by_id)
        .where(
            IncidentCandidate.organisation_id == by.organisation_id,
            IncidentCandidate.state != CandidateState.WAITING,
        )
        .order_by(IncidentCandidate.decided_at.desc(), IncidentCandidate.id.desc())
        .limit(LATELY)
    )
    return tuple((one, person.name) for one, person in rows)


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
    candidate = _held(db, public_id, by, IncidentCandidate.state == CandidateState.WAITING)
    if answer != DECLINE and answer not in set(IncidentCause):
        raise InvalidInputError("Say what you found.", field="answer")
    candidate.decided_by_id, candidate.decided_at = by.staff_id, now
    if answer == DECLINE:
        candidate.state = CandidateState.DECLINED
    else:
        candidate.state, candidate.cause = CandidateState.CONFIRMED, IncidentCause(answer)
        db.add(_as_incident(candidate))
        _count(db, candidate, now=now, today=today)
    audit.record(db, AuditKind.CANDIDATE_DECIDED, candidate, by=by, answer=answer)
    return candidate


def ask_again(
    db: "Session", public_id: str, *, by: "Identity", now: datetime, today: date
) -> IncidentCandidate:
    """Take an answer back, such as a slip of the hand: the incident waits again, uncounted.

    :raises NotFoundError: if none of that id was answered here.
    """
    candidate = _held(db, public_id, by, IncidentCandidate.decided_by_id.is_not(None))
    was_counted = candidate.state is CandidateState.CONFIRMED
    candidate.state, candidate.cause = CandidateState.WAITING, None
    candidate.decided_by_id = candidate.decided_at = None
    if was_counted:
        db.execute(
            delete(Incident).where(
                Incident.organisation_id == by.organisation_id,
                Incident.reference == candidate.reference,
            )
        )
        _count(db, candidate, now=now, today=today)
    audit.record(db, AuditKind.CANDIDATE_DECIDED, candidate, by=by, answer="ask again")
    return candidate


def _held(
    db: "Session", public_id: str, by: "Identity", condition: "ColumnElement[bool]"
) -> IncidentCandidate:
    candidate = db.scalar(
        select(IncidentCandidate)
        .where(
            IncidentCandidate.organisation_id == by.organisation_id,
            IncidentCandidate.public_id == public_id,
            condition,
        )
        .with_for_update()
    )
    if candidate is None:
        raise NotFoundError("There is no such record to check. It may be answered already.")
    return candidate


def _count(db: "Session", candidate: IncidentCandidate, *, now: datetime, today: date) -> None:
    db.flush()  # the count reads what was just said
    organisation = db.get_one(Organisation, candidate.organisation_id)
    if candidate.import_run_id is not None:
        origin = Origin(run_id=candidate.import_run_id, source="checked", extracted_at=now)
        count_incidents(db, organisation, origin, today=today)


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
