"""What is marked on charts: where their lines start anew, and what happened when."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import InvalidInputError
from tracker.models import Annotation, AuditKind, OrganisationUnit, OutcomeMeasure, Rebase
from tracker.services import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class MarkDraft:
    """A month and the words for it, as somebody wrote them. No unit: every unit."""

    month: date
    words: str
    unit: OrganisationUnit | None = None


def rebase_chart(
    db: "Session", measure: OutcomeMeasure, draft: MarkDraft, *, by: "Actor", today: date
) -> Rebase:
    """Start a chart's lines anew from a month on, with the reason: a changed definition, say."""
    _check(draft, today)
    unit_id = draft.unit.id if draft.unit else None
    same_unit = (
        Rebase.organisation_unit_id.is_(None)
        if unit_id is None
        else Rebase.organisation_unit_id == unit_id
    )
    known = select(Rebase.id).where(
        Rebase.outcome_measure_id == measure.id, Rebase.month == draft.month, same_unit
    )
    if db.scalar(known) is not None:
        raise InvalidInputError("The lines start anew in this month already.")
    rebase = Rebase(
        organisation_id=measure.organisation_id,
        outcome_measure_id=measure.id,
        organisation_unit_id=unit_id,
        month=draft.month,
        reason=draft.words.strip(),
        author_id=by.staff_id,
    )
    db.add(rebase)
    audit.record(db, AuditKind.MEASURE_DEFINED, rebase, by=by, key=measure.key, what="rebase")
    return rebase


def annotate_charts(
    db: "Session", measure: OutcomeMeasure, draft: MarkDraft, *, by: "Actor", today: date
) -> Annotation:
    """Write on the chart of a measure what happened in a month."""
    _check(draft, today)
    annotation = Annotation(
        organisation_id=measure.organisation_id,
        outcome_measure_id=measure.id,
        organisation_unit_id=draft.unit.id if draft.unit else None,
        month=draft.month,
        text=draft.words.strip(),
    )
    db.add(annotation)
    audit.record(db, AuditKind.MEASURE_DEFINED, annotation, by=by, key=measure.key, what="note")
    return annotation


def _check(draft: MarkDraft, today: date) -> None:
    if not draft.words.strip():
        raise InvalidInputError("Say in a few words what happened. It is shown on the chart.")
    if len(draft.words) > LONGEST:
        raise InvalidInputError(f"Use {LONGEST} characters or fewer.")
    if draft.month > today:
        raise InvalidInputError("That month is in the future. Choose one that has begun.")
